// SPDX-License-Identifier: Apache-2.0
#include "shell/user_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/fd.h"

namespace lunet::shell {

static std::string from_environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string user_folder() {
  if (const std::string folder = from_environment("TARGETCLI_HOME"); !folder.empty()) return folder;
  if (const std::string config = from_environment("XDG_CONFIG_HOME"); config.starts_with('/'))
    return config + "/lunet";
  const std::string home = from_environment("HOME");
  return home.empty() ? "" : home + "/.config/lunet";
}

std::vector<std::string> read_lines(const std::string& path) {
  std::vector<std::string> lines;
  if (path.empty()) return lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

static Result<> write_lines(const std::string& path, const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  const std::string fresh = fmt::format("{}.{}", path, ::getpid());
  const Fd file(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) return system_error(errno, "writing " + fresh);
  const auto written = ::write(file.get(), text.data(), text.size());
  if (written != static_cast<ssize_t>(text.size())) {
    const int errnum = written < 0 ? errno : ENOSPC;
    ::unlink(fresh.c_str());
    return system_error(errnum, "writing " + fresh);
  }
  if (::rename(fresh.c_str(), path.c_str()) != 0) return system_error(errno, "replacing " + path);
  return {};
}

Result<> change_lines(const std::string& path,
                      const std::function<Result<>(std::vector<std::string>&)>& change) {
  std::vector<std::string> lines;
  if (path.empty()) return change(lines);
  const std::string folder = path.substr(0, path.rfind('/'));
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) return system_error(failure.value(), "making the folder " + folder);
  const std::string lock_path = folder + "/lock";
  const Fd lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock || ::flock(lock.get(), LOCK_EX) != 0) return system_error(errno, lock_path);
  lines = read_lines(path);
  TRY_OK(change(lines));
  return write_lines(path, lines);
}

static bool is_of(const std::string& line, std::string_view name) {
  return line.size() > name.size() && line.starts_with(name) && line[name.size()] == '=';
}

const std::string* find_line(const std::vector<std::string>& lines, std::string_view name,
                             std::string& value) {
  for (const std::string& line : lines) {
    if (!is_of(line, name)) continue;
    value = line.substr(name.size() + 1);
    return &value;
  }
  return nullptr;
}

void set_line(std::vector<std::string>& lines, std::string_view name, const std::string* value) {
  for (auto line = lines.begin(); line != lines.end(); ++line) {
    if (!is_of(*line, name)) continue;
    if (value == nullptr) {
      lines.erase(line);
    } else {
      *line = fmt::format("{}={}", name, *value);
    }
    return;
  }
  if (value != nullptr) lines.push_back(fmt::format("{}={}", name, *value));
}

}  // namespace lunet::shell
