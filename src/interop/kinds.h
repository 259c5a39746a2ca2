// SPDX-License-Identifier: Apache-2.0
// What the schema says of an object, as far as the format of files depends on it.
#pragma once

#include "config/tree.h"
#include "schema/schema.h"

namespace lunet::interop {

/// Null for an object that the schema has not.
const schema::Kind* kind_of(const schema::Schema& schema, const config::Path& path);

/// A target of a fabric without TPGs holds in the configuration what in the file its TPG 1 holds.
bool is_tpg_itself(const schema::Kind* target);

/// A TPG that cannot be disabled; of others unset means disabled, but rtslib-fb enables what says nothing.
bool is_always_enabled(const schema::Kind* tpg);

}  // namespace lunet::interop
