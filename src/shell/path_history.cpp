// SPDX-License-Identifier: Apache-2.0
#include "shell/path_history.h"

#include <algorithm>

#include "base/text.h"
#include "shell/user_file.h"

namespace lunet::shell {

constexpr std::size_t paths_max = 100;

static std::string file_in(const std::string& folder) {
  return folder.empty() ? "" : folder + "/paths";
}

PathHistory::PathHistory(std::string folder) : folder_(std::move(folder)) {
  const std::vector<std::string> lines = read_lines(file_in(folder_));
  const auto at = lines.empty() ? std::nullopt : parse_unsigned(lines.front());
  if (!at || *at + 1 >= lines.size()) return;
  paths_.assign(lines.begin() + 1, lines.end());
  at_ = *at;
}

void PathHistory::save() {
  // A user whose folder cannot be written starts at the root next time.
  const auto saved = change_lines(file_in(folder_), [&](std::vector<std::string>& lines) -> Result<> {
    lines = {std::to_string(at_)};
    lines.insert(lines.end(), paths_.begin(), paths_.end());
    return {};
  });
  static_cast<void>(saved);
}

void PathHistory::enter(const std::string& path) {
  if (path == current()) return;
  paths_.resize(at_ + 1);
  paths_.push_back(path);
  if (paths_.size() > paths_max) paths_.erase(paths_.begin());
  at_ = paths_.size() - 1;
  save();
}

bool PathHistory::step(bool back, const std::function<bool(const std::string&)>& exists,
                       std::vector<std::string>& skipped) {
  const std::size_t end = back ? 0 : paths_.size() - 1;
  for (std::size_t i = at_; i != end;) {
    i = back ? i - 1 : i + 1;
    if (!exists(paths_[i])) {
      skipped.push_back(paths_[i]);
      continue;
    }
    at_ = i;
    save();
    return true;
  }
  return false;
}

}  // namespace lunet::shell
