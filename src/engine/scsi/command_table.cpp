// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/command_table.h"

#include <algorithm>
#include <cstddef>

#include "engine/scsi/commands.h"

namespace lunet::scsi {
namespace {

bool has_rsoc(const Unit& unit) {
  return unit.attributes.emulate_rsoc;
}
bool has_unmap(const Unit& unit) {
  return unit.attributes.emulate_tpu;
}

constexpr Command read_row(std::uint8_t opcode, std::uint8_t cdb_bytes, std::array<std::uint8_t, 16> usage) {
  return {.opcode = opcode,
          .cdb_bytes = cdb_bytes,
          .direction = Direction::in,
          .dpo_fua = cdb_bytes > 6,
          .usage = usage,
          .run = read};
}

constexpr Command write_row(std::uint8_t opcode, std::uint8_t cdb_bytes, std::array<std::uint8_t, 16> usage) {
  return {.opcode = opcode,
          .cdb_bytes = cdb_bytes,
          .direction = Direction::out,
          .writes = true,
          .dpo_fua = cdb_bytes > 6,
          .usage = usage,
          .run = write};
}

// Usage data as LIO reports them: GROUP NUMBER and CONTROL count as unused.
constexpr Command table[] = {
    {.opcode = 0x00, .cdb_bytes = 6, .reach = Reach::well_known, .usage = {0x00}, .run = test_unit_ready},
    {.opcode = 0x03,
     .cdb_bytes = 6,
     .direction = Direction::in,
     .reach = Reach::anywhere,
     .attention = Attention::bypassed,
     .usage = {0x03, 0x01, 0, 0, 0xFF},
     .run = request_sense},
    read_row(0x08, 6, {0x08, 0x1F, 0xFF, 0xFF, 0xFF}),
    write_row(0x0A, 6, {0x0A, 0x1F, 0xFF, 0xFF, 0xFF}),
    {.opcode = 0x12,
     .cdb_bytes = 6,
     .direction = Direction::in,
     .reach = Reach::anywhere,
     .attention = Attention::bypassed,
     .usage = {0x12, 0x01, 0xFF, 0xFF, 0xFF},
     .run = inquiry},
    {.opcode = 0x1A,
     .cdb_bytes = 6,
     .direction = Direction::in,
     .usage = {0x1A, 0x08, 0xFF, 0xFF, 0xFF},
     .run = mode_sense},
    {.opcode = 0x1B, .cdb_bytes = 6, .usage = {0x1B, 0x01, 0, 0x0F, 0xF7}, .run = start_stop_unit},
    {.opcode = 0x25,
     .cdb_bytes = 10,
     .direction = Direction::in,
     .usage = {0x25, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0x01},
     .run = read_capacity_10},
    read_row(0x28, 10, {0x28, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xFF, 0xFF}),
    write_row(0x2A, 10, {0x2A, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xFF, 0xFF}),
    {.opcode = 0x35,
     .cdb_bytes = 10,
     .usage = {0x35, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xFF, 0xFF},
     .run = synchronize_cache},
    {.opcode = 0x41,
     .cdb_bytes = 10,
     .direction = Direction::out,
     .writes = true,
     .usage = {0x41, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xFF, 0xFF},
     .run = write_same},
    {.opcode = 0x42,
     .cdb_bytes = 10,
     .direction = Direction::out,
     .writes = true,
     .usage = {0x42, 0xFF, 0, 0, 0, 0, 0, 0xFF, 0xFF},
     .run = unmap,
     .available = has_unmap},
    {.opcode = 0x5A,
     .cdb_bytes = 10,
     .direction = Direction::in,
     .usage = {0x5A, 0x18, 0xFF, 0xFF, 0, 0, 0, 0xFF, 0xFF},
     .run = mode_sense},
    read_row(0x88, 16, {0x88, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}),
    write_row(0x8A, 16, {0x8A, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}),
    {.opcode = 0x91,
     .cdb_bytes = 16,
     .usage = {0x91, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
     .run = synchronize_cache},
    {.opcode = 0x93,
     .cdb_bytes = 16,
     .direction = Direction::out,
     .writes = true,
     .usage = {0x93, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
     .run = write_same},
    {.opcode = 0x9E,
     .service_action = 0x10,
     .cdb_bytes = 16,
     .direction = Direction::in,
     .usage = {0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF},
     .run = read_capacity_16},
    {.opcode = 0xA0,
     .cdb_bytes = 12,
     .direction = Direction::in,
     .reach = Reach::anywhere,
     .attention = Attention::bypassed,
     .usage = {0xA0, 0, 0xFF, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF},
     .run = report_luns},
    {.opcode = 0xA3,
     .service_action = 0x0C,
     .cdb_bytes = 12,
     .direction = Direction::in,
     .usage = {0xA3, 0x0C, 0x87, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
     .run = report_supported_opcodes,
     .available = has_rsoc},
    read_row(0xA8, 12, {0xA8, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}),
    write_row(0xAA, 12, {0xAA, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}),
};

constexpr bool before(const Command& a, const Command& b) {
  return a.opcode != b.opcode ? a.opcode < b.opcode : a.service_action < b.service_action;
}
static_assert(std::is_sorted(std::begin(table), std::end(table), before));

/// Where the rows of an opcode start; rows of opcode x are [starts[x], starts[x + 1]).
constexpr auto starts = [] {
  std::array<std::uint8_t, 257> result{};
  std::size_t row = 0;
  for (std::size_t opcode = 0; opcode < 257; ++opcode) {
    while (row < std::size(table) && table[row].opcode < opcode) ++row;
    result[opcode] = static_cast<std::uint8_t>(row);
  }
  return result;
}();
static_assert(std::size(table) < 256);

}  // namespace

std::span<const Command> commands() {
  return table;
}

std::span<const Command> commands_of(std::uint8_t opcode) {
  const std::size_t first = starts[opcode];
  return commands().subspan(first, starts[std::size_t{opcode} + 1] - first);
}

const Command* find_command(const Unit* unit, std::uint8_t opcode, std::uint16_t service_action) {
  for (const Command& command : commands_of(opcode)) {
    if (command.has_service_action() && command.service_action != service_action) continue;
    if (command.available && (!unit || !command.available(*unit))) return nullptr;
    return &command;
  }
  return nullptr;
}

bool takes_dpo_fua(const Unit& unit) {
  return unit.attributes.emulate_fua_write && unit.write_cache;
}

}  // namespace lunet::scsi
