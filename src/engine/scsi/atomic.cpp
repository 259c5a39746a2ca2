// SPDX-License-Identifier: Apache-2.0
// COMPARE AND WRITE (SBC-3 5.2) and ORWRITE (5.6): read, decide and write without anybody changing the blocks
// in between.
#include <algorithm>
#include <cstring>

#include "base/bytes.h"
#include "engine/scsi/commands.h"
#include "engine/scsi/compare.h"
#include "engine/scsi/reply.h"
#include "engine/scsi/transfer.h"

namespace lunet::scsi {
namespace {

/// COMPARE AND WRITE has a one-byte length at the end of its CDB.
BlockRange compared_range(const Task& task) {
  return {load_be64(&task.cdb[2]), task.cdb[13]};
}

BlockRange range_of(const Task& task) {
  constexpr std::uint8_t compare_and_write_opcode = 0x89;
  return task.cdb[0] == compare_and_write_opcode ? compared_range(task) : block_range(task);
}

Step write_sent(Task& task) {
  const Unit& unit = *task.context.unit;
  return want_io(task,
                 {.kind = Io::Kind::write,
                  .durable = writes_through(task),
                  .offset = range_of(task).offset(unit),
                  .length = task.room_wanted},
                 finish_io);
}

/// data-out: the blocks that should be there, then those to write.
Step compared(Task& task, int result) {
  if (result != 0) return finish_io(task, result);
  const std::size_t half = task.room_wanted;
  if (const auto at = first_difference(task.data.first(half), task.room())) return miscompare(task, *at);
  std::memcpy(task.data.data(), task.data.data() + half, half);
  return write_sent(task);
}

Step merged(Task& task, int result) {
  if (result != 0) return finish_io(task, result);
  const MutableBytes there = task.room();
  std::transform(there.begin(), there.end(), task.data.begin(), task.data.begin(),
                 [](std::uint8_t a, std::uint8_t b) { return static_cast<std::uint8_t>(a | b); });
  return write_sent(task);
}

template <Continuation next>
Step locked(Task& task, int result) {
  if (result != 0) return finish_io(task, result);
  return want_io(task,
                 {.kind = Io::Kind::read,
                  .offset = range_of(task).offset(*task.context.unit),
                  .length = task.room_wanted,
                  .into_room = true},
                 next);
}

template <Continuation next>
Step arrived(Task& task, int /*result*/) {
  return want_lock(task, {range_of(task).offset(*task.context.unit), task.room_wanted}, locked<next>);
}

}  // namespace

Step compare_and_write(Task& task) {
  const Unit& unit = *task.context.unit;
  const BlockRange range = compared_range(task);
  if (const std::uint16_t error = transfer_error(task, range); error != asc_none) return illegal(task, error);
  if (range.count > compare_and_write_blocks_max) return illegal(task, asc_invalid_field_in_cdb);
  // Nothing to compare is no error (SBC-4 5.4), with something to compare it with it is: a count that does
  // not fit into its byte.
  if (range.count == 0 && task.data_out_bytes != 0) return illegal(task, asc_invalid_field_in_cdb);
  if (range.count == 0) return finish(task);
  const auto half = static_cast<std::uint32_t>(range.bytes(unit));
  // Half of an instruction to compare is none; what is more than one is not understood either.
  if (task.data_out_bytes != 2 * half) return illegal(task, asc_invalid_field_in_information_unit);
  task.transfer_bytes = std::uint64_t{2} * half;
  return want_data_and_room(task, 2 * half, half, arrived<compared>);
}

Step or_write(Task& task) {
  const Unit& unit = *task.context.unit;
  const BlockRange range = block_range(task);
  if (const std::uint16_t error = transfer_error(task, range); error != asc_none) return illegal(task, error);
  task.transfer_bytes = range.bytes(unit);
  const std::uint32_t block = unit.attributes.block_size;
  const std::uint64_t sent = task.data_out_bytes / block * block;
  const auto wanted = static_cast<std::uint32_t>(std::min(range.bytes(unit), sent));
  if (wanted == 0) return finish(task);
  return want_data_and_room(task, wanted, wanted, arrived<merged>);
}

}  // namespace lunet::scsi
