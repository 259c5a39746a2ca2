// SPDX-License-Identifier: Apache-2.0
// get and set of configuration groups (features 1.4).
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "service/explain.h"
#include "shell/attributes.h"
#include "shell/commands/commands.h"
#include "shell/nodes.h"
#include "shell/suggest.h"

namespace lunet::shell {

using service::GroupValue;
using service::NodeKind;

static std::vector<std::string> groups_of(const Place& place) {
  switch (place.kind) {
    case NodeKind::disk: return {"attribute", "global"};
    case NodeKind::fabric:
      return place.fabric == "iscsi" ? std::vector<std::string>{"discovery_auth", "global"}
                                     : std::vector<std::string>{"global"};
    case NodeKind::alua_group:
    case NodeKind::lun: return {"alua", "global"};
    case NodeKind::tpg:
    case NodeKind::acl: return {"attribute", "auth", "global", "parameter"};
    default: return {"global"};
  }
}

static Outcome list_groups(const Place& place) {
  Outcome outcome;
  outcome.lines = {fmt::format("Configuration groups: {}", joined(groups_of(place)))};
  return outcome;
}

// Of a port group: its disk.
static config::Path group_owner(const Place& place) {
  if (place.kind != NodeKind::alua_group) return config_path(place);
  return {{config::ObjectClass::storage, place.plugin}, {config::ObjectClass::disk, place.disk}};
}

static Result<service::GroupRef> group_ref(const Place& place, const std::string& group) {
  const auto groups = groups_of(place);
  if (std::find(groups.begin(), groups.end(), group) != groups.end())
    return service::GroupRef{group_owner(place), group, place.alua_group};
  return Error{ENOENT, fmt::format("{} has no configuration group '{}'", place.path, group),
               fmt::format("it has {}", joined(groups))};
}

// The value of that name or of its other name (mutual_userid is userid_mutual in the target tree).
static const GroupValue* find_value(const std::vector<GroupValue>& values, std::string_view name) {
  for (const std::string_view each : {name, other_credential_name(name)}) {
    for (const GroupValue& value : values) {
      if (!each.empty() && value.name == each) return &value;
    }
  }
  return nullptr;
}

static Error unknown_parameter(const std::vector<GroupValue>& values, std::string_view group,
                               std::string_view name) {
  std::vector<std::string> names;
  for (const GroupValue& value : values) names.push_back(value.name);
  return {ENOENT, fmt::format("there is no parameter '{}' in group {}", name, group),
          did_you_mean(name, names)};
}

static std::string heading(const std::string& group) {
  std::string text = fmt::format("{} CONFIG GROUP", group);
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

static void add_described(std::vector<std::string>& lines, const std::string& line,
                          std::string_view description) {
  lines.push_back(line);
  lines.emplace_back(line.size(), '-');
  if (!description.empty()) lines.emplace_back(description);
  lines.emplace_back();
}

// Whether there is a secret may be seen, which one it is may not.
static void hide_secrets(const std::string& group, std::vector<GroupValue>& values) {
  for (GroupValue& value : values) {
    if (is_secret(group, value.name) && !value.value.empty()) value.value = "***";
  }
}

// The preferences, as a group of every node.
static std::vector<GroupValue> preference_values(const Session& session) {
  std::vector<GroupValue> values;
  for (const Preference& each : preference_table())
    values.push_back({std::string(each.name), session.preferences.value(each.name), true});
  return values;
}

static Result<std::vector<GroupValue>> values_of_group(const Invocation& call, const std::string& group) {
  const service::GroupRef reference = TRY(group_ref(call.place, group));
  if (group == "global") return preference_values(call.session);
  service::Service* service = TRY(call.session.runtime.service());
  return service->get_group(reference);
}

// What the shell says of it, else what the schema says.
static std::string description_of(const Place& place, std::string_view group, std::string_view name) {
  if (group == "global") {
    const auto preference = find_preference(name);
    return preference ? std::string((*preference)->description) : std::string();
  }
  const std::string_view known = find_setting(group, name).description;
  if (!known.empty()) return std::string(known);
  const std::string numbered = place.kind == NodeKind::alua_group ? "group_1_" : "";
  return service::describe_setting(group_owner(place), group, numbered + std::string(name));
}

static std::string_view type_of(std::string_view group, std::string_view name) {
  if (group != "global") return type_name(find_setting(group, name).type);
  const auto preference = find_preference(name);
  return preference ? type_name((*preference)->type) : std::string_view{};
}

static Result<Outcome> get(const Invocation& call) {
  const std::string group = call.arguments.text("group");
  if (group.empty()) return list_groups(call.place);
  auto values = TRY(values_of_group(call, group));
  hide_secrets(group, values);
  Outcome outcome;
  if (call.arguments.extra.empty()) {
    const std::string title = heading(group);
    outcome.lines = {title, std::string(title.size(), '=')};
    for (const GroupValue& value : values) {
      add_described(outcome.lines,
                    fmt::format("{}={}{}", value.name, value.value, value.writable ? "" : " [ro]"),
                    description_of(call.place, group, value.name));
    }
    outcome.values = std::move(values);
    return outcome;
  }
  outcome.values.emplace();
  for (const std::string& name : call.arguments.extra) {
    const GroupValue* value = find_value(values, name);
    if (value == nullptr) return unknown_parameter(values, group, name);
    outcome.lines.push_back(fmt::format("{}={} {}", name, value->value, value->writable ? "" : "[ro]"));
    outcome.values->push_back(*value);
  }
  return outcome;
}

static Outcome list_writable(const Place& place, const std::string& group,
                             const std::vector<GroupValue>& values) {
  const std::string title = heading(group);
  Outcome outcome;
  outcome.lines = {title, std::string(title.size(), '=')};
  for (const GroupValue& value : values) {
    if (!value.writable) continue;
    add_described(outcome.lines, fmt::format("{}={}", value.name, type_of(group, value.name)),
                  description_of(place, group, value.name));
  }
  return outcome;
}

using Pair = std::pair<std::string, std::string>;

// The pair as the runtime takes it; "-" for a secret is read from the terminal or standard input.
static Result<Pair> checked_pair(const Invocation& call, const std::string& group,
                                 const std::vector<GroupValue>& values, const Pair& pair) {
  const GroupValue* value = find_value(values, pair.first);
  if (value == nullptr) return unknown_parameter(values, group, pair.first);
  if (!value->writable) {
    return Error{EACCES, fmt::format("parameter {} of group {} is read-only", pair.first, group), {}};
  }
  if (is_secret(group, value->name) && pair.second == "-") {
    return Pair{value->name, TRY(call.session.console.read_secret(fmt::format("{}: ", pair.first)))};
  }
  return Pair{value->name, TRY(normalise(find_setting(group, value->name), pair.second))};
}

static Result<Outcome> set_preferences(const Invocation& call) {
  TRY_OK(call.session.preferences.set(call.arguments.extra_pairs));
  Outcome outcome;
  outcome.notes = true;
  for (const auto& [name, value] : call.arguments.extra_pairs) {
    outcome.lines.push_back(
        fmt::format("Parameter {} is now '{}'.", name, call.session.preferences.value(name)));
  }
  return outcome;
}

static Result<Outcome> set(const Invocation& call) {
  const std::string group = call.arguments.text("group");
  if (group.empty()) return list_groups(call.place);
  const auto values = TRY(values_of_group(call, group));
  if (call.arguments.extra_pairs.empty()) return list_writable(call.place, group, values);
  if (group == "global") return set_preferences(call);
  const service::GroupRef reference = TRY(group_ref(call.place, group));
  service::Service* service = TRY(call.session.runtime.service());
  std::vector<Pair> pairs;
  bool secret_typed = false;
  for (const Pair& pair : call.arguments.extra_pairs) {
    pairs.push_back(TRY(checked_pair(call, group, values, pair)));
    secret_typed =
        secret_typed || (is_secret(group, pair.first) && pair.second != "-" && !pair.second.empty());
  }
  Outcome outcome = outcome_of(TRY(service->set_group(reference, pairs)));
  if (secret_typed && !call.session.stays) {
    outcome.warnings.emplace_back(
        "a secret on the command line can be seen by other users of this machine; password=- reads it from "
        "the terminal");
  }
  return outcome;
}

static std::vector<std::string> complete_group(const Wanted& wanted) {
  return groups_of(wanted.place);
}

static std::vector<GroupValue> known_values(const Wanted& wanted) {
  auto values = values_of_group({wanted.place, wanted.given, wanted.session}, wanted.given.text("group"));
  return values ? *std::move(values) : std::vector<GroupValue>{};
}

static std::vector<std::string> complete_names(const Wanted& wanted) {
  std::vector<std::string> names;
  for (const GroupValue& value : known_values(wanted)) names.push_back(value.name);
  return names;
}

// What the value of NAME= may be, when that is a list.
static std::vector<std::string> choices(const std::string& group, std::string_view name) {
  if (group == "global") {
    const auto preference = find_preference(name);
    return preference ? values_of((*preference)->type) : std::vector<std::string>{};
  }
  return find_setting(group, name).type == SettingType::yes_no ? std::vector<std::string>{"Yes", "No"}
                                                               : std::vector<std::string>{};
}

static std::vector<std::string> complete_pairs(const Wanted& wanted) {
  const std::string group = wanted.given.text("group");
  const auto equals = wanted.text.find('=');
  std::vector<std::string> pairs;
  for (const GroupValue& value : known_values(wanted)) {
    const auto is_it = [&](const auto& pair) { return pair.first == value.name; };
    const auto& given = wanted.given.extra_pairs;
    if (!value.writable || std::any_of(given.begin(), given.end(), is_it)) continue;
    if (equals == std::string_view::npos) {
      pairs.push_back(value.name + "=");
    } else if (wanted.text.substr(0, equals) == value.name) {
      auto values = choices(group, value.name);
      // What it is now, to be changed.
      if (values.empty() && !value.value.empty() && !is_secret(group, value.name)) values = {value.value};
      for (const std::string& each : values) pairs.push_back(value.name + "=" + each);
    }
  }
  return pairs;
}

std::vector<Command> group_commands() {
  return {
      {.name = "get",
       .kinds = {},
       .parameters =
           {{.name = "group", .type = ParameterType::group, .required = false, .complete = complete_group}},
       .extra = "parameter",
       .complete_extra = complete_names,
       .run = get},
      {.name = "set",
       .kinds = {},
       .parameters =
           {{.name = "group", .type = ParameterType::group, .required = false, .complete = complete_group}},
       .extra_pairs = "parameter",
       .complete_pairs = complete_pairs,
       .run = set},
  };
}

}  // namespace lunet::shell
