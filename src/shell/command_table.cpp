// SPDX-License-Identifier: Apache-2.0
#include "shell/command_table.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/suggest.h"

namespace lunet::shell {

// At the node of a handler: what its cfgstring is, as it says itself.
static void add_handler_help(const Invocation& call, std::vector<std::string>& lines) {
  const std::string command = call.arguments.text("command");
  if (call.place.handler.empty() || (command != "create" && command != "changemedium")) return;
  for (const service::UserHandler& handler : call.session.runtime.user_handlers()) {
    if (handler.name != call.place.handler || handler.description.empty()) continue;
    lines.insert(lines.end(), {"", fmt::format("CFGSTRING OF {}", handler.name)});
    for (const std::string_view line : split(handler.description, '\n')) add_wrapped(lines, "  ", line);
  }
}

static Result<Outcome> help(const Invocation& call) {
  Outcome outcome;
  outcome.lines = TRY(help_lines(call.session.table, call.place, call.arguments.text("command"),
                                 hierarchy_of(call.place, call.session)));
  add_handler_help(call, outcome.lines);
  return outcome;
}

static std::vector<Command> help_commands() {
  return {{.name = "help",
           .kinds = {},
           .parameters = {{.name = "command", .required = false, .complete = complete_command}},
           .needs_runtime = false,
           .run = help}};
}

std::vector<Command> make_command_table() {
  std::vector<Command> table;
  for (auto* group :
       {navigation_commands, bookmark_commands, script_commands,  program_commands,       inspection_commands,
        help_commands,       group_commands,    store_commands,   configuration_commands, saveconfig_commands,
        migrate_commands,    mount_commands,    convert_commands, support_commands,       backstore_commands,
        hba_commands,        target_commands,   lun_commands,     acl_commands,           portal_commands,
        session_commands,    alua_commands,     resize_commands,  share_commands,         connect_commands,
        access_commands,     wait_commands,     explain_commands, doctor_commands,        text_commands,
        watch_commands,      metrics_commands,  list_commands,    mode_commands}) {
    for (Command& command : group()) table.push_back(std::move(command));
  }
  return table;
}

Result<const Command*> find_command(const std::vector<Command>& table, const Place& place,
                                    std::string_view name) {
  std::set<std::string> here;
  bool elsewhere = false;
  for (const Command& command : table) {
    elsewhere = elsewhere || command.name == name;
    if (!command.applies_to(place)) continue;
    if (command.name == name) return &command;
    if (command.hidden || command.of_hbas) continue;
    here.emplace(command.name);
  }
  const std::vector<std::string> candidates(here.begin(), here.end());
  std::string hint;
  if (!elsewhere) hint = did_you_mean(name, candidates);
  if (hint.empty()) hint = fmt::format("the commands here are {}", joined(candidates));
  return Error{ENOENT,
               elsewhere ? fmt::format("command {} does not apply to {}", name, place.path)
                         : fmt::format("command not found: {}", name),
               hint};
}

// Breaks a text at blanks into lines of at most 76 columns.
void add_wrapped(std::vector<std::string>& lines, std::string_view indent, std::string_view text) {
  constexpr std::size_t width = 76;
  while (!text.empty()) {
    std::size_t end = std::min(text.size(), width);
    if (end < text.size()) {
      const auto blank = text.rfind(' ', end);
      end = blank == std::string_view::npos || blank == 0 ? text.find(' ') : blank;
    }
    lines.push_back(std::string(indent) + std::string(text.substr(0, end)));
    text = end >= text.size() ? std::string_view{} : text.substr(end + 1);
  }
}

static std::vector<std::string> commands_at(const std::vector<Command>& table, const Place& place,
                                            service::Hierarchy hierarchy) {
  std::vector<std::string> lines = {fmt::format("Commands at {}:", place.path), ""};
  for (const Command& command : table) {
    if (command.hidden || !command.applies_to(place)) continue;
    if (command.of_hbas && hierarchy != service::Hierarchy::hbas) continue;
    lines.push_back("  " + command.syntax());
    lines.push_back(fmt::format("      {}", page_of(command.page_name()).summary));
  }
  lines.emplace_back();
  lines.emplace_back("'help COMMAND' explains one. Values may be given in order or as name=value.");
  return lines;
}

static std::vector<std::string> explain(const Command& command) {
  const Page page = page_of(command.page_name());
  std::vector<std::string> lines = {"SYNTAX", "  " + command.syntax()};
  std::vector<std::string> defaults;
  std::vector<std::string> others;
  for (const Parameter& parameter : command.parameters) {
    if (!parameter.preference.empty()) {
      defaults.push_back(fmt::format("  {}: the preference {}", parameter.name, parameter.preference));
    } else if (!parameter.default_value.empty()) {
      defaults.push_back(fmt::format("  {}={}", parameter.name, parameter.default_value));
    }
    if (!parameter.other_name.empty()) {
      others.push_back(fmt::format("  {} may also be written {}", parameter.name, parameter.other_name));
    }
  }
  if (!defaults.empty()) lines.insert(lines.end(), {"", "DEFAULT VALUES"});
  lines.insert(lines.end(), defaults.begin(), defaults.end());
  lines.insert(lines.end(), {"", "DESCRIPTION"});
  add_wrapped(lines, "  ", page.summary);
  for (const std::string& paragraph : page.paragraphs) add_wrapped(lines, "  ", paragraph);
  lines.insert(lines.end(), others.begin(), others.end());
  if (!page.parameters.empty()) lines.insert(lines.end(), {"", "PARAMETERS"});
  for (const Parameter& parameter : command.parameters) {
    const auto text = page.parameters.find(parameter.name);
    if (text != page.parameters.end())
      add_wrapped(lines, "  ", fmt::format("{}: {}", parameter.name, text->second));
  }
  lines.insert(lines.end(), {"", "EXAMPLES"});
  for (const std::string& example : page.examples) lines.push_back(fmt::format("  lunet {}", example));
  return lines;
}

Result<std::vector<std::string>> help_lines(const std::vector<Command>& table, const Place& place,
                                            std::string_view topic, service::Hierarchy hierarchy) {
  if (topic.empty()) return commands_at(table, place, hierarchy);
  auto command = find_command(table, place, topic);
  if (command) return explain(**command);
  // Of another node: still better explained than refused.
  std::vector<std::string> lines;
  for (const Command& each : table) {
    if (each.name != topic) continue;
    std::string where;
    for (const auto kind : each.kinds) where += (where.empty() ? "" : ", ") + std::string(kind_name(kind));
    if (!lines.empty()) lines.emplace_back();
    lines.push_back(fmt::format("AT {}{}{}", where, each.plugin.empty() ? "" : " ", each.plugin));
    const auto text = explain(each);
    lines.insert(lines.end(), text.begin(), text.end());
  }
  if (lines.empty()) return std::move(command).error();
  return lines;
}

}  // namespace lunet::shell
