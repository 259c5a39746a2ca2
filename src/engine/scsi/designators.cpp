// SPDX-License-Identifier: Apache-2.0
// VPD page 83h, device identification (SPC-4 7.8.6), designator by designator in LIO's order.
#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "engine/scsi/vpd.h"

namespace lunet::scsi {
namespace {

using Page = std::vector<std::uint8_t>;

// Byte 0: PROTOCOL IDENTIFIER (5: iSCSI, with PIV) and CODE SET.
constexpr std::uint8_t binary = 0x01;
constexpr std::uint8_t ascii = 0x02;
constexpr std::uint8_t utf8 = 0x03;
constexpr std::uint8_t iscsi = 0x50;
// Byte 1: PIV, ASSOCIATION and DESIGNATOR TYPE.
constexpr std::uint8_t piv = 0x80;
constexpr std::uint8_t of_port = 0x10;
constexpr std::uint8_t of_target = 0x20;
constexpr std::uint8_t type_t10 = 0x01;
constexpr std::uint8_t type_naa = 0x03;
constexpr std::uint8_t type_relative_port = 0x04;
constexpr std::uint8_t type_port_group = 0x05;
constexpr std::uint8_t type_unit_group = 0x06;
constexpr std::uint8_t type_name = 0x08;

constexpr std::size_t designator_bytes_max = 255;
constexpr std::size_t name_bytes_max = 252;  // a multiple of 4

void append(Page& page, std::uint8_t byte0, std::uint8_t byte1, const Page& designator) {
  const std::size_t length = std::min(designator.size(), designator_bytes_max);
  page.insert(page.end(), {byte0, byte1, 0, static_cast<std::uint8_t>(length)});
  page.insert(page.end(), designator.begin(), designator.begin() + static_cast<std::ptrdiff_t>(length));
}

std::optional<std::uint8_t> hex_digit(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

/// NAA 6h (IEEE registered extended): the digit 6, 6 digits of company id, then the first 25 hexadecimal
/// digits of the serial number; zeros when it has fewer.
Page naa(const Identity& identity) {
  constexpr std::size_t digits = 32;
  std::vector<std::uint8_t> nibbles{6};
  for (int shift = 20; shift >= 0; shift -= 4) {
    nibbles.push_back(static_cast<std::uint8_t>(identity.company_id >> shift & 0xF));
  }
  for (const char c : identity.serial) {
    if (const auto digit = hex_digit(c); digit && nibbles.size() < digits) nibbles.push_back(*digit);
  }
  nibbles.resize(digits);
  Page designator(digits / 2);
  for (std::size_t i = 0; i < designator.size(); ++i) {
    designator[i] = static_cast<std::uint8_t>(nibbles[2 * i] << 4 | nibbles[2 * i + 1]);
  }
  return designator;
}

/// Vendor in 8 bytes, "product:serial", NUL. Without a serial number the vendor only.
Page t10(const Identity& identity) {
  Page designator;
  append_padded(designator, identity.vendor, 8);
  if (!identity.serial.empty()) {
    const std::string text = fmt::format("{}:{}", identity.product, identity.serial);
    designator.insert(designator.end(), text.begin(), text.end());
    if (designator.size() >= designator_bytes_max) designator.resize(designator_bytes_max - 1);
  }
  designator.push_back(0);
  return designator;
}

/// A 16-bit number in the low half of 4 bytes.
Page number(std::uint16_t value) {
  Page designator(4);
  store_be16(&designator[2], value);
  return designator;
}

/// NUL-terminated, padded with NULs to a multiple of 4.
Page name(std::string_view text) {
  text = text.substr(0, name_bytes_max - 1);
  Page designator(text.begin(), text.end());
  designator.resize((text.size() + 4) / 4 * 4);
  return designator;
}

}  // namespace

std::vector<std::uint8_t> naa_designator(const Unit& unit) {
  return unit.identity.serial.empty() ? Page() : naa(unit.identity);
}

std::vector<std::uint8_t> device_identification(const Unit& unit, const Port& port) {
  Page page(4);
  page[1] = 0x83;
  if (!unit.identity.serial.empty()) append(page, binary, type_naa, naa(unit.identity));
  append(page, ascii, type_t10, t10(unit.identity));
  append(page, iscsi | binary, piv | of_port | type_relative_port, number(port.relative_port));
  append(page, iscsi | binary, piv | of_port | type_port_group, number(port.port_group));
  append(page, binary, type_unit_group, number(0));
  append(page, iscsi | utf8, piv | of_port | type_name,
         name(fmt::format("{},t,0x{:04x}", port.target_name, port.portal_group_tag)));
  append(page, iscsi | utf8, piv | of_target | type_name, name(port.target_name));
  store_be16(&page[2], static_cast<std::uint16_t>(page.size() - 4));
  return page;
}

}  // namespace lunet::scsi
