// SPDX-License-Identifier: Apache-2.0
// What the schema says of an object, as far as its place in the target tree depends on it: which fabric has
// which directory, which has no TPGs in the configuration, how it writes names.
#pragma once

#include <string>
#include <string_view>

#include "config/tree.h"
#include "configfs/tree.h"
#include "schema/schema.h"

namespace lunet::target {

/// The shipped policy, read once: constant.
const schema::Schema& shipped_schema();
/// Null for an object that the schema has not.
const schema::Kind* kind_of(const config::Path& path);
/// A tree that takes batches whole is lunetd's; what else has LIO's tree is the kernel.
schema::Runtime runtime_of(const configfs::Tree& live);

/// The fabric's directory: "fc" for tcm_fc; the name itself for one that the schema has not.
std::string_view fabric_directory(std::string_view fabric);
/// The fabric of a directory; "" when no fabric has it.
std::string_view fabric_of_directory(std::string_view directory);
/// Its targets hold in the configuration what in the tree their TPG 1 holds.
bool is_flat(std::string_view fabric);
/// A TPG, or a target that is one.
bool is_portal_group(const config::Path& path);
/// The portal group at or above `path`; empty when there is none.
config::Path portal_group_of(const config::Path& path);

/// A target's or initiator's name as the fabric's directories have it: "naa.21..." as "21:..." for Fibre
/// Channel. Names in other forms stay.
std::string wwn_directory(std::string_view fabric, std::string_view wwn);
/// The other way.
std::string wwn_of_directory(std::string_view fabric, std::string_view directory);

}  // namespace lunet::target
