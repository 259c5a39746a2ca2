// SPDX-License-Identifier: Apache-2.0
// Values without which an object cannot be made.
#include <fmt/core.h>

#include "config/validate/checks.h"

namespace lunet::config {

void check_required(const Question& question, Findings& findings) {
  const auto check = [&](const Visited& at, const schema::Group& group) {
    for (const schema::Attribute& attribute : group.attributes) {
      if (!attribute.required || attribute.attribute_class != schema::AttributeClass::config) continue;
      if (value_of(question, at, group.name, attribute.name)) continue;
      findings.push_back({Severity::error,
                          {at.path, group.name, attribute.name},
                          fmt::format("'{}' is missing", attribute.name),
                          fmt::format("give {}", schema::describe(attribute.type))});
    }
  };
  for_each_object(question, false, [&](const Visited& at) {
    if (at.kind == nullptr) return;
    check(at, at.kind->own);
    for (const schema::Group& group : at.kind->groups) check(at, group);
  });
}

}  // namespace lunet::config
