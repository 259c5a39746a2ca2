// SPDX-License-Identifier: Apache-2.0
#include "shell/command.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/byte_size.h"
#include "base/check.h"
#include "base/text.h"

namespace lunet::shell {

std::string Arguments::text(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? "" : found->second;
}

bool Arguments::flag(std::string_view name) const {
  const auto value = parse_bool(text(name));
  CHECK(value.has_value());
  return *value;
}

std::uint64_t Arguments::number(std::string_view name) const {
  const auto value = parse_unsigned(text(name));
  CHECK(value.has_value());
  return *value;
}

std::uint64_t Arguments::size(std::string_view name) const {
  const auto value = parse_byte_size(text(name));
  CHECK(static_cast<bool>(value));
  return *value;
}

std::optional<std::uint16_t> Arguments::numbered(std::string_view name, std::string_view prefix) const {
  if (!has(name)) return std::nullopt;
  const auto value = parse_numbered(text(name), prefix);
  CHECK(static_cast<bool>(value));
  return *value;
}

bool is_failure(ExitStatus status) {
  return status == ExitStatus::usage || status == ExitStatus::failed || status == ExitStatus::not_undone;
}

bool Command::applies_to(const Place& place) const {
  if (!plugin.empty() && place.plugin != plugin) return false;
  return kinds.empty() || std::find(kinds.begin(), kinds.end(), place.kind) != kinds.end();
}

service::Hierarchy hierarchy_of(const Place& place, const Session& session) {
  if (place.hba) return service::Hierarchy::hbas;
  const bool by_hba = place.plugin.empty() && session.preferences.flag("legacy_hba_view");
  return by_hba ? service::Hierarchy::hbas : service::Hierarchy::plugins;
}

bool is_offered(const Command& command, const Place& place, const Session& session) {
  if (command.hidden || !command.applies_to(place)) return false;
  return !command.of_hbas || hierarchy_of(place, session) == service::Hierarchy::hbas;
}

std::string Command::syntax() const {
  std::string text(name);
  for (const Parameter& parameter : parameters) {
    if (parameter.option) {
      const std::string_view dashes = parameter.name.size() == 1 ? "-" : "--";
      const std::string_view value = parameter.type == ParameterType::boolean ? "" : " VALUE";
      text += fmt::format(" [{}{}{}]", dashes, parameter.name, value);
      continue;
    }
    text += parameter.required ? fmt::format(" {}", parameter.name) : fmt::format(" [{}]", parameter.name);
  }
  if (!extra.empty()) text += fmt::format(" [{}...]", extra);
  if (!extra_pairs.empty()) text += fmt::format(" [{}=value...]", extra_pairs);
  return text;
}

Outcome outcome_of(service::Report report) {
  Outcome outcome;
  outcome.lines = std::move(report.lines);
  outcome.warnings = std::move(report.warnings);
  outcome.created = std::move(report.created);
  outcome.notes = true;
  outcome.changed = report.changed;
  if (report.left_out > 0) outcome.status = ExitStatus::incomplete;
  return outcome;
}

std::vector<Parameter> list_options() {
  const auto flag = [](std::string_view name) {
    return Parameter{.name = name,
                     .type = ParameterType::boolean,
                     .required = false,
                     .default_value = "no",
                     .option = true};
  };
  return {flag("H"), flag("p"), {.name = "o", .required = false, .option = true}};
}

TableStyle style_of(const Arguments& arguments) {
  return {!arguments.flag("H"), arguments.flag("p"), arguments.text("o")};
}

Result<Outcome> outcome_of(const Table& table, const Arguments& arguments) {
  const TableStyle style = style_of(arguments);
  Outcome outcome;
  outcome.table = TRY(select(table, style.columns));
  outcome.lines = table_lines(*outcome.table, style);
  return outcome;
}

}  // namespace lunet::shell
