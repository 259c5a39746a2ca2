// SPDX-License-Identifier: Apache-2.0
// MODE SENSE(6) and (10) (SPC-4 6.11, 6.12). Nothing is changeable or saved.
#include <algorithm>

#include "base/bytes.h"
#include "engine/scsi/command_table.h"
#include "engine/scsi/commands.h"
#include "engine/scsi/mode_pages.h"
#include "engine/scsi/reply.h"

namespace lunet::scsi {
namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr std::uint8_t all_pages = 0x3F;
constexpr std::uint8_t all_subpages = 0xFF;

enum class Control : std::uint8_t { current, changeable, initial, saved };

struct Request {
  bool ten_byte = false;
  bool block_descriptor = true;
  bool long_lba = false;
  Control control = Control::current;
  std::uint8_t page = 0;
  std::uint8_t subpage = 0;
  std::uint16_t allocation_length = 0;
};

Request parse(const Task& task) {
  const auto& cdb = task.cdb;
  Request request;
  request.ten_byte = cdb[0] == 0x5A;
  request.block_descriptor = (cdb[1] & 0x08) == 0;              // DBD
  request.long_lba = request.ten_byte && (cdb[1] & 0x10) != 0;  // LLBAA
  request.control = static_cast<Control>(cdb[2] >> 6);
  request.page = cdb[2] & 0x3F;
  request.subpage = cdb[3];
  request.allocation_length = request.ten_byte ? load_be16(&cdb[7]) : cdb[4];
  return request;
}

Buffer blank_page(std::uint8_t code, std::uint8_t length) {
  Buffer page(2U + length);
  page[0] = code;
  page[1] = length;
  return page;
}

Buffer read_write_recovery(const Unit& /*unit*/) {
  return blank_page(0x01, 0x0A);
}

Buffer caching(const Unit& unit) {
  Buffer page = blank_page(0x08, 0x12);
  if (unit.write_cache) page[2] = 0x04;  // WCE
  page[12] = 0x20;                       // DRA
  return page;
}

Buffer control(const Unit& unit) {
  Buffer page = blank_page(0x0A, 0x0A);
  page[2] = 0x02;                     // GLTSD
  if (unit.large()) page[2] |= 0x04;  // D_SENSE
  page[3] = 0x10;                     // unrestricted reordering
  switch (unit.attributes.emulate_ua_intlck_ctrl) {
    case 0: break;
    case 1: page[4] = 0x20; break;
    default: page[4] = 0x30;
  }
  if (unit.attributes.emulate_tas) page[5] = 0x40;
  store_be16(&page[8], 0xFFFF);  // busy timeout: unlimited
  page[11] = 0x1E;
  return page;
}

Buffer informational_exceptions(const Unit& /*unit*/) {
  return blank_page(0x1C, 0x0A);
}

struct ModePage {
  std::uint8_t code;
  Buffer (*make)(const Unit&);
};
constexpr ModePage mode_pages[] = {
    {0x01, read_write_recovery}, {0x08, caching}, {0x0A, control}, {0x1C, informational_exceptions}};

/// The pages asked for; empty when there are none.
Buffer make_pages(const Unit& unit, const Request& request) {
  Buffer data;
  if (request.subpage != 0 && request.subpage != all_subpages) return data;
  for (const ModePage& page : mode_pages) {
    if (request.page != all_pages && request.page != page.code) continue;
    Buffer made = page.make(unit);
    if (request.control == Control::changeable) std::fill(made.begin() + 2, made.end(), std::uint8_t{0});
    data.insert(data.end(), made.begin(), made.end());
  }
  return data;
}

/// SBC-3 6.5.2. LIO puts the last LBA where the standard has the number of blocks.
Buffer block_descriptor(const Unit& unit, bool long_lba) {
  const std::uint64_t last = unit.blocks() == 0 ? 0 : unit.blocks() - 1;
  const std::uint32_t block = unit.attributes.block_size;
  if (long_lba) {
    Buffer data(16);
    store_be64(&data[0], last);
    store_be32(&data[12], block);
    return data;
  }
  Buffer data(8);
  store_be32(&data[0], static_cast<std::uint32_t>(std::min<std::uint64_t>(last, 0xFFFFFFFF)));
  store_be24(&data[5], block);
  return data;
}

std::uint8_t device_specific(const Task& task) {
  const Unit& unit = *task.context.unit;
  std::uint8_t bits = 0;
  if (task.context.write_protected || unit.read_only) bits |= 0x80;  // WP
  if (takes_dpo_fua(unit)) bits |= 0x10;                             // DPOFUA
  return bits;
}

}  // namespace

std::optional<std::vector<std::uint8_t>> mode_page(const Unit& unit, std::uint8_t code) {
  for (const ModePage& page : mode_pages) {
    if (page.code == code) return page.make(unit);
  }
  return std::nullopt;
}

Step mode_sense(Task& task) {
  const Unit& unit = *task.context.unit;
  const Request request = parse(task);
  if (request.control == Control::saved) return illegal(task, asc_saving_not_supported);
  const Buffer page_data = make_pages(unit, request);
  if (page_data.empty()) return illegal(task, asc_invalid_field_in_cdb);

  const bool long_descriptor = request.long_lba && unit.large();
  Buffer descriptor;
  if (request.block_descriptor) descriptor = block_descriptor(unit, long_descriptor);

  Buffer data(request.ten_byte ? 8 : 4);
  const std::size_t header = data.size();
  data.insert(data.end(), descriptor.begin(), descriptor.end());
  data.insert(data.end(), page_data.begin(), page_data.end());
  if (header == 8) {
    store_be16(&data[0], static_cast<std::uint16_t>(data.size() - 2));
    data[3] = device_specific(task);
    data[4] = !descriptor.empty() && long_descriptor ? 0x01 : 0x00;  // LONGLBA
    store_be16(&data[6], static_cast<std::uint16_t>(descriptor.size()));
  } else {
    data[0] = static_cast<std::uint8_t>(data.size() - 1);
    data[2] = device_specific(task);
    data[3] = static_cast<std::uint8_t>(descriptor.size());
  }
  return reply(task, std::move(data), request.allocation_length);
}

}  // namespace lunet::scsi
