// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/pass_through.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include "engine/scsi/command_table.h"
#include "engine/scsi/logical_unit.h"
#include "engine/scsi/reply.h"

namespace lunet::scsi {
namespace {

constexpr std::uint8_t request_sense_code = 0x03;
constexpr std::uint8_t inquiry_code = 0x12;
constexpr std::uint8_t mode_sense_6 = 0x1A;
constexpr std::uint8_t mode_sense_10 = 0x5A;
constexpr std::uint8_t report_luns_code = 0xA0;

template <std::size_t count>
bool is_one_of(std::uint8_t opcode, const std::array<std::uint8_t, count>& list) {
  return std::find(list.begin(), list.end(), opcode) != list.end();
}

/// RESERVE, RELEASE, PERSISTENT RESERVE IN and OUT.
bool is_reservation(std::uint8_t opcode) {
  return is_one_of(opcode, std::array<std::uint8_t, 6>{0x16, 0x17, 0x56, 0x57, 0x5E, 0x5F});
}

/// EXTENDED COPY, RECEIVE COPY RESULTS: the device would copy from and to units that this initiator may not
/// see.
bool copies(std::uint8_t opcode) {
  return is_one_of(opcode, std::array<std::uint8_t, 2>{0x83, 0x84});
}

/// Commands without data that change nothing on the medium: TEST UNIT READY, REWIND, REZERO, SEEK, SPACE,
/// START STOP or LOAD UNLOAD, PREVENT ALLOW, LOCATE, PRE-FETCH, SYNCHRONIZE CACHE, VERIFY, RELEASE.
bool is_harmless(std::uint8_t opcode) {
  return is_one_of(
      opcode, std::array<std::uint8_t, 18>{0x00, 0x01, 0x0B, 0x11, 0x13, 0x1B, 0x1D, 0x1E, 0x2B, 0x2F, 0x34,
                                           0x35, 0x8F, 0x90, 0x91, 0x92, 0xA6, 0xAF});
}

bool write_protected(const Task& task) {
  return task.context.write_protected || task.context.unit->read_only;
}

bool may_change(const Task& task) {
  return task.data_out_bytes > 0 || (task.data_in_bytes == 0 && !is_harmless(task.cdb[0]));
}

/// A command that is not known counts as one that writes.
bool reserved_by_others(const Task& task) {
  if (!task.context.unit->emulates_reservations) return false;
  const Command* row = find_command(nullptr, task.cdb[0], task.cdb[1] & 0x1F);
  const Access access = row == nullptr ? Access::change : row->access;
  const bool writes = row == nullptr ? may_change(task) : row->writes;
  return task.context.shared->reservations.conflicts(task.context.nexus->id(), access, writes);
}

Step data_is_there(Task& task, int /*result*/) {
  if (reserved_by_others(task)) return conflict(task);
  return Step::need_pass;
}

}  // namespace

bool passes(const Task& task) {
  const Unit* unit = task.context.unit;
  if (unit == nullptr || !unit->passes_commands) return false;
  const std::uint8_t opcode = task.cdb[0];
  if (opcode == report_luns_code) return false;
  // A unit attention that is ours is told by us.
  if (opcode == request_sense_code && task.context.nexus->pending()) return false;
  return !(unit->emulates_reservations && is_reservation(opcode));
}

Step begin_passing(Task& task) {
  const std::uint8_t opcode = task.cdb[0];
  if (opcode != inquiry_code && opcode != request_sense_code) {
    if (const auto code = task.context.nexus->take()) return fail(task, {SenseKey::unit_attention, *code});
  }
  const bool forbidden = is_reservation(opcode) && !task.context.unit->attributes.emulate_pr;
  if (copies(opcode) || forbidden) return illegal(task, asc_invalid_opcode);
  if (task.data_out_bytes > 0 && task.data_in_bytes > 0) return illegal(task, asc_invalid_field_in_cdb);
  if (reserved_by_others(task)) return conflict(task);
  if (write_protected(task) && may_change(task))
    return fail(task, {SenseKey::data_protect, asc_write_protected});
  if (task.data_out_bytes > 0) return want_data(task, task.data_out_bytes, data_is_there);
  return Step::need_pass;
}

Step passed(Task& task, const DeviceAnswer& answer) {
  if (answer.result == -ENOMEM) return finish_io(task, answer.result);
  if (answer.result == -EINVAL) return illegal(task, asc_invalid_field_in_cdb);  // more than it takes at once
  // NOT READY, as LIO: initiators retry it instead of failing the device.
  if (answer.result != 0) return fail(task, {SenseKey::not_ready, asc_communication_failure});
  task.status = answer.status;
  task.device_sense.assign(answer.sense.begin(), answer.sense.end());
  const std::uint32_t wanted = std::max(task.data_out_bytes, task.data_in_bytes);
  const std::uint32_t moved = wanted - std::min(answer.residual, wanted);
  task.transfer_bytes = moved;
  if (task.data_in_bytes > 0) task.passed_in_bytes = moved;
  // What we protect, the device does not know of: the WP bit of the mode parameter header (SPC-4 7.5.5).
  constexpr std::uint8_t wp = 0x80;
  const std::size_t at = task.cdb[0] == mode_sense_10 ? 3 : 2;
  const bool has_header =
      (task.cdb[0] == mode_sense_6 || task.cdb[0] == mode_sense_10) && task.passed_in_bytes > at;
  if (has_header && write_protected(task)) task.data[at] |= wp;
  task.next = nullptr;
  return Step::finish;
}

}  // namespace lunet::scsi
