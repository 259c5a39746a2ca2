// SPDX-License-Identifier: Apache-2.0
// A whole configuration as one edit: what runs becomes what is wanted, as far as it is Lunet's.
#include "service/whole.h"

#include <fmt/core.h>

#include <algorithm>

#include "config/sharing.h"
#include "service/absent.h"
#include "service/complete.h"
#include "service/drift.h"
#include "service/elsewhere.h"
#include "service/export.h"
#include "service/local_changes.h"
#include "service/verbs.h"
#include "target/changes.h"
#include "target/kinds.h"
#include "target/names.h"
#include "target/target.h"

namespace lunet::service {
namespace {

using config::Object;
using config::ObjectClass;
using config::Path;

/// A plan removes neither a plugin nor a fabric, so that what stands in them may be another's.
bool stays_without(const Path& path) {
  return path.back().object_class == ObjectClass::storage || path.back().object_class == ObjectClass::fabric;
}

/// What runs and was never recorded stays. It must not stand in what goes.
Result<> keep_foreign(const config::Tree& recorded, const config::Tree& from, config::Tree& goal,
                      std::uint64_t generation) {
  for (const config::Difference& difference : config::diff(goal, from)) {
    if (difference.kind != config::Difference::Kind::created) continue;
    const Path& path = difference.path;
    if (recorded.find(path) == nullptr) {
      goal.ensure(path) = *from.find(path);
      continue;
    }
    config::Tree only;
    only.ensure(path) = *from.find(path);
    for (const config::Difference& below : config::diff(recorded, only)) {
      if (below.kind != config::Difference::Kind::created) continue;
      if (stays_without(path)) {
        goal.ensure(below.path) = *from.find(below.path);
        continue;
      }
      return Error{ESTALE,
                   fmt::format("drift on {}: it runs, but generation {} does not have it, and {} is to go",
                               config::path_text(below.path), generation, config::path_text(path)),
                   "remove it with the tool that made it, or `lunet adopt` it"};
    }
  }
  return {};
}

schema::Runtime schema_runtime(RuntimeKind runtime) {
  return runtime == RuntimeKind::kernel ? schema::Runtime::kernel : schema::Runtime::lunetd;
}

/// All mistakes of a text at once, before the runtime is asked for anything. What its reader should know is a
/// note; objects that wait for something are found again as pending, with what stands on them. `base`: what
/// has no mistakes is not looked at again.
Result<> judge_text(const Wanted& wanted, RuntimeKind runtime, const config::Tree* base, Prepared& prepared) {
  if (!wanted.text) return {};
  const config::Verdict verdict = TRY(verdict_of(wanted, schema_runtime(runtime), base));
  for (const config::Finding& each : verdict.warnings) prepared.notes.push_back(config::sentence_of(each));
  prepared.no_findings = verdict.warnings.empty() && verdict.pending.empty();
  return {};
}

void find_pending(const config::Tree& wanted, const config::Tree& running, RuntimeKind runtime,
                  Leftovers& leftovers) {
  for (const Path& path : may_be_missing(wanted, runtime)) {
    if (running.find(path) != nullptr) continue;
    if (std::string reason = missing_reason(wanted, path); !reason.empty())
      leftovers.push_back({true, path, std::move(reason)});
  }
}

std::string summary(const std::string& name, const target::Plan& plan) {
  const auto count = [&](target::Change change) {
    return std::count_if(plan.steps.begin(), plan.steps.end(),
                         [&](const target::Step& step) { return step.change == change; });
  };
  return fmt::format("Applied {}: {} created, {} changed, {} removed.", name, count(target::Change::created),
                     count(target::Change::changed), count(target::Change::removed));
}

void warn_of(const Leftovers& leftovers, Report& report) {
  report.left_out = leftovers.size();
  for (const store::Leftover& leftover : leftovers) {
    report.warnings.push_back(fmt::format(
        "{} is {}, {}: {}", config::path_text(leftover.object), leftover.pending ? "pending" : "degraded",
        leftover.runs ? "and runs as it was" : "with what stands on it", leftover.reason));
  }
}

/// With its comments, which make no difference to what runs.
bool is_recorded(const config::Tree& tree, const store::Store::Head& head) {
  return tree == head.tree && config::same_comments(tree, head.tree);
}

Result<> check_agreed(const Prepared& prepared, const std::optional<std::vector<std::string>>& agreed) {
  for (const std::string& concern : prepared.concerns) {
    if (!agreed || std::find(agreed->begin(), agreed->end(), concern) != agreed->end()) continue;
    return Error{ESTALE, concern, "it is new: look at it and try again"};
  }
  return {};
}

}  // namespace

namespace {

void add_losses(Prepared& prepared) {
  for (const target::Step& step : prepared.plan.steps) {
    if (!step.loses.empty()) prepared.concerns.push_back(step.loses);
  }
}

void leave_pending_out(Prepared& prepared) {
  if (!prepared.leftovers.empty())
    prepared.goal = without(prepared.goal, absent_in(prepared.goal, prepared.leftovers));
}

/// A value that is wanted and not recorded may be what the runtime has anyway.
Result<> add_what_is_set_already(configfs::Tree& live, Prepared& prepared) {
  const config::Tree recorded = prepared.from;
  for (const config::Difference& difference : config::diff(recorded, prepared.candidate)) {
    const Path& path = difference.path;
    if (difference.kind != config::Difference::Kind::changed ||
        path.back().object_class == ObjectClass::storage)
      continue;
    const auto values =
        config::changed_values(*recorded.find(path), *std::as_const(prepared.candidate).find(path),
                               target::shipped_schema(), target::kind_of(path), target::runtime_of(live));
    for (const config::ValueChange& change : values) {
      const std::string file = target::value_file(path, change.group, change.name);
      if (file.empty() || change.from.state == config::ValueState::set) continue;
      const std::string directory = TRY(target::directory_of(recorded, path));
      const auto text = live.read(fmt::format("{}/{}", directory, file));
      if (!text || !target::is_same(path, change.group, change.name, target::written_text(file, *text),
                                    change.to.text))
        continue;
      Object& object = *prepared.from.find(path);
      (change.group.empty() ? object.attributes : object.groups[change.group])[change.name] = change.to.text;
    }
  }
  return {};
}

/// The newest generation is what runs, and nothing else runs: it need not be read back.
Result<Prepared> plan_from_head(const Editor& editor, const store::Store::Head& head, Prepared prepared) {
  prepared.candidate = config::sharing(head.tree, prepared.candidate);
  prepared.from = head.tree;
  TRY_OK(add_what_is_set_already(editor.live(), prepared));
  prepared.goal = prepared.candidate;
  prepared.in_sync = true;
  config::Tree made;
  for (const config::Difference& difference : config::diff(head.tree, prepared.candidate)) {
    if (difference.kind == config::Difference::Kind::created)
      made.ensure(difference.path) = *std::as_const(prepared.candidate).find(difference.path);
  }
  find_pending(made, {}, editor.runtime(), prepared.leftovers);
  leave_pending_out(prepared);
  prepared.plan = TRY(target::make_plan(prepared.from, prepared.goal, editor.live(),
                                        {.disrupt = prepared.disrupt, .recorded = &head.tree}));
  add_losses(prepared);
  return prepared;
}

/// The candidate. `known`: what is in the newest generation is not looked at again where a text says the
/// same.
Result<> read_wanted(const Editor& editor, const store::Store::Head& head, Wanted& wanted,
                     const std::optional<store::InSync>& known, Prepared& prepared) {
  TRY_OK(keep_secrets(wanted, head.tree));
  const bool local = known && !wanted.complete && is_local_change(head.tree, wanted.tree);
  const bool judged = local && known->no_findings;
  prepared.notes = std::move(wanted.notes);
  TRY_OK(judge_text(wanted, editor.runtime(), judged ? &head.tree : nullptr, prepared));
  prepared.name = std::move(wanted.name);
  if (wanted.complete) {
    prepared.candidate = std::move(wanted.tree);
    return {};
  }
  if (local) {
    auto candidate = TRY(complete_local(wanted.tree, head.tree, editor.live(), editor.runtime()));
    if (candidate) {
      prepared.candidate = *std::move(candidate);
      return {};
    }
  }
  prepared.candidate = TRY(complete(wanted.tree, head.tree, editor.live(), editor.runtime()));
  return {};
}

}  // namespace

Result<Prepared> prepare(const Editor& editor, const store::Store::Head& head, Wanted wanted, bool what_can) {
  Prepared prepared;
  prepared.disrupt = wanted.disrupt;
  const auto known = what_can ? std::nullopt : editor.known_in_sync(head);
  TRY_OK(read_wanted(editor, head, wanted, known, prepared));
  if (known) return plan_from_head(editor, head, std::move(prepared));
  editor.begin_to_look();
  const config::Tree raw = TRY(target::read_live(editor.live()));
  // What goes is compared with what was recorded of it, so that putting it back writes no more than that.
  config::Tree reference = prepared.candidate;
  for (const config::Difference& difference : config::diff(prepared.candidate, head.tree)) {
    if (difference.kind == config::Difference::Kind::created)
      reference.ensure(difference.path) = *head.tree.find(difference.path);
  }
  // A value that was recorded and is not wanted any more goes back to what a fresh object reads.
  prepared.from = target::comparable(raw, reference, head.tree);
  prepared.goal = prepared.candidate;
  TRY_OK(keep_foreign(head.tree, prepared.from, prepared.goal, head.generation.number));
  find_pending(prepared.candidate, prepared.from, editor.runtime(), prepared.leftovers);
  leave_pending_out(prepared);
  const Comparison drift = compare_trees(head, target::comparable(raw, head.tree), {}, Scope{});
  // Drift is overwritten, but by a session's edits.
  prepared.in_sync = std::all_of(
      drift.differences.begin(), drift.differences.end(),
      [&](const Difference& difference) { return difference.kind != SyncKind::foreign && !wanted.edit; });
  if (wanted.edit) TRY_OK(leave_drift_elsewhere(head, drift, prepared));
  prepared.plan = TRY(
      target::make_plan(prepared.from, prepared.goal, editor.live(),
                        {.disrupt = prepared.disrupt, .leave_refused = what_can, .recorded = &head.tree}));
  for (const target::Refusal& refusal : prepared.plan.refused)
    prepared.leftovers.push_back({false, refusal.object, refusal.error.message, refusal.runs});
  for (const Difference& difference : drift.differences) {
    if (difference.kind == SyncKind::drift && !drift.nothing_runs && !wanted.edit)
      prepared.concerns.push_back(difference.text);
  }
  add_losses(prepared);
  return prepared;
}

Result<PlanReport> Editor::plan_of(const Source& source) {
  const store::Store::Head head = TRY(store().head());
  TRY_OK(check_runtime(head));
  Wanted wanted = TRY(wanted_of(source, head, store()));
  const Prepared prepared = TRY(prepare(*this, head, std::move(wanted)));
  return report_of(prepared, head);
}

/// Recorded first; then what the runtime refuses is left out, as a restore does.
Result<> Editor::serve_what_can(const store::Store::Head& head, Prepared& prepared, Draft& draft) {
  if (!is_recorded(draft.tree, head)) {
    TRY_OK(commit(head, draft));
    export_configuration(context_.exports, draft.tree, draft.report.warnings);
  }
  draft.report.changed = true;
  const auto refusals = TRY(target::apply_what_can(live(), prepared.plan, prepared.goal));
  for (const target::Refusal& refusal : refusals)
    prepared.leftovers.push_back({false, refusal.object, refusal.error.message, refusal.runs});
  return {};
}

Result<Report> Editor::apply_source(const Source& source, const ApplyOptions& options) {
  const auto lock = TRY(take_lock());
  const store::Store::Head head = TRY(open_head(source.generation ? Waiting::ends : Waiting::stays));
  return make_it_so(head, source, options);
}

Result<Report> Editor::make_it_so(const store::Store::Head& head, const Source& source,
                                  const ApplyOptions& options) {
  Wanted wanted = TRY(wanted_of(source, head, store()));
  Prepared prepared = TRY(prepare(*this, head, std::move(wanted), options.what_can));
  TRY_OK(check_agreed(prepared, options.agreed));
  Draft draft;
  draft.why = options.why;
  draft.disrupt = prepared.disrupt;
  draft.tree = std::move(prepared.candidate);
  draft.in_sync = prepared.in_sync && prepared.leftovers.empty();
  draft.no_findings = prepared.no_findings;
  // What was known before does not count for what this leaves.
  if (!draft.in_sync && !context_.dry_run)
    (void)store().record_in_sync({head.generation.number, "unknown", false});
  if (context_.dry_run && !(is_recorded(draft.tree, head) && prepared.plan.steps.empty())) {
    draft.report.changed = true;
    draft.report.lines = {summary(prepared.name, prepared.plan), "Nothing was changed: this was a dry run."};
    return std::move(draft.report);
  }
  draft.report.warnings = std::move(prepared.notes);
  if (is_recorded(draft.tree, head) && prepared.plan.steps.empty()) {
    draft.report.lines = {fmt::format("Nothing to do: {} is what runs and what is recorded.", prepared.name)};
    if (draft.in_sync) note_in_sync(head.generation.number, draft.no_findings);
    TRY_OK(store().clear_confirmation());
  } else {
    TRY_OK(record_waiting(head, options, draft.report));
    if (options.what_can) {
      TRY_OK(serve_what_can(head, prepared, draft));
    } else {
      const Goal goal = [&](const config::Tree&) { return prepared.goal; };
      draft.plan = prepared.plan;
      const target::Plan done = TRY(apply_candidate(head, prepared.from, goal, draft));
      TRY_OK(commit_or_take_back(head, done, draft));
    }
    draft.report.lines.insert(draft.report.lines.begin(), summary(prepared.name, prepared.plan));
    if (!options.confirm_within_s) TRY_OK(store().clear_confirmation());
  }
  TRY_OK(store().record_leftovers(prepared.leftovers));
  warn_of(prepared.leftovers, draft.report);
  return std::move(draft.report);
}

}  // namespace lunet::service
