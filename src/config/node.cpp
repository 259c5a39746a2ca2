// SPDX-License-Identifier: Apache-2.0
#include "config/node.h"

#include <tuple>

namespace lunet::config {

bool operator<(const Node& a, const Node& b) {
  return std::tie(a.path, a.group, a.attribute) < std::tie(b.path, b.group, b.attribute);
}

std::string node_text(const Node& node) {
  std::string text = path_text(node.path);
  for (const std::string& word : {node.group, node.attribute}) {
    if (word.empty()) continue;
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

}  // namespace lunet::config
