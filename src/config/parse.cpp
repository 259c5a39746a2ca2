// SPDX-License-Identifier: Apache-2.0
// Text to trees: the syntax tree's statements set values, in order.
#include <fmt/core.h>

#include "config/edit.h"
#include "config/read_statements.h"
#include "config/tree.h"
#include "language/syntax.h"

namespace lunet::config {

using language::Statement;
using language::StatementKind;

/// What the grammar allows and a configuration does not: values outside of objects, objects in groups, no
/// identifier.
static void check(language::Syntax& syntax, const std::vector<Statement>& statements, StatementKind parent) {
  for (const Statement& statement : statements) {
    const bool is_object = statement.kind == StatementKind::object;
    const auto complain = [&](const language::Word& at, std::string sentence) {
      syntax.diagnostics.push_back({at.offset, std::move(sentence)});
    };
    if (is_object && language::is_unset(statement.value)) {
      complain(statement.value,
               fmt::format("a {} needs an identifier, it cannot be unset", statement.name.text));
    }
    if (parent == StatementKind::group && statement.kind != StatementKind::attribute) {
      complain(statement.name,
               fmt::format("\"{}\" cannot stand in a group: groups hold attributes", statement.name.text));
    }
    check(syntax, statement.body, statement.kind);
  }
}

static void check_top(language::Syntax& syntax) {
  for (const Statement& statement : syntax.statements) {
    if (statement.kind == StatementKind::object) continue;
    const std::string_view name = statement.name.text;
    const std::string_view meant = language::nearest(name, language::object_classes);
    syntax.diagnostics.push_back(
        {statement.name.offset,
         meant.empty()
             ? fmt::format(
                   "\"{}\" stands outside of any object; objects start with their class: storage fileio ...",
                   name)
             : fmt::format("unknown object class \"{}\"; did you mean \"{}\"?", name, meant)});
  }
  check(syntax, syntax.statements, StatementKind::object);
}

/// What is stored where an object is read into: its values are what ~keep~ stands for.
static const std::string* stored_value(const Object* stored, std::string_view group, std::string_view name) {
  if (stored == nullptr) return nullptr;
  const Attributes* attributes = &stored->attributes;
  if (!group.empty()) {
    const auto found = stored->groups.find(group);
    if (found == stored->groups.end()) return nullptr;
    attributes = &found->second;
  }
  const auto value = attributes->find(name);
  return value == attributes->end() ? nullptr : &value->second;
}

static const Object* stored_child(const Object* stored, const Statement& statement) {
  if (stored == nullptr) return nullptr;
  const auto found = stored->children.find(
      {static_cast<ObjectClass>(statement.object_class), std::string(statement.value.text)});
  return found == stored->children.end() ? nullptr : &found->second;
}

/// ~keep~ where there is nothing to keep.
static void check_keeps(language::Syntax& syntax, const std::vector<Statement>& statements,
                        std::string_view group, const Object* stored) {
  for (const Statement& statement : statements) {
    switch (statement.kind) {
      case StatementKind::object:
        check_keeps(syntax, statement.body, {}, stored_child(stored, statement));
        break;
      case StatementKind::group: check_keeps(syntax, statement.body, statement.name.text, stored); break;
      case StatementKind::attribute:
        if (!language::is_keep(statement.value) || stored_value(stored, group, statement.name.text)) break;
        syntax.diagnostics.push_back(
            {statement.value.offset, fmt::format("no {} is stored here that {} could keep; write the value",
                                                 statement.name.text, language::keep_marker)});
    }
  }
}

static void set_attribute(Attributes& attributes, const Statement& statement, const std::string* kept) {
  if (language::is_keep(statement.value) && kept) {
    attributes.insert_or_assign(std::string(statement.name.text), *kept);
  } else if (language::is_unset(statement.value)) {
    const auto old = attributes.find(statement.name.text);
    if (old != attributes.end()) attributes.erase(old);
  } else {
    // Canonical text comes in order: the end is the right hint.
    attributes.insert_or_assign(attributes.end(), std::string(statement.name.text),
                                std::string(statement.value.text));
  }
}

static void set_group(Object& object, const Statement& statement, const Object* stored) {
  auto group = object.groups.find(statement.name.text);
  if (group == object.groups.end()) group = object.groups.try_emplace(std::string(statement.name.text)).first;
  for (const Statement& attribute : statement.body)
    set_attribute(group->second, attribute, stored_value(stored, statement.name.text, attribute.name.text));
  if (group->second.empty()) object.groups.erase(group);
}

static void set(Object& object, const std::vector<Statement>& statements, const Object* stored) {
  for (const Statement& statement : statements) {
    switch (statement.kind) {
      case StatementKind::attribute:
        set_attribute(object.attributes, statement, stored_value(stored, {}, statement.name.text));
        break;
      case StatementKind::group: set_group(object, statement, stored); break;
      case StatementKind::object: {
        const ObjectKey key{static_cast<ObjectClass>(statement.object_class),
                            std::string(statement.value.text)};
        set(object.children[key], statement.body, stored_child(stored, statement));
        break;
      }
    }
  }
}

static void take(Object& object, const language::Syntax& syntax, const Object* stored) {
  set(object, syntax.statements, stored);
  if (syntax.source->text().find('#') != std::string_view::npos) note_comments(object, syntax.statements);
}

/// `at_root`: values cannot stand outside of objects. `stored`: what ~keep~ may keep; null: it stays.
static Result<language::Syntax> read(std::string_view text, std::string_view name, const Object* stored,
                                     bool at_root = true) {
  language::Syntax syntax = language::parse(std::string(name), std::string(text));
  if (at_root) {
    check_top(syntax);
  } else {
    check(syntax, syntax.statements, StatementKind::object);
  }
  if (stored != nullptr) check_keeps(syntax, syntax.statements, {}, stored);
  if (!syntax.diagnostics.empty()) {
    return Error{EINVAL, language::render(*syntax.source, std::move(syntax.diagnostics)), {}};
  }
  return syntax;
}

bool read_statements(Object& object, std::string_view text) {
  language::Syntax syntax = language::parse({}, std::string(text));
  check(syntax, syntax.statements, StatementKind::object);
  if (!syntax.diagnostics.empty()) return false;
  take(object, syntax, nullptr);
  return true;
}

Result<> merge(Tree& tree, std::string_view text, std::string_view name) {
  const Tree stored = tree;
  const language::Syntax syntax = TRY(read(text, name, &stored.root));
  take(tree.root, syntax, &stored.root);
  return {};
}

Result<> merge_at(Tree& tree, const Path& level, std::string_view text, std::string_view name) {
  if (level.empty()) return merge(tree, text, name);
  const Tree stored = tree;
  static const Object nothing;
  const Object* found = stored.find(level);
  const Object* kept = found == nullptr ? &nothing : found;
  const language::Syntax syntax = TRY(read(text, name, kept, false));
  take(tree.ensure(level), syntax, kept);
  return {};
}

Result<Tree> parse_over(const Tree& stored, std::string_view text, std::string_view name) {
  Tree tree;
  const language::Syntax syntax = TRY(read(text, name, &stored.root));
  take(tree.root, syntax, &stored.root);
  return tree;
}

Result<Tree> parse(std::string_view text, std::string_view name) {
  Tree tree;
  const language::Syntax syntax = TRY(read(text, name, nullptr));
  take(tree.root, syntax, nullptr);
  return tree;
}

Result<Path> parse_path(std::string_view text) {
  const language::Syntax syntax = TRY(read(text, "path", nullptr));
  Path path;
  const std::vector<Statement>* statements = &syntax.statements;
  while (statements->size() == 1 && statements->front().kind == StatementKind::object &&
         !statements->front().braces) {
    const Statement& statement = statements->front();
    path.push_back({static_cast<ObjectClass>(statement.object_class), std::string(statement.value.text)});
    statements = &statement.body;
  }
  if (!statements->empty() || path.empty()) {
    return Error{
        EINVAL, fmt::format("\"{}\" is no path of objects such as: storage fileio disk vm1", text), {}};
  }
  return path;
}

}  // namespace lunet::config
