// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/vpd.h"

#include <algorithm>
#include <string>

#include "base/bytes.h"
#include "engine/scsi/command_table.h"
#include "engine/scsi/commands.h"

namespace lunet::scsi {
namespace {

using Page = std::vector<std::uint8_t>;

constexpr std::size_t serial_chars_max = 253;  // LIO's limit; with its NUL it fits the length of page 80h
constexpr std::uint8_t pages[] = {0x00, 0x80, 0x83, 0x86, 0xB0, 0xB1, 0xB2, 0xB3};

/// A page of zeros with its header.
Page blank_page(std::uint8_t code, std::size_t length) {
  Page page(4 + length);
  page[1] = code;
  store_be16(&page[2], static_cast<std::uint16_t>(length));
  return page;
}

/// 00h: empty until a unit serial number is set, as on LIO.
Page supported_pages(const Unit& unit) {
  if (unit.identity.serial.empty()) return blank_page(0x00, 0);
  Page page = blank_page(0x00, std::size(pages));
  std::copy(std::begin(pages), std::end(pages), page.begin() + 4);
  return page;
}

/// 80h: the length counts a NUL behind the serial number.
Page unit_serial_number(const Unit& unit) {
  const std::string serial = unit.identity.serial.substr(0, serial_chars_max);
  if (serial.empty()) return blank_page(0x80, 0);
  Page page = blank_page(0x80, serial.size() + 1);
  std::copy(serial.begin(), serial.end(), page.begin() + 4);
  return page;
}

Page extended_inquiry(const Unit& unit) {
  Page page = blank_page(0x86, 0x3C);
  page[5] = 0x07;                         // HEADSUP, ORDSUP, SIMPSUP
  page[6] = unit.write_cache ? 0x01 : 0;  // V_SUP
  return page;
}

/// B0h. What it promises is what provisioning.cpp and transfer.cpp accept.
Page block_limits(const Unit& unit) {
  const UnitAttributes& attributes = unit.attributes;
  Page page = blank_page(0xB0, 0x3C);
  page[4] = 0x01;  // WSNZ
  if (find_command(&unit, 0x89)) page[5] = compare_and_write_blocks_max;
  store_be16(&page[6], unit.optimal_granularity_blocks);
  store_be32(&page[8], attributes.hw_max_sectors);
  store_be32(&page[12], attributes.optimal_sectors);
  if (attributes.emulate_tpu) {
    store_be32(&page[20], attributes.max_unmap_lba_count);
    store_be32(&page[24], attributes.max_unmap_block_desc_count);
  }
  if (attributes.emulate_tpu || attributes.emulate_tpws) {
    store_be32(&page[28], attributes.unmap_granularity);
    if (attributes.unmap_granularity_alignment != 0) {
      store_be32(&page[32], attributes.unmap_granularity_alignment | 0x80000000);  // UGAVALID
    }
  }
  store_be64(&page[36], attributes.max_write_same_len);
  return page;
}

Page block_device_characteristics(const Unit& unit) {
  Page page = blank_page(0xB1, 0x3C);
  page[5] = unit.attributes.is_nonrot ? 1 : 0;  // low byte of MEDIUM ROTATION RATE
  return page;
}

Page logical_block_provisioning(const Unit& unit) {
  const UnitAttributes& attributes = unit.attributes;
  Page page = blank_page(0xB2, 4);
  if (attributes.emulate_tpu) page[5] |= 0x80;                        // LBPU
  if (attributes.emulate_tpws) page[5] |= 0x60;                       // LBPWS, LBPWS10
  if (page[5] != 0 && attributes.unmap_zeroes_data) page[5] |= 0x04;  // LBPRZ
  return page;
}

}  // namespace

void append_padded(std::vector<std::uint8_t>& data, std::string_view text, std::size_t width) {
  text = text.substr(0, width);
  data.insert(data.end(), text.begin(), text.end());
  data.insert(data.end(), width - text.size(), ' ');
}

std::optional<std::vector<std::uint8_t>> vpd_page(const Unit& unit, const Port& port, std::uint8_t page) {
  switch (page) {
    case 0x00: return supported_pages(unit);
    case 0x80: return unit_serial_number(unit);
    case 0x83: return device_identification(unit, port);
    case 0x86: return extended_inquiry(unit);
    case 0xB0: return block_limits(unit);
    case 0xB1: return block_device_characteristics(unit);
    case 0xB2: return logical_block_provisioning(unit);
    case 0xB3: return blank_page(0xB3, 0x0C);
    default: return std::nullopt;
  }
}

}  // namespace lunet::scsi
