// SPDX-License-Identifier: Apache-2.0
// The log of lunetd: one line an event on standard error. Thread-safe. Never pass secrets.
#pragma once

#include <fmt/core.h>

#include <string_view>

namespace lunet::log {

enum class Level { debug, info, warning, error };

/// Messages below this level are dropped. Default: info.
void set_level(Level level);
bool enabled(Level level);
void write(Level level, std::string_view message);

template <class... T>
void debug(fmt::format_string<T...> format, T&&... args) {
  if (enabled(Level::debug)) write(Level::debug, fmt::format(format, std::forward<T>(args)...));
}
template <class... T>
void info(fmt::format_string<T...> format, T&&... args) {
  if (enabled(Level::info)) write(Level::info, fmt::format(format, std::forward<T>(args)...));
}
template <class... T>
void warning(fmt::format_string<T...> format, T&&... args) {
  if (enabled(Level::warning)) write(Level::warning, fmt::format(format, std::forward<T>(args)...));
}
template <class... T>
void error(fmt::format_string<T...> format, T&&... args) {
  write(Level::error, fmt::format(format, std::forward<T>(args)...));
}

}  // namespace lunet::log
