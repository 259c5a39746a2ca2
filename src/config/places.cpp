// SPDX-License-Identifier: Apache-2.0
#include "config/places.h"

#include "config/normalise.h"

namespace lunet::config {

using language::Statement;
using language::StatementKind;

Places::Places(std::string name, std::string text, const schema::Schema& schema, const Path& level)
    : schema_(schema), syntax_(language::parse(std::move(name), std::move(text))) {
  Path path = level;
  add(syntax_.statements, path, "");
}

void Places::note(const Node& node, const Statement& statement) {
  const bool group = statement.kind == StatementKind::group;
  places_.insert_or_assign(
      node_text(normal_node(schema_, node)),
      Place{statement.name.offset, group ? statement.name.offset : statement.value.offset});
}

void Places::add(const std::vector<Statement>& statements, Path& path, const std::string& group) {
  for (const Statement& statement : statements) {
    switch (statement.kind) {
      case StatementKind::object:
        path.push_back({static_cast<ObjectClass>(statement.object_class), std::string(statement.value.text)});
        note({path}, statement);
        add(statement.body, path, "");
        path.pop_back();
        break;
      case StatementKind::group:
        note({path, std::string(statement.name.text)}, statement);
        add(statement.body, path, std::string(statement.name.text));
        break;
      case StatementKind::attribute: note({path, group, std::string(statement.name.text)}, statement); break;
    }
  }
}

std::optional<Places::Place> Places::find(const Node& node) const {
  const auto found = places_.find(node_text(normal_node(schema_, node)));
  if (found == places_.end()) return std::nullopt;
  return found->second;
}

}  // namespace lunet::config
