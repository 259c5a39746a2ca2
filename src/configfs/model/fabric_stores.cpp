// SPDX-License-Identifier: Apache-2.0
// Writes to the fabrics' files that need more than the table says.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "configfs/model/hooks.h"
#include "configfs/model/transaction.h"

namespace lunet::configfs {
namespace {

/// The list of authentication methods with or without "None".
void offer_none(Transaction& transaction, Object& tpg, bool offered) {
  std::string methods;
  for (const std::string_view method :
       split(transaction.model().stored_value(tpg, "param/AuthMethod"), ',')) {
    if (method == "None" && !offered) continue;
    if (!methods.empty()) methods += ',';
    methods += method;
  }
  if (methods.empty()) methods = "CHAP";
  if (offered && methods.find("None") == std::string::npos) methods += ",None";
  transaction.set(tpg, "param/AuthMethod", std::move(methods));
}

}  // namespace

Result<std::string> store_tpg_enable(Transaction& transaction, Object& object, const std::string& value) {
  if (object.type->variant != "iscsi") return value;
  const Model& model = transaction.model();
  const bool was_enabled = model.stored_value(object, "enable") == "1";
  if (value == "1" && !was_enabled && model.stored_value(object, "attrib/authentication") == "1")
    offer_none(transaction, object, false);
  return value;
}

Result<std::string> store_authentication(Transaction& transaction, Object& object, const std::string& value) {
  offer_none(transaction, object, value == "0");
  return value;
}

Result<std::string> store_demo_mode(Transaction& transaction, Object& object, const std::string& value) {
  const bool caches = object.type->variant == "iscsi" && value == "1";
  if (caches) transaction.set(object, "attrib/cache_dynamic_acls", "1");
  return value;
}

Result<std::string> store_dynamic_cache(Transaction& transaction, Object& object, const std::string& value) {
  if (object.type->variant != "iscsi") return value;
  // Without the cache, dynamic ACLs would go while their sessions stay; LIO keeps it silently.
  const bool demo_mode = transaction.model().stored_value(object, "attrib/generate_node_acls") == "1";
  return demo_mode ? std::string("1") : value;
}

Result<std::string> store_nopin_timeout(Transaction&, Object&, const std::string& value) {
  if (value == "1" || value == "2") return refuse(EINVAL, "must be 0 (off) or between 3 and 60");
  return value;
}

Result<std::string> store_protection_type(Transaction&, Object&, const std::string& value) {
  if (value == "2") return refuse(EINVAL, "must be 0, 1 or 3");
  return value;
}

Result<std::string> store_nexus(Transaction& transaction, Object& object, const std::string& value) {
  if (value == "NULL") return std::string();
  if (!transaction.model().stored_value(object, "nexus").empty())
    return refuse(EEXIST, "there is a nexus already");
  return value;
}

Result<std::string> store_cpus(Transaction&, Object&, const std::string& value) {
  if (value.find_first_not_of("0123456789,-") != std::string::npos || value.empty())
    return refuse(EINVAL, "must be a list such as 0-3,8");
  return value;
}

Result<std::string> store_directory_id(Transaction&, Object&, const std::string& value) {
  return value == "implicit" ? std::string() : value;
}

Result<std::string> store_chap_algorithms(Transaction&, Object&, const std::string& value) {
  if (value == "NULL") return std::string();
  if (value.find("NULL") != std::string::npos) return refuse(EINVAL, "NULL stands alone: all algorithms");
  return value;
}

Result<std::string> store_acl_tag(Transaction&, Object&, const std::string& value) {
  return value == "NULL" ? std::string() : value;
}

Result<std::string> store_port_group(Transaction& transaction, Object& object, const std::string& value) {
  const std::string_view name = value == "NULL" ? "default_tg_pt_gp" : trim(value);
  const Object& disk = *object.link_target;
  const auto found = disk.children[0].find(name);
  if (found == disk.children[0].end())
    return refuse(ENODEV, fmt::format("the disk has no port group {}", name));
  if (!found->second->live) return refuse(ENODEV, fmt::format("port group {} has no tg_pt_gp_id", name));
  move_to_group(transaction, object, found->second.get());
  return std::string(name);
}

Result<std::string> store_offline(Transaction& transaction, Object& object, const std::string& value) {
  transaction.set(object, "alua_tg_pt_status", "2");
  return value;
}

Result<std::string> store_write_protect(Transaction& transaction, Object& object, const std::string& value) {
  // LIO keeps the flag with the mapping: written before the link is made it is lost.
  if (is_linked(object)) return value;
  return std::string(transaction.model().stored_value(object, "write_protect"));
}

}  // namespace lunet::configfs
