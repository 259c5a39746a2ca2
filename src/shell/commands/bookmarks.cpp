// SPDX-License-Identifier: Apache-2.0
#include "shell/bookmarks.h"

#include <fmt/core.h>

#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/suggest.h"

namespace lunet::shell {

static const std::vector<std::string> actions = {"add", "del", "go", "show"};

static Outcome said(std::string line) {
  Outcome outcome;
  outcome.notes = true;
  outcome.lines = {std::move(line)};
  return outcome;
}

static Outcome show(const Session& session) {
  Outcome outcome;
  outcome.details.emplace();
  for (const auto& [name, path] : session.bookmarks.all()) {
    outcome.lines.push_back(fmt::format("{:<16} {}", name, path));
    outcome.details->emplace_back(name, path);
  }
  if (outcome.lines.empty()) outcome.lines = {"No bookmarks yet."};
  return outcome;
}

static Result<Outcome> bookmarks(const Invocation& call) {
  const std::string action = call.arguments.text("action");
  const std::string name = call.arguments.text("bookmark");
  if (action == "show") return show(call.session);
  if (name.empty() || (action != "add" && action != "del" && action != "go")) {
    return Error{EINVAL,
                 fmt::format("bookmarks: '{}' {}", action, name.empty() ? "needs a name" : "is no action"),
                 "usage: bookmarks add|del|go NAME, bookmarks show"};
  }
  if (action == "add") {
    TRY_OK(call.session.bookmarks.add(name, call.place.path));
    return said(fmt::format("Bookmarked {} as {}.", call.place.path, name));
  }
  if (action == "del") {
    TRY_OK(call.session.bookmarks.remove(name));
    return said(fmt::format("Deleted bookmark {}.", name));
  }
  const auto path = call.session.bookmarks.find(name);
  if (!path)
    return Error{ENOENT, fmt::format("there is no bookmark '{}'", name), "`bookmarks show` lists them"};
  const Place place = TRY(follow_path({}, *path));
  TRY_OK(call.session.runtime.child_names(place));
  call.session.enter(place);
  return Outcome{};
}

static std::vector<std::string> complete_action(const Wanted& /*wanted*/) {
  return actions;
}

static std::vector<std::string> complete_name(const Wanted& wanted) {
  std::vector<std::string> names;
  const std::string action = wanted.given.text("action");
  if (action != "del" && action != "go") return names;
  for (const auto& [name, path] : wanted.session.bookmarks.all()) names.push_back(name);
  return names;
}

std::vector<Command> bookmark_commands() {
  return {{.name = "bookmarks",
           .kinds = {},
           .parameters =
               {{.name = "action", .required = false, .default_value = "show", .complete = complete_action},
                {.name = "bookmark", .required = false, .complete = complete_name}},
           .needs_runtime = false,
           .run = bookmarks}};
}

}  // namespace lunet::shell
