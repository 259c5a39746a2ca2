// SPDX-License-Identifier: Apache-2.0
// What lunet uses of libsystemd, loaded when it is needed: most commands ask nobody on the message bus and
// have no supervisor.
#pragma once

#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>

#include "base/late_library.h"

namespace lunet::programs {

/// What is not there is null.
struct Systemd {
  LateLibrary library{"libsystemd.so.0"};
  LUNET_LATE(sd_notify);
  LUNET_LATE(sd_bus_call);
  LUNET_LATE(sd_bus_call_method);
  LUNET_LATE(sd_bus_error_free);
  LUNET_LATE(sd_bus_error_has_name);
  LUNET_LATE(sd_bus_flush_close_unref);
  LUNET_LATE(sd_bus_is_open);
  LUNET_LATE(sd_bus_message_append);
  LUNET_LATE(sd_bus_message_enter_container);
  LUNET_LATE(sd_bus_message_exit_container);
  LUNET_LATE(sd_bus_message_new_method_call);
  LUNET_LATE(sd_bus_message_peek_type);
  LUNET_LATE(sd_bus_message_read);
  LUNET_LATE(sd_bus_message_set_auto_start);
  LUNET_LATE(sd_bus_message_skip);
  LUNET_LATE(sd_bus_message_unref);
  LUNET_LATE(sd_bus_open_system);
};

const Systemd& systemd();

}  // namespace lunet::programs
