// SPDX-License-Identifier: Apache-2.0
// Rows of the fabrics: targets, TPGs, LUNs, ACLs, portals. Facts: tests/golden/lio-tree.txt, lio-values.txt,
// lio-errors.txt.
#include "configfs/model/hooks.h"
#include "configfs/model/rules.h"

namespace lunet::configfs {
namespace {

constexpr std::string_view iscsi = "iscsi";
constexpr std::string_view with_nexus = "loopback vhost usb_gadget xen-pvscsi";
constexpr std::string_view with_enable = "iscsi srpt qla2xxx efct sbp usb_gadget ibmvscsis";
constexpr std::string_view with_protection = "iscsi loopback vhost";
constexpr std::string_view fibre_channel = "qla2xxx efct";
constexpr std::string_view with_demo_mode = "iscsi qla2xxx efct";
constexpr std::string_view with_version =
    "loopback vhost srpt fc qla2xxx efct sbp usb_gadget xen-pvscsi ibmvscsis";
constexpr std::string_view auth_methods = "CHAP KRB5 SPKM1 SPKM2 SRP None";
constexpr std::string_view digests = "CRC32C None";
constexpr std::string_view chap_algorithms = "SHA3-256 SHA-256 SHA1 MD5";
constexpr std::string_view chap_algorithms_or_null = "SHA3-256 SHA-256 SHA1 MD5 NULL";
constexpr std::string_view all_chap_algorithms = "SHA3-256,SHA-256,SHA1,MD5";

constexpr Accept yes_no() {
  return one_of("Yes No");
}
/// User names and passwords: the kernel's buffers have 256 bytes.
constexpr Accept credential() {
  return any_text(255);
}

// Path, mode, default, accepted texts, flags, store, show, variants.

constexpr FileRule fabric_files[] = {
    {"cpus_allowed_list", 0644, "", {}, 0, store_cpus, show_cpus, iscsi},
    {"lio_version", 0444, "Datera Inc. iSCSI Target v4.1.0", {}, 0, nullptr, nullptr, iscsi},
    {"version", 0444, "", {}, 0, nullptr, show_fabric_version, with_version},
};

constexpr FileRule discovery_auth_files[] = {
    {"authenticate_target", 0444, "", {}, 0, nullptr, show_authenticate_target, iscsi},
    {"chap_algorithms", 0644, "", list_of(chap_algorithms_or_null), lunetd_only, store_chap_algorithms,
     nullptr, iscsi},
    {"enforce_discovery_auth", 0644, "0", number(0, 1), 0, nullptr, nullptr, iscsi},
    {"password", 0644, "", credential(), 0, nullptr, nullptr, iscsi},
    {"password_mutual", 0644, "", credential(), 0, nullptr, nullptr, iscsi},
    {"rdma_cm_port", 0644, "0", number(0, 65535), 0, nullptr, nullptr, "srpt"},
    {"userid", 0644, "", credential(), 0, nullptr, nullptr, iscsi},
    {"userid_mutual", 0644, "", credential(), 0, nullptr, nullptr, iscsi},
};

constexpr FileRule target_files[] = {
    {"fabric_statistics/iscsi_instance/description",
     0444,
     "Storage Engine Target",
     {},
     0,
     nullptr,
     nullptr,
     iscsi},
    {"fabric_statistics/iscsi_instance/disc_time", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_instance/fail_rem_name", 0444, "None", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_instance/fail_sess", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_instance/fail_type", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_instance/inst", 0444, "", {}, 0, nullptr, show_target_index, iscsi},
    {"fabric_statistics/iscsi_instance/max_ver", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_instance/min_ver", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_instance/nodes", 0444, "1", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_instance/portals", 0444, "", {}, 0, nullptr, show_portal_count, iscsi},
    {"fabric_statistics/iscsi_instance/sessions", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_instance/vendor",
     0444,
     "Datera, Inc. iSCSI-Target",
     {},
     0,
     nullptr,
     nullptr,
     iscsi},
    {"fabric_statistics/iscsi_instance/version", 0444, "v4.1.0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_login_stats/accepts", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_login_stats/authenticate_fails", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_login_stats/authorize_fails", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_login_stats/indx", 0444, "1", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_login_stats/inst", 0444, "", {}, 0, nullptr, show_target_index, iscsi},
    {"fabric_statistics/iscsi_login_stats/negotiate_fails", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_login_stats/other_fails", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_login_stats/redirects", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_logout_stats/abnormal_logouts", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_logout_stats/indx", 0444, "1", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_logout_stats/inst", 0444, "", {}, 0, nullptr, show_target_index, iscsi},
    {"fabric_statistics/iscsi_logout_stats/normal_logouts", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_sess_err/cxn_errors", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_sess_err/digest_errors", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_sess_err/format_errors", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_sess_err/inst", 0444, "", {}, 0, nullptr, show_target_index, iscsi},
    {"fabric_statistics/iscsi_tgt_attr/fail_intr_addr", 0444, "(einval)", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_tgt_attr/fail_intr_addr_type", 0444, "ipv4", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_tgt_attr/fail_intr_name", 0444, "None", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_tgt_attr/indx", 0444, "1", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_tgt_attr/inst", 0444, "", {}, 0, nullptr, show_target_index, iscsi},
    {"fabric_statistics/iscsi_tgt_attr/last_fail_time", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_tgt_attr/last_fail_type", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_tgt_attr/login_fails", 0444, "0", {}, 0, nullptr, nullptr, iscsi},
    {"param/cmd_completion_affinity", 0644, "-1", number(-2, 8191)},
};

constexpr FileRule tpg_files[] = {
    {"address", 0444, "1:0:1", {}, 0, nullptr, nullptr, "loopback"},
    {"dynamic_sessions", 0444, "", {}, blank_unset, nullptr, nullptr, iscsi},
    {"directory_id", 0644, "", any_text(255), blank_unset, store_directory_id, show_directory_id, "sbp"},
    {"enable", 0644, "0", flag(), 0, store_tpg_enable, nullptr, with_enable},
    {"kick", 0200, "", number(1, 65535), transient | lunetd_only, nullptr, nullptr, iscsi},
    {"lun_counters", 0444, "", {}, blank_unset | lunetd_only, nullptr, nullptr, iscsi},
    {"nexus", 0644, "", any_text(255), 0, store_nexus, show_nexus, with_nexus},
    {"sessions", 0444, "", {}, blank_unset | lunetd_only, nullptr, nullptr, iscsi},
    {"transport_status", 0644, "online", one_of("online offline"), 0, nullptr, nullptr, "loopback"},

    {"attrib/authentication", 0644, "1", number(0, 1), 0, store_authentication, nullptr, iscsi},
    {"attrib/cache_dynamic_acls", 0644, "0", number(0, 1), 0, store_dynamic_cache, nullptr, with_demo_mode},
    {"attrib/default_cmdsn_depth", 0644, "64", number(1, 512), 0, nullptr, nullptr, iscsi},
    {"attrib/default_erl", 0644, "0", number(0, 2), 0, nullptr, nullptr, iscsi},
    {"attrib/demo_mode_discovery", 0644, "1", number(0, 1), 0, nullptr, nullptr, iscsi},
    {"attrib/demo_mode_write_protect", 0644, "1", number(0, 1), 0, nullptr, nullptr, with_demo_mode},
    {"attrib/demo_mode_login_only", 0644, "1", number(0, 1), 0, nullptr, nullptr, fibre_channel},
    {"attrib/fabric_prot_type", 0644, "0", number(0, 3), 0, store_protection_type, nullptr, with_protection},
    {"attrib/generate_node_acls", 0644, "0", number(0, 1), 0, store_demo_mode, nullptr, with_demo_mode},
    {"attrib/login_keys_workaround", 0644, "1", number(0, 1), 0, nullptr, nullptr, iscsi},
    {"attrib/login_timeout", 0644, "15", number(5, 30), 0, nullptr, nullptr, iscsi},
    {"attrib/netif_timeout", 0644, "2", number(2, 15), 0, nullptr, nullptr, iscsi},
    {"attrib/prod_mode_write_protect", 0644, "0", number(0, 1), 0, nullptr, nullptr, with_demo_mode},
    {"attrib/max_logins_per_lun", 0644, "1", number(1, 127), 0, nullptr, nullptr, "sbp"},
    {"attrib/max_reconnect_timeout", 0644, "5", number(1, 32767), 0, nullptr, nullptr, "sbp"},
    {"attrib/mgt_orb_timeout", 0644, "15", number(1, 127), 0, nullptr, nullptr, "sbp"},
    {"attrib/session_deletion_wait", 0644, "1", number(0, 1), 0, nullptr, nullptr, "efct"},
    {"attrib/srp_max_rdma_size", 0644, "65536", number(1, u32_max), 0, nullptr, nullptr, "srpt"},
    {"attrib/srp_max_rsp_size", 0644, "256", number(1, u32_max), 0, nullptr, nullptr, "srpt"},
    {"attrib/srp_sq_size", 0644, "4096", number(16, u32_max), 0, nullptr, nullptr, "srpt"},
    {"attrib/t10_pi", 0644, "0", number(0, 1), 0, nullptr, nullptr, iscsi},
    {"attrib/tpg_enabled_sendtargets", 0644, "1", number(0, 1), 0, nullptr, nullptr, iscsi},

    {"attrib/use_srq", 0644, "0", number(0, 1), 0, nullptr, nullptr, "srpt"},

    {"auth/authenticate_target", 0444, "", {}, 0, nullptr, show_authenticate_target, iscsi},
    {"auth/password", 0644, "", credential(), 0, nullptr, nullptr, iscsi},
    {"auth/password_mutual", 0644, "", credential(), 0, nullptr, nullptr, iscsi},
    {"auth/userid", 0644, "", credential(), 0, nullptr, nullptr, iscsi},
    {"auth/userid_mutual", 0644, "", credential(), 0, nullptr, nullptr, iscsi},

    {"param/AuthMethod", 0644, "CHAP,None", list_of(auth_methods), 0, nullptr, nullptr, iscsi},
    {"param/ChapAlgorithms", 0644, all_chap_algorithms, list_of(chap_algorithms), lunetd_only, nullptr,
     nullptr, iscsi},
    {"param/DataDigest", 0644, "CRC32C,None", list_of(digests), 0, nullptr, nullptr, iscsi},
    {"param/DataPDUInOrder", 0644, "Yes", yes_no(), 0, nullptr, nullptr, iscsi},
    {"param/DataSequenceInOrder", 0644, "Yes", yes_no(), 0, nullptr, nullptr, iscsi},
    {"param/DefaultTime2Retain", 0644, "20", number(0, 3600), 0, nullptr, nullptr, iscsi},
    {"param/DefaultTime2Wait", 0644, "2", number(0, 3600), 0, nullptr, nullptr, iscsi},
    {"param/ErrorRecoveryLevel", 0644, "0", number(0, 2), 0, nullptr, nullptr, iscsi},
    {"param/FirstBurstLength", 0644, "65536", number(512, 16777215), 0, nullptr, nullptr, iscsi},
    {"param/HeaderDigest", 0644, "CRC32C,None", list_of(digests), 0, nullptr, nullptr, iscsi},
    {"param/IFMarkInt", 0644, "Reject", any_text(255), 0, nullptr, nullptr, iscsi},
    {"param/IFMarker", 0644, "No", yes_no(), 0, nullptr, nullptr, iscsi},
    {"param/ImmediateData", 0644, "Yes", yes_no(), 0, nullptr, nullptr, iscsi},
    {"param/InitialR2T", 0644, "Yes", yes_no(), 0, nullptr, nullptr, iscsi},
    {"param/MaxBurstLength", 0644, "262144", number(512, 16777215), 0, nullptr, nullptr, iscsi},
    {"param/MaxConnections", 0644, "1", number(1, 65535), 0, nullptr, nullptr, iscsi},
    {"param/MaxOutstandingR2T", 0644, "1", number(1, 65535), 0, nullptr, nullptr, iscsi},
    {"param/MaxRecvDataSegmentLength", 0644, "8192", number(512, 16777215), 0, nullptr, nullptr, iscsi},
    {"param/MaxXmitDataSegmentLength", 0644, "262144", number(512, 16777215), 0, nullptr, nullptr, iscsi},
    {"param/OFMarkInt", 0644, "Reject", any_text(255), 0, nullptr, nullptr, iscsi},
    {"param/OFMarker", 0644, "No", yes_no(), 0, nullptr, nullptr, iscsi},
    {"param/TargetAlias", 0644, "LIO Target", any_text(255), 0, nullptr, nullptr, iscsi},
    {"param/alias", 0644, "", any_text(255), blank_unset, nullptr, nullptr, "xen-pvscsi"},
};

constexpr FileRule lun_files[] = {
    {"alua_tg_pt_gp", 0644, "", any_text(255), transient | needs_link, store_port_group, show_port_group},
    {"alua_tg_pt_offline", 0644, "0", number(0, 1), needs_link, store_offline},
    {"alua_tg_pt_status", 0644, "0", number(0, 2), needs_link},
    {"alua_tg_pt_write_md", 0644, "0", number(0, 1), needs_link},
    {"statistics/scsi_port/busy_count", 0444, "0", {}, needs_link},
    {"statistics/scsi_port/dev", 0444, "", {}, needs_link, nullptr, show_device_index},
    {"statistics/scsi_port/indx", 0444, "", {}, needs_link, nullptr, show_relative_port},
    {"statistics/scsi_port/inst", 0444, "", {}, needs_link, nullptr, show_hba_index},
    {"statistics/scsi_port/role", 0444, "", {}, needs_link, nullptr, show_port_role},
    {"statistics/scsi_tgt_port/dev", 0444, "", {}, needs_link, nullptr, show_device_index},
    {"statistics/scsi_tgt_port/hs_in_cmds", 0444, "0", {}, needs_link},
    {"statistics/scsi_tgt_port/in_cmds", 0444, "0", {}, needs_link},
    {"statistics/scsi_tgt_port/indx", 0444, "", {}, needs_link, nullptr, show_relative_port},
    {"statistics/scsi_tgt_port/inst", 0444, "", {}, needs_link, nullptr, show_hba_index},
    {"statistics/scsi_tgt_port/name", 0444, "", {}, needs_link, nullptr, show_port_name},
    {"statistics/scsi_tgt_port/port_index", 0444, "", {}, needs_link, nullptr, show_port_index},
    {"statistics/scsi_tgt_port/read_mbytes", 0444, "0", {}, needs_link},
    {"statistics/scsi_tgt_port/write_mbytes", 0444, "0", {}, needs_link},
    {"statistics/scsi_transport/dev_name", 0444, "", {}, needs_link, nullptr, show_transport_name},
    {"statistics/scsi_transport/device", 0444, "", {}, needs_link, nullptr, show_transport_device},
    {"statistics/scsi_transport/indx", 0444, "", {}, needs_link, nullptr, show_fabric_instance},
    {"statistics/scsi_transport/inst", 0444, "", {}, needs_link, nullptr, show_hba_index},
    {"statistics/scsi_transport/proto_id", 0444, "", {}, needs_link, nullptr, show_protocol},
};

constexpr std::string_view no_session = "No Active iSCSI Session";

constexpr FileRule acl_files[] = {
    {"cmdsn_depth", 0644, "64", number(1, 512), 0, nullptr, nullptr, iscsi},
    {"info", 0444, "", {}, 0, nullptr, show_acl_info, iscsi},
    {"tag", 0644, "", any_text(63), bare, store_acl_tag, nullptr, iscsi},

    {"attrib/authentication", 0644, "-1", number(-1, 1), 0, nullptr, nullptr, iscsi},
    {"attrib/dataout_timeout", 0644, "3", number(2, 60), 0, nullptr, nullptr, iscsi},
    {"attrib/dataout_timeout_retries", 0644, "5", number(1, 15), 0, nullptr, nullptr, iscsi},
    {"attrib/default_erl", 0644, "0", number(0, 2), 0, nullptr, nullptr, iscsi},
    {"attrib/nopin_response_timeout", 0644, "30", number(3, 60), 0, nullptr, nullptr, iscsi},
    {"attrib/nopin_timeout", 0644, "15", number(0, 60), 0, store_nopin_timeout, nullptr, iscsi},
    {"attrib/random_datain_pdu_offsets", 0644, "0", number(0, 1), 0, nullptr, nullptr, iscsi},
    {"attrib/random_datain_seq_offsets", 0644, "0", number(0, 1), 0, nullptr, nullptr, iscsi},
    {"attrib/random_r2t_offsets", 0644, "0", number(0, 1), 0, nullptr, nullptr, iscsi},

    {"auth/authenticate_target", 0444, "", {}, 0, nullptr, show_authenticate_target, iscsi},
    {"auth/password", 0644, "", credential(), 0, nullptr, nullptr, iscsi},
    {"auth/password_mutual", 0644, "", credential(), 0, nullptr, nullptr, iscsi},
    {"auth/userid", 0644, "", credential(), 0, nullptr, nullptr, iscsi},
    {"auth/userid_mutual", 0644, "", credential(), 0, nullptr, nullptr, iscsi},

    {"fabric_statistics/iscsi_sess_stats/cmd_pdus", 0444, "", {}, blank_unset, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_sess_stats/conn_digest_errors",
     0444,
     "",
     {},
     blank_unset,
     nullptr,
     nullptr,
     iscsi},
    {"fabric_statistics/iscsi_sess_stats/conn_timeout_errors",
     0444,
     "",
     {},
     blank_unset,
     nullptr,
     nullptr,
     iscsi},
    {"fabric_statistics/iscsi_sess_stats/indx", 0444, "", {}, blank_unset, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_sess_stats/inst", 0444, "", {}, 0, nullptr, show_target_index, iscsi},
    {"fabric_statistics/iscsi_sess_stats/node", 0444, "", {}, blank_unset, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_sess_stats/rsp_pdus", 0444, "", {}, blank_unset, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_sess_stats/rxdata_octs", 0444, "", {}, blank_unset, nullptr, nullptr, iscsi},
    {"fabric_statistics/iscsi_sess_stats/txdata_octs", 0444, "", {}, blank_unset, nullptr, nullptr, iscsi},

    {"param/DataPDUInOrder", 0444, no_session, {}, 0, nullptr, nullptr, iscsi},
    {"param/DataSequenceInOrder", 0444, no_session, {}, 0, nullptr, nullptr, iscsi},
    {"param/DefaultTime2Retain", 0444, no_session, {}, 0, nullptr, nullptr, iscsi},
    {"param/DefaultTime2Wait", 0444, no_session, {}, 0, nullptr, nullptr, iscsi},
    {"param/ErrorRecoveryLevel", 0444, no_session, {}, 0, nullptr, nullptr, iscsi},
    {"param/FirstBurstLength", 0444, no_session, {}, 0, nullptr, nullptr, iscsi},
    {"param/ImmediateData", 0444, no_session, {}, 0, nullptr, nullptr, iscsi},
    {"param/InitialR2T", 0444, no_session, {}, 0, nullptr, nullptr, iscsi},
    {"param/MaxBurstLength", 0444, no_session, {}, 0, nullptr, nullptr, iscsi},
    {"param/MaxConnections", 0444, no_session, {}, 0, nullptr, nullptr, iscsi},
    {"param/MaxOutstandingR2T", 0444, no_session, {}, 0, nullptr, nullptr, iscsi},
};

constexpr FileRule mapped_lun_files[] = {
    {"write_protect", 0644, "0", number(0, 1), 0, store_write_protect, show_write_protect},
    {"statistics/scsi_att_intr_port/dev", 0444, "", {}, needs_link, nullptr, show_device_index},
    {"statistics/scsi_att_intr_port/indx", 0444, "", {}, needs_link, nullptr, show_without_session},
    {"statistics/scsi_att_intr_port/inst", 0444, "", {}, needs_link, nullptr, show_target_index},
    {"statistics/scsi_att_intr_port/port", 0444, "", {}, needs_link, nullptr, show_tag},
    {"statistics/scsi_att_intr_port/port_auth_indx", 0444, "", {}, needs_link, nullptr, show_acl_index},
    {"statistics/scsi_att_intr_port/port_ident", 0444, "", {}, needs_link, nullptr, show_without_session},
    {"statistics/scsi_auth_intr/att_count", 0444, "1", {}, needs_link},
    {"statistics/scsi_auth_intr/creation_time", 0444, "", {}, needs_link, nullptr, show_made_at},
    {"statistics/scsi_auth_intr/dev", 0444, "", {}, needs_link, nullptr, show_device_index},
    {"statistics/scsi_auth_intr/dev_or_port", 0444, "1", {}, needs_link},
    {"statistics/scsi_auth_intr/hs_num_cmds", 0444, "0", {}, needs_link},
    {"statistics/scsi_auth_intr/indx", 0444, "", {}, needs_link, nullptr, show_acl_index},
    {"statistics/scsi_auth_intr/inst", 0444, "", {}, needs_link, nullptr, show_target_index},
    {"statistics/scsi_auth_intr/intr_name", 0444, "", {}, needs_link, nullptr, show_acl_name},
    {"statistics/scsi_auth_intr/map_indx", 0444, "0", {}, needs_link},
    {"statistics/scsi_auth_intr/num_cmds", 0444, "0", {}, needs_link},
    {"statistics/scsi_auth_intr/port", 0444, "", {}, needs_link, nullptr, show_tag},
    {"statistics/scsi_auth_intr/read_mbytes", 0444, "0", {}, needs_link},
    {"statistics/scsi_auth_intr/row_status", 0444, "Ready", {}, needs_link},
    {"statistics/scsi_auth_intr/write_mbytes", 0444, "0", {}, needs_link},
};

constexpr FileRule portal_files[] = {
    {"cxgbit", 0644, "0", number(0, 1)},
    {"iser", 0644, "0", number(0, 1)},
    {"port", 0444, "", {}, lunetd_only, nullptr, show_portal_port},
};

constexpr DirRule target_dirs[] = {{"fabric_statistics"}};
constexpr DirRule tpg_dirs[] = {{"attrib"}, {"auth"}, {"param"}};
constexpr DirRule statistics_dirs[] = {{"statistics", ENOSYS}};

constexpr ChildRule fabric_children[] = {
    {"", TypeId::target, check_target_name, "discovery_auth", TypeId::discovery_auth},
};
constexpr ChildRule target_children[] = {{"", TypeId::tpg, check_tpg_name}};
constexpr ChildRule tpg_children[] = {
    {"acls", TypeId::acl, check_acl_name},
    {"lun", TypeId::lun, check_lun_name},
    {"np", TypeId::portal, check_portal_name},
};
constexpr ChildRule acl_children[] = {{"", TypeId::mapped_lun, check_lun_name}};

constexpr LinkRule lun_link = {TypeId::disk, check_lun_link, lun_linked, lun_unlinking};
constexpr LinkRule mapped_lun_link = {TypeId::lun, check_mapped_lun_link, mapped_lun_linked,
                                      mapped_lun_unlinking};

constexpr TypeRule fabric_types[] = {
    {TypeId::fabric, ObjectKind::fabric, fabric_files, {}, fabric_children},
    {TypeId::discovery_auth, ObjectKind::discovery_auth, discovery_auth_files, {}, {}},
    {TypeId::target, ObjectKind::target, target_files, target_dirs, target_children, {}, target_made},
    {TypeId::tpg, ObjectKind::tpg, tpg_files, tpg_dirs, tpg_children},
    {TypeId::lun, ObjectKind::lun, lun_files, statistics_dirs, {}, lun_link},
    {TypeId::acl, ObjectKind::acl, acl_files, {}, acl_children, {}, acl_made},
    {TypeId::mapped_lun, ObjectKind::mapped_lun, mapped_lun_files, statistics_dirs, {}, mapped_lun_link},
    {TypeId::portal, ObjectKind::portal, portal_files, {}, {}},
};

// Directory, name in statistics, prefixes of target names, statistics' index, SPC protocol, in lunetd.
constexpr FabricRule fabrics[] = {
    {"iscsi", "iSCSI", "", 0, 5, true},
    {"loopback", "loopback", "naa. fc. iqn.", 1, 6, false},
    {"vhost", "vhost", "naa. fc. iqn.", 1, 6, false},
    {"srpt", "srpt", "", 1, 4, false},
    {"fc", "fc", "", 0, 0, false},
    {"qla2xxx", "qla2xxx", "", 0, 0, false},
    {"efct", "efct", "", 0, 0, false},
    {"sbp", "sbp", "", 1, 3, false},
    {"usb_gadget", "usb_gadget", "naa. fc. iqn.", 1, 6, false},
    {"xen-pvscsi", "xen-pvscsi", "naa. fc. iqn.", 1, 6, false},
    {"ibmvscsis", "ibmvscsis", "", 1, 4, false},
};

}  // namespace

std::span<const TypeRule> fabric_rules() {
  return fabric_types;
}

const FabricRule* find_fabric(Flavour flavour, std::string_view name) {
  for (const FabricRule& fabric : fabrics)
    if (fabric.name == name && (fabric.in_lunetd || flavour == Flavour::kernel)) return &fabric;
  return nullptr;
}

}  // namespace lunet::configfs
