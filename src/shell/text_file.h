// SPDX-License-Identifier: Apache-2.0
// For tests: a file with a text, removed at the end.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/fd.h"

namespace lunet::shell {

class TextFile {
 public:
  explicit TextFile(std::string_view text) : path_("/tmp/lunet-shell-XXXXXX") {
    const Fd file(::mkstemp(path_.data()));
    CHECK(::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  ~TextFile() { ::unlink(path_.c_str()); }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace lunet::shell
