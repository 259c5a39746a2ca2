// SPDX-License-Identifier: Apache-2.0
#include "programs/tcmu_bus.h"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <initializer_list>

#include "programs/late_systemd.h"

namespace lunet::programs {
namespace {

constexpr const char* service_name = "org.kernel.TCMUService1";
constexpr const char* root_path = "/org/kernel/TCMUService1";
/// A service that hangs must not hang a listing.
constexpr std::uint64_t list_timeout_us = 2'000'000;
constexpr std::uint64_t call_timeout_us = 30'000'000;

struct Unref {
  void operator()(sd_bus_message* message) const { systemd().sd_bus_message_unref(message); }
};
using Message = std::unique_ptr<sd_bus_message, Unref>;

/// sd_bus_error owns texts.
struct BusError {
  sd_bus_error error = SD_BUS_ERROR_NULL;
  BusError() = default;
  BusError(const BusError&) = delete;
  BusError& operator=(const BusError&) = delete;
  ~BusError() { systemd().sd_bus_error_free(&error); }
  [[nodiscard]] std::string text() const {
    return error.message == nullptr ? "no answer" : std::string(error.message);
  }
};

bool is_one_of(const sd_bus_error& error, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(),
                     [&](const char* name) { return systemd().sd_bus_error_has_name(&error, name) > 0; });
}

/// Nobody is there, as opposed to somebody who refuses.
bool nobody_is_there(const sd_bus_error& error) {
  return is_one_of(
      error, {"org.freedesktop.DBus.Error.ServiceUnknown", "org.freedesktop.DBus.Error.NameHasNoOwner"});
}

/// The service is there and does not know the object.
bool is_no_handler(const sd_bus_error& error) {
  return is_one_of(error,
                   {"org.freedesktop.DBus.Error.UnknownObject", "org.freedesktop.DBus.Error.UnknownMethod",
                    "org.freedesktop.DBus.Error.UnknownInterface"});
}

std::string object_of(const std::string& handler) {
  return fmt::format("{}/{}", root_path, handler);
}

/// a{sv}: the value of ConfigDesc.
std::string read_description(sd_bus_message* answer) {
  std::string description;
  if (systemd().sd_bus_message_enter_container(answer, 'a', "{sv}") < 0) return description;
  while (systemd().sd_bus_message_enter_container(answer, 'e', "sv") > 0) {
    const char* name = nullptr;
    const char* type = nullptr;
    const char* text = nullptr;
    if (systemd().sd_bus_message_read(answer, "s", &name) < 0) break;
    if (systemd().sd_bus_message_peek_type(answer, nullptr, &type) >= 0 &&
        std::string_view(name) == "ConfigDesc" && std::string_view(type) == "s" &&
        systemd().sd_bus_message_read(answer, "v", "s", &text) >= 0) {
      description = text;
    } else {
      systemd().sd_bus_message_skip(answer, "v");
    }
    systemd().sd_bus_message_exit_container(answer);
  }
  systemd().sd_bus_message_exit_container(answer);
  return description;
}

/// a{oa{sa{sv}}}: the managed objects, of which those with our interface are handlers.
std::vector<service::UserHandler> read_handlers(sd_bus_message* answer) {
  std::vector<service::UserHandler> handlers;
  if (systemd().sd_bus_message_enter_container(answer, 'a', "{oa{sa{sv}}}") < 0) return handlers;
  while (systemd().sd_bus_message_enter_container(answer, 'e', "oa{sa{sv}}") > 0) {
    const char* path = nullptr;
    if (systemd().sd_bus_message_read(answer, "o", &path) < 0) break;
    const std::string_view whole = path;
    service::UserHandler handler{std::string(whole.substr(whole.rfind('/') + 1)), {}};
    if (systemd().sd_bus_message_enter_container(answer, 'a', "{sa{sv}}") < 0) break;
    while (systemd().sd_bus_message_enter_container(answer, 'e', "sa{sv}") > 0) {
      const char* interface = nullptr;
      if (systemd().sd_bus_message_read(answer, "s", &interface) < 0) break;
      if (std::string_view(interface) == service_name) {
        handler.description = read_description(answer);
      } else {
        systemd().sd_bus_message_skip(answer, "a{sv}");
      }
      systemd().sd_bus_message_exit_container(answer);
    }
    systemd().sd_bus_message_exit_container(answer);
    systemd().sd_bus_message_exit_container(answer);
    handlers.push_back(std::move(handler));
  }
  return handlers;
}

}  // namespace

void TcmuBus::Close::operator()(sd_bus* bus) const {
  systemd().sd_bus_flush_close_unref(bus);
}

sd_bus* TcmuBus::bus() {
  if (!systemd().library.missing().empty()) return nullptr;
  if (bus_ == nullptr || systemd().sd_bus_is_open(bus_.get()) <= 0) {
    bus_.reset();
    sd_bus* opened = nullptr;
    if (systemd().sd_bus_open_system(&opened) >= 0) bus_.reset(opened);
  }
  return bus_.get();
}

Result<std::vector<service::UserHandler>> TcmuBus::list() {
  if (bus() == nullptr) {
    const std::string& missing = systemd().library.missing();
    return Error{ENOTCONN, missing.empty() ? "there is no message bus" : missing, {}};
  }
  sd_bus_message* made = nullptr;
  if (systemd().sd_bus_message_new_method_call(bus(), &made, service_name, root_path,
                                               "org.freedesktop.DBus.ObjectManager", "GetManagedObjects") < 0)
    return Error{ENOMEM, "the message bus cannot be asked for handlers", {}};
  const Message request(made);
  // Looking starts nothing.
  systemd().sd_bus_message_set_auto_start(made, 0);
  BusError error;
  sd_bus_message* answered = nullptr;
  const int result = systemd().sd_bus_call(bus(), made, list_timeout_us, &error.error, &answered);
  const Message answer(answered);
  if (result >= 0) return read_handlers(answered);
  if (nobody_is_there(error.error)) return std::vector<service::UserHandler>{};
  return Error{EIO, "tcmu-runner could not be asked for its handlers: " + error.text(), {}};
}

Result<> TcmuBus::check(const std::string& handler, const std::string& config) {
  if (bus() == nullptr) return {};
  BusError error;
  sd_bus_message* answered = nullptr;
  sd_bus_message* made = nullptr;
  if (systemd().sd_bus_message_new_method_call(bus(), &made, service_name, object_of(handler).c_str(),
                                               service_name, "CheckConfig") < 0)
    return Error{EINVAL, fmt::format("'{}' is no name of a handler", handler), "see `ls /backstores`"};
  const Message request(made);
  if (systemd().sd_bus_message_append(made, "s", config.c_str()) < 0)
    return Error{EINVAL, "the cfgstring is no UTF-8 text", ""};
  const int result = systemd().sd_bus_call(bus(), made, call_timeout_us, &error.error, &answered);
  const Message answer(answered);
  if (result < 0) {
    if (nobody_is_there(error.error)) return {};
    if (is_no_handler(error.error))
      return Error{EINVAL, fmt::format("tcmu-runner has no handler '{}'", handler),
                   "`ls /backstores` shows those it has"};
    return Error{EIO, "it could not be asked: " + error.text(), "see the log of tcmu-runner"};
  }
  int good = 0;
  const char* reason = "";
  if (systemd().sd_bus_message_read(answered, "bs", &good, &reason) < 0)
    return Error{EPROTO, "its answer is not understood", "see the log of tcmu-runner"};
  if (good != 0) return {};
  return Error{EINVAL, *reason == '\0' ? "it gives no reason" : reason, ""};
}

Result<> TcmuBus::change_medium(const std::string& handler, const std::string& disk, std::uint64_t size_bytes,
                                const std::string& config) {
  constexpr const char* cure = "tcmu-runner has to run, with that handler";
  if (bus() == nullptr)
    return Error{EOPNOTSUPP, "nobody can be asked to change a medium: there is no message bus", cure};
  BusError error;
  sd_bus_message* answered = nullptr;
  const int result = systemd().sd_bus_call_method(bus(), service_name, object_of(handler).c_str(),
                                                  service_name, "ChangeMedium", &error.error, &answered,
                                                  "sts", disk.c_str(), size_bytes, config.c_str());
  const Message answer(answered);
  const std::string what = fmt::format("changing the medium of user '{}'", disk);
  if (result < 0 && is_no_handler(error.error)) {
    return Error{
        EOPNOTSUPP,
        fmt::format("{}: tcmu-runner does not do that for handler '{}': {}", what, handler, error.text()),
        "tcmu-runner 1.5 changes no media: delete the disk and create it on the other one"};
  }
  if (result < 0) return Error{EIO, fmt::format("{}: {}", what, error.text()), cure};
  int code = 0;
  const char* reason = "";
  if (systemd().sd_bus_message_read(answered, "is", &code, &reason) < 0)
    return Error{EPROTO, what + ": the answer is not understood", "see the log of tcmu-runner"};
  if (code == 0) return {};
  return Error{EIO, fmt::format("{}: handler {}: {}", what, handler, *reason == '\0' ? "refused" : reason),
               "see the log of tcmu-runner"};
}

}  // namespace lunet::programs
