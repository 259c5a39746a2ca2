// SPDX-License-Identifier: Apache-2.0
// VERIFY (SBC-3 5.29 to 5.31) and WRITE AND VERIFY (5.36 to 5.38).
#include <algorithm>

#include "engine/scsi/commands.h"
#include "engine/scsi/compare.h"
#include "engine/scsi/reply.h"
#include "engine/scsi/transfer.h"

namespace lunet::scsi {
namespace {

/// The medium is looked at in pieces of this size.
constexpr std::uint64_t piece_bytes_max = std::uint64_t{1} << 20;

enum class ByteCheck : std::uint8_t { medium = 0, all = 1, reserved = 2, one_block = 3 };

ByteCheck byte_check(const Task& task) {
  return static_cast<ByteCheck>(task.cdb[1] >> 1 & 0x03);
}

/// VERIFY has no length limit when nothing is sent.
std::uint16_t verify_error(const Task& task, const BlockRange& range) {
  constexpr std::uint8_t protect_bits = 0xE0;
  if (byte_check(task) == ByteCheck::reserved) return asc_invalid_field_in_cdb;
  if (byte_check(task) == ByteCheck::all) return transfer_error(task, range);
  if ((task.cdb[1] & protect_bits) != 0) return asc_invalid_field_in_cdb;
  return range.inside(*task.context.unit) ? asc_none : asc_lba_out_of_range;
}

/// Reads the next piece of the range. Task::scratch: bytes that were read.
Step verify_medium(Task& task, int result) {
  if (result != 0) return finish_io(task, result);
  const Unit& unit = *task.context.unit;
  const BlockRange range = block_range(task);
  const std::uint64_t left = range.bytes(unit) - task.scratch;
  if (left == 0) return finish_without_data(task);
  const Io io{.kind = Io::Kind::read,
              .offset = range.offset(unit) + task.scratch,
              .length = std::min(left, piece_bytes_max)};
  task.scratch += io.length;
  return want_io(task, io, verify_medium);
}

Step compare_all(Task& task, int result) {
  if (result != 0) return finish_io(task, result);
  const Bytes sent = task.data.first(task.data_wanted);
  if (const auto at = first_difference(sent, task.room())) return miscompare(task, *at);
  return finish_without_data(task);
}

Step read_to_compare(Task& task, int result) {
  if (result != 0) return finish_io(task, result);
  return want_io(task,
                 {.kind = Io::Kind::read,
                  .offset = block_range(task).offset(*task.context.unit),
                  .length = task.room_wanted,
                  .into_room = true},
                 compare_all);
}

/// Compares each block of the range with the one that was sent. Task::scratch: blocks that were compared.
Step compare_next_block(Task& task, int result) {
  if (result != 0) return finish_io(task, result);
  const Unit& unit = *task.context.unit;
  const std::uint64_t block = unit.attributes.block_size;
  const BlockRange range = block_range(task);
  if (task.io.length != 0) {
    const auto at = first_difference(task.data.first(block), task.room());
    if (at) return miscompare(task, *at);
  }
  if (task.scratch == range.count) return finish_without_data(task);
  const std::uint64_t offset = range.offset(unit) + task.scratch++ * block;
  return want_io(task, {.kind = Io::Kind::read, .offset = offset, .length = block, .into_room = true},
                 compare_next_block);
}

Step compare_blocks(Task& task, int /*result*/) {
  return compare_next_block(task, 0);
}

Step write_then_compare(Task& task, int /*result*/) {
  return want_io(task,
                 {.kind = Io::Kind::write,
                  .durable = true,  // what is verified is the medium
                  .offset = block_range(task).offset(*task.context.unit),
                  .length = task.data_wanted},
                 read_to_compare);
}

/// Asks for the whole blocks that are sent, of at most `range`; the residual tells about the others.
Step want_blocks(Task& task, const BlockRange& range, Continuation next) {
  const Unit& unit = *task.context.unit;
  const std::uint32_t block = unit.attributes.block_size;
  task.transfer_bytes = range.bytes(unit);
  const std::uint64_t sent = task.data_out_bytes / block * block;
  const auto wanted = static_cast<std::uint32_t>(std::min(range.bytes(unit), sent));
  if (wanted == 0) return finish(task);
  return want_data_and_room(task, wanted, wanted, next);
}

}  // namespace

Step verify(Task& task) {
  const BlockRange range = block_range(task);
  if (const std::uint16_t error = verify_error(task, range); error != asc_none) return illegal(task, error);
  switch (byte_check(task)) {
    case ByteCheck::all: return want_blocks(task, range, read_to_compare);
    case ByteCheck::one_block: {
      if (range.count == 0) return finish(task);
      const std::uint32_t block = task.context.unit->attributes.block_size;
      if (task.data_out_bytes < block) return illegal(task, asc_invalid_field_in_information_unit);
      task.transfer_bytes = block;
      return want_data_and_room(task, block, block, compare_blocks);
    }
    default: return verify_medium(task, 0);
  }
}

/// BYTCHK=0 asks for no more than that the medium can be read; comparing is the stronger check.
Step write_and_verify(Task& task) {
  const BlockRange range = block_range(task);
  if (byte_check(task) >= ByteCheck::reserved) return illegal(task, asc_invalid_field_in_cdb);
  if (const std::uint16_t error = transfer_error(task, range); error != asc_none) return illegal(task, error);
  return want_blocks(task, range, write_then_compare);
}

}  // namespace lunet::scsi
