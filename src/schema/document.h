// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "schema/schema.h"

namespace lunet::schema {

/// docs/schema.md: the schema for people, in Markdown.
std::string document(const Schema& schema);

}  // namespace lunet::schema
