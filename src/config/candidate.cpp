// SPDX-License-Identifier: Apache-2.0
#include "config/candidate.h"

#include <fmt/core.h>

#include <algorithm>

#include "config/edit.h"
#include "config/normalise.h"
#include "config/validate/validate.h"

namespace lunet::config {
namespace {

/// What a node says: to see whether an operation changed it.
std::optional<std::string> content_of(const Tree& tree, const Node& node) {
  const Object* object = tree.find(node.path);
  if (object == nullptr) return std::nullopt;
  if (node.group.empty() && node.attribute.empty()) return std::string();
  const Attributes* attributes = &object->attributes;
  if (!node.group.empty()) {
    const auto group = object->groups.find(node.group);
    if (group == object->groups.end() || group->second.empty()) return std::nullopt;
    attributes = &group->second;
  }
  if (node.attribute.empty()) return std::string();
  const auto value = attributes->find(node.attribute);
  return value == attributes->end() ? std::nullopt : std::optional(value->second);
}

void compare_attributes(const Path& path, const std::string& group, const Attributes& from,
                        const Attributes& to, std::vector<Node>& nodes) {
  for (const auto& [name, value] : from)
    if (!to.contains(name)) nodes.push_back({path, group, name});
  for (const auto& [name, value] : to) {
    const auto old = from.find(name);
    if (old == from.end() || old->second != value) nodes.push_back({path, group, name});
  }
}

void compare_objects(const Path& path, const Object& from, const Object& to, std::vector<Node>& nodes) {
  static const Attributes none;
  compare_attributes(path, "", from.attributes, to.attributes, nodes);
  for (const auto& [group, values] : from.groups)
    if (!to.groups.contains(group)) compare_attributes(path, group, values, none, nodes);
  for (const auto& [group, values] : to.groups) {
    const auto old = from.groups.find(group);
    compare_attributes(path, group, old == from.groups.end() ? none : old->second, values, nodes);
  }
}

/// A word that stands for something else cannot be removed; what is removed is named by its node.
void remove_node(Tree& tree, const Node& node) {
  if (node.group.empty() && node.attribute.empty()) {
    // What is below a removed object is gone already.
    if (std::as_const(tree).find(node.path) != nullptr && !tree.remove(node.path)) return;
    return;
  }
  Object* object = tree.find(node.path);
  if (object == nullptr) return;
  if (node.group.empty()) {
    object->attributes.erase(node.attribute);
    return;
  }
  const auto group = object->groups.find(node.group);
  if (group == object->groups.end()) return;
  if (node.attribute.empty()) {
    object->groups.erase(group);
    return;
  }
  group->second.erase(node.attribute);
  if (group->second.empty()) object->groups.erase(group);
}

}  // namespace

std::string_view operation_name(Operation::Kind kind) {
  switch (kind) {
    case Operation::Kind::initial: return "initial";
    case Operation::Kind::set: return "set";
    case Operation::Kind::remove: return "delete";
    case Operation::Kind::load: return "load";
    case Operation::Kind::merge: return "merge";
    case Operation::Kind::replace: return "replace";
    case Operation::Kind::clear: return "clear";
  }
  return "";
}

std::vector<Node> changed_nodes(const Tree& from, const Tree& to) {
  std::vector<Node> nodes;
  for (Difference& difference : diff(from, to)) {
    if (difference.kind == Difference::Kind::changed) {
      compare_objects(difference.path, *from.find(difference.path), *to.find(difference.path), nodes);
    } else {
      nodes.push_back({std::move(difference.path)});
    }
  }
  return nodes;
}

Candidate::Candidate(Tree initial, const schema::Schema& schema, schema::Runtime runtime, Clock clock)
    : schema_(schema), runtime_(runtime), clock_(std::move(clock)) {
  levels_.push_back({operation(Operation::Kind::initial, ""), std::move(initial)});
}

Operation Candidate::operation(Operation::Kind kind, std::string_view text, std::string_view source,
                               const Path& level) const {
  return {kind, std::string(text), std::string(source), level, clock_()};
}

std::vector<Node> Candidate::push(Operation operation, Tree next) {
  std::vector<Node> nodes = changed_nodes(tree(), next);
  if (!nodes.empty()) levels_.push_back({std::move(operation), std::move(next)});
  return nodes;
}

Result<std::vector<Node>> Candidate::advance(Operation operation, Tree next) {
  const std::vector<Finding> findings =
      validate_schema({.tree = next, .schema = schema_, .runtime = runtime_, .before = &tree()});
  if (!findings.empty()) {
    const Places places(
        operation.source.empty() ? std::string(operation_name(operation.kind)) : operation.source,
        operation.text, schema_, operation.level);
    return Error{EINVAL, render(findings, &places), {}};
  }
  normalise(next, tree(), schema_);
  return push(std::move(operation), std::move(next));
}

Result<std::vector<Node>> Candidate::set(std::string_view text, const Path& level) {
  Tree next = tree();
  TRY_OK(merge_at(next, level, text, "set"));
  return advance(operation(Operation::Kind::set, text, {}, level), std::move(next));
}

Result<std::vector<Node>> Candidate::merge(std::string_view text, std::string_view file) {
  Tree next = tree();
  TRY_OK(config::merge(next, text, file));
  return advance(operation(Operation::Kind::merge, text, file), std::move(next));
}

Result<std::vector<Node>> Candidate::load(std::string_view text, std::string_view file) {
  Tree next = TRY(parse_over(tree(), text, file));
  return advance(operation(Operation::Kind::load, text, file), std::move(next));
}

Result<std::vector<Node>> Candidate::remove(std::string_view pattern, const Path& level,
                                            const Filter& filter) {
  const std::vector<Item> items = TRY(find(pattern, level, filters::both(filters::only_set(), filter)));
  if (items.empty()) {
    return Error{
        ENOENT,
        fmt::format("nothing matches '{}'{}", pattern, level.empty() ? "" : " in " + path_text(level)),
        "identifiers and values are regular expressions that match the whole word"};
  }
  Tree next = tree();
  for (const Item& item : items) remove_node(next, item.node);
  return push(operation(Operation::Kind::remove, pattern, {}, level), std::move(next));
}

std::vector<Node> Candidate::replace(Tree tree, std::string_view source) {
  return push(operation(Operation::Kind::replace, {}, source), std::move(tree));
}

std::vector<Node> Candidate::clear() {
  return push(operation(Operation::Kind::clear, {}), {});
}

Result<> Candidate::undo(std::size_t count) {
  const std::size_t done = levels_.size() - 1;
  if (count > done) {
    return Error{EINVAL,
                 done == 0 ? std::string("there is nothing to undo")
                           : fmt::format("there are {} operations to undo, not {}", done, count),
                 {}};
  }
  levels_.erase(levels_.end() - static_cast<std::ptrdiff_t>(count), levels_.end());
  return {};
}

std::vector<Operation> Candidate::history() const {
  std::vector<Operation> operations;
  operations.reserve(levels_.size());
  for (const Level& level : levels_) operations.push_back(level.operation);
  return operations;
}

Origin Candidate::origin(const Node& wanted) const {
  const Node node = normal_node(schema_, wanted);
  const auto content = content_of(tree(), node);
  if (!content) return {};
  std::size_t at = levels_.size() - 1;
  while (at > 0 && content_of(levels_[at - 1].tree, node) == content) --at;
  const Operation& found = levels_[at].operation;
  Origin origin{&found, std::nullopt};
  if (found.kind != Operation::Kind::set && found.kind != Operation::Kind::load &&
      found.kind != Operation::Kind::merge)
    return origin;
  const Places places(found.source, found.text, schema_, found.level);
  if (const auto place = places.find(node)) origin.position = places.source().position(place->name);
  return origin;
}

std::vector<Node> Candidate::missing(const Path& level) const {
  return missing_values(tree(), context(level));
}

Result<std::vector<Item>> Candidate::find(std::string_view pattern, const Path& level,
                                          const Filter& filter) const {
  return search(tree(), context(level), pattern, filter);
}

Result<std::string> Candidate::dump(const DumpOptions& options, const Path& level) const {
  return config::dump(tree(), context(level), options);
}

}  // namespace lunet::config
