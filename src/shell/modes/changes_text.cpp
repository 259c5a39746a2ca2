// SPDX-License-Identifier: Apache-2.0
#include "shell/modes/changes_text.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "config/dump.h"
#include "config/kinds.h"
#include "language/word.h"
#include "shell/modes/statement.h"

namespace lunet::shell::modes {
namespace {

using config::Node;
using config::Object;
using config::Path;
using config::Tree;

bool begins_with(const Path& path, const Path& level) {
  return path.size() >= level.size() && std::equal(level.begin(), level.end(), path.begin());
}

/// The value of an attribute's node; null when it is not set.
const std::string* value_of(const Tree& tree, const Node& node) {
  const Object* object = tree.find(node.path);
  if (object == nullptr) return nullptr;
  const config::Attributes* attributes = &object->attributes;
  if (!node.group.empty()) {
    const auto group = object->groups.find(node.group);
    if (group == object->groups.end()) return nullptr;
    attributes = &group->second;
  }
  const auto value = attributes->find(node.attribute);
  return value == attributes->end() ? nullptr : &value->second;
}

bool is_secret(const schema::Schema& schema, const Node& node) {
  const schema::Kind* kind = config::kind_of(schema, node.path);
  const schema::Attribute* attribute =
      kind == nullptr ? nullptr : kind->attribute(node.group, node.attribute);
  return attribute != nullptr && attribute->secret;
}

std::string quoted(const std::string& value, bool secret) {
  return secret ? std::string("***") : fmt::format("'{}'", value);
}

std::string value_line(const Versions& versions, const Node& node) {
  const bool secret = is_secret(versions.schema, node);
  const std::string* before = value_of(versions.from, node);
  const std::string* after = value_of(versions.to, node);
  const std::string name = relative_name(node, versions.level);
  if (after == nullptr) return fmt::format("~ {}: {} is unset", name, quoted(*before, secret));
  if (before == nullptr) return fmt::format("~ {}: is {}", name, quoted(*after, secret));
  return fmt::format("~ {}: {} becomes {}", name, quoted(*before, secret), quoted(*after, secret));
}

/// The statement that sets the value, as it stands in its object.
std::string statement(const Node& node, const std::string& value, bool secret) {
  return fmt::format("{}{}{} {}", node.group, node.group.empty() ? "" : " ", node.attribute,
                     secret ? "***" : language::word_text(value));
}

void add_values(const Versions& versions, const Path& path, std::vector<std::string>& lines) {
  lines.push_back(fmt::format("[edit{}{}]", path.empty() ? "" : " ", config::path_text(path)));
  Tree from;
  Tree to;
  for (auto& [tree, source] : {std::pair{&from, &versions.from}, {&to, &versions.to}}) {
    tree->ensure(path).attributes = source->find(path)->attributes;
    tree->ensure(path).groups = source->find(path)->groups;
  }
  for (const Node& node : config::changed_nodes(from, to)) {
    const bool secret = is_secret(versions.schema, node);
    if (const std::string* before = value_of(from, node))
      lines.push_back("-  " + statement(node, *before, secret));
    if (const std::string* after = value_of(to, node))
      lines.push_back("+  " + statement(node, *after, secret));
  }
}

void add_object(const Tree& tree, const Versions& versions, const Path& path, char mark,
                std::vector<std::string>& lines) {
  const Path parent(path.begin(), path.end() - 1);
  lines.push_back(fmt::format("[edit{}{}]", parent.empty() ? "" : " ", config::path_text(parent)));
  const std::string text = relative_text(config::print_hiding_secrets(tree, path, versions.schema), parent);
  for (const std::string_view line : split(trim(text), '\n'))
    lines.push_back(fmt::format("{}  {}", mark, line));
}

/// The objects of a text's beginning that are all there, and what stands behind them.
struct Leading {
  Path path;
  std::vector<std::string> rest;
};

Leading leading_objects(const Tree& tree, const Path& level, std::vector<std::string> words) {
  Leading leading{level, {}};
  std::size_t at = 0;
  for (; at + 1 < words.size(); at += 2) {
    const auto object_class = config::class_from_name(words[at]);
    if (!object_class) break;
    Path next = leading.path;
    next.push_back({*object_class, words[at + 1]});
    if (tree.find(next) == nullptr) break;
    leading.path = std::move(next);
  }
  leading.rest.assign(words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
  return leading;
}

/// A regular expression that only matches the text.
std::string escaped(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (std::string_view(".[]^$*+?{}|()\\").find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return language::word_text(pattern);
}

/// Plugins and fabrics are no more than what is in them.
std::vector<Node> in_containers(const Tree& tree, const Node& node) {
  const config::ObjectClass object_class = node.path.back().object_class;
  const Object* object = tree.find(node.path);
  const bool contains =
      object_class == config::ObjectClass::storage || object_class == config::ObjectClass::fabric;
  if (!contains || object == nullptr || object->children.empty()) return {node};
  std::vector<Node> nodes;
  for (const auto& [key, child] : object->children) {
    nodes.push_back(node);
    nodes.back().path.push_back(key);
  }
  return nodes;
}

}  // namespace

std::string relative_name(const Node& node, const Path& level) {
  Node shown = node;
  if (begins_with(node.path, level))
    shown.path.erase(shown.path.begin(), shown.path.begin() + static_cast<std::ptrdiff_t>(level.size()));
  const std::string text = config::node_text(shown);
  return text.empty() ? "." : text;
}

std::vector<std::string> node_lines(const Versions& versions, const std::vector<Node>& nodes) {
  std::vector<std::string> lines;
  for (const Node& node : nodes) {
    if (!node.attribute.empty()) {
      lines.push_back(value_line(versions, node));
      continue;
    }
    const bool gone = versions.to.find(node.path) == nullptr;
    for (const Node& each : in_containers(gone ? versions.from : versions.to, node))
      lines.push_back(fmt::format("{} {}", gone ? '-' : '+', relative_name(each, versions.level)));
  }
  return lines;
}

std::vector<std::string> patch_lines(const Versions& versions) {
  std::vector<std::string> lines;
  for (const config::Difference& difference : config::diff(versions.from, versions.to)) {
    if (!begins_with(difference.path, versions.level)) continue;
    switch (difference.kind) {
      case config::Difference::Kind::removed:
        add_object(versions.from, versions, difference.path, '-', lines);
        break;
      case config::Difference::Kind::created:
        add_object(versions.to, versions, difference.path, '+', lines);
        break;
      case config::Difference::Kind::changed: add_values(versions, difference.path, lines); break;
    }
  }
  return lines;
}

static std::string value_text(const config::Value& value, bool secret) {
  if (secret && value.state == config::ValueState::set) return "***";
  switch (value.state) {
    case config::ValueState::unset: return "unset";
    case config::ValueState::by_default: return fmt::format("'{}' (default)", value.text);
    case config::ValueState::set: break;
  }
  return fmt::format("'{}'", value.text);
}

static void add_class(const Versions& versions, const config::ObjectChange& change,
                      std::vector<std::string>& lines) {
  const bool gone = change.kind == config::ObjectChange::Kind::removed;
  for (const Node& each : in_containers(gone ? versions.from : versions.to, {change.path}))
    lines.push_back("  " + config::path_text(each.path));
  for (const config::ValueChange& value : change.values)
    lines.push_back(fmt::format("    {}{}{}: {} becomes {}", value.group, value.group.empty() ? "" : " ",
                                value.name, value_text(value.from, value.secret),
                                value_text(value.to, value.secret)));
}

std::vector<std::string> class_lines(const Versions& versions, schema::Runtime runtime) {
  using Kind = config::ObjectChange::Kind;
  constexpr std::pair<Kind, std::string_view> sections[] = {
      {Kind::removed, "Removed:"},
      {Kind::created, "Created:"},
      {Kind::major, "Changed, which makes the object again:"},
      {Kind::minor, "Changed in place:"}};
  const auto changes = config::classify(versions.from, versions.to, versions.schema, runtime);
  std::vector<std::string> lines;
  for (const auto& [kind, title] : sections) {
    bool first = true;
    for (const config::ObjectChange& change : changes) {
      if (change.kind != kind) continue;
      if (first) lines.emplace_back(title);
      first = false;
      add_class(versions, change, lines);
    }
  }
  return lines;
}

Tree without_empty(Tree tree) {
  std::vector<config::ObjectKey> empty;
  for (const auto& [key, object] : std::as_const(tree).root.children) {
    if (object == Object{}) empty.push_back(key);
  }
  for (const config::ObjectKey& key : empty) (void)tree.remove({key});
  return tree;
}

std::string relative_text(std::string_view text, const Path& level) {
  if (level.empty() || text.empty()) return std::string(text);
  const std::string above = config::path_text(level);
  std::vector<std::string_view> lines = split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  std::string shown;
  const bool block = lines.front() == above + " {" && lines.back() == "}";
  if (block) {
    constexpr std::size_t indent = 4;
    for (std::size_t i = 1; i + 1 < lines.size(); ++i)
      shown += std::string(lines[i].substr(std::min(indent, lines[i].size()))) + "\n";
    return shown;
  }
  for (const std::string_view line : lines) {
    const bool below = line.starts_with(above + " ");
    if (line != above) shown += std::string(below ? line.substr(above.size() + 1) : line) + "\n";
  }
  return shown;
}

std::string literal_pattern(const Tree& tree, const Path& level, std::string_view text) {
  auto words = words_of(text);
  if (!words) return std::string(text);
  const Leading leading = leading_objects(tree, level, std::move(*words));
  if (leading.path.size() == level.size()) return std::string(text);
  std::string pattern;
  for (std::size_t i = level.size(); i < leading.path.size(); ++i) {
    const config::ObjectKey& key = leading.path[i];
    pattern += fmt::format("{}{} {}", pattern.empty() ? "" : " ", config::class_name(key.object_class),
                           escaped(key.id));
  }
  if (!leading.rest.empty()) pattern += " " + line_of(leading.rest);
  return pattern;
}

}  // namespace lunet::shell::modes
