// SPDX-License-Identifier: Apache-2.0
// One spelling for what can be written in several: "storage ramdisk" is "storage rd_mcp", 1M is 1048576,
// mutual_userid is userid_mutual where the schema says so.
#pragma once

#include <vector>

#include "config/node.h"
#include "config/tree.h"
#include "schema/schema.h"

namespace lunet::config {

/// What the schema does not know, or refuses, stays as it is.
Path normal_path(const schema::Schema& schema, const Path& path);
Node normal_node(const schema::Schema& schema, const Node& node);
/// The object with all below it.
Object normal_object(const schema::Schema& schema, const schema::Kind* kind, const Object& object);
/// Looks only at what leads from `before` to `tree`.
void normalise(Tree& tree, const Tree& before, const schema::Schema& schema);

}  // namespace lunet::config
