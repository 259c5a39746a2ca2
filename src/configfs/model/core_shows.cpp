// SPDX-License-Identifier: Apache-2.0
// Contents of core/ that are computed. The texts are LIO's, which tools parse.
#include <fmt/core.h>
#include <sys/utsname.h>

#include "base/text.h"
#include "configfs/model/hooks.h"
#include "configfs/model/model_state.h"
#include "configfs/model/words.h"

namespace lunet::configfs {
namespace {

constexpr std::string_view core_version = "v5.0";
constexpr std::uint64_t page_bytes = 4096;

std::string_view or_zero(std::string_view text) {
  return text.empty() ? std::string_view("0") : text;
}

/// The disk a file of a disk, LUN or mapped LUN tells about; there is one, or the file is not read
/// (needs_link).
const Object& disk_in(const FileContext& context) {
  return *disk_of(context.object);
}

std::string_view file_path(const FileContext& context) {
  return context.object.type->files[static_cast<std::size_t>(context.file)].rule->path;
}

}  // namespace

std::string_view access_state_name(std::string_view state) {
  switch (parse_unsigned(state).value_or(99)) {
    case 0: return "Active/Optimized";
    case 1: return "Active/NonOptimized";
    case 2: return "Standby";
    case 3: return "Unavailable";
    case 4: return "LBA Dependent";
    case 14: return "Offline";
    case 15: return "Transitioning";
    default: return "Unknown";
  }
}

std::string_view access_status_name(std::string_view status) {
  if (status == "1") return "Altered by Explicit STPG";
  return status == "2" ? "Altered by Implicit ALUA" : "None";
}

Result<std::string> show_version(const FileContext&) {
  utsname host{};
  ::uname(&host);
  return fmt::format("Target Engine Core ConfigFS Infrastructure {} on {}/{} on {}\n", core_version,
                     host.sysname, host.machine, host.release);
}

Result<std::string> show_revision(const FileContext& context) {
  return context.model.revision.text() + "\n";
}

Result<std::string> show_lu_group_members(const FileContext& context) {
  std::string text;
  for (const Object* disk : context.object.members) text += disk->parent->name + '/' + disk->name + '\n';
  return text;
}

Result<std::string> show_hba_info(const FileContext& context) {
  return fmt::format("HBA Index: {} plugin: {} version: {}\n", context.object.index,
                     context.object.type->variant, core_version);
}

Result<std::string> show_disk_enable(const FileContext& context) {
  return line(context.object.live ? 1U : 0U);
}

Result<std::string> show_disk_info(const FileContext& context) {
  const auto& [model, disk, file] = context;
  const PluginRule* plugin = find_plugin(model.flavour(), disk.type->variant);
  // LIO shows the depth once it was set. Plugins that pass commands on have the device's values only.
  const bool own = plugin->attributes.empty();
  const std::string* depth = own ? disk.stored(disk.type->file("attrib/queue_depth")) : nullptr;
  return fmt::format("Status: {}  Max Queue Depth: {}  SectorSize: {}  HwMaxSectors: {}\n        {}",
                     disk.linked_from.empty() ? "DEACTIVATED" : "ACTIVATED",
                     depth != nullptr ? std::string_view(*depth) : "0",
                     model.stored_value(disk, own ? "attrib/block_size" : "attrib/hw_block_size"),
                     model.stored_value(disk, "attrib/hw_max_sectors"), plugin->info(disk));
}

std::string rd_mcp_info(const Object& disk) {
  // LIO keeps its pages in tables of 2048 scatter-gather entries, and always has one more than is needed.
  const std::uint64_t pages = parse_unsigned(disk.setting("rd_pages")).value_or(0);
  const bool nullio = disk.setting("rd_nullio") == "1";
  const std::uint64_t tables = disk.live && !nullio ? pages / 2048 + 1 : 0;
  return fmt::format(
      "TCM RamDisk ID: {}  RamDisk Makeup: rd_mcp\n"
      "        PAGES/PAGE_SIZE: {}*{}  SG_table_count: {}  nullio: {} dummy: {}\n",
      disk.plugin_index, pages, page_bytes, tables, nullio ? 1 : 0, disk.setting("rd_dummy") == "1" ? 1 : 0);
}

std::string fileio_info(const Object& disk) {
  return fmt::format("TCM FILEIO ID: {}        File: {}  Size: {}  Mode: {} Async: {}\n", disk.plugin_index,
                     disk.setting("fd_dev_name"), or_zero(disk.setting("fd_dev_size")),
                     disk.setting("fd_buffered_io") == "1" ? "Buffered-WCE" : "O_DSYNC",
                     disk.setting("fd_async_io") == "1" ? 1 : 0);
}

std::string iblock_info(const Object& disk) {
  const std::string_view path = disk.setting("udev_path");
  std::string_view name = disk.setting("device");
  if (name.empty() && disk.live) name = path.substr(path.rfind('/') + 1);
  return fmt::format("iBlock device: {}  UDEV PATH: {}  readonly: {}\n        Major: {} Minor: {}  {}\n",
                     name, path, or_zero(disk.setting("readonly")), or_zero(disk.setting("major")),
                     or_zero(disk.setting("minor")), disk.live ? "CLAIMED: IBLOCK" : "");
}

std::string pscsi_info(const Object& disk) {
  std::string text =
      fmt::format("SCSI Device Bus Location: Channel ID: {} Target ID: {} LUN: {} Host ID: {}\n",
                  or_zero(disk.setting("scsi_channel_id")), or_zero(disk.setting("scsi_target_id")),
                  or_zero(disk.setting("scsi_lun_id")), or_zero(disk.setting("scsi_host_id")));
  if (!disk.setting("vendor").empty()) {
    text += fmt::format("        Vendor: {} Model: {} Rev: {}\n", disk.setting("vendor"),
                        disk.setting("model"), disk.setting("revision"));
  }
  return text;
}

std::string user_info(const Object& disk) {
  const auto setting = [&](std::string_view key, std::string_view unset) {
    const std::string_view value = disk.setting(key);
    return value.empty() ? unset : value;
  };
  return fmt::format("Config: {} Size: {} MaxDataAreaMB: {} DataPagesPerBlk: {} CmdRingSizeMB: {}\n",
                     setting("dev_config", "NULL"), setting("dev_size", "0"),
                     setting("max_data_area_mb", "256"), setting("data_pages_per_blk", "1"),
                     setting("cmd_ring_size_mb", "8"));
}

Result<std::string> show_disk_lu_group(const FileContext& context) {
  const Object* group = context.object.group;
  if (group == nullptr) return std::string();
  const std::string id = group->fixed ? "0" : std::string(context.model.stored_value(*group, "lu_gp_id"));
  return fmt::format("LU Group Alias: {}\nLU Group ID: {}\n", group->name, or_zero(id));
}

Result<std::string> show_reservation_state(const FileContext& context) {
  const bool emulated = context.model.stored_value(context.object, "attrib/emulate_pr") == "1";
  if (emulated) return line(context.model.stored_value(context.object, context.file));
  return file_path(context).starts_with("pr/res_aptpl") ? std::string() : line("SPC_RESERVATIONS_DISABLED");
}

Result<std::string> show_serial(const FileContext& context) {
  return fmt::format("T10 VPD Unit Serial Number: {}\n",
                     context.model.stored_value(context.object, context.file));
}

Result<std::string> show_device_index(const FileContext& context) {
  return line(disk_in(context).index);
}

Result<std::string> show_hba_index(const FileContext& context) {
  return line(disk_in(context).parent->index + 1);
}

Result<std::string> show_export_count(const FileContext& context) {
  return line(context.object.linked_from.size());
}

Result<std::string> show_made_at(const FileContext& context) {
  return line(context.object.made_at);
}

Result<std::string> show_lu_name(const FileContext& context) {
  const std::string_view serial = context.model.stored_value(context.object, "wwn/vpd_unit_serial");
  return line(serial.empty() ? "None" : serial);
}

Result<std::string> show_padded_identity(const FileContext& context) {
  const auto value = [&context](std::string_view file) {
    return context.model.stored_value(context.object, file);
  };
  const std::string_view path = file_path(context);
  if (path.ends_with("/vend")) return fmt::format("{:<8}\n", value("wwn/vendor_id"));
  if (path.ends_with("/prod")) return fmt::format("{:<16}\n", value("wwn/product_id"));
  return fmt::format("{:<4}\n", value("wwn/revision"));
}

Result<std::string> show_lu_status(const FileContext& context) {
  return line(context.object.linked_from.empty() ? "notavailable" : "available");
}

Result<std::string> show_device_status(const FileContext& context) {
  return std::string(context.object.linked_from.empty() ? "deactivated" : "activated");
}

Result<std::string> show_access_type(const FileContext& context) {
  const std::string_view type = context.model.stored_value(context.object, context.file);
  if (type == "3") return line("Implicit and Explicit");
  if (type == "2") return line("Explicit");
  return line(type == "1" ? "Implicit" : "None");
}

Result<std::string> show_access_status(const FileContext& context) {
  return line(access_status_name(context.model.stored_value(context.object, context.file)));
}

Result<std::string> show_group_id(const FileContext& context) {
  if (context.object.fixed) return line("0");
  return context.object.live ? line(context.model.stored_value(context.object, context.file)) : std::string();
}

Result<std::string> show_port_members(const FileContext& context) {
  std::string text;
  for (const Object* lun : context.object.members) {
    const Object& tpg = *ancestor(*lun, TypeId::tpg);
    const FabricRule* fabric = find_fabric(context.model.flavour(), tpg.type->variant);
    text += fmt::format("{}/{}/{}/{}\n", fabric->shown_name, tpg.parent->name, tpg.name, lun->name);
    text += '\0';  // LIO ends each line with a NUL as well
  }
  return text;
}

}  // namespace lunet::configfs
