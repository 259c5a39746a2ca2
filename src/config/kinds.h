// SPDX-License-Identifier: Apache-2.0
// Where config/ asks the schema: the kind of an object, and which object a value names.
#pragma once

#include "config/tree.h"
#include "schema/schema.h"

namespace lunet::config {

/// Null for an object that the schema has not.
const schema::Kind* kind_of(const schema::Schema& schema, const Path& path);
/// The kind of a child of an object of kind `above`; null when that is.
const schema::Kind* kind_of(const schema::Kind* above, const ObjectKey& key);

/// The object that the attribute's value names, for an attribute of the object at `path`. Empty when the
/// attribute refers to nothing, or the value is none.
Path referred(const schema::Schema& schema, const schema::Attribute& attribute, const Path& path,
              std::string_view value);

}  // namespace lunet::config
