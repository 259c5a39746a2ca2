// SPDX-License-Identifier: Apache-2.0
#include "service/explain.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/nodes.h"
#include "shell/shell.h"
#include "shell/suggest.h"

namespace lunet::shell {

using service::NodeKind;
using service::SettingFacts;

namespace {

struct ErrorCode {
  std::string_view name;
  std::string_view meaning;
  std::string_view advice;
};

constexpr std::array<ErrorCode, 16> codes = {{
    {"E_USAGE", "The words were wrong; nothing was tried.", "`help COMMAND` says how it is written."},
    {"E_NOT_FOUND", "Something that was named does not exist.",
     "`ls` shows what there is; TAB completes it."},
    {"E_EXISTS", "Something of that name or number is there already.", "Choose another, or use --ensure."},
    {"E_BUSY", "Something else uses it: a program, another disk, a LUN.",
     "The message names who; end that use first."},
    {"E_PERMISSION", "The system refused it to this user.",
     "Run as root, or give the user that runs lunetd the right."},
    {"E_INVALID", "A value is not one that can be.",
     "The message says what is allowed; `explain SETTING` too."},
    {"E_PORT_TAKEN", "Another program listens at that address and port.",
     "Choose another port, or end that program."},
    {"E_NO_SPACE", "There is no room: on the file system, or for another number.",
     "Free some, or choose a smaller size."},
    {"E_TIMEOUT", "Something did not answer in time; nothing was changed.",
     "Its storage hangs, or somebody holds the lock."},
    {"E_NOT_RUNNING", "Nobody serves the target.", "Start lunetd, or leave out --no-start."},
    {"E_CONSENT", "It would lose data or cut initiators off.", "Repeat it with --yes when that is meant."},
    {"E_INTERRUPTED", "It was interrupted.", "The next change finishes or undoes what was half done."},
    {"E_DRIFT", "What runs is not what is recorded, there.",
     "`diff` shows it; `restore` or `adopt` settles it."},
    {"E_NOT_SUPPORTED", "This runtime or this kind of object has it not.", "The message says what has."},
    {"E_NOT_UNDONE", "It failed, and could not be undone completely.",
     "`status` shows what is different; `restore` mends it."},
    {"E_DIFFERENT", "With --ensure: it is there, and differs.",
     "The message names each difference; change it, or the wish."},
}};

}  // namespace

static std::vector<std::string> lines_of(const SettingFacts& facts) {
  std::vector<std::string> lines = {
      fmt::format("{}{}{} {}", facts.where, facts.group.empty() ? "" : " ", facts.group, facts.name)};
  const auto add = [&](std::string_view title, const std::string& text) {
    if (!text.empty()) lines.push_back(fmt::format("    {:<9} {}", title, text));
  };
  add("is", facts.description);
  add("takes", facts.takes);
  if (facts.kernel_default == facts.lunetd_default) {
    add("default", facts.kernel_default);
  } else {
    add("default", fmt::format("{} on the kernel, {} on lunetd",
                               facts.kernel_default.empty() ? "none" : facts.kernel_default,
                               facts.lunetd_default.empty() ? "none" : facts.lunetd_default));
  }
  add("changes", facts.change);
  add("known to", facts.runtimes);
  if (!facts.since.empty()) add("since", "Linux " + facts.since);
  if (facts.secret) add("secret", "never shown");
  return lines;
}

static Result<Outcome> explain_code(const std::string& name) {
  for (const ErrorCode& code : codes) {
    if (code.name != name) continue;
    Outcome outcome;
    outcome.lines = {std::string(code.name), fmt::format("    {}", code.meaning),
                     fmt::format("    {}", code.advice)};
    return outcome;
  }
  std::vector<std::string> names;
  for (const ErrorCode& code : codes) names.emplace_back(code.name);
  return Error{ENOENT, fmt::format("there is no error code {}", name), did_you_mean(name, names)};
}

// What the object is, whether it is as recorded, and why not.
static Result<Outcome> explain_object(const Invocation& call, const Place& place) {
  const service::ViewNode root = TRY(call.session.runtime.view(hierarchy_of(place, call.session)));
  const service::ViewNode* node = find_node(root, place.path);
  service::Service* service = TRY(call.session.runtime.service());
  service::Scope scope;
  scope.object = config_path(place);
  const bool is_object = !scope.object.empty() || place.kind == NodeKind::root;
  const service::Comparison comparison = is_object ? TRY(service->compare(scope)) : service::Comparison{};
  if (node == nullptr && comparison.differences.empty()) return no_such_node(root, place.path);
  Outcome outcome;
  outcome.lines.push_back(fmt::format("{}: a {}", place.path, kind_name(place.kind)));
  outcome.lines.push_back(node == nullptr ? std::string("    does not run")
                                          : fmt::format("    state: {}", summary_of(*node)));
  if (node != nullptr) {
    for (const auto& [key, value] : node->details)
      outcome.lines.push_back(fmt::format("    {}: {}", key, value));
  }
  if (is_object && comparison.differences.empty())
    outcome.lines.push_back(fmt::format("    as recorded in generation {}", comparison.generation));
  for (const service::Difference& each : comparison.differences) outcome.lines.push_back("    " + each.text);
  if (!comparison.differences.empty()) outcome.status = ExitStatus::different;
  if (is_object) outcome.comparison = comparison;
  return outcome;
}

static Result<Outcome> explain(const Invocation& call) {
  std::string what = call.arguments.text("what");
  for (const std::string& word : call.arguments.extra) what += " " + word;
  // "explain error E_BUSY" as well.
  if (what.starts_with("error ")) what = what.substr(6);
  if (what.starts_with("E_")) return explain_code(what);
  if (what == "." || what.find('/') != std::string::npos)
    return explain_object(call, TRY(follow_word_from(call.place, what, call.session)));
  Outcome outcome;
  Table table{{{"where", ColumnKind::text},
               {"group", ColumnKind::text},
               {"name", ColumnKind::text},
               {"takes", ColumnKind::text},
               {"kernel_default", ColumnKind::text},
               {"lunetd_default", ColumnKind::text},
               {"change", ColumnKind::text},
               {"runtimes", ColumnKind::text},
               {"since", ColumnKind::text},
               {"description", ColumnKind::text}},
              {}};
  for (const SettingFacts& facts : TRY(service::explain_setting(what))) {
    for (std::string& line : lines_of(facts)) outcome.lines.push_back(std::move(line));
    table.rows.push_back({facts.where, facts.group, facts.name, facts.takes, facts.kernel_default,
                          facts.lunetd_default, facts.change, facts.runtimes, facts.since,
                          facts.description});
  }
  outcome.table = std::move(table);
  return outcome;
}

static std::vector<std::string> complete_explained(const Wanted& wanted) {
  std::vector<std::string> words = complete_path(wanted);
  for (const ErrorCode& code : codes) words.emplace_back(code.name);
  return words;
}

std::vector<Command> explain_commands() {
  return {{.name = "explain",
           .kinds = {},
           .parameters = {{.name = "what", .complete = complete_explained}},
           .extra = "word",
           .takes_options = true,
           .needs_runtime = false,
           .run = explain}};
}

}  // namespace lunet::shell
