// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <set>
#include <span>

#include "configfs/kernel_calls.h"
#include "target/apply_parts.h"
#include "target/causes.h"

namespace lunet::target {

using configfs::Operation;
using configfs::Verb;

static std::string_view doing(Change change) {
  switch (change) {
    case Change::created: return "creating";
    case Change::removed: return "removing";
    default: return "changing";
  }
}

Error explain(const Step& step, const Operation& operation, Error error) {
  const std::string where = fmt::format("{} {}", configfs::verb_name(operation.verb), operation.path);
  const std::string reason =
      std::strerror(error.errnum);  // NOLINT(concurrency-mt-unsafe): glibc's is thread-safe
  if (error.message.find(operation.path) == std::string::npos) {
    error.message = error.message.empty() ? where : fmt::format("{}: {}", where, error.message);
  }
  if (error.message.find(reason) == std::string::npos) error.message += ": " + reason;
  if (const auto cause = likely_cause(operation.verb, operation.path, error.errnum)) {
    error.message += fmt::format(" ({})", cause->cause);
    error = std::move(error).advise(cause->hint);
  }
  return std::move(error).during(fmt::format("{} {}", doing(step.change), step.object));
}

/// Undo may run after a part of its step: what is not there need not be removed, what is there need not be
/// made.
static bool is_harmless(Verb verb, int errnum) {
  switch (verb) {
    case Verb::remove_dir:
    case Verb::unlink: return errnum == ENOENT;
    case Verb::make_dir:
    case Verb::link: return errnum == EEXIST;
    default: return false;
  }
}

void undo(configfs::Tree& live, const Step& step, std::size_t done, Leavings& leavings) {
  for (const Operation& operation : undo_of(step, done)) {
    configfs::BatchResult result = live.batch(std::span(&operation, 1));
    if (result || is_harmless(operation.verb, result.failure->error.errnum)) continue;
    const Error error = explain(step, operation, std::move(result.failure->error));
    leavings.sentences += fmt::format("\n  {} was left as it is: {}", step.object, error.message);
    if (std::find(leavings.objects.begin(), leavings.objects.end(), step.object) == leavings.objects.end())
      leavings.objects.push_back(step.object);
  }
}

bool may_be_done(int errnum) {
  switch (errnum) {
    case ECONNRESET:
    case EPIPE:
    case ECONNREFUSED:
    case ECONNABORTED:
    case ENOTCONN:
    case ETIMEDOUT:
    case EPROTO: return true;
    default: return false;
  }
}

/// All in one batch: an error leaves nothing of it.
static Result<> apply_at_once(configfs::Tree& live, const Plan& plan, Failure& failure) {
  std::vector<Operation> operations;
  std::vector<const Step*> owners;
  for (const Step& step : plan.steps) {
    operations.insert(operations.end(), step.operations.begin(), step.operations.end());
    owners.insert(owners.end(), step.operations.size(), &step);
  }
  if (operations.empty()) return {};
  configfs::BatchResult result = live.batch(operations);
  if (result) return {};
  const std::size_t index = std::min(result.failure->index, operations.size() - 1);
  failure.object = owners[index]->object;
  failure.unknown = may_be_done(result.failure->error.errnum);
  failure.undone = !failure.unknown;
  return explain(*owners[index], operations[index], std::move(result.failure->error));
}

void leave_stuck(const Step& step, Leavings& leavings) {
  leavings.sentences += fmt::format("\n  {} may still change: the call goes on in the kernel", step.object);
  leavings.objects.push_back(step.object);
}

std::size_t Group::index_in_step(std::size_t operation) const {
  const auto first = std::lower_bound(owners.begin(), owners.end(), owners[operation]);
  return operation - static_cast<std::size_t>(first - owners.begin());
}

Group group_from(const std::vector<Step>& steps, std::size_t first) {
  constexpr std::size_t enough = 64;
  Group group;
  for (group.end = first; group.end < steps.size(); ++group.end) {
    const std::vector<Operation>& more = steps[group.end].operations;
    if (!group.operations.empty() && group.operations.size() + more.size() > enough) break;
    group.operations.insert(group.operations.end(), more.begin(), more.end());
    group.owners.insert(group.owners.end(), more.size(), group.end);
  }
  return group;
}

static Result<> apply_steps(configfs::Tree& live, const Plan& plan, Failure& failure) {
  for (std::size_t first = 0; first < plan.steps.size();) {
    const Group group = group_from(plan.steps, first);
    first = group.end;
    if (group.operations.empty()) continue;
    configfs::BatchResult result = live.batch(group.operations);
    if (result) continue;
    const std::size_t failed = std::min(result.failure->index, group.operations.size() - 1);
    const std::size_t i = group.owners[failed];
    const Step& step = plan.steps[i];
    const std::size_t index = group.index_in_step(failed);
    failure.unknown = may_be_done(result.failure->error.errnum);
    failure.undone = !failure.unknown;
    const bool stuck = result.failure->error.errnum == configfs::stuck_errnum;
    Error error = explain(step, step.operations[index], std::move(result.failure->error));
    failure.object = step.object;
    Leavings leavings;
    if (stuck) leave_stuck(step, leavings);
    undo(live, step, index, leavings);
    for (std::size_t before = i; before-- > 0;)
      undo(live, plan.steps[before], plan.steps[before].operations.size(), leavings);
    if (!leavings.objects.empty()) {
      error.message += "\nnot everything could be undone:" + leavings.sentences;
      failure.undone = false;
      failure.left = std::move(leavings.objects);
    }
    return error;
  }
  return {};
}

Result<> apply(configfs::Tree& live, const Plan& plan, Failure* failure) {
  Failure found;
  Result<> applied = live.transactional() ? apply_at_once(live, plan, found) : apply_steps(live, plan, found);
  if (failure != nullptr) *failure = std::move(found);
  return applied;
}

}  // namespace lunet::target
