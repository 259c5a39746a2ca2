// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>

#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/nodes.h"
#include "shell/shell.h"

namespace lunet::shell {

static Result<Outcome> list(const Invocation& call) {
  const Place place = TRY(follow_word_from(call.place, call.arguments.text("path"), call.session));
  service::ViewNode root = TRY(call.session.runtime.view(hierarchy_of(place, call.session)));
  const service::ViewNode* node = find_node(root, place.path);
  if (node == nullptr) return no_such_node(root, place.path);
  const auto levels = place.path == "/" ? 0 : std::count(place.path.begin(), place.path.end(), '/');
  service::ViewNode listed;
  if (node == &root) {
    listed = std::move(root);  // the whole tree may be large
  } else {
    listed = *node;
  }
  Outcome outcome;
  outcome.listing =
      Listing{std::move(listed), static_cast<int>(levels), static_cast<int>(call.arguments.number("depth"))};
  return outcome;
}

static Result<Outcome> print_path(const Invocation& call) {
  Outcome outcome;
  outcome.lines = {call.place.path};
  return outcome;
}

// Entering must not lead to where nothing is; only names are asked for.
static bool exists(const Place& place, Session& session) {
  if (place.path == "/") return true;
  const auto parent = follow_path(place, "..");
  const auto names = parent ? session.runtime.child_names(*parent, hierarchy_of(place, session))
                            : Result<std::vector<std::string>>(Error{});
  const std::string name = place.path.substr(place.path.rfind('/') + 1);
  return names && std::find(names->begin(), names->end(), name) != names->end();
}

static bool path_exists(const std::string& path, Session& session) {
  const auto place = follow_path({}, path);
  return place && exists(*place, session);
}

static Result<Outcome> enter(const Place& place, Session& session) {
  if (!exists(place, session))
    return no_such_node(TRY(session.runtime.view(hierarchy_of(place, session))), place.path);
  session.enter(place);
  return Outcome{};
}

static Result<Outcome> step(bool back, Session& session) {
  std::vector<std::string> skipped;
  const auto there = [&](const std::string& path) { return path_exists(path, session); };
  const bool moved = session.paths.step(back, there, skipped);
  Outcome outcome;
  outcome.notes = true;
  for (const std::string& path : skipped) outcome.lines.push_back(fmt::format("{} is gone.", path));
  if (moved) {
    session.place = TRY(follow_word_from({}, session.paths.current(), session));
    outcome.lines.push_back("Taking you to " + session.place.path);
  } else {
    outcome.lines.emplace_back(back ? "This is where you began." : "This is where you were last.");
  }
  return outcome;
}

static Result<Outcome> pick(const Invocation& call) {
  if (call.session.pick == nullptr || call.session.json)
    return Error{ENOTTY, "cd: there is no terminal to choose a node at", "give the path: cd PATH"};
  const service::ViewNode root = TRY(call.session.runtime.view(hierarchy_of(call.place, call.session)));
  const auto picked = TRY(call.session.pick(root, call.place.path));
  if (!picked) return Outcome{};
  return enter(TRY(follow_word_from({}, *picked, call.session)), call.session);
}

static Result<Outcome> change(const Invocation& call) {
  const std::string path = call.arguments.text("path");
  if (path == "<" || path == ">") return step(path == "<", call.session);
  if (path == "-") return step(true, call.session);
  if (path.empty()) return pick(call);
  return enter(TRY(follow_word_from(call.place, path, call.session)), call.session);
}

static Result<Outcome> refresh(const Invocation& /*call*/) {
  Outcome outcome;
  outcome.notes = true;
  outcome.lines = {"Nothing is cached: every command reads what runs."};
  return outcome;
}

static Result<Outcome> leave(const Invocation& call) {
  call.session.leave = true;
  return Outcome{};
}

std::vector<Command> navigation_commands() {
  return {
      {.name = "ls",
       .kinds = {},
       .parameters = {{"path", ParameterType::path, false},
                      {.name = "depth",
                       .type = ParameterType::number,
                       .required = false,
                       .preference = "tree_max_depth"}},
       .run = list},
      {.name = "cd",
       .kinds = {},
       .parameters =
           {{.name = "path", .type = ParameterType::path, .required = false, .complete = complete_cd}},
       .run = change},
      {.name = "pwd", .kinds = {}, .needs_runtime = false, .run = print_path},
      {.name = "refresh", .kinds = {}, .needs_runtime = false, .run = refresh},
      {.name = "exit", .kinds = {}, .needs_runtime = false, .run = leave},
      {.name = "quit", .page = "exit", .kinds = {}, .needs_runtime = false, .run = leave},
  };
}

}  // namespace lunet::shell
