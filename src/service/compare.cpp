// SPDX-License-Identifier: Apache-2.0
// What runs against the newest generation: in sync, drift, foreign, pending, degraded.
#include <fmt/core.h>

#include <algorithm>

#include "service/absent.h"
#include "service/drift.h"
#include "service/verbs.h"
#include "target/changes.h"
#include "target/target.h"

namespace lunet::service {
namespace {

using config::ObjectClass;
using config::Path;

/// Finds out why a recorded object does not run.
class Causes {
 public:
  Causes(const config::Tree& recorded, const config::Tree& running,
         const std::vector<store::Leftover>& leftovers)
      : recorded_(recorded), running_(running), leftovers_(leftovers) {}

  void explain(Difference& difference) const {
    const Path& path = difference.object;
    if (running_.find(path) != nullptr) return;
    if (explain_itself(difference, path)) return;
    // A LUN stands on its disk, a mapped LUN on its LUN.
    Path base = target::reference_of(recorded_, path);
    while (!base.empty() && running_.find(base) == nullptr) {
      Difference cause{SyncKind::drift, base, ""};
      if (explain_itself(cause, base)) {
        difference.kind = cause.kind;
        difference.text = fmt::format("{}: {} with {}", config::path_text(path), kind_word(cause.kind),
                                      config::path_text(base));
        return;
      }
      base = target::reference_of(recorded_, base);
    }
  }

 private:
  static std::string_view kind_word(SyncKind kind) {
    return kind == SyncKind::pending ? "pending" : "degraded";
  }

  static void set(Difference& difference, SyncKind kind, std::string_view reason) {
    difference.kind = kind;
    difference.text =
        fmt::format("{}: {}: {}", config::path_text(difference.object), kind_word(kind), reason);
  }

  bool explain_itself(Difference& difference, const Path& path) const {
    const config::Object* object = recorded_.find(path);
    if (object != nullptr && path.back().object_class == ObjectClass::disk) {
      if (const std::string reason = pending_reason(*object); !reason.empty()) {
        set(difference, SyncKind::pending, reason);
        return true;
      }
    }
    // Itself, or one above it.
    const auto leftover = std::find_if(leftovers_.begin(), leftovers_.end(), [&](const auto& each) {
      return each.object.size() <= path.size() && touches(each.object, path);
    });
    if (leftover == leftovers_.end()) return false;
    set(difference, leftover->pending ? SyncKind::pending : SyncKind::degraded, leftover->reason);
    return true;
  }

  const config::Tree& recorded_;
  const config::Tree& running_;
  const std::vector<store::Leftover>& leftovers_;
};

bool runs_any(const config::Tree& recorded, const config::Tree& running) {
  for (const auto& [group_key, group] : recorded.root.children) {
    for (const auto& [key, object] : group.children) {
      if (running.find({group_key, key}) != nullptr) return true;
    }
  }
  return false;
}

}  // namespace

Comparison compare_trees(const store::Store::Head& head, const config::Tree& running,
                         const std::vector<store::Leftover>& leftovers, const Scope& scope) {
  Comparison comparison{head.generation.number, !runs_any(head.tree, running), {}};
  const Causes causes(head.tree, running, leftovers);
  for (Difference& difference : describe_drift(head.tree, running, head.generation.number)) {
    if (!touches(difference.object, scope.object)) continue;
    // Above the scope counts only whether it is there.
    const bool above = difference.object.size() < scope.object.size();
    if (above && head.tree.find(difference.object) != nullptr && running.find(difference.object) != nullptr)
      continue;
    if (difference.kind == SyncKind::drift) causes.explain(difference);
    comparison.differences.push_back(std::move(difference));
  }
  // A cause before what follows from it.
  std::stable_sort(comparison.differences.begin(), comparison.differences.end(),
                   [](const Difference& a, const Difference& b) { return a.object < b.object; });
  return comparison;
}

Result<Comparison> compare(const Editor& editor, const Scope& scope) {
  const store::Store::Head head = TRY(editor.store().head());
  const std::vector<store::Leftover> leftovers = TRY(editor.store().leftovers());
  const config::Tree running = target::comparable(TRY(target::read_live(editor.live())), head.tree);
  return compare_trees(head, running, leftovers, scope);
}

}  // namespace lunet::service
