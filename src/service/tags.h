// SPDX-License-Identifier: Apache-2.0
// ACLs with one tag are one node for users (features 3.7): read from the first, written to all.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "configfs/tree.h"
#include "service/verbs.h"

namespace lunet::service {

/// The ACL at the path, or those beside it that have its last part as their tag. Empty: neither.
std::vector<config::Path> acls_named(const config::Tree& tree, const config::Path& path);
/// The same in what runs, of the first: its path with the initiator's name. The path itself when there is
/// none.
config::Path first_acl_named(configfs::Tree& live, const config::Path& path);

/// Members that join a tag take over the mapped LUNs, credentials, attributes and parameters of its first
/// one.
Result<Report> tag_acl(Editor& editor, const TpgRef& tpg, std::string_view name, std::string_view tag);
/// What the members have stays as it is.
Result<Report> untag_acl(Editor& editor, const TpgRef& tpg, std::string_view name);

}  // namespace lunet::service
