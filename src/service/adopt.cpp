// SPDX-License-Identifier: Apache-2.0
// What runs becomes what is recorded.
#include <fmt/core.h>

#include <algorithm>

#include "service/absent.h"
#include "service/drift.h"
#include "service/export.h"
#include "service/verbs.h"
#include "target/changes.h"
#include "target/target.h"

namespace lunet::service {
namespace {

using config::Object;
using config::Path;

/// Everything in `tree` stands on something in it.
Result<> check_references(const config::Tree& tree, const Object& object, Path& path) {
  for (const auto& [key, child] : object.children) {
    path.push_back(key);
    const Path reference = target::reference_of(tree, path);
    if (!reference.empty() && tree.find(reference) == nullptr) {
      return Error{EINVAL,
                   fmt::format("{} stands on {}, which would not be recorded", config::path_text(path),
                               config::path_text(reference)),
                   "adopt both, or all: `lunet adopt`"};
    }
    TRY_OK(check_references(tree, child, path));
    path.pop_back();
  }
  return {};
}

/// One difference, taken over into the candidate.
void take_over(const Difference& difference, const config::Tree& running, const config::Tree& raw,
               config::Tree& candidate) {
  const Path& path = difference.object;
  if (const Object* now = running.find(path); now == nullptr) {
    candidate = without(candidate, target::dependants(candidate, {path}));
  } else if (difference.kind == SyncKind::foreign) {
    candidate.ensure(path) = *raw.find(path);
  } else {
    Object& object = candidate.ensure(path);
    object.attributes = now->attributes;
    object.groups = now->groups;
  }
}

}  // namespace

Result<Report> Editor::adopt(const Scope& scope) {
  TRY_OK(refuse_dry_run("adopt"));
  const auto lock = TRY(take_lock());
  const store::Store::Head head = TRY(open_head());
  const std::vector<store::Leftover> leftovers = TRY(store().leftovers());
  const config::Tree raw = TRY(target::read_live(live()));
  const config::Tree running = target::comparable(raw, head.tree);
  Draft draft;
  draft.tree = head.tree;
  for (const Difference& difference : compare_trees(head, running, leftovers, scope).differences) {
    const bool absent = difference.kind == SyncKind::pending || difference.kind == SyncKind::degraded;
    if (absent) {
      draft.report.warnings.push_back(difference.text + ": it stays recorded");
      continue;
    }
    take_over(difference, running, raw, draft.tree);
    draft.report.lines.push_back("Adopted " + difference.text + ".");
  }
  if (draft.tree == head.tree) {
    draft.report.lines = {fmt::format("Nothing to adopt: generation {} runs.", head.generation.number)};
    return std::move(draft.report);
  }
  Path path;
  TRY_OK(check_references(draft.tree, draft.tree.root, path));
  TRY_OK(commit(head, draft));
  draft.report.changed = true;
  export_configuration(context_.exports, draft.tree, draft.report.warnings);
  return std::move(draft.report);
}

}  // namespace lunet::service
