// SPDX-License-Identifier: Apache-2.0
// READ, WRITE (SBC-3 5.10 to 5.13, 5.31 to 5.34) and SYNCHRONIZE CACHE (5.27).
#include "engine/scsi/transfer.h"

#include <algorithm>

#include "engine/scsi/commands.h"
#include "engine/scsi/reply.h"

namespace lunet::scsi {
namespace {

constexpr std::uint8_t protect_bits = 0xE0;  // RDPROTECT, WRPROTECT
constexpr std::uint8_t fua_bit = 0x08;

bool is_six_byte(const Task& task) {
  return task.cdb[0] < 0x20;
}
bool has_fua(const Task& task) {
  return !is_six_byte(task) && (task.cdb[1] & fua_bit) != 0;
}

Step read_blocks(Task& task) {
  const Unit& unit = *task.context.unit;
  const BlockRange range = block_range(task);
  const std::uint64_t block = unit.attributes.block_size;
  const std::uint64_t room = (std::uint64_t{task.data_in_bytes} + block - 1) / block * block;
  const Io io{
      .kind = Io::Kind::read, .offset = range.offset(unit), .length = std::min(range.bytes(unit), room)};
  if (io.length == 0) return finish(task);
  return want_io(task, io, finish_io);
}

Step read_flushed(Task& task, int result) {
  if (result != 0) return finish_io(task, result);
  return read_blocks(task);
}

Step write_blocks(Task& task, int /*result*/) {
  const Unit& unit = *task.context.unit;
  return want_io(task,
                 {.kind = Io::Kind::write,
                  .durable = writes_through(task),
                  .offset = block_range(task).offset(unit),
                  .length = task.data_wanted},
                 finish_io);
}

}  // namespace

std::uint16_t transfer_error(const Task& task, const BlockRange& range) {
  const Unit& unit = *task.context.unit;
  // No protection information: RDPROTECT and WRPROTECT have to be 0.
  if (!is_six_byte(task) && (task.cdb[1] & protect_bits) != 0) return asc_invalid_field_in_cdb;
  if (!range.inside(unit)) return asc_lba_out_of_range;
  if (range.count > unit.attributes.hw_max_sectors) return asc_invalid_field_in_cdb;
  return asc_none;
}

bool writes_through(const Task& task) {
  return has_fua(task) || !task.context.unit->write_cache;
}

/// Reads whole blocks, as many as the initiator takes at least a part of; the residual tells about the
/// others.
Step read(Task& task) {
  const Unit& unit = *task.context.unit;
  const BlockRange range = block_range(task);
  if (const std::uint16_t error = transfer_error(task, range); error != asc_none) return illegal(task, error);
  task.transfer_bytes = range.bytes(unit);
  if (!has_fua(task) || range.count == 0) return read_blocks(task);
  // A read with FUA answers with what is on the medium: the cached writes go there first (SBC-3 5.11).
  return want_io(task, {.kind = Io::Kind::flush, .offset = range.offset(unit), .length = range.bytes(unit)},
                 read_flushed);
}

/// Writes the whole blocks of what the initiator sends; the residual tells about the others.
Step write(Task& task) {
  const Unit& unit = *task.context.unit;
  const BlockRange range = block_range(task);
  if (const std::uint16_t error = transfer_error(task, range); error != asc_none) return illegal(task, error);
  task.transfer_bytes = range.bytes(unit);
  const std::uint32_t block = unit.attributes.block_size;
  const std::uint64_t sent = task.data_out_bytes / block * block;
  const auto wanted = static_cast<std::uint32_t>(std::min(range.bytes(unit), sent));
  if (wanted == 0) return finish(task);
  return want_data(task, wanted, write_blocks);
}

/// Length 0 is "to the end". IMMED=1 allows an early answer; we answer when the data is durable all the same.
Step synchronize_cache(Task& task) {
  const Unit& unit = *task.context.unit;
  BlockRange range = block_range(task);
  if (!range.inside(unit)) return illegal(task, asc_lba_out_of_range);
  if (range.count == 0) range.count = unit.blocks() - range.lba;
  return want_io(task, {.kind = Io::Kind::flush, .offset = range.offset(unit), .length = range.bytes(unit)},
                 finish_io);
}

}  // namespace lunet::scsi
