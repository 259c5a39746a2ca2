// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace lunet::log {

static spdlog::level::level_enum native(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warning: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
  }
  return spdlog::level::err;
}

static spdlog::logger& logger() {
  static const auto instance = [] {
    auto made = std::make_shared<spdlog::logger>("lunet", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->set_pattern("%Y-%m-%d %H:%M:%S.%e %l: %v");
    made->flush_on(spdlog::level::debug);
    return made;
  }();
  return *instance;
}

void set_level(Level level) {
  logger().set_level(native(level));
}

bool enabled(Level level) {
  return logger().should_log(native(level));
}

void write(Level level, std::string_view message) {
  logger().log(native(level), spdlog::string_view_t(message.data(), message.size()));
}

}  // namespace lunet::log
