// SPDX-License-Identifier: Apache-2.0
// INQUIRY (SPC-4 6.6): the standard data; vpd.h has the pages.
#include <algorithm>

#include "base/bytes.h"
#include "engine/scsi/command_table.h"
#include "engine/scsi/commands.h"
#include "engine/scsi/logical_unit.h"
#include "engine/scsi/reply.h"
#include "engine/scsi/vpd.h"

namespace lunet::scsi {
namespace {

using Buffer = std::vector<std::uint8_t>;

// Peripheral qualifier and device type, byte 0 of every answer.
constexpr std::uint8_t direct_access = 0x00;
constexpr std::uint8_t well_known = 0x1E;
constexpr std::uint8_t no_unit = 0x7F;

constexpr std::size_t short_bytes = 36;
constexpr std::size_t full_bytes = 96;

Buffer standard_data(std::uint8_t peripheral, const Identity& identity, std::size_t length) {
  Buffer data{peripheral, 0, 0x06, 0x02, static_cast<std::uint8_t>(length - 5), 0, 0, 0x02};
  append_padded(data, identity.vendor, 8);
  append_padded(data, identity.product, 16);
  append_padded(data, identity.revision, 4);
  data.resize(length);
  return data;
}

/// SCCS as LIO; TPGS by the group of the port; 3PC once the commands it promises are there.
std::uint8_t capabilities(const Context& context) {
  const Unit& unit = *context.unit;
  std::uint8_t bits = 0x80;
  if (const auto group = context.shared->port_groups.find(context.port->port_group)) {
    if (group->by_target) bits |= 0x10;   // implicit ALUA
    if (group->by_command) bits |= 0x20;  // explicit ALUA
  }
  if (unit.attributes.emulate_3pc && find_command(&unit, 0x83, 0x00)) bits |= 0x08;  // 3PC
  return bits;
}

Buffer disk_data(const Context& context) {
  const Unit& unit = *context.unit;
  Buffer data = standard_data(direct_access, unit.identity, full_bytes);
  data[5] = capabilities(context);
  if (unit.exports > 1) data[6] |= 0x10;  // MULTIP
  store_be16(&data[58], 0x00A0);          // SAM-5
  store_be16(&data[60], 0x0960);          // iSCSI
  store_be16(&data[62], 0x0460);          // SPC-4
  store_be16(&data[64], 0x04C0);          // SBC-3
  return data;
}

/// Without a disk there is one page, the list of pages.
std::optional<Buffer> page(const Context& context, std::uint8_t peripheral, std::uint8_t code) {
  if (context.unit) return vpd_page(*context.unit, *context.port, code);
  if (code != 0x00) return std::nullopt;
  return Buffer{peripheral, 0x00, 0, 1, 0x00};
}

}  // namespace

Step inquiry(Task& task) {
  const Context& context = task.context;
  const bool vital_product_data = (task.cdb[1] & 0x01) != 0;
  const bool command_support = (task.cdb[1] & 0x02) != 0;  // obsolete CMDDT
  const std::uint8_t code = task.cdb[2];
  const std::uint16_t allocation_length = load_be16(&task.cdb[3]);
  const std::uint8_t peripheral = context.unit ? direct_access : context.well_known ? well_known : no_unit;

  if (command_support || (!vital_product_data && code != 0)) return illegal(task, asc_invalid_field_in_cdb);
  if (vital_product_data) {
    auto data = page(context, peripheral, code);
    if (!data) return illegal(task, asc_invalid_field_in_cdb);
    return reply(task, std::move(*data), allocation_length);
  }
  if (context.unit) return reply(task, disk_data(context), allocation_length);
  return reply(task, standard_data(peripheral, {}, short_bytes), allocation_length);
}

}  // namespace lunet::scsi
