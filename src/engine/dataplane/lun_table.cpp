// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/lun_table.h"

#include <algorithm>
#include <utility>

#include "base/iscsi_name.h"
#include "engine/scsi/vpd.h"

namespace lunet::dataplane {

int decode_lun(std::uint64_t wire_lun) {
  if (wire_lun >> 56 == 0xD2) {  // extended flat space addressing, three bytes
    const auto lun = static_cast<std::uint32_t>(wire_lun >> 32) & 0xFFFFFFU;
    return (wire_lun & 0xFFFFFFFFULL) == 0 && lun <= 0xFFFF ? static_cast<int>(lun) : -1;
  }
  if ((wire_lun & 0x0000FFFFFFFFFFFFULL) != 0) return -1;  // a second level: no hierarchy here
  const auto first = static_cast<std::uint16_t>(wire_lun >> 48);
  switch (first >> 14) {
    case 0: return (first & 0x3F00U) == 0 ? first & 0xFF : -1;  // peripheral device addressing, bus 0
    case 1: return first & 0x3FFF;                              // flat space addressing
    default: return -1;
  }
}

std::vector<std::uint64_t> wire_forms(std::uint16_t lun) {
  const std::uint64_t number = lun;
  std::vector<std::uint64_t> forms = {0xD2ULL << 56 | number << 32};
  if (lun <= 0x3FFF) forms.push_back((0x4000 | number) << 48);
  if (lun <= 0xFF) forms.push_back(number << 48);
  return forms;
}

/// What initiators keep in mind and have to read again (SPC-4 6.6.1, SBC-3 5.15).
static void raise_changes(const scsi::Unit& before, const scsi::Unit& now, scsi::Nexus& nexus) {
  if (before.write_cache != now.write_cache) nexus.raise(scsi::ua_mode_parameters_changed);
  if (before.size_bytes != now.size_bytes) nexus.raise(scsi::ua_capacity_changed);
}

void LunTable::belong_to(std::string_view initiator, std::uint64_t isid) {
  initiator_ = fold_iscsi_name(initiator);
  isid_ = isid;
}

static void end_nexus(const SessionLun& lun) {
  lun.mapping.disk->logical_unit.reservations.release(lun.nexus.id());
}

void LunTable::end_nexuses() {
  for (const auto& lun : luns_) end_nexus(*lun);
}

// Without enforce_pr_isids all ports of an initiator are one.
scsi::NexusId LunTable::nexus_id(const Tpg& tpg, const scsi::Unit& unit) const {
  return {initiator_, unit.attributes.enforce_pr_isids ? isid_ : 0, tpg.target, tpg.tag};
}

void LunTable::rebuild(const Tpg& tpg, std::vector<LunMapping> mappings) {
  std::vector<std::shared_ptr<SessionLun>> luns;
  std::vector<std::uint16_t> numbers;
  bool changed = mappings.size() != luns_.size();
  for (LunMapping& mapping : mappings) {
    const std::shared_ptr<SessionLun> lun = at(mapping.lun);
    const bool same = lun != nullptr && lun->mapping.disk == mapping.disk;
    // A running task may hold the old one: it is replaced, never changed under the task.
    auto next = std::make_shared<SessionLun>();
    next->nexus = scsi::Nexus(nexus_id(tpg, *mapping.unit));
    if (same) {
      next->nexus = lun->nexus;
      next->use = lun->use;
      raise_changes(*lun->mapping.unit, *mapping.unit, next->nexus);
      if (lun->mapping.port_group != mapping.port_group) next->nexus.raise(scsi::ua_inquiry_changed);
      if (lun->mapping.offline != mapping.offline) next->nexus.raise(scsi::ua_access_state_changed);
    }
    changed |= !same;
    next->port = {tpg.target,         tpg.tag,        mapping.relative_port, mapping.port_group, mapping.lun,
                  mapping.target_lun, mapping.offline};
    if (totals_ != nullptr) next->total = totals_->of(tpg, mapping);
    numbers.push_back(mapping.lun);
    next->mapping = std::move(mapping);
    luns.push_back(std::move(next));
  }
  const auto before = std::exchange(luns_, std::move(luns));
  for (const auto& old : before) {
    const auto now = at(old->mapping.lun);
    if (now == nullptr || now->mapping.disk != old->mapping.disk) end_nexus(*old);
  }
  numbers_ = std::make_shared<const std::vector<std::uint16_t>>(std::move(numbers));
  if (built_ && changed) raise(scsi::ua_luns_changed);
  built_ = true;
}

void LunTable::raise(std::uint16_t code) {
  for (const auto& lun : luns_) lun->nexus.raise(code);
}

void LunTable::raise(const Disk& disk, std::uint16_t code) {
  for (const auto& lun : luns_) {
    if (lun->mapping.disk.get() == &disk) lun->nexus.raise(code);
  }
}

std::shared_ptr<SessionLun> LunTable::at(std::uint16_t lun) const {
  const auto found =
      std::lower_bound(luns_.begin(), luns_.end(), lun,
                       [](const auto& entry, std::uint16_t n) { return entry->mapping.lun < n; });
  return found != luns_.end() && (*found)->mapping.lun == lun ? *found : nullptr;
}

std::shared_ptr<SessionLun> LunTable::find_naa(Bytes naa) const {
  std::shared_ptr<SessionLun> found;
  if (naa.empty()) return found;
  for (const auto& lun : luns_) {
    const auto own = scsi::naa_designator(*lun->mapping.unit);
    if (!std::equal(own.begin(), own.end(), naa.begin(), naa.end())) continue;
    if (found != nullptr && found->mapping.disk != lun->mapping.disk) return nullptr;
    if (found == nullptr || (found->mapping.write_protected && !lun->mapping.write_protected)) found = lun;
  }
  return found;
}

std::shared_ptr<SessionLun> LunTable::find(std::uint64_t wire_lun) const {
  const int lun = decode_lun(wire_lun);
  return lun < 0 ? nullptr : at(static_cast<std::uint16_t>(lun));
}

}  // namespace lunet::dataplane
