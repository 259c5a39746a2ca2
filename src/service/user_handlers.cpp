// SPDX-License-Identifier: Apache-2.0
#include "service/user_handlers.h"

#include <algorithm>

namespace lunet::service {

static bool has_child(const ViewNode& node, const std::string& name) {
  return std::any_of(node.children.begin(), node.children.end(),
                     [&](const ViewNode& child) { return child.name == name; });
}

void add_handlers(ViewNode& root, const std::vector<UserHandler>& handlers) {
  const auto backstores = std::find_if(root.children.begin(), root.children.end(), [](const ViewNode& node) {
    return node.kind == NodeKind::backstores;
  });
  if (backstores == root.children.end() || !has_child(*backstores, "fileio")) return;
  std::vector<std::string> names;
  for (const UserHandler& each : handlers) names.push_back("user:" + each.name);
  std::sort(names.begin(), names.end());
  for (ViewNode& plugin : backstores->children) {
    if (!plugin.name.starts_with("user:") || std::binary_search(names.begin(), names.end(), plugin.name))
      continue;
    plugin.summary += ", no handler answers";
    plugin.health = Health::bad;
  }
  for (const std::string& name : names) {
    if (!has_child(*backstores, name))
      backstores->children.push_back(
          {NodeKind::plugin, name, "Storage Objects: 0", Health::none, {}, {}, {}});
  }
}

}  // namespace lunet::service
