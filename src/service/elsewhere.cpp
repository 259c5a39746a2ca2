// SPDX-License-Identifier: Apache-2.0
#include "service/elsewhere.h"

#include <fmt/core.h>

#include <algorithm>

#include "service/drift.h"
#include "service/verbs.h"

namespace lunet::service {
namespace {

using config::Path;

bool is_at_or_below(const Path& path, const Path& above) {
  return path.size() >= above.size() && std::equal(above.begin(), above.end(), path.begin());
}

/// Whether the change has to do with the object: changes it, removes it, or stands on it.
bool concerns(const config::Difference& change, const Path& object, const config::Tree& running) {
  if (change.path == object) return true;
  if (change.kind == config::Difference::Kind::removed) return is_at_or_below(object, change.path);
  return running.find(object) == nullptr && is_at_or_below(change.path, object);
}

Error refused(const Difference& difference) {
  const std::string object = shell_path(difference.object);
  return Error{
      ESTALE, "drift on " + difference.text,
      fmt::format("see `lunet diff {}`; `lunet adopt {}` records what runs, `lunet restore {}` makes "
                  "it what is recorded",
                  object, object, object)};
}

/// What runs stays as it is there: as if it was what is wanted.
void leave_alone(const Path& path, Prepared& prepared) {
  const config::Object* wanted = std::as_const(prepared.goal).find(path);
  if (wanted == nullptr) return;
  if (std::as_const(prepared.from).find(path) == nullptr) {
    prepared.from.ensure(path) = *wanted;
    return;
  }
  config::Object& object = prepared.from.ensure(path);
  object.attributes = wanted->attributes;
  object.groups = wanted->groups;
}

}  // namespace

Result<> leave_drift_elsewhere(const store::Store::Head& head, const Comparison& drift, Prepared& prepared) {
  if (drift.nothing_runs) return {};
  const auto changes = config::diff(head.tree, prepared.candidate);
  for (const Difference& difference : drift.differences) {
    if (difference.kind != SyncKind::drift) continue;
    const bool touched = std::any_of(changes.begin(), changes.end(), [&](const config::Difference& change) {
      return concerns(change, difference.object, prepared.from);
    });
    if (touched) return refused(difference);
    leave_alone(difference.object, prepared);
    prepared.notes.push_back("drift stays: " + difference.text);
  }
  return {};
}

}  // namespace lunet::service
