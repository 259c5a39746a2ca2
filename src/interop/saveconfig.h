// SPDX-License-Identifier: Apache-2.0
// The configuration file of rtslib-fb, targetcli-fb and targetctl (saveconfig.json), both ways: what they
// write is read without loss, what this writes they restore. docs/saveconfig.md has the tables and what is
// kept how. Made for rtslib-fb 2.1.75; keys of later versions are carried along.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/tree.h"
#include "schema/schema.h"

namespace lunet::interop {

enum class Format : unsigned char { language, saveconfig };
/// By content: JSON starts with '{' or '[', which no text of the language does.
Format format_of(std::string_view text);

struct Loaded {
  config::Tree tree;
  /// Sentences that start with the object: what rtslib-fb would not restore either, keys that are not known,
  /// what the language has no place for.
  std::vector<std::string> notes;
};
/// EINVAL: a line for each mistake, "NAME: targets[0].tpgs[0].tag: a whole number is expected, not text". No
/// value is in it: values may be secrets.
Result<Loaded> load_saveconfig(std::string_view text, std::string_view name, const schema::Schema& schema);

struct Saved {
  std::string text;
  /// Sentences that start with the object: what the format has no place for, or rtslib-fb does not restore.
  std::vector<std::string> losses;
};
/// In rtslib-fb's key order and indent; objects of one kind in the tree's order. By the schema, yes and no
/// are written as the runtime's files take them.
Saved save_saveconfig(const config::Tree& tree, const schema::Schema& schema);

}  // namespace lunet::interop
