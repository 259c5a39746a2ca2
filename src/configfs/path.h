// SPDX-License-Identifier: Apache-2.0
// Paths of the target tree (tree.h) taken apart, and the one form its errors have.
#pragma once

#include <string>
#include <string_view>

#include "configfs/tree.h"

namespace lunet::configfs {

/// "" or parts joined by '/', none of them empty, "." or "..", none with NUL or longer than 255 bytes.
bool is_tree_path(std::string_view path);
/// Everything before the last part; "" for a path of one part.
std::string_view parent_path(std::string_view path);
/// The last part.
std::string_view base_name(std::string_view path);
/// `dir` "" is the root.
std::string join_path(std::string_view dir, std::string_view name);
/// True for `dir` itself and everything below it.
bool is_at_or_below(std::string_view path, std::string_view dir);

/// "write core/rd_mcp_0/rd0/enable: File exists (reason)".
Error tree_error(Verb verb, std::string_view path, int errnum, std::string_view reason = {});

/// True for the verbs that change the tree.
bool is_mutation(Verb verb);

}  // namespace lunet::configfs
