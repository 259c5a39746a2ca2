// SPDX-License-Identifier: Apache-2.0
// Where a user has been (features 1.3): `cd <`, `cd >`, and where the next shell starts. The file `paths` has
// the index of the current one and then the paths.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace lunet::shell {

class PathHistory {
 public:
  /// `folder` "": it lasts as long as this.
  explicit PathHistory(std::string folder = {});

  /// "/" when nobody has been anywhere.
  [[nodiscard]] const std::string& current() const { return paths_[at_]; }
  /// Went to `path`: what lay ahead is forgotten.
  void enter(const std::string& path);
  /// One step back or ahead, over paths for which `exists` is false; those are added to `skipped`. False at
  /// the end: nothing changed.
  bool step(bool back, const std::function<bool(const std::string&)>& exists,
            std::vector<std::string>& skipped);

 private:
  void save();

  std::string folder_;
  std::vector<std::string> paths_ = {"/"};
  std::size_t at_ = 0;
};

}  // namespace lunet::shell
