// SPDX-License-Identifier: Apache-2.0
// GET LBA STATUS (SBC-3 5.6): which blocks have storage behind them.
#include <algorithm>

#include "base/bytes.h"
#include "engine/scsi/block_range.h"
#include "engine/scsi/commands.h"
#include "engine/scsi/reply.h"

namespace lunet::scsi {
namespace {

constexpr std::size_t lba_header_bytes = 8;
constexpr std::size_t descriptor_bytes = 16;
/// More would keep the others waiting; the initiator asks again from where they end.
constexpr std::size_t descriptors_max = 64;

/// Task::parameters grows by a descriptor for each run; Task::scratch is the first block that was not looked
/// at.
Step look_at_next(Task& task);

Step looked_at(Task& task, int result) {
  if (result != 0) return finish_io(task, result);
  constexpr std::uint8_t deallocated = 0x01;
  const Unit& unit = *task.context.unit;
  const std::uint64_t block = unit.attributes.block_size;
  const std::uint64_t left = std::min<std::uint64_t>(unit.blocks() - task.scratch, 0xFFFFFFFF);
  // A block that has some storage has storage: of a run without it only whole blocks count.
  std::uint64_t blocks = task.io.mapped ? (task.io.length + block - 1) / block : task.io.length / block;
  const bool mapped = task.io.mapped || blocks == 0;
  blocks = std::clamp<std::uint64_t>(blocks, 1, left);
  auto& data = task.parameters;
  const std::size_t at = data.size();
  data.resize(at + descriptor_bytes);
  store_be64(&data[at], task.scratch);
  store_be32(&data[at + 8], static_cast<std::uint32_t>(blocks));
  data[at + 12] = mapped ? 0 : deallocated;
  task.scratch += blocks;
  return look_at_next(task);
}

Step look_at_next(Task& task) {
  const Unit& unit = *task.context.unit;
  const std::uint32_t allocation_length = load_be32(&task.cdb[10]);
  const std::size_t found = (task.parameters.size() - lba_header_bytes) / descriptor_bytes;
  const bool has_room = found == 0 || task.parameters.size() < allocation_length;
  if (found < descriptors_max && has_room && task.scratch < unit.blocks()) {
    const std::uint64_t block = unit.attributes.block_size;
    const std::uint64_t left = std::min<std::uint64_t>(unit.blocks() - task.scratch, 0xFFFFFFFF);
    return want_io(task, {.kind = Io::Kind::map, .offset = task.scratch * block, .length = left * block},
                   looked_at);
  }
  store_be32(task.parameters.data(), static_cast<std::uint32_t>(task.parameters.size() - 4));
  return reply(task, std::move(task.parameters), allocation_length);
}

}  // namespace

Step get_lba_status(Task& task) {
  const std::uint64_t lba = load_be64(&task.cdb[2]);
  if (lba >= task.context.unit->blocks()) return illegal(task, asc_lba_out_of_range);
  task.parameters.assign(lba_header_bytes, 0);
  task.scratch = lba;
  return look_at_next(task);
}

}  // namespace lunet::scsi
