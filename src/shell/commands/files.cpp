// SPDX-License-Identifier: Apache-2.0
#include "shell/commands/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

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

std::string home_expanded(const std::string& path) {
  if (path != "~" && !path.starts_with("~/")) return path;
  const char* home = std::getenv("HOME");
  return home == nullptr || *home == '\0' ? path : home + path.substr(1);
}

}  // namespace lunet::shell
