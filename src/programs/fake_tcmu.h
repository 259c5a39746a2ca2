// SPDX-License-Identifier: Apache-2.0
// A stand-in for tcmu-runner on a message bus: org.kernel.TCMUService1 with one handler `fake`, whose
// configurations begin with "ok".
#pragma once

#include <systemd/sd-bus.h>

#include <cstdint>
#include <cstring>
#include <string>

namespace lunet::test {

class FakeTcmu {
 public:
  FakeTcmu() = default;
  FakeTcmu(const FakeTcmu&) = delete;
  FakeTcmu& operator=(const FakeTcmu&) = delete;
  ~FakeTcmu() { sd_bus_flush_close_unref(bus_); }

  /// On the bus of DBUS_SYSTEM_BUS_ADDRESS, or the system's. Negative: an errno.
  int start() {
    static const sd_bus_vtable handler[] = {
        SD_BUS_VTABLE_START(0), SD_BUS_METHOD("CheckConfig", "s", "bs", check, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_METHOD("ChangeMedium", "sts", "is", change, SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_PROPERTY("ConfigDesc", "s", describe, 0, SD_BUS_VTABLE_PROPERTY_CONST), SD_BUS_VTABLE_END};
    constexpr const char* name = "org.kernel.TCMUService1";
    constexpr const char* root = "/org/kernel/TCMUService1";
    int result = sd_bus_open_system(&bus_);
    if (result >= 0) result = sd_bus_add_object_manager(bus_, nullptr, root);
    if (result >= 0)
      result =
          sd_bus_add_object_vtable(bus_, nullptr, "/org/kernel/TCMUService1/fake", name, handler, nullptr);
    if (result >= 0) result = sd_bus_request_name(bus_, name, 0);
    return result;
  }
  /// Answers until the bus goes, or `end` says so; looks at it every so often.
  template <class End>
  void serve(End end) {
    constexpr std::uint64_t look_us = 50'000;
    while (!end()) {
      const int done = sd_bus_process(bus_, nullptr);
      if (done < 0) return;
      if (done == 0) sd_bus_wait(bus_, look_us);
    }
  }

 private:
  static int check(sd_bus_message* call, void* /*user*/, sd_bus_error* /*error*/) {
    const char* config = nullptr;
    if (const int result = sd_bus_message_read(call, "s", &config); result < 0) return result;
    const bool good = std::strncmp(config, "fake/ok", 7) == 0;
    return sd_bus_reply_method_return(call, "bs", good ? 1 : 0, good ? "" : "it must begin with ok");
  }
  static int change(sd_bus_message* call, void* /*user*/, sd_bus_error* /*error*/) {
    const char* disk = nullptr;
    const char* config = nullptr;
    std::uint64_t size = 0;
    if (const int result = sd_bus_message_read(call, "sts", &disk, &size, &config); result < 0) return result;
    const bool good = std::strncmp(config, "fake/ok", 7) == 0 && size > 0;
    return sd_bus_reply_method_return(call, "is", good ? 0 : 5, good ? "" : "no such medium");
  }
  static int describe(sd_bus* /*bus*/, const char* /*path*/, const char* /*interface*/, const char* /*name*/,
                      sd_bus_message* reply, void* /*user*/, sd_bus_error* /*error*/) {
    return sd_bus_message_append(reply, "s", "ok and what you like");
  }

  sd_bus* bus_ = nullptr;
};

}  // namespace lunet::test
