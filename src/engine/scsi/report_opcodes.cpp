// SPDX-License-Identifier: Apache-2.0
// REPORT SUPPORTED OPERATION CODES (SPC-4 6.35), the command table as initiators read it, and REPORT
// SUPPORTED TASK MANAGEMENT FUNCTIONS (6.36).
#include <algorithm>

#include "base/bytes.h"
#include "engine/scsi/command_table.h"
#include "engine/scsi/commands.h"
#include "engine/scsi/reply.h"

namespace lunet::scsi {
namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr std::uint8_t not_supported = 0x01;
constexpr std::uint8_t as_standard = 0x03;
constexpr std::size_t options_byte = 2;

/// Command timeouts descriptor: no timeout is specified.
void append_timeouts(Buffer& data) {
  const std::size_t at = data.size();
  data.resize(at + 12);
  store_be16(&data[at], 10);
}

void append_descriptor(Buffer& data, const Command& command, bool timeouts) {
  const std::size_t at = data.size();
  data.resize(at + 8);
  data[at] = command.opcode;
  if (command.has_service_action()) {
    store_be16(&data[at + 2], static_cast<std::uint16_t>(command.service_action));
    data[at + 5] |= 0x01;  // SERVACTV
  }
  if (timeouts) data[at + 5] |= 0x02;  // CTDP
  store_be16(&data[at + 6], command.cdb_bytes);
  if (timeouts) append_timeouts(data);
}

Buffer all_commands(const Unit& unit, bool timeouts) {
  Buffer data(4);
  for (const Command& command : commands()) {
    if (!command.available || command.available(unit)) append_descriptor(data, command, timeouts);
  }
  store_be32(&data[0], static_cast<std::uint32_t>(data.size() - 4));
  return data;
}

Buffer one_command(const Unit& unit, const Command* command, bool timeouts) {
  if (!command) return {0, not_supported, 0, 0};
  Buffer data(4);
  data[1] = timeouts ? as_standard | 0x80 : as_standard;
  store_be16(&data[2], command->cdb_bytes);
  data.insert(data.end(), command->usage.begin(), command->usage.begin() + command->cdb_bytes);
  if (takes_dpo_fua(unit)) data[4 + 1] |= command->cache_bits;
  if (timeouts) append_timeouts(data);
  return data;
}

/// Table 284 of SPC-4: option 1 asks by opcode, 2 by opcode and service action, 3 either way.
bool option_fits(std::uint8_t option, std::uint8_t opcode) {
  const auto rows = commands_of(opcode);
  const bool service_actions = !rows.empty() && rows.front().has_service_action();
  if (option == 1) return !service_actions;
  if (option == 2) return rows.empty() || service_actions;
  return option == 3;
}

}  // namespace

Step report_supported_opcodes(Task& task) {
  const Unit& unit = *task.context.unit;
  const bool timeouts = (task.cdb[options_byte] & 0x80) != 0;
  const std::uint8_t option = task.cdb[options_byte] & 0x07;
  const std::uint8_t opcode = task.cdb[3];
  const std::uint16_t service_action = load_be16(&task.cdb[4]);
  const std::uint32_t allocation_length = load_be32(&task.cdb[6]);
  if (option == 0) return reply(task, all_commands(unit, timeouts), allocation_length);
  if (!option_fits(option, opcode)) {
    // libiscsi takes this sense for "not supported at all" unless the field pointer names the byte.
    return fail(task, {SenseKey::illegal_request, asc_invalid_field_in_cdb, std::nullopt, options_byte});
  }
  return reply(task, one_command(unit, find_command(&unit, opcode, service_action), timeouts),
               allocation_length);
}

/// SPC-4 6.36. What the data plane does: ABORT TASK, ABORT TASK SET, CLEAR TASK SET, LOGICAL UNIT RESET.
Step report_supported_functions(Task& task) {
  const bool extended = (task.cdb[2] & 0x80) != 0;
  Buffer data(extended ? 16 : 4);
  data[0] = 0x80 | 0x40 | 0x10 | 0x08;
  if (extended) data[3] = 12;
  return reply(task, std::move(data), load_be32(&task.cdb[6]));
}

}  // namespace lunet::scsi
