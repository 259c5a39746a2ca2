// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/task.h"

#include <algorithm>

#include "base/check.h"
#include "engine/scsi/command_table.h"
#include "engine/scsi/logical_unit.h"
#include "engine/scsi/pass_through.h"
#include "engine/scsi/reply.h"

namespace lunet::scsi {
namespace {

constexpr std::uint8_t naca = 0x04;  // CONTROL byte: normal ACA, which we do not have (SAM-5 5.2)

/// All opcodes with service actions have it in the low bits of byte 1 (SPC-4 4.2.5.1).
const Command* command_of(const Task& task) {
  return find_command(task.context.unit, task.cdb[0], task.cdb[1] & 0x1F);
}

bool reaches(const Command* command, const Context& context) {
  if (context.unit) return true;
  if (!command) return false;
  return command->reach == Reach::anywhere || (context.well_known && command->reach == Reach::well_known);
}

/// A pending unit attention that this command has to report.
std::optional<std::uint16_t> attention_for(const Command* command, const Context& context) {
  if (!context.nexus || (command && command->attention == Attention::bypassed)) return std::nullopt;
  // With UA_INTLCK_CTRL set only REQUEST SENSE clears it (SPC-4 7.5.7).
  const bool interlocked = context.unit && context.unit->attributes.emulate_ua_intlck_ctrl != 0;
  return interlocked ? context.nexus->next() : context.nexus->take();
}

bool write_protected(const Context& context) {
  return context.write_protected || (context.unit && context.unit->read_only);
}

std::uint16_t access_error_of(const Command& command, const Context& context) {
  return access_error(context.shared->port_groups.state_at(*context.port), command.reachable);
}

bool reserved_by_others(const Command& command, const Context& context) {
  return context.shared->reservations.conflicts(context.nexus->id(), command.access, command.writes);
}

bool valid_cdb(const Command& command, const Task& task) {
  if (task.cdb_bytes < command.cdb_bytes) return false;
  if ((task.cdb[command.cdb_bytes - 1U] & naca) != 0) return false;
  if ((task.cdb[1] & command.cache_bits) == 0) return true;
  return takes_dpo_fua(*task.context.unit);
}

}  // namespace

Bytes Task::data_in() const {
  // A device may have moved data and have something to say about it all the same.
  if (passed_in_bytes != 0) return data.first(passed_in_bytes);
  if (status != Status::good) return {};
  if (!parameters.empty()) return parameters;
  if (io.kind != Io::Kind::read) return {};
  return data.first(std::min<std::size_t>(data.size(), io.length));
}

/// Of PERSISTENT RESERVE IN and OUT, which are commands of their own, a service action that is none is a
/// wrong field (as LIO answers); of MAINTENANCE IN and the like each is a command.
static std::uint16_t unknown_to(const Task& task) {
  const std::uint8_t opcode = task.cdb[0];
  const bool persistent_reserve = opcode == 0x5E || opcode == 0x5F;
  return persistent_reserve && find_command(task.context.unit, opcode, 0) != nullptr
             ? asc_invalid_field_in_cdb
             : asc_invalid_opcode;
}

Step begin(Task& task) {
  CHECK(task.context.port && task.context.luns);
  const Context& context = task.context;
  CHECK(!context.unit || (context.nexus && context.shared && context.surroundings));
  if (passes(task)) return begin_passing(task);
  const Command* command = command_of(task);
  if (!reaches(command, context)) {
    return illegal(task, context.well_known ? asc_invalid_opcode : asc_no_such_unit);
  }
  if (const auto code = attention_for(command, context)) return fail(task, {SenseKey::unit_attention, *code});
  if (!command) return illegal(task, unknown_to(task));
  if (context.unit) {
    if (const std::uint16_t error = access_error_of(*command, context); error != 0) {
      return fail(task, {SenseKey::not_ready, error});
    }
    if (reserved_by_others(*command, context)) return conflict(task);
  }
  if (!valid_cdb(*command, task)) return illegal(task, asc_invalid_field_in_cdb);
  if (command->writes && write_protected(context)) {
    return fail(task, {SenseKey::data_protect, asc_write_protected});
  }
  const Step step = command->run(task);
  CHECK(step != Step::need_data || command->direction == Direction::out);
  return step;
}

Step data_arrived(Task& task) {
  CHECK(task.next && task.data.size() >= task.data_wanted);
  if (passes(task)) return task.next(task, 0);
  // Who was fenced while its data were on the way does not write them.
  const Command* command = command_of(task);
  if (command->writes && reserved_by_others(*command, task.context)) return conflict(task);
  return task.next(task, 0);
}

Step io_done(Task& task, int result) {
  CHECK(task.next);
  return task.next(task, result);
}

}  // namespace lunet::scsi
