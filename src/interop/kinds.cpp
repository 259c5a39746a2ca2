// SPDX-License-Identifier: Apache-2.0
#include "interop/kinds.h"

namespace lunet::interop {

const schema::Kind* kind_of(const schema::Schema& schema, const config::Path& path) {
  std::vector<language::PathStep> steps;
  for (const config::ObjectKey& key : path)
    steps.push_back({static_cast<std::uint8_t>(key.object_class), std::string_view(key.id)});
  return schema.find(steps);
}

bool is_tpg_itself(const schema::Kind* target) {
  return target != nullptr &&
         target->child(static_cast<std::uint8_t>(config::ObjectClass::tpgt), "1") == nullptr;
}

bool is_always_enabled(const schema::Kind* tpg) {
  return tpg != nullptr && tpg->attribute("", "enable") == nullptr;
}

}  // namespace lunet::interop
