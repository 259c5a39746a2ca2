// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <time.h>

#include <algorithm>
#include <chrono>

#include "base/text.h"
#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/interrupt.h"
#include "shell/nodes.h"
#include "shell/shell.h"

namespace lunet::shell {

using service::NodeKind;

namespace {

/// What is waited for, and why it is not so yet.
struct Look {
  bool is_so = false;
  std::string reason;
};

}  // namespace

static bool is_at_or_below(const std::string& path, const std::string& object) {
  return object == "/" || path == object || path.starts_with(object + "/");
}

static void find_bad(const service::ViewNode& node, const std::string& path, std::string& reason) {
  if (reason.empty() && node.health == service::Health::bad)
    reason = fmt::format("{}: {}", path, node.summary);
  for (const service::ViewNode& child : node.children) find_bad(child, path + "/" + child.name, reason);
}

// What is recorded at the object and does not run, or does otherwise.
static Result<std::string> difference_at(const Invocation& call, const Place& object) {
  service::Service* service = TRY(call.session.runtime.service());
  service::Scope scope;
  scope.object = config_path(object);
  const service::Comparison comparison = TRY(service->compare(scope));
  return comparison.differences.empty() ? std::string() : comparison.differences.front().text;
}

static Result<Look> look_ready(const Invocation& call, const Place& object) {
  const service::ViewNode root = TRY(call.session.runtime.view(hierarchy_of(object, call.session)));
  const service::ViewNode* node = find_node(root, object.path);
  const std::string difference = TRY(difference_at(call, object));
  if (node == nullptr)
    return Look{false, difference.empty() ? fmt::format("{} does not exist", object.path) : difference};
  std::string reason = difference;
  if (reason.empty()) find_bad(*node, object.path == "/" ? "" : object.path, reason);
  return Look{reason.empty(), reason};
}

static Result<Look> look_gone(const Invocation& call, const Place& object) {
  const service::ViewNode root = TRY(call.session.runtime.view(hierarchy_of(object, call.session)));
  if (find_node(root, object.path) == nullptr) return Look{true, {}};
  return Look{false, fmt::format("{} is still there", object.path)};
}

static Result<Look> look_pending(const Invocation& call, const Place& object) {
  service::Service* service = TRY(call.session.runtime.service());
  service::Scope scope;
  scope.object = config_path(object);
  const service::Comparison comparison = TRY(service->compare(scope));
  for (const service::Difference& each : comparison.differences) {
    if (each.kind == service::SyncKind::pending) return Look{true, each.text};
  }
  return Look{false, fmt::format("nothing of {} is pending", object.path)};
}

static Result<Look> look_sessions(const Invocation& call, const Place& object, std::uint64_t wanted) {
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  const auto sessions = TRY(tasks->sessions());
  const auto count = static_cast<std::uint64_t>(
      std::count_if(sessions.begin(), sessions.end(), [&](const service::LoginSession& session) {
        const std::string tpg = fmt::format("/iscsi/{}/tpg{}", session.target, session.tag);
        return is_at_or_below(tpg, object.path) ||
               is_at_or_below(fmt::format("{}/acls/{}", tpg, session.initiator), object.path);
      }));
  return Look{count == wanted, fmt::format("{} has {} sessions", object.path, count)};
}

static Result<Look> look(const Invocation& call, const Place& object, const std::string& condition) {
  if (condition == "ready") return look_ready(call, object);
  if (condition == "gone") return look_gone(call, object);
  if (condition == "pending") return look_pending(call, object);
  if (condition.starts_with("sessions=")) {
    const auto wanted = parse_unsigned(std::string_view(condition).substr(9));
    if (wanted) return look_sessions(call, object, *wanted);
  }
  return Error{EINVAL, fmt::format("'{}' is nothing that can be waited for", condition),
               "it is ready, gone, pending or sessions=N"};
}

// Seconds, or minutes with an m.
static Result<std::chrono::milliseconds> limit_of(std::string text) {
  std::uint64_t unit_s = 1;
  if (text.ends_with('s') || text.ends_with('m')) {
    unit_s = text.ends_with('m') ? 60 : 1;
    text.pop_back();
  }
  constexpr std::uint64_t week_s = std::uint64_t{7} * 24 * 3600;
  const auto number = parse_unsigned(text);
  if (!number || *number * unit_s > week_s)
    return Error{EINVAL, fmt::format("'{}' is no time to wait", text),
                 "write seconds, such as 30, or minutes, such as 5m"};
  return std::chrono::milliseconds(*number * unit_s * 1000);
}

static Result<Outcome> wait(const Invocation& call) {
  using Clock = std::chrono::steady_clock;
  const Place object = TRY(follow_word_from(call.place, call.arguments.text("object"), call.session));
  const std::string condition = call.arguments.text("for");
  const auto limit = TRY(limit_of(call.arguments.text("timeout")));
  const auto start = Clock::now();
  constexpr timespec pause{0, 20'000'000};
  Outcome outcome;
  for (;;) {
    const Look now = TRY(look(call, object, condition));
    if (now.is_so) {
      outcome.lines = {fmt::format("{} is {}.", object.path, condition)};
      return outcome;
    }
    if (interrupted()) return Error{EINTR, "waiting was interrupted", {}};
    if (Clock::now() - start >= limit) {
      outcome.lines = {fmt::format("{} is not {} within {} s: {}", object.path, condition,
                                   limit.count() / 1000, now.reason)};
      outcome.status = ExitStatus::incomplete;
      return outcome;
    }
    ::nanosleep(&pause, nullptr);
  }
}

static std::vector<std::string> complete_condition(const Wanted& /*wanted*/) {
  return {"ready", "gone", "pending", "sessions=0"};
}

std::vector<Command> wait_commands() {
  return {{.name = "wait",
           .kinds = {},
           .parameters =
               {{.name = "object", .type = ParameterType::path, .required = false, .default_value = "."},
                {.name = "for",
                 .required = false,
                 .default_value = "ready",
                 .complete = complete_condition,
                 .option = true},
                {.name = "timeout", .required = false, .default_value = "30", .option = true}},
           .takes_options = true,
           .run = wait}};
}

}  // namespace lunet::shell
