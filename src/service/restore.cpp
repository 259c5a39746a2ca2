// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "service/absent.h"
#include "service/drift.h"
#include "service/progress_tree.h"
#include "service/recovery.h"
#include "service/verbs.h"
#include "target/changes.h"
#include "target/steps.h"
#include "target/target.h"

namespace lunet::service {
namespace {

using config::Object;
using config::ObjectClass;
using config::Path;

/// What restore makes of what runs: recorded objects as recorded, the others as they are.
class RestoreGoal {
 public:
  RestoreGoal(const config::Tree& recorded, const config::Tree& running, const Path& scope,
              RuntimeKind runtime)
      : recorded_(recorded), running_(running), scope_(scope), runtime_(runtime), tree_(running) {}

  config::Tree run(std::vector<store::Leftover>& leftovers) {
    Path path;
    lay(recorded_.root, path);
    leave_pending_out(leftovers);
    leave_unfounded_out(leftovers);
    return std::move(tree_);
  }

 private:
  void lay(const Object& recorded, Path& path) {
    for (const auto& [key, child] : recorded.children) {
      path.push_back(key);
      if (touches(path, scope_)) {
        // Above the scope only what is missing is made.
        if (path.size() >= scope_.size() || running_.find(path) == nullptr) {
          Object& object = tree_.ensure(path);
          object.attributes = child.attributes;
          object.groups = child.groups;
        }
        lay(child, path);
      }
      path.pop_back();
    }
  }

  void leave_out(const std::set<Path>& roots) {
    for (const Path& path : target::dependants(tree_, roots)) {
      // What runs already goes on running.
      if (running_.find(path) == nullptr && std::as_const(tree_).find(path) != nullptr)
        (void)tree_.remove(path);
    }
  }

  /// Rulings 5 and 15: a disk whose file is missing is not made, and neither is what stands on it.
  void leave_pending_out(std::vector<store::Leftover>& leftovers) {
    std::set<Path> pending;
    for (const Path& path : may_be_missing(tree_, runtime_)) {
      const Object* now = running_.find(path);
      const Object* wanted = std::as_const(tree_).find(path);
      if (now != nullptr && now->attributes == wanted->attributes) continue;
      const std::string reason = missing_reason(tree_, path);
      if (reason.empty()) continue;
      leftovers.push_back({true, path, reason, now != nullptr});
      if (now == nullptr) {
        pending.insert(path);
      } else {
        tree_.ensure(path) = *now;
      }
    }
    leave_out(pending);
  }

  /// What stands on something that does not run, and what lacks a value without which it cannot be made.
  void leave_unfounded_out(std::vector<store::Leftover>& leftovers) {
    std::map<Path, std::string> unfounded;
    for (const config::Difference& difference : config::diff(running_, tree_)) {
      if (difference.kind == config::Difference::Kind::created) collect_unfounded(difference.path, unfounded);
    }
    std::set<Path> roots;
    for (const auto& [path, reason] : unfounded) {
      leftovers.push_back({false, path, reason});
      roots.insert(path);
    }
    if (!roots.empty()) leave_out(roots);
  }

  void collect_unfounded(const Path& path, std::map<Path, std::string>& found) const {
    const Path reference = target::reference_of(tree_, path);
    const ObjectClass object_class = path.back().object_class;
    if (!reference.empty() && tree_.find(reference) == nullptr) {
      found[path] = fmt::format("it stands on {}, which does not run", config::path_text(reference));
    } else if (object_class != ObjectClass::storage && object_class != ObjectClass::fabric) {
      if (auto step = target::make_object(tree_, path, target::MakeOptions{}); !step)
        found[path] = step.error().message;
    }
    for (const auto& [key, child] : tree_.find(path)->children) {
      Path below_it = path;
      below_it.push_back(key);
      collect_unfounded(below_it, found);
    }
  }

  const config::Tree& recorded_;
  const config::Tree& running_;
  const Path& scope_;
  RuntimeKind runtime_;
  config::Tree tree_;
};

std::string summary(const target::Plan& plan, std::size_t refused, std::uint64_t generation) {
  if (plan.steps.empty() && refused == 0)
    return fmt::format("Nothing to do: generation {} runs.", generation);
  std::size_t created = 0;
  std::size_t changed = 0;
  std::size_t removed = 0;
  for (const target::Step& step : plan.steps) {
    if (step.change == target::Change::created) ++created;
    if (step.change == target::Change::changed) ++changed;
    if (step.change == target::Change::removed) ++removed;
  }
  if (refused > 0) return fmt::format("Restored generation {} without what was refused.", generation);
  return fmt::format("Restored generation {}: {} created, {} changed, {} removed.", generation, created,
                     changed, removed);
}

/// What is to be overwritten is what the user saw.
Result<> check_agreed(const Comparison& comparison, const Scope& scope) {
  if (!scope.agreed || comparison.nothing_runs) return {};
  for (const Difference& difference : comparison.differences) {
    if (difference.kind != SyncKind::drift) continue;
    const auto& agreed = *scope.agreed;
    if (std::find(agreed.begin(), agreed.end(), difference.text) != agreed.end()) continue;
    return Error{ESTALE, fmt::format("drift on {}", difference.text), "it is new: look at it and try again"};
  }
  return {};
}

/// All of it or nothing.
Result<> apply_whole(configfs::Tree& live, const target::Plan& plan,
                     const std::vector<store::Leftover>& leftovers) {
  for (const store::Leftover& leftover : leftovers) {
    if (!leftover.pending)
      return Error{EINVAL, fmt::format("{}: {}", config::path_text(leftover.object), leftover.reason), {}};
  }
  target::Failure failure;
  Result<> applied = target::apply(live, plan, &failure);
  if (!applied && !failure.undone) applied.error().errnum = ENOTRECOVERABLE;
  return applied;
}

}  // namespace

Result<Report> Editor::restore(const Scope& scope) {
  TRY_OK(refuse_dry_run("restore"));
  const auto lock = TRY(take_lock());
  store::Store::Head head = TRY(store().head());
  TRY_OK(check_runtime(head));
  std::vector<std::string> warnings;
  // What cannot be undone is different from what is recorded, and that is what a restore is for.
  if (auto recovered = recover(live(), store(), head); !recovered) {
    warnings.push_back(recovered.error().message);
  } else if (*recovered) {
    tell(**recovered);
  }
  if (auto settled = settle_confirmation(head, Waiting::ends); !settled)
    warnings.push_back(settled.error().message);
  if (!scope.object.empty() && head.tree.find(scope.object) == nullptr) {
    return Error{
        ENOENT,
        fmt::format("{} is not recorded: there is nothing to restore", config::path_text(scope.object)),
        "see `lunet diff`"};
  }
  Report report = TRY(restore_recorded(head, scope, Manner::what_can));
  report.warnings.insert(report.warnings.begin(), warnings.begin(), warnings.end());
  return report;
}

Result<Report> Editor::restore_recorded(const store::Store::Head& head, const Scope& scope, Manner manner) {
  Report report;
  std::vector<store::Leftover> leftovers = TRY(store().leftovers());
  const auto judged = store().in_sync();
  begin_to_look();
  const config::Tree running = target::comparable(TRY(target::read_live(live())), head.tree);
  const Comparison before = compare_trees(head, running, leftovers, scope);
  TRY_OK(check_agreed(before, scope));
  std::erase_if(leftovers, [&](const auto& each) {
    return touches(each.object, scope.object) || head.tree.find(each.object) == nullptr;
  });
  const config::Tree goal = RestoreGoal(head.tree, running, scope.object, runtime()).run(leftovers);
  const bool all = manner == Manner::whole;
  const target::Plan plan = TRY(target::make_plan(running, goal, live(), {.leave_refused = !all}));
  ProgressTree watched(live(), progress(), fmt::format("restoring generation {}", head.generation.number),
                       plan);
  std::vector<target::Refusal> refusals;
  if (all) {
    TRY_OK(apply_whole(watched, plan, leftovers));
  } else {
    refusals = TRY(target::apply_what_can(watched, plan, goal));
  }
  refusals.insert(refusals.end(), plan.refused.begin(), plan.refused.end());
  for (const target::Refusal& refusal : refusals) {
    leftovers.push_back({false, refusal.object, refusal.error.message, refusal.runs});
    report.held = report.held || refusal.held;
  }
  TRY_OK(store().record_leftovers(leftovers));
  const bool foreign =
      std::any_of(before.differences.begin(), before.differences.end(),
                  [](const Difference& difference) { return difference.kind == SyncKind::foreign; });
  if (leftovers.empty() && !foreign && scope.object.empty() && !has_side_effects(running, goal))
    note_in_sync(head.generation.number,
                 judged && judged->generation == head.generation.number && judged->no_findings);
  report.left_out = leftovers.size();
  report.changed = !plan.steps.empty();
  report.lines.push_back(summary(plan, refusals.size(), head.generation.number));
  for (const store::Leftover& leftover : leftovers) {
    // Of a portal it is the address that is missing, which has no path.
    const std::string_view path = std::as_const(head.tree).find(leftover.object)->attribute("path");
    if (leftover.pending && !path.empty()) report.missing.emplace_back(path);
    report.warnings.push_back(fmt::format(
        "{} is {}, {}: {}", config::path_text(leftover.object), leftover.pending ? "pending" : "degraded",
        leftover.runs ? "and runs as it was" : "with what stands on it", leftover.reason));
  }
  for (const Difference& difference : before.differences) {
    if (difference.kind == SyncKind::foreign) report.warnings.push_back(difference.text + ": left as it is");
  }
  return report;
}

}  // namespace lunet::service
