// SPDX-License-Identifier: Apache-2.0
#include "shell/log_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>

#include "base/fd.h"

namespace lunet::shell {

constexpr std::array<std::string_view, 6> names = {"DEBUG",   "VERBOSE", "INFO",
                                                   "WARNING", "ERROR",   "CRITICAL"};
constexpr off_t bytes_max = 4 << 20;  ///< then it becomes FILE.1

LogLevel log_level_of(std::string_view name) {
  const auto levels = values_of(PreferenceType::log_level);
  const auto at = std::find(levels.begin(), levels.end(), name);
  return at == levels.end() ? LogLevel::info : static_cast<LogLevel>(at - levels.begin());
}

static std::string time_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  char text[32] = "";
  if (::localtime_r(&now, &parts) != nullptr) std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts);
  return text;
}

void log_to_file(const Preferences& preferences, LogLevel level, std::string_view message) {
  const std::string path = preferences.value("logfile");
  if (path.empty() || level < log_level_of(preferences.value("loglevel_file"))) return;
  const Fd file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return;
  std::string line =
      fmt::format("[{}] {} {}", names.at(static_cast<std::size_t>(level)), time_text(), message);
  std::replace(line.begin(), line.end(), '\n', ' ');
  line += '\n';
  const auto written = ::write(file.get(), line.data(), line.size());
  struct stat status{};
  if (written > 0 && ::fstat(file.get(), &status) == 0 && status.st_size > bytes_max)
    std::rename(path.c_str(), (path + ".1").c_str());
}

}  // namespace lunet::shell
