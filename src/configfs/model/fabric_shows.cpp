// SPDX-License-Identifier: Apache-2.0
// Contents of the fabrics' directories that are computed, as LIO gives them for objects without sessions.
#include <fmt/core.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "configfs/model/hooks.h"
#include "configfs/model/model_state.h"
#include "configfs/model/portal_address.h"
#include "configfs/model/words.h"
#include "configfs/path.h"

namespace lunet::configfs {
namespace {

const Object& above(const FileContext& context, TypeId id) {
  return *ancestor(context.object, id);
}

const FabricRule& fabric_of(const FileContext& context) {
  return *find_fabric(context.model.flavour(), context.object.type->variant);
}

/// The LUN itself, or the one that a mapped LUN reaches.
const Object& lun_in(const FileContext& context) {
  return is_type(context.object, TypeId::lun) ? context.object : *context.object.link_target;
}

}  // namespace

Result<std::string> show_cpus(const FileContext& context) {
  const std::string_view set = context.model.stored_value(context.object, context.file);
  if (!set.empty()) return line(set);
  const long cpus = ::sysconf(_SC_NPROCESSORS_CONF);
  return cpus > 1 ? fmt::format("0-{}\n", cpus - 1) : line("0");
}

Result<std::string> show_fabric_version(const FileContext& context) {
  utsname host{};
  ::uname(&host);
  const std::string_view fabric = context.object.type->variant;
  if (fabric == "loopback") return line("TCM Loopback Fabric module v2.1-rc2");
  if (fabric == "vhost")
    return fmt::format("TCM_VHOST fabric module v0.1 on {}/{}on {}\n", host.sysname, host.machine,
                       host.release);
  if (fabric == "fc")
    return fmt::format("TCM FC 0.4 on {}/{} on {}\n", host.sysname, host.machine, host.release);
  return line("");
}

Result<std::string> show_authenticate_target(const FileContext& context) {
  const auto& [model, object, file] = context;
  const std::string_view path = object.type->files[static_cast<std::size_t>(file)].rule->path;
  const std::string_view dir = parent_path(path);
  for (const std::string_view name : {"userid_mutual", "password_mutual"}) {
    const std::string_view value = model.stored_value(object, join_path(dir, name));
    if (value.empty() || value == "NULL") return line("0");
  }
  return line("1");
}

Result<std::string> show_target_index(const FileContext& context) {
  return line(above(context, TypeId::target).index);
}

Result<std::string> show_portal_count(const FileContext& context) {
  std::size_t count = 0;
  for (const auto& [tpg_name, tpg] : context.object.children[0])
    for (std::size_t i = 0; i < tpg->type->containers.size(); ++i)
      if (tpg->type->containers[i].rule->child == TypeId::portal) count += tpg->children[i].size();
  return line(count);
}

Result<std::string> show_acl_info(const FileContext& context) {
  return fmt::format("No active iSCSI Session for Initiator Endpoint: {}\n", context.object.name);
}

Result<std::string> show_acl_name(const FileContext& context) {
  return line(above(context, TypeId::acl).name);
}

Result<std::string> show_acl_index(const FileContext& context) {
  return line(above(context, TypeId::acl).index);
}

Result<std::string> show_port_group(const FileContext& context) {
  const auto& [model, lun, file] = context;
  if (lun.group == nullptr) return std::string();
  const Object& group = *lun.group;
  const bool offline = model.stored_value(lun, "alua_tg_pt_offline") == "1";
  const std::string id = group.fixed ? "0" : std::string(model.stored_value(group, "tg_pt_gp_id"));
  return fmt::format(
      "TG Port Alias: {}\nTG Port Group ID: {}\nTG Port Primary Access State: {}\nTG Port Primary Access "
      "Status: {}\n"
      "TG Port Secondary Access State: {}\nTG Port Secondary Access Status: {}\n",
      group.name, id.empty() ? "0" : id, access_state_name(model.stored_value(group, "alua_access_state")),
      access_status_name(model.stored_value(group, "alua_access_status")), offline ? "Offline" : "None",
      access_status_name(model.stored_value(lun, "alua_tg_pt_status")));
}

Result<std::string> show_relative_port(const FileContext& context) {
  return line(context.object.index);
}

Result<std::string> show_port_role(const FileContext& context) {
  return fmt::format("Device{}\n", disk_of(context.object)->index);
}

Result<std::string> show_port_name(const FileContext& context) {
  return fmt::format("{}Port#{}\n", fabric_of(context).shown_name, lun_in(context).index);
}

Result<std::string> show_port_index(const FileContext& context) {
  const Object& tpg = above(context, TypeId::tpg);
  return fmt::format("{}+t+{}\n", tpg.parent->name, tpg.name.substr(std::string_view("tpgt_").size()));
}

Result<std::string> show_transport_device(const FileContext& context) {
  return fmt::format("scsiTransport{}\n", fabric_of(context).shown_name);
}

Result<std::string> show_transport_name(const FileContext& context) {
  const Object& disk = *disk_of(context.object);
  std::string_view id = context.model.stored_value(disk, "wwn/vpd_unit_serial");
  if (id.empty()) id = context.model.stored_value(disk, "wwn/vendor_id");
  return fmt::format("{}+{}\n", above(context, TypeId::target).name, id);
}

Result<std::string> show_fabric_instance(const FileContext& context) {
  const FabricRule& fabric = fabric_of(context);
  if (fabric.name == "iscsi") return show_target_index(context);
  return line(static_cast<std::uint64_t>(fabric.instance));
}

Result<std::string> show_protocol(const FileContext& context) {
  return line(static_cast<std::uint64_t>(fabric_of(context).protocol));
}

Result<std::string> show_tag(const FileContext& context) {
  return line(std::string_view(above(context, TypeId::tpg).name).substr(std::string_view("tpgt_").size()));
}

Result<std::string> show_directory_id(const FileContext& context) {
  const std::string_view id = context.model.stored_value(context.object, context.file);
  return line(id.empty() ? "implicit" : id);
}

Result<std::string> show_nexus(const FileContext& context) {
  const std::string_view nexus = context.model.stored_value(context.object, context.file);
  if (nexus.empty()) return refuse(ENODEV, "there is no nexus");
  return line(nexus);
}

Result<std::string> show_portal_port(const FileContext& context) {
  const auto portal = parse_portal(context.object.name);
  return line(portal ? portal->port : 0U);
}

Result<std::string> show_write_protect(const FileContext& context) {
  if (!is_linked(context.object)) return std::string();
  return line(context.model.stored_value(context.object, context.file));
}

Result<std::string> show_without_session(const FileContext&) {
  return refuse(ENODEV, "there is no session");
}

}  // namespace lunet::configfs
