// SPDX-License-Identifier: Apache-2.0
// What else happens when something in core/ is made or removed.
#include <fmt/core.h>

#include "base/text.h"
#include "configfs/model/hooks.h"
#include "configfs/model/transaction.h"

namespace lunet::configfs {

Result<std::string_view> check_hba_name(const Model& model, const Object&, std::string_view name) {
  const std::size_t underscore = name.rfind('_');
  if (underscore == std::string_view::npos) return refuse(EINVAL, "the name must be PLUGIN_NUMBER");
  const auto index = parse_unsigned(name.substr(underscore + 1));
  if (!index || std::to_string(*index) != name.substr(underscore + 1))
    return refuse(EINVAL, "the name must be PLUGIN_NUMBER");
  const PluginRule* plugin = find_plugin(model.flavour(), name.substr(0, underscore));
  if (plugin == nullptr)
    return refuse(EINVAL, fmt::format("there is no plugin {}", name.substr(0, underscore)));
  return plugin->name;
}

Result<std::string_view> check_any_name(const Model&, const Object& parent, std::string_view) {
  return parent.type->variant;
}

void hba_made(Transaction& transaction, Object& object) {
  Counters& counters = transaction.model().counters;
  object.index = counters.hba;
  transaction.assign(counters.hba, counters.hba + 1);
}

void disk_removing(Transaction& transaction, Object& object) {
  move_to_group(transaction, object, nullptr);
}

void lu_group_removing(Transaction& transaction, Object& object) {
  Object* fallback = transaction.model().object_at("core/alua/lu_gps/default_lu_gp");
  while (!object.members.empty()) move_to_group(transaction, *object.members.front(), fallback);
}

void port_group_removing(Transaction& transaction, Object& object) {
  Object* fallback = object.parent->children[object.container].find("default_tg_pt_gp")->second.get();
  while (!object.members.empty()) move_to_group(transaction, *object.members.front(), fallback);
}

void move_to_group(Transaction& transaction, Object& member, Object* group) {
  if (member.group == group) return;
  if (member.group != nullptr) transaction.erase(member.group->members, &member);
  if (group != nullptr) transaction.append(group->members, &member);
  transaction.assign(member.group, group);
}

}  // namespace lunet::configfs
