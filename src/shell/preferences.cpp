// SPDX-License-Identifier: Apache-2.0
#include "shell/preferences.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "shell/suggest.h"
#include "shell/user_file.h"

namespace lunet::shell {

using enum PreferenceType;

constexpr Preference table[] = {
    {"auto_add_default_portal", boolean, "true", "Gives each new iSCSI TPG a portal on all addresses."},
    {"auto_add_mapped_luns", boolean, "true", "What add_mapped_luns is when it is not given."},
    {"auto_cd_after_create", boolean, "false", "Enters what was created."},
    {"auto_enable_tpgt", boolean, "true", "Enables each new TPG."},
    {"auto_use_daemon", boolean, "false",
     "Taken for the sake of targetcli, and of no effect: there is no targetclid, a command starts in no "
     "time."},
    {"color_command", color, "cyan", "Colour of commands in completions."},
    {"color_default", color_or_none, "none", "Colour of what has none of its own."},
    {"color_keyword", color, "cyan", "Colour of NAME= in completions."},
    {"color_mode", boolean, "true", "Colours, on a terminal."},
    {"color_parameter", color, "magenta", "Colour of values in completions."},
    {"color_path", color, "magenta", "Colour of paths in completions."},
    {"completions_in_columns", boolean, "true", "Completions in columns; false: one a line."},
    {"daemon_use_batch_mode", boolean, "false",
     "Taken for the sake of targetcli, and of no effect: lines of a script go through one lunet."},
    {"export_backstore_name_as_model", boolean, "true",
     "Initiators see the name of a new disk as its product name (emulate_model_alias)."},
    {"legacy_hba_view", boolean, "false",
     "Shows backstores by HBA, as the first targetcli did: fileio0 with its disks."},
    {"logfile", text, "", "File of the log; empty: log.txt beside the preferences."},
    {"loglevel_console", log_level, "info", "What is said less urgent than this is not shown."},
    {"loglevel_file", log_level, "debug", "What is less urgent than this is not logged."},
    {"prompt_length", number, "30", "Longest path in the prompt, shortened in its middle; 0: no limit."},
    {"tree_max_depth", number, "0", "Levels that ls shows when no depth is given; 0: all."},
    {"tree_round_nodes", boolean, "true", "Draws nodes as o-; false: +-."},
    {"tree_show_root", boolean, "true", "Shows the node that is listed, not only what is below it."},
    {"tree_status_mode", boolean, "true", "Shows the state of each node."},
};

std::span<const Preference> preference_table() {
  return table;
}

std::string_view type_name(PreferenceType type) {
  switch (type) {
    case number: return "number";
    case text: return "string";
    case boolean: return "bool";
    case log_level: return "loglevel";
    case color: return "color";
    case color_or_none: return "colordefault";
  }
  return "";
}

std::vector<std::string> values_of(PreferenceType type) {
  const std::vector<std::string> colours = {"black", "red",     "green", "yellow",
                                            "blue",  "magenta", "cyan",  "white"};
  std::vector<std::string> values;
  switch (type) {
    case number:
    case text: break;
    case boolean: return {"true", "false"};
    case log_level: return {"debug", "verbose", "info", "warning", "error", "critical"};
    case color:
      values = colours;
      values.emplace_back("default");
      break;
    case color_or_none:
      values = colours;
      values.emplace_back("none");
      break;
  }
  return values;
}

Result<const Preference*> find_preference(std::string_view name) {
  std::vector<std::string> names;
  for (const Preference& each : table) {
    if (each.name == name) return &each;
    names.emplace_back(each.name);
  }
  return Error{ENOENT, fmt::format("there is no parameter '{}' in group global", name),
               did_you_mean(name, names)};
}

Result<std::string> checked_preference(const Preference& preference, std::string_view value) {
  if (value.empty()) return std::string(preference.default_value);
  const auto wrong = [&](std::string_view what) {
    return Error{EINVAL, fmt::format("{}: '{}' is not {}", preference.name, value, what), {}};
  };
  switch (preference.type) {
    case text:
      if (value.find('\n') != std::string_view::npos) return wrong("one line");
      return std::string(value);
    case number: {
      constexpr std::uint64_t most = 100000;
      const auto parsed = parse_unsigned(value);
      if (!parsed || *parsed > most) return wrong("a number from 0 to 100000");
      return std::to_string(*parsed);
    }
    case boolean: {
      const auto parsed = parse_bool(value);
      if (!parsed) return wrong("true or false");
      return std::string(*parsed ? "true" : "false");
    }
    default: break;
  }
  const auto values = values_of(preference.type);
  std::string list;
  for (const std::string& each : values) {
    if (each == to_lower(value)) return each;
    list += (list.empty() ? "" : ", ") + each;
  }
  return wrong("one of " + list);
}

std::string Preferences::value(std::string_view name) const {
  if (!lines_) lines_ = read_lines(file());
  const auto known = find_preference(name);
  if (!known) return {};
  std::string found;
  // What somebody wrote into the file that is no value counts as the default.
  if (find_line(*lines_, name, found) != nullptr) {
    auto checked = checked_preference(**known, found);
    if (checked) return *std::move(checked);
  }
  if (name == "logfile" && !folder_.empty()) return folder_ + "/log.txt";
  return std::string((*known)->default_value);
}

bool Preferences::flag(std::string_view name) const {
  return value(name) == "true";
}

int Preferences::number(std::string_view name) const {
  return static_cast<int>(parse_unsigned(value(name)).value_or(0));
}

Result<> Preferences::set(const std::vector<std::pair<std::string, std::string>>& values) {
  std::vector<std::pair<std::string, std::string>> checked;
  for (const auto& [name, given] : values) {
    const Preference* preference = TRY(find_preference(name));
    checked.emplace_back(name, given.empty() ? "" : TRY(checked_preference(*preference, given)));
  }
  const auto change = [&](std::vector<std::string>& lines) -> Result<> {
    for (const auto& [name, kept] : checked) set_line(lines, name, kept.empty() ? nullptr : &kept);
    lines_ = lines;
    return {};
  };
  if (!folder_.empty()) return change_lines(file(), change);
  std::vector<std::string> lines = lines_.value_or(std::vector<std::string>{});
  return change(lines);
}

}  // namespace lunet::shell
