// SPDX-License-Identifier: Apache-2.0
#include "shell/nodes.h"

#include <fmt/core.h>

#include "base/text.h"
#include "shell/suggest.h"

namespace lunet::shell {

using service::ViewNode;

static const ViewNode* child_named(const ViewNode& node, std::string_view name) {
  for (const ViewNode& child : node.children) {
    if (child.name == name) return &child;
  }
  const std::string lower = to_lower(name);
  for (const ViewNode& child : node.children) {
    if (to_lower(child.name) == lower) return &child;
  }
  return nullptr;
}

const ViewNode* find_node(const ViewNode& root, std::string_view path) {
  const ViewNode* node = &root;
  for (const std::string_view name : split(path, '/')) {
    if (!name.empty() && node != nullptr) node = child_named(*node, name);
  }
  return node;
}

namespace {

/// How far a path leads into the tree.
struct Walk {
  const ViewNode* node;      ///< the last node that is there
  std::string path;          ///< its path, "" for the root
  std::string_view missing;  ///< the name that is not below it; "" when the whole path is there
};

}  // namespace

static Walk walk(const ViewNode& root, std::string_view path) {
  Walk walk{&root, {}, {}};
  for (const std::string_view name : split(path, '/')) {
    if (name.empty()) continue;
    const ViewNode* child = child_named(*walk.node, name);
    if (child == nullptr) {
      walk.missing = name;
      break;
    }
    walk.node = child;
    walk.path += "/" + child->name;
  }
  return walk;
}

std::string near_path(const ViewNode& root, std::string_view path) {
  const Walk found = walk(root, path);
  std::vector<std::string> names;
  for (const ViewNode& child : found.node->children) names.push_back(child.name);
  const std::string name = found.missing.empty() ? "" : nearest(found.missing, names);
  return name.empty() ? "" : fmt::format("{}/{}", found.path, name);
}

Error no_such_node(const ViewNode& root, std::string_view path) {
  const std::string near = near_path(root, path);
  const std::string last = walk(root, path).path;
  return {ENOENT, fmt::format("no such path {}", path),
          near.empty() ? fmt::format("'ls {}' shows what there is", last.empty() ? "/" : last)
                       : fmt::format("did you mean {}?", near)};
}

std::string_view detail_of(const ViewNode& node, std::string_view key) {
  for (const auto& [name, value] : node.details) {
    if (name == key) return value;
  }
  return {};
}

std::string summary_of(const ViewNode& node) {
  if (!node.summary.empty()) return node.summary;
  switch (node.health) {
    case service::Health::good: return "OK";
    case service::Health::bad: return "ERROR";
    case service::Health::none: break;
  }
  return "...";
}

}  // namespace lunet::shell
