// SPDX-License-Identifier: Apache-2.0
// get and set of configuration groups (features 1.4).
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "shell/attributes.h"
#include "shell/commands/commands.h"
#include "shell/nodes.h"
#include "shell/suggest.h"

namespace lunet::shell {

using service::GroupValue;
using service::NodeKind;

static std::vector<std::string> groups_of(const Place& place) {
  switch (place.kind) {
    case NodeKind::disk: return {"attribute"};
    case NodeKind::fabric:
      return place.fabric == "iscsi" ? std::vector<std::string>{"discovery_auth"}
                                     : std::vector<std::string>{};
    case NodeKind::tpg:
    case NodeKind::acl: return {"attribute", "auth", "parameter"};
    default: return {};
  }
}

static std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

static Outcome list_groups(const Place& place) {
  const auto groups = groups_of(place);
  Outcome outcome;
  outcome.lines = {groups.empty() ? fmt::format("{} has no configuration groups", place.path)
                                  : fmt::format("Configuration groups: {}", joined(groups))};
  return outcome;
}

static Result<service::GroupRef> group_ref(const Place& place, const std::string& group) {
  const auto groups = groups_of(place);
  if (std::find(groups.begin(), groups.end(), group) != groups.end())
    return service::GroupRef{config_path(place), group};
  return Error{ENOENT, fmt::format("{} has no configuration group '{}'", place.path, group),
               groups.empty() ? "" : fmt::format("it has {}", joined(groups))};
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

static Result<Outcome> get(const Invocation& call) {
  const std::string group = call.arguments.text("group");
  if (group.empty()) return list_groups(call.place);
  const service::GroupRef reference = TRY(group_ref(call.place, group));
  service::Service* service = TRY(call.session.runtime.service());
  auto values = TRY(service->get_group(reference));
  hide_secrets(group, values);
  Outcome outcome;
  if (call.arguments.extra.empty()) {
    const std::string title = heading(group);
    outcome.lines = {title, std::string(title.size(), '=')};
    for (const GroupValue& value : values) {
      add_described(outcome.lines,
                    fmt::format("{}={}{}", value.name, value.value, value.writable ? "" : " [ro]"),
                    find_setting(group, value.name).description);
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

static Outcome list_writable(const std::string& group, const std::vector<GroupValue>& values) {
  const std::string title = heading(group);
  Outcome outcome;
  outcome.lines = {title, std::string(title.size(), '=')};
  for (const GroupValue& value : values) {
    if (!value.writable) continue;
    const Setting setting = find_setting(group, value.name);
    add_described(outcome.lines, fmt::format("{}={}", value.name, type_name(setting.type)),
                  setting.description);
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

static Result<Outcome> set(const Invocation& call) {
  const std::string group = call.arguments.text("group");
  if (group.empty()) return list_groups(call.place);
  const service::GroupRef reference = TRY(group_ref(call.place, group));
  service::Service* service = TRY(call.session.runtime.service());
  const auto values = TRY(service->get_group(reference));
  if (call.arguments.extra_pairs.empty()) return list_writable(group, values);
  std::vector<Pair> pairs;
  bool secret_typed = false;
  for (const Pair& pair : call.arguments.extra_pairs) {
    pairs.push_back(TRY(checked_pair(call, group, values, pair)));
    secret_typed =
        secret_typed || (is_secret(group, pair.first) && pair.second != "-" && !pair.second.empty());
  }
  Outcome outcome = outcome_of(TRY(service->set_group(reference, pairs)));
  if (secret_typed) {
    outcome.warnings.emplace_back(
        "a secret on the command line can be seen by other users of this machine; password=- reads it from "
        "the terminal");
  }
  return outcome;
}

std::vector<Command> group_commands() {
  return {
      {.name = "get",
       .kinds = {},
       .parameters = {{"group", ParameterType::group, false}},
       .extra = "parameter",
       .summary = "Shows the settings of an object: all of a group, or those named.",
       .description = "Without a group it lists the groups of the node. [ro] marks what cannot be set.",
       .examples = {"/backstores/fileio/d1 get attribute block_size",
                    "/iscsi/iqn.2003-01.org.example:t1/tpg1 get parameter"},
       .run = get},
      {.name = "set",
       .kinds = {},
       .parameters = {{"group", ParameterType::group, false}},
       .extra_pairs = "parameter",
       .summary = "Changes settings of an object, all given ones or none.",
       .description = "Without a group it lists the groups of the node, without parameters what can be set. "
                      "A password of - is read "
                      "from the terminal, or as a line of standard input, so that no one sees it.",
       .examples = {"/iscsi/iqn.2003-01.org.example:t1/tpg1 set attribute demo_mode_write_protect=1",
                    "/iscsi/iqn.2003-01.org.example:t1/tpg1/acls/iqn.1994-05.com.example:h1 set auth "
                    "userid=h1 password=-"},
       .run = set},
  };
}

}  // namespace lunet::shell
