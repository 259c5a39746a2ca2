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
bool has_reservations(const Unit& unit) {
  return unit.attributes.emulate_pr;
}
bool copies(const Unit& unit) {
  return unit.attributes.emulate_3pc;
}
bool knows_allocation(const Unit& unit) {
  return unit.knows_allocation && (unit.attributes.emulate_tpu || unit.attributes.emulate_tpws);
}
bool has_compare_and_write(const Unit& unit) {
  return unit.attributes.emulate_caw;
}

constexpr std::uint8_t no_cache_bits = 0;
constexpr std::uint8_t dpo = 0x10;
constexpr std::uint8_t dpo_and_fua = 0x18;

constexpr Command read_row(std::uint8_t opcode, std::uint8_t cdb_bytes, std::array<std::uint8_t, 16> usage) {
  return {.opcode = opcode,
          .cdb_bytes = cdb_bytes,
          .direction = Direction::in,
          .cache_bits = cdb_bytes > 6 ? dpo_and_fua : no_cache_bits,
          .usage = usage,
          .run = read};
}

constexpr Command write_row(std::uint8_t opcode, std::uint8_t cdb_bytes, std::array<std::uint8_t, 16> usage) {
  return {.opcode = opcode,
          .cdb_bytes = cdb_bytes,
          .direction = Direction::out,
          .writes = true,
          .cache_bits = cdb_bytes > 6 ? dpo_and_fua : no_cache_bits,
          .usage = usage,
          .run = write};
}

constexpr Command verify_row(std::uint8_t opcode, std::uint8_t cdb_bytes,
                             std::array<std::uint8_t, 16> usage) {
  return {.opcode = opcode,
          .cdb_bytes = cdb_bytes,
          .direction = Direction::out,
          .cache_bits = dpo,
          .usage = usage,
          .run = verify};
}

constexpr Command write_and_verify_row(std::uint8_t opcode, std::uint8_t cdb_bytes,
                                       std::array<std::uint8_t, 16> usage) {
  return {.opcode = opcode,
          .cdb_bytes = cdb_bytes,
          .direction = Direction::out,
          .writes = true,
          .cache_bits = dpo,
          .usage = usage,
          .run = write_and_verify};
}

constexpr Command prefetch_row(std::uint8_t opcode, std::uint8_t cdb_bytes,
                               std::array<std::uint8_t, 16> usage) {
  return {.opcode = opcode, .cdb_bytes = cdb_bytes, .usage = usage, .run = prefetch};
}

constexpr Command mode_select_row(std::uint8_t opcode, std::uint8_t cdb_bytes,
                                  std::array<std::uint8_t, 16> usage) {
  return {.opcode = opcode,
          .cdb_bytes = cdb_bytes,
          .direction = Direction::out,
          .access = Access::change,
          .reachable = Reachable::standby,
          .usage = usage,
          .run = mode_select};
}

constexpr Command reserve_row(std::uint8_t opcode, std::uint8_t cdb_bytes, Step (*run)(Task&)) {
  return {.opcode = opcode,
          .cdb_bytes = cdb_bytes,
          .access = Access::identify,  // they look themselves
          .usage = {opcode},
          .run = run,
          .available = has_reservations};
}

constexpr Command persistent_in_row(std::uint8_t service_action) {
  return {.opcode = 0x5E,
          .service_action = service_action,
          .cdb_bytes = 10,
          .direction = Direction::in,
          .access = Access::identify,
          .reachable = Reachable::standby,
          .usage = {0x5E, service_action, 0, 0, 0, 0, 0, 0xFF, 0xFF},
          .run = persistent_reserve_in,
          .available = has_reservations};
}

constexpr Command persistent_out_row(std::uint8_t service_action) {
  const bool takes_type =
      (service_action >= 1 && service_action <= 2) || service_action == 4 || service_action == 5;
  return {.opcode = 0x5F,
          .service_action = service_action,
          .cdb_bytes = 10,
          .direction = Direction::out,
          .access = Access::identify,
          .reachable = Reachable::standby,
          .usage = {0x5F, service_action, static_cast<std::uint8_t>(takes_type ? 0xFF : 0), 0, 0, 0xFF, 0xFF,
                    0xFF, 0xFF},
          .run = persistent_reserve_out,
          .available = has_reservations};
}

constexpr Command defect_row(std::uint8_t opcode, std::uint8_t cdb_bytes,
                             std::array<std::uint8_t, 16> usage) {
  return {.opcode = opcode,
          .cdb_bytes = cdb_bytes,
          .direction = Direction::in,
          .usage = usage,
          .run = read_defect_data};
}

// Usage data as LIO reports them: GROUP NUMBER and CONTROL count as unused.
constexpr Command table[] = {
    {.opcode = 0x00,
     .cdb_bytes = 6,
     .reach = Reach::well_known,
     .access = Access::inform,
     .usage = {0x00},
     .run = test_unit_ready},
    {.opcode = 0x03,
     .cdb_bytes = 6,
     .direction = Direction::in,
     .reach = Reach::anywhere,
     .attention = Attention::bypassed,
     .access = Access::identify,
     .reachable = Reachable::unavailable,
     .usage = {0x03, 0x01, 0, 0, 0xFF},
     .run = request_sense},
    read_row(0x08, 6, {0x08, 0x1F, 0xFF, 0xFF, 0xFF}),
    write_row(0x0A, 6, {0x0A, 0x1F, 0xFF, 0xFF, 0xFF}),
    {.opcode = 0x12,
     .cdb_bytes = 6,
     .direction = Direction::in,
     .reach = Reach::anywhere,
     .attention = Attention::bypassed,
     .access = Access::identify,
     .reachable = Reachable::unavailable,
     .usage = {0x12, 0x01, 0xFF, 0xFF, 0xFF},
     .run = inquiry},
    mode_select_row(0x15, 6, {0x15, 0x10, 0, 0, 0xFF}),
    reserve_row(0x16, 6, reserve),
    reserve_row(0x17, 6, release),
    {.opcode = 0x1A,
     .cdb_bytes = 6,
     .direction = Direction::in,
     .reachable = Reachable::standby,
     .usage = {0x1A, 0x08, 0xFF, 0xFF, 0xFF},
     .run = mode_sense},
    {.opcode = 0x1B,
     .cdb_bytes = 6,
     .access = Access::inform,
     .usage = {0x1B, 0x01, 0, 0x0F, 0xF7},
     .run = start_stop_unit},
    {.opcode = 0x1D,
     .cdb_bytes = 6,
     .access = Access::inform,
     .reachable = Reachable::standby,
     .usage = {0x1D, 0x04, 0, 0xFF, 0xFF},
     .run = send_diagnostic},
    {.opcode = 0x25,
     .cdb_bytes = 10,
     .direction = Direction::in,
     .access = Access::inform,
     .reachable = Reachable::standby,
     .usage = {0x25, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0x01},
     .run = read_capacity_10},
    read_row(0x28, 10, {0x28, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xFF, 0xFF}),
    write_row(0x2A, 10, {0x2A, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xFF, 0xFF}),
    write_and_verify_row(0x2E, 10, {0x2E, 0xE6, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xFF, 0xFF}),
    verify_row(0x2F, 10, {0x2F, 0xE6, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xFF, 0xFF}),
    prefetch_row(0x34, 10, {0x34, 0x02, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xFF, 0xFF}),
    {.opcode = 0x35,
     .cdb_bytes = 10,
     .access = Access::change,
     .usage = {0x35, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xFF, 0xFF},
     .run = synchronize_cache},
    defect_row(0x37, 10, {0x37, 0, 0x1F, 0, 0, 0, 0, 0xFF, 0xFF}),
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
    {.opcode = 0x4D,
     .cdb_bytes = 10,
     .direction = Direction::in,
     .access = Access::identify,
     .reachable = Reachable::standby,
     .usage = {0x4D, 0x01, 0xFF, 0xFF, 0, 0xFF, 0xFF, 0xFF, 0xFF},
     .run = log_sense},
    mode_select_row(0x55, 10, {0x55, 0x10, 0, 0, 0, 0, 0, 0xFF, 0xFF}),
    reserve_row(0x56, 10, reserve),
    reserve_row(0x57, 10, release),
    {.opcode = 0x5A,
     .cdb_bytes = 10,
     .direction = Direction::in,
     .reachable = Reachable::standby,
     .usage = {0x5A, 0x18, 0xFF, 0xFF, 0, 0, 0, 0xFF, 0xFF},
     .run = mode_sense},
    persistent_in_row(0),
    persistent_in_row(1),
    persistent_in_row(2),
    persistent_in_row(3),
    persistent_out_row(0),
    persistent_out_row(1),
    persistent_out_row(2),
    persistent_out_row(3),
    persistent_out_row(4),
    persistent_out_row(5),
    persistent_out_row(6),
    persistent_out_row(7),
    {.opcode = 0x83,
     .service_action = 0x00,
     .cdb_bytes = 16,
     .direction = Direction::out,
     .access = Access::change,
     .usage = {0x83, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF},
     .run = extended_copy,
     .available = copies},
    {.opcode = 0x84,
     .service_action = 0x03,
     .cdb_bytes = 16,
     .direction = Direction::in,
     .access = Access::inform,
     .reachable = Reachable::standby,
     .usage = {0x84, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF},
     .run = receive_copy_parameters,
     .available = copies},
    read_row(0x88, 16, {0x88, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}),
    {.opcode = 0x89,
     .cdb_bytes = 16,
     .direction = Direction::out,
     .writes = true,
     .cache_bits = dpo_and_fua,
     .usage = {0x89, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0xFF},
     .run = compare_and_write,
     .available = has_compare_and_write},
    write_row(0x8A, 16, {0x8A, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}),
    {.opcode = 0x8B,
     .cdb_bytes = 16,
     .direction = Direction::out,
     .writes = true,
     .cache_bits = dpo_and_fua,
     .usage = {0x8B, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
     .run = or_write},
    write_and_verify_row(
        0x8E, 16, {0x8E, 0xE6, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}),
    verify_row(0x8F, 16,
               {0x8F, 0xE6, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}),
    prefetch_row(0x90, 16,
                 {0x90, 0x02, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}),
    {.opcode = 0x91,
     .cdb_bytes = 16,
     .access = Access::change,
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
     .access = Access::inform,
     .reachable = Reachable::standby,
     .usage = {0x9E, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF},
     .run = read_capacity_16},
    {.opcode = 0x9E,
     .service_action = 0x12,
     .cdb_bytes = 16,
     .direction = Direction::in,
     .usage = {0x9E, 0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
     .run = get_lba_status,
     .available = knows_allocation},
    {.opcode = 0xA0,
     .cdb_bytes = 12,
     .direction = Direction::in,
     .reach = Reach::anywhere,
     .attention = Attention::bypassed,
     .access = Access::identify,
     .reachable = Reachable::unavailable,
     .usage = {0xA0, 0, 0xFF, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF},
     .run = report_luns},
    {.opcode = 0xA3,
     .service_action = 0x0A,
     .cdb_bytes = 12,
     .direction = Direction::in,
     .access = Access::inform,
     .reachable = Reachable::unavailable,
     .usage = {0xA3, 0x2A, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF},
     .run = report_target_port_groups},
    {.opcode = 0xA3,
     .service_action = 0x0C,
     .cdb_bytes = 12,
     .direction = Direction::in,
     .usage = {0xA3, 0x0C, 0x87, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
     .run = report_supported_opcodes,
     .available = has_rsoc},
    {.opcode = 0xA3,
     .service_action = 0x0D,
     .cdb_bytes = 12,
     .direction = Direction::in,
     .usage = {0xA3, 0x0D, 0x80, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF},
     .run = report_supported_functions},
    {.opcode = 0xA4,
     .service_action = 0x0A,
     .cdb_bytes = 12,
     .direction = Direction::out,
     .access = Access::change,
     .reachable = Reachable::unavailable,
     .usage = {0xA4, 0x0A, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF},
     .run = set_target_port_groups},
    read_row(0xA8, 12, {0xA8, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}),
    write_row(0xAA, 12, {0xAA, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}),
    write_and_verify_row(0xAE, 12, {0xAE, 0xE6, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}),
    verify_row(0xAF, 12, {0xAF, 0xE6, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}),
    defect_row(0xB7, 12, {0xB7, 0x1F, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF}),
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
