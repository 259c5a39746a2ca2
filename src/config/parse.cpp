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

static void set_attribute(Attributes& attributes, const Statement& statement) {
  if (language::is_unset(statement.value)) {
    const auto old = attributes.find(statement.name.text);
    if (old != attributes.end()) attributes.erase(old);
  } else {
    // Canonical text comes in order: the end is the right hint.
    attributes.insert_or_assign(attributes.end(), std::string(statement.name.text),
                                std::string(statement.value.text));
  }
}

static void set_group(Object& object, const Statement& statement) {
  auto group = object.groups.find(statement.name.text);
  if (group == object.groups.end()) group = object.groups.try_emplace(std::string(statement.name.text)).first;
  for (const Statement& attribute : statement.body) set_attribute(group->second, attribute);
  if (group->second.empty()) object.groups.erase(group);
}

static void set(Object& object, const std::vector<Statement>& statements) {
  for (const Statement& statement : statements) {
    switch (statement.kind) {
      case StatementKind::attribute: set_attribute(object.attributes, statement); break;
      case StatementKind::group: set_group(object, statement); break;
      case StatementKind::object: {
        const ObjectKey key{static_cast<ObjectClass>(statement.object_class),
                            std::string(statement.value.text)};
        set(object.children[key], statement.body);
        break;
      }
    }
  }
}

static Result<language::Syntax> read(std::string_view text, std::string_view name) {
  language::Syntax syntax = language::parse(std::string(name), std::string(text));
  check_top(syntax);
  if (!syntax.diagnostics.empty()) {
    return Error{EINVAL, language::render(*syntax.source, std::move(syntax.diagnostics)), {}};
  }
  return syntax;
}

bool read_statements(Object& object, std::string_view text) {
  language::Syntax syntax = language::parse({}, std::string(text));
  check(syntax, syntax.statements, StatementKind::object);
  if (!syntax.diagnostics.empty()) return false;
  set(object, syntax.statements);
  return true;
}

Result<> merge(Tree& tree, std::string_view text, std::string_view name) {
  const language::Syntax syntax = TRY(read(text, name));
  set(tree.root, syntax.statements);
  return {};
}

Result<Tree> parse(std::string_view text, std::string_view name) {
  Tree tree;
  TRY_OK(merge(tree, text, name));
  return tree;
}

Result<Path> parse_path(std::string_view text) {
  const language::Syntax syntax = TRY(read(text, "path"));
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
