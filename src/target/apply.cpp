// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <cstring>
#include <optional>
#include <set>
#include <span>

#include "base/check.h"
#include "target/causes.h"
#include "target/changes.h"
#include "target/target.h"

namespace lunet::target {
namespace {

using configfs::Operation;
using configfs::Verb;

std::string_view doing(Change change) {
  switch (change) {
    case Change::created: return "creating";
    case Change::removed: return "removing";
    default: return "changing";
  }
}

/// The error of one operation, with object, verb, path, the errno's text, the likely cause and what to do.
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
bool is_harmless(Verb verb, int errnum) {
  switch (verb) {
    case Verb::remove_dir:
    case Verb::unlink: return errnum == ENOENT;
    case Verb::make_dir:
    case Verb::link: return errnum == EEXIST;
    default: return false;
  }
}

/// Takes back the first `steps`, the last first. Goes on after a failure; returns what could not be undone.
std::string undo(configfs::Tree& live, std::span<const Step> steps) {
  std::string failures;
  for (std::size_t i = steps.size(); i-- > 0;) {
    for (const Operation& operation : steps[i].undo) {
      configfs::BatchResult result = live.batch(std::span(&operation, 1));
      if (result || is_harmless(operation.verb, result.failure->error.errnum)) continue;
      Error error = explain(steps[i], operation, std::move(result.failure->error));
      failures += fmt::format("\n  {} was left as it is: {}", steps[i].object, error.message);
    }
  }
  return failures;
}

/// What the connection to a runtime fails with. A runtime may fail so too: looking again is right then as
/// well.
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

Result<> apply_at_once(configfs::Tree& live, const Plan& plan, Failure& failure) {
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

Result<> apply_steps(configfs::Tree& live, const Plan& plan, Failure& failure) {
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    configfs::BatchResult result = live.batch(step.operations);
    if (result) continue;
    const std::size_t index = std::min(result.failure->index, step.operations.size() - 1);
    failure.unknown = may_be_done(result.failure->error.errnum);
    failure.undone = !failure.unknown;
    Error error = explain(step, step.operations[index], std::move(result.failure->error));
    failure.object = step.object;
    // A step of which nothing was done has nothing to undo.
    const std::string failures = undo(live, std::span(plan.steps).first(index > 0 ? i + 1 : i));
    if (!failures.empty()) {
      error.message += "\nnot everything could be undone:" + failures;
      failure.undone = false;
    }
    return error;
  }
  return {};
}

bool is_held(const Operation& operation, int errnum) {
  // LIO answers EINVAL for a portal whose port somebody else has.
  if (errnum == EINVAL)
    return operation.verb == Verb::make_dir && kind_of(operation.path) == FileKind::portal;
  return errnum == EBUSY || errnum == EAGAIN || errnum == EADDRINUSE;
}

config::Path path_of_step(const std::string& object) {
  auto path = config::parse_path(object);
  CHECK(path);
  return *std::move(path);
}

class PartialApply {
 public:
  PartialApply(configfs::Tree& live, Plan& plan, const config::Tree& goal)
      : live_(live), steps_(plan.steps), goal_(goal) {}

  Result<std::vector<Refusal>> run() {
    std::size_t next = 0;
    while (next < steps_.size()) {
      const auto failed = live_.transactional() ? TRY(run_together(next)) : TRY(run_one(next));
      next = failed ? *failed : next + 1;
      if (!failed && live_.transactional()) break;
    }
    return std::move(refusals_);
  }

 private:
  /// All from `first` on in one batch; when one is refused, those before it in one. Gives back where to go
  /// on.
  Result<std::optional<std::size_t>> run_together(std::size_t first) {
    std::size_t refused = TRY(batch(first, steps_.size()));
    if (refused == steps_.size()) return std::optional<std::size_t>();
    // Those before it went through once, but without being done.
    for (std::size_t end = refused; end > first;) {
      const std::size_t again = TRY(batch(first, end));
      if (again == end) break;
      end = refused = again;
    }
    refuse(refused);
    return std::optional(refused + 1);
  }

  /// The index of the step that is refused, with its error in `error_`; `end` when all are done.
  Result<std::size_t> batch(std::size_t first, std::size_t end) {
    std::vector<Operation> operations;
    std::vector<std::size_t> owners;
    for (std::size_t i = first; i < end; ++i) {
      operations.insert(operations.end(), steps_[i].operations.begin(), steps_[i].operations.end());
      owners.insert(owners.end(), steps_[i].operations.size(), i);
    }
    if (operations.empty()) return end;
    configfs::BatchResult result = live_.batch(operations);
    if (result) return end;
    const std::size_t index = std::min(result.failure->index, operations.size() - 1);
    TRY_OK(note(steps_[owners[index]], operations[index], std::move(result.failure->error)));
    return owners[index];
  }

  Result<std::optional<std::size_t>> run_one(std::size_t index) {
    const Step& step = steps_[index];
    configfs::BatchResult result = live_.batch(step.operations);
    if (result || step.operations.empty()) return std::optional<std::size_t>();
    const std::size_t failed = std::min(result.failure->index, step.operations.size() - 1);
    TRY_OK(note(step, step.operations[failed], std::move(result.failure->error)));
    if (failed > 0) error_.message += undo(live_, std::span(&step, 1));
    refuse(index);
    return std::optional(index + 1);
  }

  Result<> note(const Step& step, const Operation& operation, Error error) {
    const bool gone = may_be_done(error.errnum);
    held_ = is_held(operation, error.errnum);
    error_ = explain(step, operation, std::move(error));
    return gone ? Result<>(error_) : Result<>();
  }

  /// Takes the later steps of the object, and of what stands on it, out of the plan.
  void refuse(std::size_t index) {
    refusals_.push_back({path_of_step(steps_[index].object), error_, held_});
    out_.insert(refusals_.back().object);
    for (std::size_t i = index + 1; i < steps_.size(); ++i) {
      const config::Path path = path_of_step(steps_[i].object);
      if (!stands_on_refused(path)) continue;
      out_.insert(path);
      steps_[i].operations.clear();
    }
  }

  bool stands_on_refused(const config::Path& path) const {
    for (std::size_t size = 1; size <= path.size(); ++size) {
      if (out_.contains({path.begin(), path.begin() + static_cast<std::ptrdiff_t>(size)})) return true;
    }
    const config::Path reference = reference_of(goal_, path);
    return !reference.empty() && out_.contains(reference);
  }

  configfs::Tree& live_;
  std::vector<Step>& steps_;
  const config::Tree& goal_;
  std::set<config::Path> out_;
  std::vector<Refusal> refusals_;
  Error error_;
  bool held_ = false;
};

}  // namespace

Result<> apply(configfs::Tree& live, const Plan& plan, Failure* failure) {
  Failure found;
  Result<> applied = live.transactional() ? apply_at_once(live, plan, found) : apply_steps(live, plan, found);
  if (failure != nullptr) *failure = std::move(found);
  return applied;
}

Result<std::vector<Refusal>> apply_what_can(configfs::Tree& live, Plan plan, const config::Tree& goal) {
  return PartialApply(live, plan, goal).run();
}

}  // namespace lunet::target
