// SPDX-License-Identifier: Apache-2.0
#include "lio_differences.h"

#include <algorithm>

namespace lunet::test {
namespace {

constexpr std::string_view clock = "the time since boot at which the object was made";
constexpr std::string_view release = "names the kernel of the machine";
constexpr std::string_view no_loopback_initiator =
    "in the capture the machine's own loopback initiator had sent commands; no initiator speaks to the model";
constexpr std::string_view recommended = "lunetd's default is for throughput, LIO's the smallest of RFC 7143";
constexpr std::string_view algorithms = "lunetd's own: which hashes CHAP may use";
constexpr std::string_view rsoc = "LIO of 6.12 has it, and lunetd; 6.1 has not";
constexpr std::string_view no_plugin = "lists b0, whose device the captured machine alone has";
constexpr std::string_view not_exported = "the disk is exported by a fabric that lunetd has not";

constexpr KnownDifference kernel_model[] = {
    {"core/fileio_2/f0/statistics/scsi_lu/creation_time", clock},
    {"core/fileio_3/f1/statistics/scsi_lu/creation_time", clock},
    {"core/rd_mcp_0/rd0/statistics/scsi_lu/creation_time", clock},
    {"core/rd_mcp_1/null0/statistics/scsi_lu/creation_time", clock},
    {"iscsi/iqn.2026-11.com.example:t/tpgt_1/acls/iqn.2026-11.com.example:ini/lun_0/statistics/"
     "scsi_auth_intr/"
     "creation_time",
     clock},
    {"iscsi/iqn.2026-11.com.example:t/tpgt_1/acls/iqn.2026-11.com.example:ini/lun_1/statistics/"
     "scsi_auth_intr/"
     "creation_time",
     clock},
    {"core/fileio_3/f1/statistics/scsi_lu/num_cmds", no_loopback_initiator},
    {"version", release, Occurs::by_machine},
    {"iscsi/cpus_allowed_list", "lists the processors of the machine", Occurs::by_machine},
};

constexpr KnownDifference kernel_only[] = {
    {"core/iblock_4/b0/info", "the model opens no device, so it does not know its numbers"},
    {"core/iblock_4/b0/statistics/scsi_lu/creation_time", clock},
    {"iscsi/iqn.2026-11.com.example:t/tpgt_1/acls/iqn.2026-11.com.example:ini/lun_2/statistics/"
     "scsi_auth_intr/"
     "creation_time",
     clock},
    {"loopback/naa.5001405000000001/tpgt_1/lun/lun_0/statistics/scsi_tgt_port/in_cmds",
     no_loopback_initiator},
    {"fc/version", release, Occurs::by_machine},
    {"vhost/version", release, Occurs::by_machine},
};

constexpr KnownDifference lunetd[] = {
    {"revision", "lunetd's own: another one after each change of the tree"},
    {"iscsi/iqn.2026-11.com.example:t/tpgt_1/param/InitialR2T", recommended},
    {"iscsi/iqn.2026-11.com.example:t/tpgt_1/param/MaxRecvDataSegmentLength", recommended},
    {"iscsi/iqn.2026-11.com.example:t/tpgt_1/param/MaxBurstLength", recommended},
    {"iscsi/iqn.2026-11.com.example:t/tpgt_1/param/FirstBurstLength", recommended},
    {"iscsi/iqn.2026-11.com.example:t/tpgt_1/param/MaxOutstandingR2T", recommended},
    {"iscsi/iqn.2026-11.com.example:t/tpgt_1/kick", "lunetd's own: ends a session"},
    {"iscsi/iqn.2026-11.com.example:t/tpgt_1/lun_counters", "lunetd's own: what went through each LUN"},
    {"iscsi/iqn.2026-11.com.example:t/tpgt_1/sessions", "lunetd's own: all sessions and their traffic"},
    {"iscsi/iqn.2026-11.com.example:t/tpgt_1/np/0.0.0.0:3260/port", "lunetd's own: which port 0 became"},
    {"iscsi/iqn.2026-11.com.example:t/tpgt_1/param/ChapAlgorithms", algorithms},
    {"iscsi/discovery_auth/chap_algorithms", algorithms},
    {"core/fileio_2/f0/attrib/emulate_rsoc", rsoc},
    {"core/fileio_3/f1/attrib/emulate_rsoc", rsoc},
    {"core/rd_mcp_0/rd0/attrib/emulate_rsoc", rsoc},
    {"core/rd_mcp_1/null0/attrib/emulate_rsoc", rsoc},
    {"core/alua/lu_gps/default_lu_gp/members", no_plugin},
    {"core/fileio_3/f1/alua/default_tg_pt_gp/members", not_exported},
    {"core/fileio_3/f1/info", not_exported},
    {"core/fileio_3/f1/statistics/scsi_dev/ports", not_exported},
    {"core/fileio_3/f1/statistics/scsi_lu/status", not_exported},
    {"core/fileio_3/f1/statistics/scsi_tgt_dev/status", not_exported},
    {"core/rd_mcp_1/null0/alua/default_tg_pt_gp/members", not_exported},
    {"core/rd_mcp_1/null0/info", not_exported},
    {"core/rd_mcp_1/null0/statistics/scsi_dev/ports", not_exported},
    {"core/rd_mcp_1/null0/statistics/scsi_lu/status", not_exported},
    {"core/rd_mcp_1/null0/statistics/scsi_tgt_dev/status", not_exported},
};

constexpr KnownDifference errors[] = {
    {"line 110: ls -la /tmp/x.img", "about a file beside the tree, which the replay does not look at"},
};

constexpr KnownDifference lunetd_errors[] = {
    {"line 171: find iscsi/iqn.2026-11.com.example:t/tpgt_1/acls/iqn.2026-11.com.example:ini -maxdepth 1",
     "lists lun_2, which maps the iblock disk of the captured machine"},
};

}  // namespace

std::span<const KnownDifference> kernel_model_differences() {
  return kernel_model;
}
std::span<const KnownDifference> kernel_only_differences() {
  return kernel_only;
}
std::span<const KnownDifference> lunetd_differences() {
  return lunetd;
}
std::span<const KnownDifference> errors_differences() {
  return errors;
}

std::span<const KnownDifference> lunetd_errors_differences() {
  return lunetd_errors;
}

std::vector<Difference> unexplained(const std::vector<Difference>& differences,
                                    const std::vector<std::span<const KnownDifference>>& known) {
  std::vector<Difference> left = differences;
  for (const auto rows : known)
    for (const KnownDifference& row : rows) {
      const std::size_t explained =
          std::erase_if(left, [&row](const Difference& d) { return d.what == row.what; });
      if (explained == 0 && row.occurs == Occurs::always)
        left.push_back({std::string(row.what), "a difference: " + std::string(row.reason), "none"});
    }
  return left;
}

}  // namespace lunet::test
