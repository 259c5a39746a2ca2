// SPDX-License-Identifier: Apache-2.0
// A place in a configuration: an object, a group of it, or an attribute.
#pragma once

#include <string>

#include "config/key.h"

namespace lunet::config {

/// Of an object `group` and `attribute` are empty, of a group `attribute`, of an object's own attribute
/// `group`.
struct Node {
  Path path;
  std::string group = {};
  std::string attribute = {};
  friend bool operator==(const Node&, const Node&) = default;
  friend bool operator<(const Node& a, const Node& b);
};

/// "storage fileio disk vm1 attribute block_size"; "" for the root.
std::string node_text(const Node& node);

}  // namespace lunet::config
