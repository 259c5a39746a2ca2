// SPDX-License-Identifier: Apache-2.0
#include "shell/picker.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "shell/nodes.h"

namespace lunet::shell {

Picker::Picker(const service::ViewNode& root, const std::string& path) {
  add(root, "/", 0);
  const auto at = std::find_if(rows_.begin(), rows_.end(), [&](const Row& row) { return row.path == path; });
  if (at != rows_.end()) cursor_ = static_cast<std::size_t>(at - rows_.begin());
}

void Picker::add(const service::ViewNode& node, const std::string& path, int depth) {
  const std::string indent(static_cast<std::size_t>(depth) * 2, ' ');
  rows_.push_back({fmt::format("{}o- {} [{}]", indent, node.name, summary_of(node)), path});
  for (const service::ViewNode& child : node.children)
    add(child, (path == "/" ? "" : path) + "/" + child.name, depth + 1);
}

std::size_t Picker::top(std::size_t height) const {
  const std::size_t half = height / 2;
  if (rows_.size() <= height || cursor_ < half) return 0;
  return std::min(cursor_ - half, rows_.size() - height);
}

bool Picker::press(PickerKey key, std::size_t height) {
  const std::size_t last = rows_.size() - 1;
  switch (key) {
    case PickerKey::up: cursor_ -= cursor_ > 0 ? 1 : 0; break;
    case PickerKey::down: cursor_ += cursor_ < last ? 1 : 0; break;
    case PickerKey::page_up: cursor_ -= std::min(cursor_, height); break;
    case PickerKey::page_down: cursor_ = std::min(cursor_ + height, last); break;
    case PickerKey::first: cursor_ = 0; break;
    case PickerKey::last: cursor_ = last; break;
    case PickerKey::choose: chosen_ = rows_[cursor_].path; return true;
    case PickerKey::leave: return true;
    case PickerKey::other: break;
  }
  return false;
}

void Picker::search(char letter) {
  const auto wanted = std::tolower(static_cast<unsigned char>(letter));
  for (std::size_t step = 1; step <= rows_.size(); ++step) {
    const std::size_t at = (cursor_ + step) % rows_.size();
    const std::string& path = rows_[at].path;
    const auto slash = path.rfind('/');
    if (slash + 1 >= path.size()) continue;
    if (std::tolower(static_cast<unsigned char>(path[slash + 1])) != wanted) continue;
    cursor_ = at;
    return;
  }
}

}  // namespace lunet::shell
