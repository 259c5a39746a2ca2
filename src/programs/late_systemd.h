// SPDX-License-Identifier: Apache-2.0
// What lunet uses of libsystemd, loaded when it is needed: most commands ask nobody on the message bus and
// have no supervisor.
#pragma once

#include <systemd/sd-bus.h>
#include <systemd/sd-daemon.h>

#include "base/late_library.h"

namespace lunet::programs {

/// Members are sd_bus_NAME. What is not there is null.
struct Systemd {
  LateLibrary library{"libsystemd.so.0"};
  decltype(&::sd_notify) notify = library.function<decltype(::sd_notify)>("sd_notify");
  decltype(&::sd_bus_call) call = library.function<decltype(::sd_bus_call)>("sd_bus_call");
  decltype(&::sd_bus_call_method) call_method =
      library.function<decltype(::sd_bus_call_method)>("sd_bus_call_method");
  decltype(&::sd_bus_error_free) error_free =
      library.function<decltype(::sd_bus_error_free)>("sd_bus_error_free");
  decltype(&::sd_bus_error_has_name) error_has_name =
      library.function<decltype(::sd_bus_error_has_name)>("sd_bus_error_has_name");
  decltype(&::sd_bus_flush_close_unref) flush_close_unref =
      library.function<decltype(::sd_bus_flush_close_unref)>("sd_bus_flush_close_unref");
  decltype(&::sd_bus_is_open) is_open = library.function<decltype(::sd_bus_is_open)>("sd_bus_is_open");
  decltype(&::sd_bus_message_append) message_append =
      library.function<decltype(::sd_bus_message_append)>("sd_bus_message_append");
  decltype(&::sd_bus_message_enter_container) message_enter_container =
      library.function<decltype(::sd_bus_message_enter_container)>("sd_bus_message_enter_container");
  decltype(&::sd_bus_message_exit_container) message_exit_container =
      library.function<decltype(::sd_bus_message_exit_container)>("sd_bus_message_exit_container");
  decltype(&::sd_bus_message_new_method_call) message_new_method_call =
      library.function<decltype(::sd_bus_message_new_method_call)>("sd_bus_message_new_method_call");
  decltype(&::sd_bus_message_peek_type) message_peek_type =
      library.function<decltype(::sd_bus_message_peek_type)>("sd_bus_message_peek_type");
  decltype(&::sd_bus_message_read) message_read =
      library.function<decltype(::sd_bus_message_read)>("sd_bus_message_read");
  decltype(&::sd_bus_message_set_auto_start) message_set_auto_start =
      library.function<decltype(::sd_bus_message_set_auto_start)>("sd_bus_message_set_auto_start");
  decltype(&::sd_bus_message_skip) message_skip =
      library.function<decltype(::sd_bus_message_skip)>("sd_bus_message_skip");
  decltype(&::sd_bus_message_unref) message_unref =
      library.function<decltype(::sd_bus_message_unref)>("sd_bus_message_unref");
  decltype(&::sd_bus_open_system) open_system =
      library.function<decltype(::sd_bus_open_system)>("sd_bus_open_system");
};

const Systemd& systemd();

}  // namespace lunet::programs
