// SPDX-License-Identifier: Apache-2.0
// Rows of core/: plugins, disks, port groups. Facts: tests/golden/lio-tree.txt, lio-values.txt,
// lio-errors.txt.
#include <algorithm>

#include "base/text.h"
#include "configfs/model/hooks.h"
#include "configfs/model/rules.h"

namespace lunet::configfs {
namespace {

// Path, mode, default, accepted texts, flags, store, show.

constexpr FileRule root_files[] = {
    {"dbroot", 0644, "/var/target", any_text(126), 0, store_dbroot},
    {"revision", 0444, "", {}, lunetd_only, nullptr, show_revision},
    {"version", 0444, "", {}, 0, nullptr, show_version},
};

constexpr FileRule lu_group_files[] = {
    {"lu_gp_id", 0644, "", number(0, 65535), blank_unset, store_lu_group_id, show_group_id},
    {"members", 0444, "", {}, 0, nullptr, show_lu_group_members},
};

constexpr FileRule hba_files[] = {
    {"hba_info", 0444, "", {}, 0, nullptr, show_hba_info},
    {"hba_mode", 0644, "0", {}, 0, store_hba_mode},
};

constexpr FileRule disk_files[] = {
    {"alias", 0644, "", any_text(510), blank_unset},
    {"alua_lu_gp", 0644, "", any_text(255), transient, store_disk_lu_group, show_disk_lu_group},
    {"control", 0200, "", {}, transient, store_control},
    {"enable", 0644, "0", {}, transient, store_disk_enable, show_disk_enable},
    {"info", 0444, "", {}, 0, nullptr, show_disk_info},
    {"lba_map", 0644, "", {}, blank_unset, store_lba_map},
    {"udev_path", 0644, "", any_text(510), blank_unset},

    {"attrib/alua_support", 0644, "1", flag(), 0, store_only_one},
    {"attrib/block_size", 0644, "512", one_of("512 1024 2048 4096"), unexported | on_enable},
    {"attrib/emulate_3pc", 0644, "1", flag()},
    {"attrib/emulate_caw", 0644, "1", flag()},
    {"attrib/emulate_dpo", 0644, "1", {}, constant},
    {"attrib/emulate_fua_read", 0644, "1", {}, constant},
    {"attrib/emulate_fua_write", 0644, "1", flag()},
    {"attrib/emulate_model_alias", 0644, "0", flag(), unexported, store_model_alias},
    {"attrib/emulate_pr", 0644, "1", flag()},
    {"attrib/emulate_rest_reord", 0644, "0", flag(), 0, store_only_zero},
    {"attrib/emulate_rsoc", 0644, "1", flag(), lunetd_only},
    {"attrib/emulate_tas", 0644, "1", flag(), unexported},
    {"attrib/emulate_tpu", 0644, "0", flag(), 0, store_needs_unmap},
    {"attrib/emulate_tpws", 0644, "0", flag(), 0, store_needs_unmap},
    {"attrib/emulate_ua_intlck_ctrl", 0644, "0", number(0, 2), unexported},
    {"attrib/emulate_write_cache", 0644, "0", flag(), 0, store_write_cache},
    {"attrib/cmd_ring_size_mb", 0444, "8", {}, 0, nullptr, nullptr, "user"},
    {"attrib/cmd_time_out", 0644, "30", number(0, u32_max), 0, nullptr, nullptr, "user"},
    {"attrib/data_pages_per_blk", 0444, "1", {}, 0, nullptr, nullptr, "user"},
    {"attrib/dev_config", 0644, "", any_text(255), blank_unset, nullptr, nullptr, "user"},
    {"attrib/dev_size", 0644, "", number(0, INT64_MAX), blank_unset, nullptr, nullptr, "user"},
    {"attrib/enforce_pr_isids", 0644, "1", flag()},
    {"attrib/force_pr_aptpl", 0644, "0", flag(), unexported},
    {"attrib/hw_block_size", 0444, "512", {}, on_enable},
    {"attrib/hw_max_sectors", 0444, "4294967288", {}, on_enable},
    {"attrib/hw_pi_prot_type", 0444, "0"},
    {"attrib/hw_queue_depth", 0444, "128", {}, on_enable},
    {"attrib/is_nonrot", 0644, "0", flag(), on_enable},
    {"attrib/max_data_area_mb", 0444, "256", {}, 0, nullptr, nullptr, "user"},
    {"attrib/max_unmap_block_desc_count", 0644, "0", number(0, u32_max), on_enable},
    {"attrib/max_unmap_lba_count", 0644, "0", number(0, u32_max), on_enable},
    {"attrib/max_write_same_len", 0644, "0", number(0, u32_max), on_enable},
    {"attrib/nl_reply_supported", 0644, "0", number(-1, 1), 0, nullptr, nullptr, "user"},
    {"attrib/optimal_sectors", 0644, "4294967288", number(0, u32_max), unexported | on_enable,
     store_optimal_sectors},
    {"attrib/pgr_support", 0644, "1", flag(), 0, store_only_one},
    {"attrib/pi_prot_format", 0644, "0", flag(), 0, store_only_zero},
    {"attrib/pi_prot_type", 0644, "0", number(0, 3), 0, store_only_zero},
    {"attrib/pi_prot_verify", 0644, "0", flag(), constant},
    {"attrib/qfull_time_out", 0644, "-1", number(-1, u32_max), 0, nullptr, nullptr, "user"},
    {"attrib/queue_depth", 0644, "128", number(1, u32_max), unexported | on_enable, store_queue_depth},
    {"attrib/tmr_notification", 0644, "0", flag(), 0, nullptr, nullptr, "user"},
    {"attrib/unmap_granularity", 0644, "0", number(0, u32_max), on_enable},
    {"attrib/unmap_granularity_alignment", 0644, "0", number(0, u32_max), on_enable},
    {"attrib/unmap_zeroes_data", 0644, "0", flag(), unexported, store_needs_unmap},

    {"pr/res_aptpl_active", 0444, "APTPL Bit Status: Disabled", {}, 0, nullptr, show_reservation_state},
    {"pr/res_aptpl_metadata",
     0644,
     "Ready to process PR APTPL metadata..",
     {},
     unexported | transient,
     store_registration,
     show_reservation_state},
    {"pr/res_holder", 0444, "No SPC-3 Reservation holder", {}, 0, nullptr, show_reservation_state},
    {"pr/res_pr_all_tgt_pts", 0444, "No SPC-3 Reservation holder"},
    {"pr/res_pr_generation", 0444, "0x00000000"},
    {"pr/res_pr_holder_tg_port", 0444, "No SPC-3 Reservation holder"},
    {"pr/res_pr_registered_i_pts", 0444, "SPC-3 PR Registrations:\nNone"},
    {"pr/res_pr_type", 0444, "No SPC-3 Reservation holder"},
    {"pr/res_type", 0444, "SPC3_PERSISTENT_RESERVATIONS", {}, 0, nullptr, show_reservation_state},

    {"statistics/scsi_dev/indx", 0444, "", {}, 0, nullptr, show_device_index},
    {"statistics/scsi_dev/inst", 0444, "", {}, 0, nullptr, show_hba_index},
    {"statistics/scsi_dev/ports", 0444, "", {}, 0, nullptr, show_export_count},
    {"statistics/scsi_dev/role", 0444, "Target"},
    {"statistics/scsi_lu/creation_time", 0444, "", {}, 0, nullptr, show_made_at},
    {"statistics/scsi_lu/dev", 0444, "", {}, 0, nullptr, show_device_index},
    {"statistics/scsi_lu/dev_type", 0444, "0"},
    {"statistics/scsi_lu/full_stat", 0444, "0"},
    {"statistics/scsi_lu/hs_num_cmds", 0444, "0"},
    {"statistics/scsi_lu/indx", 0444, "1"},
    {"statistics/scsi_lu/inst", 0444, "", {}, 0, nullptr, show_hba_index},
    {"statistics/scsi_lu/lu_name", 0444, "", {}, 0, nullptr, show_lu_name},
    {"statistics/scsi_lu/lun", 0444, "0"},
    {"statistics/scsi_lu/num_cmds", 0444, "0"},
    {"statistics/scsi_lu/prod", 0444, "", {}, 0, nullptr, show_padded_identity},
    {"statistics/scsi_lu/read_mbytes", 0444, "0"},
    {"statistics/scsi_lu/resets", 0444, "0"},
    {"statistics/scsi_lu/rev", 0444, "", {}, 0, nullptr, show_padded_identity},
    {"statistics/scsi_lu/state_bit", 0444, "exposed"},
    {"statistics/scsi_lu/status", 0444, "", {}, 0, nullptr, show_lu_status},
    {"statistics/scsi_lu/vend", 0444, "", {}, 0, nullptr, show_padded_identity},
    {"statistics/scsi_lu/write_mbytes", 0444, "0"},
    {"statistics/scsi_tgt_dev/aborts_complete", 0444, "0"},
    {"statistics/scsi_tgt_dev/aborts_no_task", 0444, "0"},
    {"statistics/scsi_tgt_dev/indx", 0444, "", {}, 0, nullptr, show_device_index},
    {"statistics/scsi_tgt_dev/inst", 0444, "", {}, 0, nullptr, show_hba_index},
    {"statistics/scsi_tgt_dev/non_access_lus", 0444, "0"},
    {"statistics/scsi_tgt_dev/num_lus", 0444, "1"},
    {"statistics/scsi_tgt_dev/resets", 0444, "0"},
    {"statistics/scsi_tgt_dev/status", 0444, "", {}, bare, nullptr, show_device_status},

    {"wwn/company_id", 0644, "0x001405", number(0, u32_max), unexported, store_company_id},
    {"wwn/product_id", 0644, "", {}, unexported, store_inquiry_text<16>},
    {"wwn/revision", 0644, "4.0", {}, unexported, store_inquiry_text<4>},
    {"wwn/vendor_id", 0644, "LIO-ORG", {}, unexported, store_inquiry_text<8>},
    {"wwn/vpd_assoc_logical_unit", 0444, "", {}, blank_unset},
    {"wwn/vpd_assoc_scsi_target_device", 0444, "", {}, blank_unset},
    {"wwn/vpd_assoc_target_port", 0444, "", {}, blank_unset},
    {"wwn/vpd_protocol_identifier", 0444, "", {}, blank_unset},
    {"wwn/vpd_unit_serial", 0644, "", {}, unexported, store_inquiry_text<253>, show_serial},
};

constexpr FileRule alua_group_files[] = {
    {"alua_access_state", 0644, "0", number(0, 15), 0, store_access_state},
    {"alua_access_status", 0644, "0", number(0, 2), 0, store_with_group_id, show_access_status},
    {"alua_access_type", 0644, "3", number(0, 3), 0, nullptr, show_access_type},
    {"alua_support_active_nonoptimized", 0644, "1", number(0, 1), 0, store_with_group_id},
    {"alua_support_active_optimized", 0644, "1", number(0, 1), 0, store_with_group_id},
    {"alua_support_lba_dependent", 0644, "0", number(0, 1), 0, store_with_group_id},
    {"alua_support_offline", 0644, "1", number(0, 1), 0, store_with_group_id},
    {"alua_support_standby", 0644, "1", number(0, 1), 0, store_with_group_id},
    {"alua_support_transitioning", 0644, "1", number(0, 1), 0, store_with_group_id},
    {"alua_support_unavailable", 0644, "1", number(0, 1), 0, store_with_group_id},
    {"alua_write_metadata", 0644, "0", number(0, 1)},
    {"implicit_trans_secs", 0644, "0", number(0, 255)},
    {"members", 0444, "", {}, 0, nullptr, show_port_members},
    {"nonop_delay_msecs", 0644, "100", number(0, 10000)},
    {"preferred", 0644, "0", number(0, 1)},
    {"tg_pt_gp_id", 0644, "", number(0, 65535), blank_unset, store_group_id, show_group_id},
    {"trans_delay_msecs", 0644, "0", number(0, 30000)},
};

constexpr DirRule disk_dirs[] = {{"action"}, {"statistics", ENOSYS}};

constexpr ChildRule root_children[] = {
    {"", TypeId::fabric, check_fabric_name},
    {"core", TypeId::hba, check_hba_name},
    {"core/alua/lu_gps", TypeId::lu_group, check_any_name, "default_lu_gp"},
};
constexpr ChildRule hba_children[] = {{"", TypeId::disk, check_any_name}};
constexpr ChildRule disk_children[] = {{"alua", TypeId::alua_group, check_any_name, "default_tg_pt_gp"}};

constexpr TypeRule core_types[] = {
    {TypeId::root, ObjectKind::none, root_files, {}, root_children},
    {TypeId::lu_group, ObjectKind::none, lu_group_files, {}, {}, {}, nullptr, lu_group_removing},
    {TypeId::hba, ObjectKind::hba, hba_files, {}, hba_children, {}, hba_made},
    {TypeId::disk, ObjectKind::disk, disk_files, disk_dirs, disk_children, {}, nullptr, disk_removing},
    {TypeId::alua_group, ObjectKind::alua_group, alua_group_files, {}, {}, {}, nullptr, port_group_removing},
};

/// Of plugins that pass commands on: the attributes that the core has for them, and their own.
constexpr std::string_view pscsi_attributes =
    "alua_support emulate_pr hw_block_size hw_max_sectors hw_pi_prot_type hw_queue_depth pgr_support";
constexpr std::string_view user_attributes =
    "alua_support emulate_pr hw_block_size hw_max_sectors hw_pi_prot_type hw_queue_depth pgr_support "
    "cmd_ring_size_mb cmd_time_out data_pages_per_blk dev_config dev_size emulate_write_cache "
    "max_data_area_mb nl_reply_supported qfull_time_out tmr_notification";

// A name, product, control strings, what enabling needs, unmap, settable write cache, in lunetd, info,
// attributes.
constexpr PluginRule plugins[] = {
    {"rd_mcp", "RAMDISK-MCP", "rd_pages rd_nullio rd_dummy", "rd_pages", false, true, true, rd_mcp_info},
    {"fileio", "FILEIO", "fd_dev_name fd_dev_size fd_buffered_io fd_async_io", "fd_dev_name", true, true,
     true, fileio_info},
    {"iblock", "IBLOCK", "udev_path readonly force exclusive", "udev_path", false, false, true, iblock_info},
    {"pscsi", "", "scsi_host_id scsi_channel_id scsi_target_id scsi_lun_id",
     "scsi_channel_id scsi_target_id scsi_lun_id", false, false, true, pscsi_info, pscsi_attributes},
    {"user", "TCMU device",
     "dev_config dev_size hw_block_size hw_max_sectors nl_reply_supported max_data_area_mb "
     "data_pages_per_blk cmd_ring_size_mb",
     "dev_config dev_size", false, true, false, user_info, user_attributes},
};

}  // namespace

std::span<const TypeRule> core_rules() {
  return core_types;
}

const PluginRule* find_plugin(Flavour flavour, std::string_view name) {
  for (const PluginRule& plugin : plugins)
    if (plugin.name == name && (plugin.in_lunetd || flavour == Flavour::kernel)) return &plugin;
  return nullptr;
}

bool has_attribute(std::string_view plugin, std::string_view name) {
  const PluginRule* rule = find_plugin(Flavour::kernel, plugin);
  if (rule == nullptr || rule->attributes.empty()) return true;
  const auto names = split(rule->attributes, ' ');
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::span<const DefaultRule> default_rules() {
  static constexpr DefaultRule rows[] = {
      {TypeId::disk, "rd_mcp", "attrib/is_nonrot", "1"},
      {TypeId::disk, "rd_mcp", "wwn/product_id", "RAMDISK-MCP"},

      {TypeId::disk, "fileio", "attrib/hw_max_sectors", "16384"},
      {TypeId::disk, "fileio", "attrib/optimal_sectors", "16384"},
      {TypeId::disk, "fileio", "attrib/max_unmap_block_desc_count", "1"},
      {TypeId::disk, "fileio", "attrib/max_unmap_lba_count", "8192"},
      {TypeId::disk, "fileio", "attrib/max_write_same_len", "4096"},
      {TypeId::disk, "fileio", "attrib/unmap_granularity", "1"},
      {TypeId::disk, "fileio", "wwn/product_id", "FILEIO"},

      {TypeId::disk, "iblock", "attrib/hw_queue_depth", "256"},
      {TypeId::disk, "iblock", "attrib/queue_depth", "256"},
      {TypeId::disk, "iblock", "attrib/is_nonrot", "1"},
      {TypeId::disk, "iblock", "attrib/max_write_same_len", "65535"},
      {TypeId::disk, "iblock", "wwn/product_id", "IBLOCK"},

      {TypeId::disk, "pscsi", "attrib/alua_support", "0"},
      {TypeId::disk, "pscsi", "attrib/pgr_support", "0"},
      {TypeId::disk, "user", "attrib/alua_support", "0"},
      {TypeId::disk, "user", "attrib/hw_max_sectors", "128"},
      {TypeId::disk, "user", "attrib/pgr_support", "0"},

      {TypeId::tpg, "efct", "attrib/cache_dynamic_acls", "1"},
      {TypeId::tpg, "efct", "attrib/generate_node_acls", "1"},
      {TypeId::tpg, "qla2xxx", "attrib/cache_dynamic_acls", "1"},
      {TypeId::tpg, "qla2xxx", "attrib/generate_node_acls", "1"},

      // Values for throughput instead of the smallest that RFC 7143 allows (docs/runtimes.md).
      {TypeId::tpg, "iscsi", "param/InitialR2T", "No", true},
      {TypeId::tpg, "iscsi", "param/MaxRecvDataSegmentLength", "262144", true},
      {TypeId::tpg, "iscsi", "param/MaxBurstLength", "1048576", true},
      {TypeId::tpg, "iscsi", "param/FirstBurstLength", "262144", true},
      {TypeId::tpg, "iscsi", "param/MaxOutstandingR2T", "8", true},
  };
  return rows;
}

}  // namespace lunet::configfs
