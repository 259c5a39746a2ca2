// SPDX-License-Identifier: Apache-2.0
#include "engine/control/target_builder.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "base/iscsi_name.h"
#include "base/text.h"
#include "engine/control/device_facts.h"
#include "engine/control/object_files.h"
#include "engine/control/port_group_builder.h"
#include "engine/iscsi/chap_digest.h"

namespace lunet::control {

namespace {

// A number after `prefix` in a directory's name: lun_7, tpgt_1.
std::optional<std::uint16_t> number_after(std::string_view name, std::string_view prefix) {
  if (!name.starts_with(prefix)) return std::nullopt;
  const auto number = parse_unsigned(name.substr(prefix.size()));
  if (!number || *number > UINT16_MAX) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

// "T10 VPD Unit Serial Number: abc" -> "abc".
std::string serial_of(const std::string& text) {
  const auto colon = text.find(": ");
  return colon == std::string::npos ? text : text.substr(colon + 2);
}

std::uint32_t company_of(std::string_view text) {
  std::uint32_t id = 0x001405;
  if (text.starts_with("0x")) text.remove_prefix(2);
  std::from_chars(text.data(), text.data() + text.size(), id, 16);
  return id;
}

// One command's data is held in memory as a whole; LIO's RAM disk announces 2^32 blocks (docs/runtimes.md).
constexpr std::uint32_t transfer_bytes_max = std::uint32_t{16} << 20;

scsi::UnitAttributes build_attributes(const ObjectFiles& files) {
  scsi::UnitAttributes a;
  a.block_size = files.number("attrib/block_size", 512);
  a.emulate_3pc = files.flag("attrib/emulate_3pc");
  a.emulate_caw = files.flag("attrib/emulate_caw");
  a.emulate_fua_write = files.flag("attrib/emulate_fua_write");
  a.emulate_pr = files.flag("attrib/emulate_pr");
  a.emulate_rsoc = files.flag("attrib/emulate_rsoc");
  a.emulate_tas = files.flag("attrib/emulate_tas");
  a.emulate_tpu = files.flag("attrib/emulate_tpu");
  a.emulate_tpws = files.flag("attrib/emulate_tpws");
  a.emulate_ua_intlck_ctrl = static_cast<std::uint8_t>(files.number("attrib/emulate_ua_intlck_ctrl", 0));
  a.enforce_pr_isids = files.flag("attrib/enforce_pr_isids");
  a.force_pr_aptpl = files.flag("attrib/force_pr_aptpl");
  a.is_nonrot = files.flag("attrib/is_nonrot");
  a.unmap_zeroes_data = files.flag("attrib/unmap_zeroes_data");
  const std::uint32_t blocks_max = transfer_bytes_max / a.block_size;
  a.hw_max_sectors = std::min(files.number("attrib/hw_max_sectors", blocks_max), blocks_max);
  a.optimal_sectors = std::min(files.number("attrib/optimal_sectors", blocks_max), a.hw_max_sectors);
  a.max_unmap_lba_count = files.number("attrib/max_unmap_lba_count", 0);
  a.max_unmap_block_desc_count = files.number("attrib/max_unmap_block_desc_count", 0);
  a.unmap_granularity = files.number("attrib/unmap_granularity", 0);
  a.unmap_granularity_alignment = files.number("attrib/unmap_granularity_alignment", 0);
  a.max_write_same_len = files.number("attrib/max_write_same_len", 0);
  return a;
}

dataplane::ChapSecrets build_secrets(const ObjectFiles& files, const std::string& folder) {
  return {{files.credential(folder + "userid"), files.credential(folder + "password")},
          {files.credential(folder + "userid_mutual"), files.credential(folder + "password_mutual")}};
}

bool contains(std::string_view list, std::string_view word) {
  const auto words = split(list, ',');
  return std::find(words.begin(), words.end(), word) != words.end();
}

std::vector<iscsi::ChapAlgorithm> build_algorithms(const ObjectFiles& files, std::string_view file) {
  const std::string list = files.text(file);
  if (list.empty()) return iscsi::AuthenticationPolicy().algorithms;
  std::vector<iscsi::ChapAlgorithm> algorithms;
  for (const iscsi::ChapAlgorithm algorithm : iscsi::AuthenticationPolicy().algorithms) {
    if (contains(list, iscsi::algorithm_name(algorithm))) algorithms.push_back(algorithm);
  }
  return algorithms;
}

iscsi::NodeParameters build_parameters(const ObjectFiles& files) {
  iscsi::NodeParameters p;
  p.header_digest = files.text("param/HeaderDigest");
  p.data_digest = files.text("param/DataDigest");
  p.max_connections = files.number("param/MaxConnections", p.max_connections);
  p.initial_r2t = files.yes("param/InitialR2T");
  p.immediate_data = files.yes("param/ImmediateData");
  p.max_recv_data_segment_length =
      files.number("param/MaxRecvDataSegmentLength", p.max_recv_data_segment_length);
  p.max_xmit_data_segment_length =
      files.number("param/MaxXmitDataSegmentLength", p.max_xmit_data_segment_length);
  p.max_burst_length = files.number("param/MaxBurstLength", p.max_burst_length);
  p.first_burst_length = files.number("param/FirstBurstLength", p.first_burst_length);
  p.max_outstanding_r2t = files.number("param/MaxOutstandingR2T", p.max_outstanding_r2t);
  p.default_time2wait = files.number("param/DefaultTime2Wait", p.default_time2wait);
  p.default_time2retain = files.number("param/DefaultTime2Retain", p.default_time2retain);
  p.data_pdu_in_order = files.yes("param/DataPDUInOrder");
  p.data_sequence_in_order = files.yes("param/DataSequenceInOrder");
  p.error_recovery_level = 0;  // the only level this version has; the file is accepted for the kernel's sake
  p.target_alias = files.text("param/TargetAlias");
  p.cmdsn_depth = files.number("attrib/default_cmdsn_depth", p.cmdsn_depth);
  return p;
}

std::optional<dataplane::LunMapping> mapping_to(const std::string& disk_path, std::uint16_t number,
                                                const DiskTable& disks) {
  const auto found = disks.find(disk_path);
  if (found == disks.end()) return std::nullopt;
  dataplane::LunMapping mapping;
  mapping.lun = number;
  mapping.target_lun = number;
  mapping.disk = found->second.disk;
  mapping.unit = found->second.unit;
  mapping.write_protected = mapping.unit->read_only;
  return mapping;
}

// The port that a LUN of the portal group shows its disk through.
void describe_port(const std::string& lun_path, const dataplane::Tpg& tpg, const configfs::ModelView& view,
                   dataplane::LunMapping& mapping) {
  mapping.target_lun = number_after(lun_path.substr(lun_path.rfind('/') + 1), "lun_").value_or(0);
  mapping.relative_port = tpg.relative_port;
  mapping.port_group = port_group_of(view.value(lun_path + "/alua_tg_pt_gp"));
  mapping.offline = view.value(lun_path + "/alua_tg_pt_offline") == "1";
}

void sort_by_lun(std::vector<dataplane::LunMapping>& luns) {
  std::sort(luns.begin(), luns.end(), [](const auto& a, const auto& b) { return a.lun < b.lun; });
}

std::shared_ptr<const dataplane::Acl> build_acl(const std::string& path, const dataplane::Tpg& tpg,
                                                const DiskTable& disks, const configfs::ModelView& view) {
  const ObjectFiles files(view, path);
  dataplane::Acl acl;
  const std::string authentication = files.text("attrib/authentication");
  if (authentication == "0") acl.authentication = dataplane::Authentication::off;
  if (authentication == "1") acl.authentication = dataplane::Authentication::on;
  acl.secrets = build_secrets(files, "auth/");
  acl.parameters = tpg.parameters;
  acl.parameters.cmdsn_depth = files.number("cmdsn_depth", acl.parameters.cmdsn_depth);
  acl.parameters.nopin_timeout_s = files.number("attrib/nopin_timeout", acl.parameters.nopin_timeout_s);
  acl.parameters.nopin_response_timeout_s =
      files.number("attrib/nopin_response_timeout", acl.parameters.nopin_response_timeout_s);
  // LIO asks again `retries` times before it gives up; so do we wait that long in all.
  acl.parameters.dataout_timeout_s = files.number("attrib/dataout_timeout", 3) *
                                     std::max(files.number("attrib/dataout_timeout_retries", 5), 1U);
  for (const std::string& name : view.directories(path)) {
    const auto number = number_after(name, "lun_");
    if (!number) continue;
    const std::string lun_path = view.link_target(fmt::format("{}/{}", path, name));
    if (lun_path.empty()) continue;
    auto mapping = mapping_to(view.link_target(lun_path), *number, disks);
    if (!mapping) continue;
    describe_port(lun_path, tpg, view, *mapping);
    mapping->write_protected |= view.value(fmt::format("{}/{}/write_protect", path, name)) == "1";
    acl.luns.push_back(std::move(*mapping));
  }
  sort_by_lun(acl.luns);
  return std::make_shared<const dataplane::Acl>(std::move(acl));
}

}  // namespace

std::shared_ptr<const scsi::Unit> build_unit(const std::string& disk_path, const OpenDisk& open,
                                             const configfs::ModelView& view) {
  const ObjectFiles files(view, disk_path);
  const backstore::Properties properties = open.disk->backstore->properties();
  scsi::Unit unit;
  unit.attributes = build_attributes(files);
  unit.attributes.emulate_tpu &=
      properties.can_unmap;  // the attribute may have been set before the file was open
  unit.attributes.emulate_tpws &= properties.can_unmap;
  unit.identity.vendor = files.text("wwn/vendor_id");
  unit.identity.revision = files.text("wwn/revision");
  unit.identity.company_id = company_of(files.text("wwn/company_id"));
  unit.identity.serial = serial_of(files.text("wwn/vpd_unit_serial"));
  unit.identity.product = files.flag("attrib/emulate_model_alias")
                              ? disk_path.substr(disk_path.rfind('/') + 1).substr(0, 15)
                              : files.text("wwn/product_id");
  unit.size_bytes = properties.size_bytes;
  // A RAM disk has nothing to lose but itself: there the attribute alone decides. A file's cache is what was
  // opened.
  unit.write_cache = disk_path.starts_with("core/rd_mcp_") ? files.flag("attrib/emulate_write_cache")
                                                           : properties.write_cache;
  unit.read_only = properties.read_only;
  if (disk_path.starts_with("core/iblock_")) describe_device(properties, unit);
  unit.passes_commands = open.disk->backstore->pass_through() != nullptr;
  if (unit.passes_commands) {
    unit.attributes.block_size = properties.block_bytes;
    unit.emulates_reservations = files.flag("attrib/pgr_support");
  }
  unit.knows_allocation = properties.knows_allocation;
  unit.exports = open.exports();
  unit.keeps_reservations = open.keeps_reservations && !unit.identity.serial.empty();
  return std::make_shared<const scsi::Unit>(std::move(unit));
}

std::uint32_t OpenDisk::exports() const {
  std::uint32_t luns = 0;
  for (const auto& [target, of_target] : shown_in) luns += of_target;
  return luns;
}

iscsi::AuthenticationPolicy build_discovery(const configfs::ModelView& view) {
  const ObjectFiles files(view, "iscsi/discovery_auth");
  iscsi::AuthenticationPolicy policy;
  policy.required = files.flag("enforce_discovery_auth");
  const dataplane::ChapSecrets secrets = build_secrets(files, "");
  policy.initiator = secrets.initiator;
  policy.target = secrets.target;
  policy.algorithms = build_algorithms(files, "chap_algorithms");
  policy.any_response = !policy.required;
  return policy;
}

std::uint16_t tag_of_tpg(std::string_view path) {
  return number_after(path.substr(path.rfind('/') + 1), "tpgt_").value_or(0);
}

std::shared_ptr<const dataplane::Tpg> build_tpg(const std::string& target, const std::string& tpg_path,
                                                std::uint16_t relative_port, const DiskTable& disks,
                                                const configfs::ModelView& view) {
  const ObjectFiles files(view, tpg_path);
  auto tpg = std::make_shared<dataplane::Tpg>();
  tpg->target = target;
  tpg->relative_port = relative_port;
  tpg->tag = tag_of_tpg(tpg_path);
  tpg->enabled = files.flag("enable");
  tpg->authentication = files.flag("attrib/authentication");
  const std::string methods = files.text("param/AuthMethod");
  tpg->chap = contains(methods, "CHAP");
  tpg->none = contains(methods, "None");
  tpg->chap_algorithms = build_algorithms(files, "param/ChapAlgorithms");
  tpg->secrets = build_secrets(files, "auth/");
  tpg->generate_node_acls = files.flag("attrib/generate_node_acls");
  tpg->demo_mode_write_protect = files.flag("attrib/demo_mode_write_protect");
  tpg->demo_mode_discovery = files.flag("attrib/demo_mode_discovery");
  tpg->prod_mode_write_protect = files.flag("attrib/prod_mode_write_protect");
  tpg->only_enabled_in_send_targets = files.flag("attrib/tpg_enabled_sendtargets");
  tpg->login_timeout_s = files.number("attrib/login_timeout", tpg->login_timeout_s);
  tpg->parameters = build_parameters(files);
  for (const std::string& name : view.directories(tpg_path + "/lun")) {
    const auto number = number_after(name, "lun_");
    if (!number) continue;
    const std::string lun_path = fmt::format("{}/lun/{}", tpg_path, name);
    auto mapping = mapping_to(view.link_target(lun_path), *number, disks);
    if (!mapping) continue;
    describe_port(lun_path, *tpg, view, *mapping);
    tpg->luns.push_back(std::move(*mapping));
  }
  sort_by_lun(tpg->luns);
  for (const std::string& name : view.directories(tpg_path + "/acls")) {
    tpg->acls.emplace(fold_iscsi_name(name),
                      build_acl(fmt::format("{}/acls/{}", tpg_path, name), *tpg, disks, view));
  }
  tpg->portals = view.directories(tpg_path + "/np");
  return tpg;
}

std::shared_ptr<const dataplane::Tpg> with_acls(const dataplane::Tpg& before, const std::string& tpg_path,
                                                const std::set<std::string>& initiators,
                                                const DiskTable& disks, const configfs::ModelView& view) {
  auto tpg = std::make_shared<dataplane::Tpg>(before);
  std::set<std::string> keys;
  for (const std::string& name : initiators) keys.insert(fold_iscsi_name(name));
  for (const std::string& key : keys) tpg->acls.erase(key);
  // Of names that differ in case only the first counts, as in build_tpg().
  for (const std::string& name : view.directories(tpg_path + "/acls")) {
    const std::string key = fold_iscsi_name(name);
    if (keys.erase(key) > 0)
      tpg->acls[key] = build_acl(fmt::format("{}/acls/{}", tpg_path, name), *tpg, disks, view);
  }
  return tpg;
}

}  // namespace lunet::control
