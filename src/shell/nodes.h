// SPDX-License-Identifier: Apache-2.0
// Looking things up in the tree of nodes.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "service/view.h"

namespace lunet::shell {

/// The node at a canonical path (Place::path); names in it that do not fit exactly may differ in case. Null:
/// none.
const service::ViewNode* find_node(const service::ViewNode& root, std::string_view path);
/// A path near one that is not there: the nearest name at the place where the path leaves the tree. "" when
/// the path is there or nothing is near.
std::string near_path(const service::ViewNode& root, std::string_view path);
/// Why there is no node at the path: ENOENT, with the nearest name at the place where the path leaves the
/// tree.
Error no_such_node(const service::ViewNode& root, std::string_view path);
/// "" when the node has no such detail.
std::string_view detail_of(const service::ViewNode& node, std::string_view key);
/// The summary, or what stands for an empty one: OK, ERROR, "...".
std::string summary_of(const service::ViewNode& node);

}  // namespace lunet::shell
