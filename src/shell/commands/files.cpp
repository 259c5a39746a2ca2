// SPDX-License-Identifier: Apache-2.0
#include "shell/commands/files.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>

#include "base/fd.h"

namespace lunet::shell {

Result<std::string> text_of_file(const std::string& path) {
  const Fd file(path == "-" ? ::dup(STDIN_FILENO)
                            : ::open(home_expanded(path).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return system_error(errno, "reading " + path);
  std::string text;
  std::array<char, 65536> part;
  for (;;) {
    const ssize_t count = ::read(file.get(), part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return system_error(errno, "reading " + path);
    if (count == 0) return text;
    text.append(part.data(), static_cast<std::size_t>(count));
  }
}

Result<> replace_file(const std::string& path, const std::string& text, mode_t mode) {
  struct stat there{};
  if (::lstat(path.c_str(), &there) == 0 && !S_ISREG(there.st_mode)) {
    return Error{EINVAL, fmt::format("{} is no regular file", path),
                 S_ISLNK(there.st_mode) ? "name the file that the link leads to" : "name a file"};
  }
  std::string temporary = path + ".XXXXXX";
  const Fd file(::mkostemp(temporary.data(), O_CLOEXEC));
  if (!file) return system_error(errno, "writing " + path);
  int error = write_all(file, text);
  if (error == 0 && (::fchmod(file.get(), mode) != 0 || ::fsync(file.get()) != 0 ||
                     ::rename(temporary.c_str(), path.c_str()) != 0))
    error = errno;
  if (error == 0) return {};
  ::unlink(temporary.c_str());
  return system_error(error, "writing " + path);
}

std::string home_expanded(const std::string& path) {
  if (path != "~" && !path.starts_with("~/")) return path;
  const char* home = std::getenv("HOME");
  return home == nullptr || *home == '\0' ? path : home + path.substr(1);
}

}  // namespace lunet::shell
