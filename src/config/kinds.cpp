// SPDX-License-Identifier: Apache-2.0
#include "config/kinds.h"

namespace lunet::config {

static std::vector<language::PathStep> steps_of(const Path& path) {
  std::vector<language::PathStep> steps;
  steps.reserve(path.size());
  for (const ObjectKey& key : path)
    steps.push_back({static_cast<std::uint8_t>(key.object_class), std::string_view(key.id)});
  return steps;
}

const schema::Kind* kind_of(const schema::Schema& schema, const Path& path) {
  return schema.find(steps_of(path));
}

const schema::Kind* kind_of(const schema::Kind* above, const ObjectKey& key) {
  return above == nullptr ? nullptr : above->child(static_cast<std::uint8_t>(key.object_class), key.id);
}

Path referred(const schema::Schema& schema, const schema::Attribute& attribute, const Path& path,
              std::string_view value) {
  const auto normal = schema.check_value(attribute, value);
  if (!normal) return {};
  Path found;
  for (const language::PathStep& step : schema::referred(attribute, steps_of(path), *normal))
    found.push_back({static_cast<ObjectClass>(step.object_class), std::string(step.identifier)});
  return found;
}

}  // namespace lunet::config
