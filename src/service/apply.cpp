// SPDX-License-Identifier: Apache-2.0
// A whole configuration from text, as one edit: what runs becomes what the text says, as far as it is
// Lunet's.
#include <fmt/core.h>

#include <algorithm>

#include "service/absent.h"
#include "service/complete.h"
#include "service/drift.h"
#include "service/verbs.h"
#include "target/changes.h"
#include "target/target.h"

namespace lunet::service {
namespace {

using config::Object;
using config::ObjectClass;
using config::Path;

/// Everything that is to be done, before it is done.
struct Prepared {
  config::Tree candidate;
  config::Tree from;  ///< what runs
  config::Tree goal;
  Leftovers leftovers;  ///< pending ones
  target::Plan plan;
  std::vector<std::string> concerns;  ///< what is overwritten or lost
};

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
      return Error{ESTALE,
                   fmt::format("drift on {}: it runs, but generation {} does not have it, and {} is to go",
                               config::path_text(below.path), generation, config::path_text(path)),
                   "remove it with the tool that made it, or `lunet adopt` it"};
    }
  }
  return {};
}

void find_pending(std::string_view plugin, Prepared& prepared) {
  const Path files{{ObjectClass::storage, std::string(plugin)}};
  const Object* storage = std::as_const(prepared.candidate).find(files);
  if (storage == nullptr) return;
  for (const auto& [key, disk] : storage->children) {
    const Path path = below(files, ObjectClass::disk, std::string_view(key.id));
    if (std::as_const(prepared.from).find(path) != nullptr) continue;
    if (std::string reason = pending_reason(disk); !reason.empty())
      prepared.leftovers.push_back({true, path, std::move(reason)});
  }
}

Result<Prepared> prepare(const Editor& editor, const store::Store::Head& head,
                         const ConfigurationText& text) {
  Prepared prepared;
  const config::Tree written = TRY(config::parse(text.text, text.name));
  prepared.candidate = TRY(complete(written, head.tree, editor.live(), editor.runtime()));
  const config::Tree raw = TRY(target::read_live(editor.live()));
  // What goes is compared with what was recorded of it, so that putting it back writes no more than that.
  config::Tree reference = prepared.candidate;
  for (const config::Difference& difference : config::diff(prepared.candidate, head.tree)) {
    if (difference.kind == config::Difference::Kind::created)
      reference.ensure(difference.path) = *head.tree.find(difference.path);
  }
  prepared.from = target::comparable(raw, reference);
  prepared.goal = prepared.candidate;
  TRY_OK(keep_foreign(head.tree, prepared.from, prepared.goal, head.generation.number));
  for (const std::string_view plugin : {"fileio", "iblock"}) find_pending(plugin, prepared);
  if (!prepared.leftovers.empty())
    prepared.goal = without(prepared.goal, absent_in(prepared.goal, prepared.leftovers));
  prepared.plan = TRY(target::make_plan(prepared.from, prepared.goal, editor.live()));
  const Comparison drift = compare_trees(head, target::comparable(raw, head.tree), {}, Scope{});
  for (const Difference& difference : drift.differences) {
    if (difference.kind == SyncKind::drift && !drift.nothing_runs)
      prepared.concerns.push_back(difference.text);
  }
  for (const target::Step& step : prepared.plan.steps) {
    if (!step.loses.empty()) prepared.concerns.push_back(step.loses);
  }
  return prepared;
}

std::string summary(const std::string& name, const target::Plan& plan) {
  const auto count = [&](target::Change change) {
    return std::count_if(plan.steps.begin(), plan.steps.end(),
                         [&](const target::Step& step) { return step.change == change; });
  };
  return fmt::format("Applied {}: {} created, {} changed, {} removed.", name, count(target::Change::created),
                     count(target::Change::changed), count(target::Change::removed));
}

}  // namespace

Result<std::vector<std::string>> Editor::concerns_of(const ConfigurationText& text) {
  const store::Store::Head head = TRY(store().head());
  TRY_OK(check_runtime(head));
  Prepared prepared = TRY(prepare(*this, head, text));
  return std::move(prepared.concerns);
}

Result<Report> Editor::apply_text(const ConfigurationText& text,
                                  const std::optional<std::vector<std::string>>& agreed) {
  const auto lock = TRY(take_lock());
  const store::Store::Head head = TRY(open_head());
  Prepared prepared = TRY(prepare(*this, head, text));
  for (const std::string& concern : prepared.concerns) {
    if (!agreed || std::find(agreed->begin(), agreed->end(), concern) != agreed->end()) continue;
    return Error{ESTALE, concern, "it is new: look at it and try again"};
  }
  Draft draft;
  draft.tree = std::move(prepared.candidate);
  if (draft.tree == head.tree && prepared.plan.steps.empty()) {
    draft.report.lines = {
        fmt::format("Nothing to do: generation {} is {}.", head.generation.number, text.name)};
  } else {
    const target::Plan done =
        TRY(apply_candidate(head, prepared.from, [&](const config::Tree&) { return prepared.goal; }, draft));
    TRY_OK(commit_or_take_back(head, done, draft));
    draft.report.lines = {summary(text.name, done)};
  }
  TRY_OK(store().record_leftovers(prepared.leftovers));
  draft.report.left_out = prepared.leftovers.size();
  for (const store::Leftover& leftover : prepared.leftovers) {
    draft.report.warnings.push_back(fmt::format("{} is pending, with what stands on it: {}",
                                                config::path_text(leftover.object), leftover.reason));
  }
  return std::move(draft.report);
}

}  // namespace lunet::service
