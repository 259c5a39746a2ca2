// SPDX-License-Identifier: Apache-2.0
// Logical block ranges in CDBs and on the unit.
#pragma once

#include <cstdint>

#include "engine/scsi/task.h"

namespace lunet::scsi {

struct BlockRange {
  std::uint64_t lba = 0;
  std::uint64_t count = 0;

  [[nodiscard]] bool inside(const Unit& unit) const {
    return lba <= unit.blocks() && count <= unit.blocks() - lba;
  }
  [[nodiscard]] std::uint64_t offset(const Unit& unit) const { return lba * unit.attributes.block_size; }
  [[nodiscard]] std::uint64_t bytes(const Unit& unit) const { return count * unit.attributes.block_size; }
};

/// LBA and length of a block command in its usual places; the length of the CDB follows from the opcode's
/// group (SPC-4 4.2.5.1). A 6-byte CDB with length 0 means 256 blocks (SBC-3 5.10).
BlockRange block_range(const Task& task);

}  // namespace lunet::scsi
