// SPDX-License-Identifier: Apache-2.0
// The LUNs of one session with the state of each I_T_L nexus. Lives on the session's thread; rebuilt from
// each snapshot, keeping what stays mapped.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dataplane/lun_totals.h"
#include "engine/dataplane/session_info.h"
#include "engine/dataplane/snapshot.h"
#include "engine/scsi/nexus.h"
#include "engine/scsi/task.h"

namespace lunet::dataplane {

/// One LUN of a session; running tasks hold it.
struct SessionLun {
  LunMapping mapping;
  scsi::Port port;
  scsi::Nexus nexus;
  LunUse use = {};
  std::shared_ptr<LunUse> total;  ///< of the portal group's LUN; null: nobody wants it
};

class LunTable {
 public:
  /// Whose LUNs these are: what reservations know the nexuses by.
  void belong_to(std::string_view initiator, std::uint64_t isid);
  /// Where what goes through them is counted for the portal group; outlives this.
  void count_into(LunTotals& totals) { totals_ = &totals; }
  /// The nexuses are over: what RESERVE gave them is free.
  void end_nexuses();
  /// Takes over the new mapping. A LUN that shows the same disk keeps its nexus; when the set of LUNs
  /// changed, every LUN gets the unit attention 3F/0E. A LUN that is new to a session that had LUNs before
  /// gets it too (SPC-4 6.33). A write cache or a size that changed gives 2A/01 or 2A/09.
  void rebuild(const Tpg& tpg, std::vector<LunMapping> mappings);
  /// Raises `code` on every LUN.
  void raise(std::uint16_t code);
  /// Raises `code` on the LUNs that show this disk.
  void raise(const Disk& disk, std::uint16_t code);

  /// The LUN addressed by the eight bytes of a PDU, or null. Peripheral, flat and simple logical unit
  /// addressing (SAM-5 4.7).
  [[nodiscard]] std::shared_ptr<SessionLun> find(std::uint64_t wire_lun) const;
  [[nodiscard]] std::shared_ptr<SessionLun> at(std::uint16_t lun) const;
  /// The LUN whose unit has this NAA designator (VPD 83h): the first that may be written, if any. Null: there
  /// is none, or LUNs with different disks have it.
  [[nodiscard]] std::shared_ptr<SessionLun> find_naa(Bytes naa) const;
  [[nodiscard]] const std::shared_ptr<const std::vector<std::uint16_t>>& numbers() const { return numbers_; }
  [[nodiscard]] const std::vector<std::shared_ptr<SessionLun>>& luns() const { return luns_; }

 private:
  [[nodiscard]] scsi::NexusId nexus_id(const Tpg& tpg, const scsi::Unit& unit) const;

  std::string initiator_;
  std::uint64_t isid_ = 0;
  LunTotals* totals_ = nullptr;
  std::vector<std::shared_ptr<SessionLun>> luns_;  // ascending
  std::shared_ptr<const std::vector<std::uint16_t>> numbers_ = std::make_shared<std::vector<std::uint16_t>>();
  bool built_ = false;
};

/// LUN number from the eight bytes on the wire; -1 for addressing methods and levels that no LUN of ours has.
int decode_lun(std::uint64_t wire_lun);
/// All eight-byte forms an initiator may use for a LUN.
std::vector<std::uint64_t> wire_forms(std::uint16_t lun);
/// The REPORT LUNS well-known logical unit (SPC-4 6.33, SAM-5 4.7.7.4.2).
inline constexpr std::uint64_t report_luns_well_known = 0xC101ULL << 48;

}  // namespace lunet::dataplane
