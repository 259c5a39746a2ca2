// SPDX-License-Identifier: Apache-2.0
// One row describes each command: its CDB, what must hold before it runs, and its function. Everything that
// speaks of commands in general (dispatch, gating, REPORT SUPPORTED OPERATION CODES, what INQUIRY promises)
// reads these rows, so adding a command is a row here and a function in commands.h.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "engine/scsi/port_groups.h"
#include "engine/scsi/reservation_state.h"
#include "engine/scsi/task.h"

namespace lunet::scsi {

/// Which way data of a command goes, seen from the initiator.
enum class Direction : std::uint8_t { none, in, out };

/// Which logical units a command may be sent to.
enum class Reach : std::uint8_t {
  disks,
  well_known,  ///< disks and the REPORT LUNS well-known unit
  anywhere,    ///< also a LUN without unit
};

/// Whether a pending unit attention stops a command (SAM-5 5.14).
enum class Attention : std::uint8_t { reported, bypassed };

struct Command {
  static constexpr std::int32_t no_service_action = -1;

  std::uint8_t opcode = 0;
  std::int32_t service_action = no_service_action;
  std::uint8_t cdb_bytes = 0;
  Direction direction = Direction::none;
  Reach reach = Reach::disks;
  Attention attention = Attention::reported;
  Access access = Access::by_transfer;
  Reachable reachable = Reachable::active;
  bool writes = false;          ///< 7/27/00 on a write-protected unit
  std::uint8_t cache_bits = 0;  ///< DPO (10h) and FUA (08h) where byte 1 has them
  /// CDB usage data (SPC-4 6.27.3): a bit is set where the command looks at the field. Byte 0 is the opcode;
  /// DPO and FUA are added when the unit takes them.
  std::array<std::uint8_t, 16> usage{};
  Step (*run)(Task&) = nullptr;
  bool (*available)(const Unit&) = nullptr;  ///< null: on every unit

  [[nodiscard]] bool has_service_action() const { return service_action != no_service_action; }
};

/// All rows, ascending by opcode, then service action.
std::span<const Command> commands();
/// The rows of one opcode.
std::span<const Command> commands_of(std::uint8_t opcode);
/// The row for an opcode and, where the opcode has them, a service action; null when there is none or `unit`
/// (null: no unit) does not have it.
const Command* find_command(const Unit* unit, std::uint8_t opcode, std::uint16_t service_action = 0);

/// DPO and FUA are taken: the unit has a volatile write cache and may honour FUA (mode sense bit DPOFUA).
bool takes_dpo_fua(const Unit& unit);

}  // namespace lunet::scsi
