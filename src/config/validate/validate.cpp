// SPDX-License-Identifier: Apache-2.0
#include "config/validate/validate.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>

#include "config/validate/checks.h"

namespace lunet::config {
namespace {

const Attributes& attributes_of(const Object& object, std::string_view group) {
  static const Attributes none;
  if (group.empty()) return object.attributes;
  const auto found = object.groups.find(group);
  return found == object.groups.end() ? none : found->second;
}

Attributes::const_iterator find_set(const Visited& at, const Attributes& attributes, std::string_view group,
                                    std::string_view name) {
  auto found = attributes.find(name);
  if (found != attributes.end() || at.kind == nullptr) return found;
  const schema::Attribute* known = at.kind->attribute(group, name);
  if (known == nullptr) return found;
  found = attributes.find(known->name);
  for (const std::string& other : known->other_names)
    if (found == attributes.end()) found = attributes.find(other);
  return found;
}

/// Walks all objects, or those that are not in `before`.
class ObjectWalk {
 public:
  ObjectWalk(const Question& question, bool all, const Visit& visit)
      : question_(question), all_(all), visit_(visit) {
    if (question.before == nullptr) return;
    for (Difference& difference : diff(*question.before, question.tree)) {
      if (difference.kind == Difference::Kind::removed) continue;
      whole_.insert_or_assign(std::move(difference.path), difference.kind == Difference::Kind::created);
    }
  }

  void run() {
    if ((all_ && !question_.apart) || question_.before == nullptr) {
      below(question_.tree.root, &question_.schema.root(), question_.before == nullptr);
      return;
    }
    for (const auto& [path, created] : whole_) {
      path_ = path;
      const Object& object = *question_.tree.find(path);
      const schema::Kind* kind = kind_of(question_.schema, path);
      visit_({path_, object, kind, true});
      if (created) below(object, kind, true);
    }
  }

 private:
  void below(const Object& object, const schema::Kind* kind, bool is_new) {
    for (const auto& [key, child] : object.children) {
      path_.push_back(key);
      const auto changed = whole_.find(path_);
      const bool created = is_new || (changed != whole_.end() && changed->second);
      const schema::Kind* child_kind = kind_of(kind, key);
      visit_({path_, child, child_kind, created || changed != whole_.end()});
      below(child, child_kind, created);
      path_.pop_back();
    }
  }

  const Question& question_;
  bool all_;
  const Visit& visit_;
  std::map<Path, bool> whole_;  ///< objects that differ; true: with all below them
  Path path_;
};

std::string_view prefix_of(Severity severity) {
  switch (severity) {
    case Severity::error: return "";
    case Severity::pending: return "pending: ";
    case Severity::warning: return "warning: ";
  }
  return "";
}

std::string with_hint(const Finding& finding) {
  return finding.hint.empty() ? finding.sentence : fmt::format("{}; {}", finding.sentence, finding.hint);
}

}  // namespace

void for_each_object(const Question& question, bool all, const Visit& visit) {
  ObjectWalk(question, all, visit).run();
}

std::optional<std::string> value_of(const Question& question, const Visited& at, std::string_view group,
                                    std::string_view name) {
  const Attributes& attributes = attributes_of(at.object, group);
  const auto found = find_set(at, attributes, group, name);
  if (found == attributes.end()) return std::nullopt;
  const schema::Attribute* known = at.kind == nullptr ? nullptr : at.kind->attribute(group, name);
  if (known == nullptr) return found->second;
  auto normal = question.schema.check_value(*known, found->second);
  return normal ? *std::move(normal) : found->second;
}

std::string effective(const Question& question, const Visited& at, std::string_view group,
                      std::string_view name) {
  if (auto value = value_of(question, at, group, name)) return *std::move(value);
  const schema::Attribute* known = at.kind == nullptr ? nullptr : at.kind->attribute(group, name);
  return known == nullptr ? "" : known->default_on(question.runtime).value_or("");
}

std::string set_name(const Visited& at, std::string_view group, std::string_view name) {
  const Attributes& attributes = attributes_of(at.object, group);
  const auto found = find_set(at, attributes, group, name);
  return found == attributes.end() ? std::string(name) : found->first;
}

std::vector<Finding> validate_schema(const Question& question) {
  Findings findings;
  check_schema(question, findings);
  return findings;
}

std::vector<Finding> validate(const Question& question) {
  Findings findings;
  for (const auto check : {check_schema, check_required, check_references, check_duplicates, check_portals,
                           check_files, check_addresses, check_limits, check_chap})
    check(question, findings);
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return a.severity != b.severity ? a.severity < b.severity : a.node.path < b.node.path;
  });
  return findings;
}

std::string sentence_of(const Finding& finding) {
  return fmt::format("{}{}: {}", prefix_of(finding.severity), node_text(finding.node), with_hint(finding));
}

std::string render(const std::vector<Finding>& findings, const Places* places) {
  std::vector<language::Diagnostic> placed;
  std::string rest;
  for (const Finding& finding : findings) {
    auto place = places == nullptr ? std::nullopt : places->find(finding.node);
    bool of_name = finding.of_name;
    // A value that is missing: shown at its object.
    if (!place && places != nullptr) {
      place = places->find({finding.node.path});
      of_name = true;
    }
    if (!place) {
      rest += (rest.empty() ? "" : "\n") + sentence_of(finding);
      continue;
    }
    placed.push_back({of_name ? place->name : place->value,
                      fmt::format("{}{}", prefix_of(finding.severity), with_hint(finding))});
  }
  std::string text;
  if (!placed.empty()) text = language::render(places->source(), std::move(placed));
  if (!text.empty() && !rest.empty()) text += '\n';
  return text + rest;
}

Result<Verdict> judge(const Question& question, const Places* places) {
  Verdict verdict;
  std::vector<Finding> errors;
  for (Finding& finding : validate(question)) {
    auto& into = finding.severity == Severity::error     ? errors
                 : finding.severity == Severity::pending ? verdict.pending
                                                         : verdict.warnings;
    into.push_back(std::move(finding));
  }
  if (!errors.empty()) return Error{EINVAL, render(errors, places), {}};
  return verdict;
}

}  // namespace lunet::config
