// SPDX-License-Identifier: Apache-2.0
#include "config/dump.h"

#include "config/kinds.h"

namespace lunet::config {
namespace {

/// A part of a configuration, made of what was found.
class Part {
 public:
  Part(const Tree& whole, const SearchContext& context, Filter filter)
      : whole_(whole), context_(context), filter_(std::move(filter)) {}

  void add(const Item& item) {
    item.kind == Item::Kind::attribute ? add_attribute(item) : add_below(item.node);
  }
  /// Everything at and below the level.
  void add_level() { add_below({context_.level}); }

  [[nodiscard]] const Tree& tree() const { return part_; }

 private:
  void add_attribute(const Item& item) {
    Object& object = part_.ensure(item.node.path);
    Attributes& attributes = item.node.group.empty() ? object.attributes : object.groups[item.node.group];
    attributes.insert_or_assign(item.node.attribute, item.value);
  }

  /// The group, or the object with all in it.
  void add_below(const Node& node) {
    SearchContext below = context_;
    below.level = node.path;
    if (node.group.empty() && !node.path.empty() && whole_.find(node.path) != nullptr)
      part_.ensure(node.path);
    for (const Item& item : collect(whole_, below, [](const Item&) { return true; })) {
      const bool wanted =
          node.group.empty() || (item.node.path == node.path && item.node.group == node.group);
      if (!wanted) continue;
      if (item.kind == Item::Kind::object) part_.ensure(item.node.path);
      if (item.kind == Item::Kind::attribute && passes(item)) add_attribute(item);
    }
  }

  /// Only a value can be written.
  [[nodiscard]] bool passes(const Item& item) const {
    return (item.is_set || item.is_default) && filter_(item);
  }

  const Tree& whole_;
  const SearchContext& context_;
  Filter filter_;
  Tree part_;
};

}  // namespace

Result<std::string> dump(const Tree& tree, const SearchContext& context, const DumpOptions& options) {
  const auto text = [&](const Tree& part) {
    return options.show_secrets ? print(part) : print_hiding_secrets(part, {}, context.schema);
  };
  Filter filter = options.filter ? options.filter : filters::everything();
  if (!options.with_defaults) filter = filters::both(filters::only_set(), std::move(filter));
  const bool whole =
      options.pattern.empty() && context.level.empty() && !options.with_defaults && !options.filter;
  if (whole) return text(tree);
  Part part(tree, context, filter);
  if (options.pattern.empty()) {
    part.add_level();
    return text(part.tree());
  }
  const Filter found = options.with_defaults ? filters::everything() : filters::only_set();
  const auto items = TRY(search(tree, context, options.pattern, found));
  for (const Item& item : items)
    if (item.kind != Item::Kind::attribute || ((item.is_set || item.is_default) && filter(item)))
      part.add(item);
  return text(part.tree());
}

}  // namespace lunet::config
