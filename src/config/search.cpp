// SPDX-License-Identifier: Apache-2.0
#include "config/search.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "config/kinds.h"

namespace lunet::config {
namespace filters {

Filter everything() {
  return [](const Item&) { return true; };
}
Filter no_default() {
  return [](const Item& item) { return item.kind != Item::Kind::attribute || !item.is_default; };
}
Filter only_default() {
  return [](const Item& item) { return item.kind != Item::Kind::attribute || item.is_default; };
}
Filter no_missing() {
  return [](const Item& item) { return !item.is_missing; };
}
Filter only_missing() {
  return [](const Item& item) { return item.is_missing; };
}
Filter only_required() {
  return [](const Item& item) { return item.is_required(); };
}
Filter only_set() {
  return [](const Item& item) { return item.is_set; };
}
Filter type(Item::Kind kind) {
  return [kind](const Item& item) { return item.kind == kind; };
}
Filter both(Filter a, Filter b) {
  return [a = std::move(a), b = std::move(b)](const Item& item) { return a(item) && b(item); };
}
Filter negated(Filter filter) {
  return [filter = std::move(filter)](const Item& item) { return !filter(item); };
}

}  // namespace filters

namespace {

/// Walks the configuration in canonical order; what may be there by the schema is visited as well.
class Walk {
 public:
  using Visit = std::function<void(Item&&)>;
  /// Whether to go below an object.
  using Enter = std::function<bool(language::PathView relative)>;

  Walk(const SearchContext& context, Visit visit, Enter enter)
      : context_(context), visit_(std::move(visit)), enter_(std::move(enter)) {}

  void run(const Tree& tree) {
    const Object* start = tree.find(context_.level);
    if (start == nullptr) return;
    path_ = context_.level;
    things(*start, kind_of(context_.schema, path_));
  }

  [[nodiscard]] language::PathView relative() const { return steps_; }

 private:
  void things(const Object& object, const schema::Kind* kind) {
    attributes(object, kind, "");
    std::set<std::string, std::less<>> groups;
    for (const auto& [name, values] : object.groups) groups.insert(name);
    if (kind != nullptr)
      for (const schema::Group& group : kind->groups) groups.insert(group.name);
    for (const std::string& group : groups) attributes(object, kind, group);
    for (const auto& [key, child] : object.children) {
      path_.push_back(key);
      steps_.push_back({static_cast<std::uint8_t>(key.object_class), key.id});
      Item item;
      item.node.path = path_;
      item.value = key.id;
      item.is_set = true;
      visit_(std::move(item));
      if (enter_(steps_)) things(child, kind_of(kind, key));
      steps_.pop_back();
      path_.pop_back();
    }
  }

  void attributes(const Object& object, const schema::Kind* kind, const std::string& group) {
    static const Attributes none;
    const auto found = object.groups.find(group);
    const Attributes& values = group.empty()                  ? object.attributes
                               : found == object.groups.end() ? none
                                                              : found->second;
    const schema::Group* rules = kind == nullptr ? nullptr : group.empty() ? &kind->own : kind->group(group);
    std::map<std::string_view, const schema::Attribute*> names;
    std::set<const schema::Attribute*> given;
    for (const auto& [name, value] : values) {
      const schema::Attribute* known = rules == nullptr ? nullptr : rules->find(name);
      names.emplace(name, known);
      if (known != nullptr && !known->numbered) given.insert(known);
    }
    if (rules != nullptr)
      for (const schema::Attribute& rule : rules->attributes)
        if (may_be_named(rule) && !given.contains(&rule)) names.emplace(rule.name, &rule);
    for (const auto& [name, known] : names) attribute(values, group, name, known);
  }

  /// Of what is not set: what a configuration for this runtime could set.
  [[nodiscard]] bool may_be_named(const schema::Attribute& rule) const {
    const bool here = context_.runtime == schema::Runtime::kernel ? rule.on_kernel : rule.on_lunetd;
    return here && !rule.numbered && !rule.obsolete && rule.attribute_class == schema::AttributeClass::config;
  }

  void attribute(const Attributes& values, const std::string& group, std::string_view name,
                 const schema::Attribute* known) {
    Item item;
    item.kind = Item::Kind::attribute;
    item.node = {path_, group, std::string(name)};
    item.attribute = known;
    const auto set = values.find(name);
    item.is_set = set != values.end();
    static const std::optional<std::string> none;
    const auto& initial = known == nullptr ? none : known->default_on(context_.runtime);
    if (item.is_set) {
      item.value = set->second;
      if (initial) {
        const auto normal = context_.schema.check_value(*known, set->second);
        item.is_default = normal && *normal == *initial;
      }
    } else {
      item.is_missing = item.is_required();
      item.is_default = initial.has_value();
      item.value = initial.value_or("");
    }
    visit_(std::move(item));
  }

  const SearchContext& context_;
  Visit visit_;
  Enter enter_;
  Path path_;
  std::vector<language::PathStep> steps_;
};

/// Puts the group before the first of its attributes that was found.
void add(std::vector<Item>& out, Item&& item) {
  const Node& node = item.node;
  const bool grouped = item.kind == Item::Kind::attribute && !node.group.empty();
  const bool known = !out.empty() && out.back().node.path == node.path && out.back().node.group == node.group;
  if (grouped && !known) {
    Item group;
    group.kind = Item::Kind::group;
    group.node = {node.path, node.group, ""};
    group.value = node.group;
    group.is_set = item.is_set;
    out.push_back(std::move(group));
  }
  out.push_back(std::move(item));
}

std::string_view value_for_pattern(const Item& item) {
  const bool unset = !item.is_set && !item.is_default;
  return unset ? language::unset_marker : std::string_view(item.value);
}

}  // namespace

std::vector<Item> collect(const Tree& tree, const SearchContext& context, const Filter& filter) {
  std::vector<Item> out;
  Walk walk(
      context,
      [&](Item&& item) {
        if (filter(item)) add(out, std::move(item));
      },
      [](language::PathView) { return true; });
  walk.run(tree);
  return out;
}

std::vector<Item> search(const Tree& tree, const SearchContext& context, const language::Pattern& pattern,
                         const Filter& filter) {
  std::vector<Item> out;
  Walk* at = nullptr;
  const auto visit = [&](Item&& item) {
    const language::PathView path = at->relative();
    if (!filter(item)) return;
    if (item.kind == Item::Kind::object) {
      if (pattern.matches_object(path)) out.push_back(std::move(item));
      return;
    }
    const Node& node = item.node;
    if (!node.group.empty() && pattern.matches_group(path, node.group)) {
      const bool known =
          !out.empty() && out.back().node.path == node.path && out.back().node.group == node.group;
      std::vector<Item> both;
      add(both, std::move(item));
      if (!known) out.push_back(std::move(both.front()));
      return;
    }
    if (pattern.matches_attribute(path, node.group, node.attribute, value_for_pattern(item)))
      out.push_back(std::move(item));
  };
  Walk walk(context, visit, [&](language::PathView path) { return pattern.may_match_below(path); });
  at = &walk;
  walk.run(tree);
  return out;
}

Result<std::vector<Item>> search(const Tree& tree, const SearchContext& context, std::string_view text,
                                 const Filter& filter) {
  auto parsed = language::parse_pattern(text);
  // A digit cannot stand in a group's name, so one word may be an attribute's.
  const auto retry = [&]() -> std::optional<std::vector<Item>> {
    const auto longer = language::parse_pattern(fmt::format("{} .*", text));
    if (!longer.diagnostics.empty()) return std::nullopt;
    return search(tree, context, longer.pattern, filter);
  };
  if (!parsed.diagnostics.empty()) {
    if (auto found = retry(); found && !found->empty()) return *std::move(found);
    const language::Source source("pattern", std::string(text));
    return Error{EINVAL, language::render(source, std::move(parsed.diagnostics)), {}};
  }
  auto found = search(tree, context, parsed.pattern, filter);
  if (!found.empty()) return found;
  return retry().value_or(std::vector<Item>{});
}

std::vector<Node> missing_values(const Tree& tree, const SearchContext& context) {
  std::vector<Node> nodes;
  for (Item& item : collect(tree, context, filters::only_missing()))
    if (item.kind == Item::Kind::attribute) nodes.push_back(std::move(item.node));
  return nodes;
}

}  // namespace lunet::config
