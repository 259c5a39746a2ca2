// SPDX-License-Identifier: Apache-2.0
// Finding things in a configuration: by a pattern (docs/policy.md, Patterns) and by filters. What the
// configuration does not say and the schema does - defaults, required values that are missing - is found too.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "config/node.h"
#include "config/tree.h"
#include "language/pattern.h"
#include "schema/schema.h"

namespace lunet::config {

/// Something that was found, and what the schema says of it.
struct Item {
  enum class Kind : unsigned char { object, group, attribute };
  Kind kind = Kind::object;
  Node node;
  std::string value;        ///< as it stands; of an attribute that is not set its default
  bool is_set = false;      ///< stands in the configuration
  bool is_default = false;  ///< has the default's value: set to it, or not set
  bool is_missing = false;  ///< required, and not set
  const schema::Attribute* attribute = nullptr;  ///< null for objects, groups and what the schema has not
  [[nodiscard]] bool is_required() const { return attribute != nullptr && attribute->required; }
  [[nodiscard]] bool is_secret() const { return attribute != nullptr && attribute->secret; }
};

using Filter = std::function<bool(const Item&)>;
namespace filters {
Filter everything();
Filter no_default();    ///< hides attributes that have their default's value
Filter only_default();  ///< of attributes only those
Filter no_missing();    ///< hides required attributes that are not set
Filter only_missing();  ///< nothing but those
Filter only_required();
Filter only_set();  ///< what stands in the configuration
Filter type(Item::Kind kind);
Filter both(Filter a, Filter b);
Filter negated(Filter filter);
}  // namespace filters

struct SearchContext {
  const schema::Schema& schema;
  schema::Runtime runtime = schema::Runtime::lunetd;
  Path level = {};  ///< the pattern is relative to it
};

/// What matches, in canonical order. Without a filter: what stands in the configuration. A group matches
/// when some attribute of it passes the filter.
std::vector<Item> search(const Tree& tree, const SearchContext& context, const language::Pattern& pattern,
                         const Filter& filter = filters::only_set());
/// As text. EINVAL shows every mistake of the pattern. A single word that finds no group is tried with " .*":
/// `show path` finds the attributes of that name.
Result<std::vector<Item>> search(const Tree& tree, const SearchContext& context, std::string_view pattern,
                                 const Filter& filter = filters::only_set());

/// Every object, group and attribute at and below `context.level` that passes.
std::vector<Item> collect(const Tree& tree, const SearchContext& context, const Filter& filter);

/// Required values that are missing, anywhere at or below `context.level`.
std::vector<Node> missing_values(const Tree& tree, const SearchContext& context);

}  // namespace lunet::config
