// SPDX-License-Identifier: Apache-2.0
// Names for paths (features 1.3): @name. The file `bookmarks` has one NAME=PATH a line; `last` is what was
// created last.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace lunet::shell {

class Bookmarks {
 public:
  /// `folder` "": they last as long as this.
  explicit Bookmarks(std::string folder = {}) : folder_(std::move(folder)) {}

  /// Sorted by name.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> all() const;
  [[nodiscard]] std::optional<std::string> find(std::string_view name) const;
  /// EEXIST, EINVAL.
  Result<> add(const std::string& name, const std::string& path);
  /// Replaces it.
  Result<> put(const std::string& name, const std::string& path);
  /// ENOENT.
  Result<> remove(const std::string& name);

 private:
  [[nodiscard]] std::string file() const { return folder_.empty() ? "" : folder_ + "/bookmarks"; }
  [[nodiscard]] std::vector<std::string> lines() const;
  Result<> change(const std::string& name, const std::string* path, bool may_exist);

  std::string folder_;
  std::vector<std::string> kept_;  ///< without a folder
};

}  // namespace lunet::shell
