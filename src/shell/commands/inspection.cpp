// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "shell/commands/commands.h"
#include "shell/nodes.h"

namespace lunet::shell {

using service::NodeKind;

static Result<service::ViewNode> node_of(const Invocation& call) {
  const service::ViewNode root = TRY(call.session.runtime.view(hierarchy_of(call.place, call.session)));
  const service::ViewNode* node = find_node(root, call.place.path);
  if (node == nullptr) return no_such_node(root, call.place.path);
  return *node;
}

static Result<Outcome> info(const Invocation& call) {
  service::ViewNode node = TRY(node_of(call));
  std::sort(node.details.begin(), node.details.end());
  Outcome outcome;
  for (const auto& [key, value] : node.details) outcome.lines.push_back(fmt::format("{}: {}", key, value));
  outcome.details = std::move(node.details);
  return outcome;
}

static std::string counted(const service::Comparison& comparison) {
  using service::SyncKind;
  constexpr std::array words{std::pair(SyncKind::drift, "drift"), std::pair(SyncKind::foreign, "foreign"),
                             std::pair(SyncKind::pending, "pending"),
                             std::pair(SyncKind::degraded, "degraded")};
  std::string text;
  for (const auto& [kind, word] : words) {
    const auto count = std::count_if(comparison.differences.begin(), comparison.differences.end(),
                                     [wanted = kind](const auto& each) { return each.kind == wanted; });
    if (count > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word);
  }
  return text;
}

static Result<Outcome> sync_status(const Invocation& call) {
  service::Service* service = TRY(call.session.runtime.service());
  service::Comparison comparison = TRY(service->compare(service::Scope{}));
  Outcome outcome;
  if (comparison.differences.empty()) {
    outcome.lines = {fmt::format("Status for /: in sync with generation {}", comparison.generation)};
  } else {
    outcome.lines = {
        fmt::format("Status for /: {} (generation {})", counted(comparison), comparison.generation)};
  }
  for (const service::Difference& each : comparison.differences) outcome.lines.push_back(each.text);
  service::Configurations* recorded = TRY(call.session.runtime.recorded());
  if (const auto waiting = TRY(recorded->confirmation())) {
    outcome.lines.push_back(fmt::format("generation {} waits to be confirmed for {} s: `lunet confirm`",
                                        waiting->generation,
                                        std::max<std::int64_t>(0, waiting->deadline_s - std::time(nullptr))));
    outcome.waiting = waiting;
  }
  outcome.comparison = std::move(comparison);
  return outcome;
}

static Result<Outcome> status(const Invocation& call) {
  if (call.place.kind == NodeKind::root) return sync_status(call);
  const service::ViewNode node = TRY(node_of(call));
  Outcome outcome;
  outcome.lines = {fmt::format("Status for {}: {}", call.place.path, summary_of(node))};
  return outcome;
}

static Result<Outcome> product_version(const Invocation& /*call*/) {
  Outcome outcome;
  outcome.lines = {"lunet " LUNET_VERSION};
  return outcome;
}

static Result<Outcome> node_version(const Invocation& call) {
  const service::ViewNode node = TRY(node_of(call));
  const std::string_view version = detail_of(node, "version");
  if (version.empty()) {
    return Error{ENOENT, fmt::format("{}: the runtime does not tell a version", call.place.path), {}};
  }
  Outcome outcome;
  const std::string_view plugin = detail_of(node, "plugin");
  outcome.lines = {plugin.empty() ? std::string(version) : fmt::format("{} {}", plugin, version)};
  return outcome;
}

std::vector<Command> inspection_commands() {
  return {
      {.name = "info",
       .kinds = {NodeKind::disk, NodeKind::hba, NodeKind::alua_group, NodeKind::fabric, NodeKind::target,
                 NodeKind::tpg, NodeKind::lun, NodeKind::acl, NodeKind::mapped_lun, NodeKind::portal},
       .run = info},
      {.name = "status", .kinds = {}, .run = status},
      {.name = "version", .kinds = {NodeKind::root}, .run = product_version},
      {.name = "version",
       .page = "version-object",
       .kinds = {NodeKind::disk, NodeKind::hba, NodeKind::fabric},
       .run = node_version},
  };
}

}  // namespace lunet::shell
