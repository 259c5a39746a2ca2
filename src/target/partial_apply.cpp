// SPDX-License-Identifier: Apache-2.0
// Applying what can be applied, so that one refused object does not keep the others from being served.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "base/check.h"
#include "configfs/kernel_calls.h"
#include "target/apply_parts.h"
#include "target/causes.h"
#include "target/changes.h"
#include "target/steps.h"

namespace lunet::target {
namespace {

using configfs::Operation;
using configfs::Verb;

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
      const auto go_on = live_.transactional() ? TRY(run_together(next)) : TRY(run_some(next));
      if (!go_on) break;
      next = *go_on;
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

  /// Where operations are done one by one: some steps, up to one that is refused. Gives back where to go on.
  Result<std::optional<std::size_t>> run_some(std::size_t first) {
    const Group group = group_from(steps_, first);
    if (group.operations.empty()) return std::optional(group.end);
    configfs::BatchResult result = live_.batch(group.operations);
    if (result) return std::optional(group.end);
    const std::size_t position = std::min(result.failure->index, group.operations.size() - 1);
    const std::size_t index = group.owners[position];
    const std::size_t failed = group.index_in_step(position);
    const Step& step = steps_[index];
    const bool stuck = result.failure->error.errnum == configfs::stuck_errnum;
    TRY_OK(note(step, step.operations[failed], std::move(result.failure->error)));
    Leavings leavings;
    if (stuck) leave_stuck(step, leavings);
    undo(live_, step, failed, leavings);
    error_.message += leavings.sentences;
    refuse(index);
    return std::optional(index + 1);
  }

  Result<> note(const Step& step, const Operation& operation, Error error) {
    const bool gone = may_be_done(error.errnum);
    held_ = is_held(operation, error.errnum);
    error_ = explain(step, operation, std::move(error));
    return gone ? Result<>(error_) : Result<>();
  }

  /// The HBA that a refused disk would have made: the next disk in it makes it.
  void pass_hba_on(std::size_t index) {
    const Step& refused = steps_[index];
    if (refused.change != Change::created || refused.operations.empty()) return;
    const Operation first = refused.operations.front();
    if (first.verb != Verb::make_dir || kind_of(first.path) != FileKind::hba) return;
    for (std::size_t i = index + 1; i < steps_.size(); ++i) {
      Step& next = steps_[i];
      if (next.change != Change::created || next.operations.empty()) continue;
      if (!next.operations.front().path.starts_with(first.path + "/")) continue;
      Step whole{next.change, std::move(next.object), {}, {}, std::move(next.loses), {}};
      add_part(whole, {first}, {{Verb::remove_dir, first.path, ""}});
      add_part(whole, std::move(next.operations), std::move(next.undo));
      next = std::move(whole);
      return;
    }
  }

  /// Whether a step removes or makes the object that this one changes.
  bool is_made_again(std::size_t index) const {
    return std::any_of(steps_.begin(), steps_.end(), [&](const Step& step) {
      return step.change != Change::changed && step.object == steps_[index].object;
    });
  }

  /// Takes the later steps of the object, and of what stands on it, out of the plan.
  void refuse(std::size_t index) {
    pass_hba_on(index);
    refusals_.push_back({path_of_step(steps_[index].object), error_, held_,
                         steps_[index].change == Change::changed && !is_made_again(index)});
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

Result<std::vector<Refusal>> apply_what_can(configfs::Tree& live, Plan plan, const config::Tree& goal) {
  return PartialApply(live, plan, goal).run();
}

}  // namespace lunet::target
