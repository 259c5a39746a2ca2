// SPDX-License-Identifier: Apache-2.0
// READ CAPACITY(10) and (16) (SBC-3 5.15, 5.16).
#include <algorithm>

#include "base/bytes.h"
#include "engine/scsi/commands.h"
#include "engine/scsi/reply.h"

namespace lunet::scsi {
namespace {

std::uint64_t last_lba(const Unit& unit) {
  return unit.blocks() == 0 ? 0 : unit.blocks() - 1;
}

}  // namespace

Step read_capacity_10(Task& task) {
  const Unit& unit = *task.context.unit;
  const bool partial = (task.cdb[8] & 0x01) != 0;
  if (!partial && load_be32(&task.cdb[2]) != 0) return illegal(task, asc_invalid_field_in_cdb);
  std::vector<std::uint8_t> data(8);
  // FFFFFFFFh says "ask READ CAPACITY(16)".
  store_be32(&data[0], static_cast<std::uint32_t>(std::min<std::uint64_t>(last_lba(unit), 0xFFFFFFFF)));
  store_be32(&data[4], unit.attributes.block_size);
  const std::size_t length = data.size();
  return reply(task, std::move(data), length);
}

Step read_capacity_16(Task& task) {
  const Unit& unit = *task.context.unit;
  const UnitAttributes& attributes = unit.attributes;
  std::vector<std::uint8_t> data(32);
  store_be64(&data[0], last_lba(unit));
  store_be32(&data[8], attributes.block_size);
  data[13] = unit.physical_block_exponent & 0x0F;
  store_be16(&data[14], unit.lowest_aligned_lba & 0x3FFF);
  if (attributes.emulate_tpu || attributes.emulate_tpws) {
    data[14] |= 0x80;                                    // LBPME
    if (attributes.unmap_zeroes_data) data[14] |= 0x40;  // LBPRZ
  }
  return reply(task, std::move(data), load_be32(&task.cdb[10]));
}

}  // namespace lunet::scsi
