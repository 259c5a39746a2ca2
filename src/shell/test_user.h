// SPDX-License-Identifier: Apache-2.0
// For tests: a user's folder that is gone afterwards.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>

namespace lunet::shell {

class UserFolder {
 public:
  UserFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "lunet-user-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~UserFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  UserFolder(const UserFolder&) = delete;
  UserFolder& operator=(const UserFolder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace lunet::shell
