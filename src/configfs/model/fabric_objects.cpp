// SPDX-License-Identifier: Apache-2.0
// Names in the fabrics' directories, links of LUNs and mapped LUNs, and what else making them does.
#include <fmt/core.h>

#include "base/text.h"
#include "configfs/model/hooks.h"
#include "configfs/model/portal_address.h"
#include "configfs/model/transaction.h"

namespace lunet::configfs {
namespace {

constexpr std::size_t iscsi_name_bytes_max = 223;  // RFC 7143 4.2.7.1

/// The number after the prefix, in its shortest form only: lun_1 and lun_01 must not both exist.
Result<std::uint64_t> number_after(std::string_view prefix, std::string_view name) {
  const auto value = name.starts_with(prefix) ? parse_unsigned(name.substr(prefix.size())) : std::nullopt;
  if (!value || std::to_string(*value) != name.substr(prefix.size()))
    return refuse(EINVAL, fmt::format("the name must be {}NUMBER", prefix));
  return *value;
}

}  // namespace

Result<std::string_view> check_fabric_name(const Model& model, const Object&, std::string_view name) {
  const FabricRule* fabric = find_fabric(model.flavour(), name);
  if (fabric == nullptr) return refuse(EINVAL, "there is no such fabric");
  return fabric->name;
}

Result<std::string_view> check_target_name(const Model& model, const Object& parent, std::string_view name) {
  const FabricRule& fabric = *find_fabric(model.flavour(), parent.type->variant);
  if (name.size() > iscsi_name_bytes_max)
    return refuse(EINVAL, fmt::format("longer than {} bytes", iscsi_name_bytes_max));
  if (fabric.wwn_prefixes.empty()) return fabric.name;
  for (const std::string_view prefix : split(fabric.wwn_prefixes, ' '))
    if (name.starts_with(prefix)) return fabric.name;
  return refuse(EINVAL, fmt::format("the name must start with one of: {}", fabric.wwn_prefixes));
}

Result<std::string_view> check_tpg_name(const Model&, const Object& parent, std::string_view name) {
  if (TRY(number_after("tpgt_", name)) > 65535) return refuse(EINVAL, "the tag must be between 0 and 65535");
  return parent.type->variant;
}

Result<std::string_view> check_lun_name(const Model&, const Object& parent, std::string_view name) {
  TRY_OK(number_after("lun_", name));
  return parent.type->variant;
}

Result<std::string_view> check_acl_name(const Model&, const Object& parent, std::string_view name) {
  if (name.size() > iscsi_name_bytes_max)
    return refuse(EINVAL, fmt::format("longer than {} bytes", iscsi_name_bytes_max));
  return parent.type->variant;
}

Result<std::string_view> check_portal_name(const Model&, const Object& parent, std::string_view name) {
  if (parent.type->variant != "iscsi") return refuse(ENOSYS, "the fabric has no portals");
  const auto portal = parse_portal(name);
  if (!portal) return refuse(EINVAL, "the name must be ADDRESS:PORT, an IPv6 address in brackets");
  // An initiator that logs in there could not be told which TPG it means.
  for (const auto& [tpg_name, tpg] : parent.parent->children[parent.container])
    for (std::size_t i = 0; i < tpg->type->containers.size(); ++i) {
      if (tpg->type->containers[i].rule->child != TypeId::portal) continue;
      for (const auto& [other, object] : tpg->children[i])
        if (portal->port != 0 && parse_portal(other) == portal)
          return refuse(EINVAL, fmt::format("{} has that address and port", object->path));
    }
  return parent.type->variant;
}

void target_made(Transaction& transaction, Object& object) {
  if (object.type->variant != "iscsi") return;
  Counters& counters = transaction.model().counters;
  object.index = counters.target;
  transaction.assign(counters.target, counters.target + 1);
}

void acl_made(Transaction& transaction, Object& object) {
  Model& model = transaction.model();
  object.index = model.counters.acl;
  transaction.assign(model.counters.acl, model.counters.acl + 1);
  if (object.type->variant != "iscsi") return;
  const Object& tpg = *object.parent;
  const std::string_view depth = model.stored_value(tpg, "attrib/default_cmdsn_depth");
  if (depth != model.stored_value(object, "cmdsn_depth"))
    transaction.set(object, "cmdsn_depth", std::string(depth));
  const std::string_view level = model.stored_value(tpg, "attrib/default_erl");
  if (level != model.stored_value(object, "attrib/default_erl"))
    transaction.set(object, "attrib/default_erl", std::string(level));
}

Result<> check_lun_link(const Model&, const Object& lun, const Object& disk) {
  if (!disk.live) return refuse(ENODEV, "the disk is not enabled");
  if (lun.link_target != nullptr) return refuse(EEXIST, "the LUN exports " + lun.link_target->path);
  return {};
}

Result<> check_mapped_lun_link(const Model&, const Object& mapped_lun, const Object& lun) {
  if (lun.link_target == nullptr) return refuse(EINVAL, lun.path + " exports nothing");
  if (ancestor(mapped_lun, TypeId::tpg) != ancestor(lun, TypeId::tpg))
    return refuse(EINVAL, lun.path + " belongs to another TPG");
  if (mapped_lun.link_target != nullptr) return refuse(EINVAL, "it maps " + mapped_lun.link_target->path);
  return {};
}

void lun_linked(Transaction& transaction, Object& lun) {
  Object& disk = *lun.link_target;
  transaction.assign(lun.index, disk.next_port);
  transaction.assign(disk.next_port, disk.next_port + 1);
  move_to_group(transaction, lun, disk.children[0].find("default_tg_pt_gp")->second.get());
  // A new export starts anew, as in LIO.
  for (const std::string_view file : {"alua_tg_pt_offline", "alua_tg_pt_status", "alua_tg_pt_write_md"})
    transaction.reset(lun, lun.type->file(file));
}

void lun_unlinking(Transaction& transaction, Object& lun) {
  move_to_group(transaction, lun, nullptr);
  // The mappings of the LUN end with it; their links stay behind, dead, until they are made anew.
  for (Object* mapped_lun : lun.linked_from) transaction.assign(mapped_lun->live, false);
}

void mapped_lun_linked(Transaction& transaction, Object& mapped_lun) {
  const Model& model = transaction.model();
  const Object& tpg = *ancestor(mapped_lun, TypeId::tpg);
  const bool protect =
      tpg.type->variant == "iscsi" && model.stored_value(tpg, "attrib/prod_mode_write_protect") == "1";
  if (protect) {
    transaction.set(mapped_lun, "write_protect", "1");
  } else {
    transaction.reset(mapped_lun, mapped_lun.type->file("write_protect"));
  }
  transaction.assign(mapped_lun.live, true);
}

void mapped_lun_unlinking(Transaction& transaction, Object& mapped_lun) {
  transaction.assign(mapped_lun.live, false);
}

}  // namespace lunet::configfs
