// SPDX-License-Identifier: Apache-2.0
// Plans and differences in words.
#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "config/classify.h"
#include "service/whole.h"
#include "target/kinds.h"
#include "target/names.h"

namespace lunet::service {
namespace {

using Kind = PlannedStep::Kind;
using config::Object;
using config::Path;

Kind kind_of(target::Change change) {
  switch (change) {
    case target::Change::created: return Kind::created;
    case target::Change::removed: return Kind::removed;
    default: return Kind::changed;
  }
}

/// "attrib/authentication = 1": the file below the object's directory.
std::string written(const configfs::Operation& operation) {
  const std::string_view path = operation.path;
  const std::size_t slash = path.rfind('/');
  const std::size_t before = slash == std::string_view::npos ? slash : path.rfind('/', slash - 1);
  std::string_view name = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
  if (before != std::string_view::npos) {
    const std::string_view folder = path.substr(before + 1, slash - before - 1);
    constexpr std::string_view groups[] = {"attrib", "param", "auth", "discovery_auth", "alua"};
    if (std::find(std::begin(groups), std::end(groups), folder) != std::end(groups))
      name = path.substr(before + 1);
  }
  const bool secret = name.find("password") != std::string_view::npos;
  return fmt::format("{} = {}", name, secret ? "***" : trim(operation.text));
}

PlannedStep step_of(const target::Step& step) {
  PlannedStep planned{kind_of(step.change), step.object, {}, step.loses};
  if (planned.kind != Kind::changed) return planned;
  for (const configfs::Operation& operation : step.operations) {
    if (operation.verb == configfs::Verb::write) planned.writes.push_back(written(operation));
  }
  return planned;
}

std::string shown(std::string_view group, std::string_view name, std::string_view value) {
  return target::is_secret(group, name) ? std::string("***") : fmt::format("'{}'", value);
}

void describe_values(const config::Attributes& from, const config::Attributes& to, std::string_view group,
                     std::vector<std::string>& values) {
  std::set<std::string_view> names;
  for (const auto& [name, value] : from) names.insert(name);
  for (const auto& [name, value] : to) names.insert(name);
  for (const std::string_view name : names) {
    const auto before = from.find(name);
    const auto after = to.find(name);
    if (before != from.end() && after != to.end() && before->second == after->second) continue;
    const std::string what = group.empty() ? std::string(name) : fmt::format("{} {}", group, name);
    if (after == to.end()) {
      values.push_back(fmt::format("{} {} is unset", what, shown(group, name, before->second)));
    } else if (before == from.end()) {
      values.push_back(fmt::format("{} becomes {}", what, shown(group, name, after->second)));
    } else {
      values.push_back(fmt::format("{} {} becomes {}", what, shown(group, name, before->second),
                                   shown(group, name, after->second)));
    }
  }
}

std::vector<std::string> changed_values(const Object& from, const Object& to) {
  std::vector<std::string> values;
  describe_values(from.attributes, to.attributes, "", values);
  std::set<std::string_view> groups;
  for (const auto& [group, each] : from.groups) groups.insert(group);
  for (const auto& [group, each] : to.groups) groups.insert(group);
  static const config::Attributes none;
  for (const std::string_view group : groups) {
    const auto before = from.groups.find(group);
    const auto after = to.groups.find(group);
    describe_values(before == from.groups.end() ? none : before->second,
                    after == to.groups.end() ? none : after->second, group, values);
  }
  return values;
}

}  // namespace

std::vector<RecordChange> describe_changes(const config::Tree& from, const config::Tree& to,
                                           schema::Runtime runtime) {
  std::vector<RecordChange> changes;
  std::set<Path> made_again;
  for (config::ObjectChange& change : config::classify(from, to, target::shipped_schema(), runtime)) {
    if (change.kind == config::ObjectChange::Kind::major) made_again.insert(std::move(change.path));
  }
  for (config::Difference& difference : config::diff(from, to)) {
    RecordChange change;
    switch (difference.kind) {
      case config::Difference::Kind::created: change.kind = Kind::created; break;
      case config::Difference::Kind::removed: change.kind = Kind::removed; break;
      case config::Difference::Kind::changed:
        change.values = changed_values(*from.find(difference.path), *to.find(difference.path));
        break;
    }
    change.made_again = made_again.contains(difference.path);
    change.object = std::move(difference.path);
    changes.push_back(std::move(change));
  }
  return changes;
}

PlanReport report_of(const Prepared& prepared, const store::Store::Head& head) {
  PlanReport report;
  report.base = head.generation.number;
  report.name = prepared.name;
  for (const target::Step& step : prepared.plan.steps) report.steps.push_back(step_of(step));
  report.records = describe_changes(head.tree, prepared.candidate, recorded_runtime(head));
  report.pending = prepared.leftovers;
  report.concerns = prepared.concerns;
  report.notes = prepared.notes;
  return report;
}

}  // namespace lunet::service
