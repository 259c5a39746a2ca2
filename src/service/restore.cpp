// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <cstring>

#include "base/byte_size.h"
#include "service/drift.h"
#include "service/recovery.h"
#include "service/verbs.h"
#include "target/target.h"

namespace lunet::service {
namespace {

using config::ObjectClass;
using config::Path;

/// Disks and targets that run and that no generation had: not Lunet's (ruling 1). They stay as they are.
void leave_foreign_alone(const config::Tree& running, config::Tree& goal, Report& report) {
  for (const auto& [group_key, group] : running.root.children) {
    for (const auto& [key, object] : group.children) {
      const Path path{group_key, key};
      if (goal.find(path) != nullptr) continue;
      goal.ensure(path) = object;
      report.warnings.push_back(
          fmt::format("{} runs, but is not in the configuration: left as it is", config::path_text(path)));
    }
  }
}

std::string pending_reason(const config::Object& disk) {
  const std::string path(disk.attribute("path"));
  std::optional<std::uint64_t> size;
  if (const auto parsed = parse_byte_size(disk.attribute("size"))) size = *parsed;
  const int errnum = check_backing_file(path, size);
  if (errnum == EFBIG) return fmt::format("{} is shorter than the recorded {} bytes", path, *size);
  const bool missing = errnum == ENOENT || errnum == ENODEV || errnum == ENXIO || errnum == ENOTDIR;
  // Other errors are the runtime's to report: it may have rights that this process has not.
  return missing ? fmt::format("{}: {}", path, std::strerror(errnum)) : "";  // NOLINT(concurrency-mt-unsafe)
}

/// Rulings 5 and 15: a disk whose file is missing is not made, and neither is what stands on it.
void leave_pending_out(std::string_view plugin, config::Tree& running, config::Tree& goal, Report& report) {
  const Path files{{ObjectClass::storage, std::string(plugin)}};
  const config::Object* storage = goal.find(files);
  if (storage == nullptr) return;
  std::vector<std::string> pending;
  for (const auto& [key, disk] : storage->children) {
    const Path path = below(files, ObjectClass::disk, key.id);
    const config::Object* now = running.find(path);
    if (now != nullptr && now->attributes == disk.attributes) continue;
    const std::string reason = pending_reason(disk);
    if (reason.empty()) continue;
    pending.push_back(key.id);
    report.warnings.push_back(
        fmt::format("{} is pending, with its LUNs and mapped LUNs: {}", config::path_text(path), reason));
  }
  for (const std::string& name : pending) {
    for (config::Tree* tree : {&running, &goal}) {
      remove_luns_of_disk(*tree, plugin, name);
      (void)tree->remove(below(files, ObjectClass::disk, name));
    }
  }
}

std::string summary(const target::Plan& plan, std::uint64_t generation) {
  if (plan.steps.empty()) return fmt::format("Nothing to do: generation {} runs.", generation);
  std::size_t created = 0;
  std::size_t changed = 0;
  std::size_t removed = 0;
  for (const target::Step& step : plan.steps) {
    if (step.change == target::Change::created) ++created;
    if (step.change == target::Change::changed) ++changed;
    if (step.change == target::Change::removed) ++removed;
  }
  return fmt::format("Restored generation {}: {} created, {} changed, {} removed.", generation, created,
                     changed, removed);
}

}  // namespace

Result<Report> Editor::restore() {
  const auto lock = TRY(take_lock());
  store::Store::Head head = TRY(store().head());
  TRY_OK(check_runtime(head));
  Report report;
  // What cannot be undone is different from what is recorded, and that is what a restore is for.
  if (auto recovered = recover(live(), store(), head); !recovered) {
    report.warnings.push_back(recovered.error().message);
  } else if (*recovered) {
    tell(**std::move(recovered));
  }
  config::Tree goal = head.tree;
  config::Tree running = target::comparable(TRY(target::read_live(live())), goal);
  leave_foreign_alone(running, goal, report);
  for (const std::string_view plugin : {"fileio", "iblock"}) leave_pending_out(plugin, running, goal, report);
  const target::Plan plan = TRY(target::make_plan(running, goal, live()));
  TRY_OK(target::apply(live(), plan));
  report.lines.push_back(summary(plan, head.generation.number));
  return report;
}

Result<std::vector<std::string>> drift_sentences(const Editor& editor) {
  const store::Store::Head head = TRY(editor.store().head());
  const config::Tree running = target::comparable(TRY(target::read_live(editor.live())), head.tree);
  return describe_drift(head.tree, running, head.generation.number);
}

}  // namespace lunet::service
