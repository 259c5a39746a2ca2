// SPDX-License-Identifier: Apache-2.0
// Objects of one kind as rows: for people, and for awk with -H and -p.
#include <fmt/core.h>

#include <array>

#include "base/text.h"
#include "shell/commands/commands.h"
#include "shell/nodes.h"
#include "shell/suggest.h"

namespace lunet::shell {

using service::NodeKind;
using service::ViewNode;

namespace {

/// A kind of row: its word, the nodes, and the details that are its columns.
struct Kind {
  std::string_view name;
  NodeKind node;
  std::vector<Column> columns;
};

}  // namespace

static std::vector<Kind> kinds() {
  const auto text = ColumnKind::text;
  return {
      {"disks",
       NodeKind::disk,
       {{"path", text},
        {"name", text},
        {"plugin", text},
        {"size", ColumnKind::bytes},
        {"status", text},
        {"dev", text},
        {"wwn", text},
        {"summary", text}}},
      {"targets", NodeKind::target, {{"path", text}, {"wwn", text}, {"fabric", text}, {"summary", text}}},
      {"tpgs",
       NodeKind::tpg,
       {{"path", text}, {"tag", ColumnKind::number}, {"enable", text}, {"nexus", text}, {"summary", text}}},
      {"luns",
       NodeKind::lun,
       {{"path", text},
        {"index", ColumnKind::number},
        {"storage_object", text},
        {"alua_tg_pt_gp_name", text}}},
      {"acls",
       NodeKind::acl,
       {{"path", text},
        {"node_wwn", text},
        {"tag", text},
        {"session", text},
        {"tcq_depth", ColumnKind::number},
        {"summary", text}}},
      {"mapped_luns",
       NodeKind::mapped_lun,
       {{"path", text},
        {"index", ColumnKind::number},
        {"tpg_lun", ColumnKind::number},
        {"storage_object", text},
        {"write_protect", text}}},
      {"portals",
       NodeKind::portal,
       {{"path", text},
        {"ip_address", text},
        {"port", ColumnKind::number},
        {"iser", text},
        {"offload", text}}},
  };
}

static void add_rows(const ViewNode& node, const std::string& path, const Kind& kind, Table& table) {
  if (node.kind == kind.node) {
    table.rows.emplace_back();
    for (const Column& column : kind.columns) {
      std::string cell(detail_of(node, column.name));
      if (column.name == "path") cell = path;
      if (column.name == "summary") cell = node.summary;
      table.rows.back().push_back(std::move(cell));
    }
  }
  for (const ViewNode& child : node.children) add_rows(child, path + "/" + child.name, kind, table);
}

static Result<Outcome> list(const Invocation& call) {
  const std::string name = call.arguments.text("kind");
  std::vector<std::string> names;
  for (const Kind& kind : kinds()) {
    names.emplace_back(kind.name);
    if (kind.name != name) continue;
    const ViewNode root = TRY(call.session.runtime.view());
    const ViewNode* node = find_node(root, call.place.path);
    if (node == nullptr) return no_such_node(root, call.place.path);
    Table table{kind.columns, {}};
    add_rows(*node, call.place.path == "/" ? "" : call.place.path, kind, table);
    return outcome_of(table, call.arguments);
  }
  const std::string hint = did_you_mean(name, names);
  return Error{EINVAL, fmt::format("list: '{}' is no kind of object", name),
               hint.empty() ? "there are " + joined(names) : hint};
}

static std::vector<std::string> complete_kind(const Wanted& /*wanted*/) {
  std::vector<std::string> names;
  for (const Kind& kind : kinds()) names.emplace_back(kind.name);
  return names;
}

std::vector<Command> list_commands() {
  std::vector<Parameter> parameters = {
      {.name = "kind", .required = false, .default_value = "disks", .complete = complete_kind}};
  for (const Parameter& option : list_options()) parameters.push_back(option);
  return {
      {.name = "list", .kinds = {}, .parameters = std::move(parameters), .takes_options = true, .run = list}};
}

}  // namespace lunet::shell
