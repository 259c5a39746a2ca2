// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/pdu.h"

#include <algorithm>
#include <utility>

namespace lunet::iscsi {

Refusal refuse(LoginStatus status, std::string reason) {
  const auto code = static_cast<std::uint16_t>(status);
  return {.status_class = static_cast<std::uint8_t>(code >> 8),
          .detail = static_cast<std::uint8_t>(code),
          .reason = std::move(reason)};
}

namespace {

constexpr std::uint8_t extended_cdb = 1;
constexpr std::uint8_t expected_read_length = 2;
constexpr std::size_t cdb_in_header = 16;

/// One segment, from its type-specific byte on. AHSLength counts from there too.
bool parse_segment(std::uint8_t type, Bytes specific, Command& command) {
  if (type == extended_cdb) {
    const Bytes rest = specific.subspan(1);
    if (rest.empty() || cdb_in_header + rest.size() > command.cdb.size()) return false;
    std::copy(rest.begin(), rest.end(), command.cdb.begin() + cdb_in_header);
    command.cdb_bytes = static_cast<std::uint8_t>(cdb_in_header + rest.size());
    return true;
  }
  if (type == expected_read_length && specific.size() == 5) {
    if (command.reads && command.writes) command.expected_read_bytes = load_be32(&specific[1]);
    return true;
  }
  return false;
}

bool parse_segments(Bytes ahs, Command& command) {
  while (!ahs.empty()) {
    if (ahs.size() < 4) return false;
    const std::size_t length = load_be16(ahs.data());
    const std::size_t padded = (3 + length + 3) / 4 * 4;
    if (length == 0 || padded > ahs.size()) return false;
    if (!parse_segment(ahs[2] & 0x3f, ahs.subspan(3, length), command)) return false;
    ahs = ahs.subspan(padded);
  }
  return true;
}

}  // namespace

bool parse_command(const Header& header, Bytes ahs, Command& command) {
  if (header.task_tag() == no_tag) return false;
  command.initiator_task_tag = header.task_tag();
  command.lun = header.lun();
  command.reads = header.has(flag::read);
  command.writes = header.has(flag::write);
  command.attribute = header.flags() & 0x07;
  command.expected_bytes = header.u32(20);
  command.expected_read_bytes = command.reads && !command.writes ? command.expected_bytes : 0;
  command.cdb = {};
  command.cdb_bytes = cdb_in_header;
  std::copy_n(&header.raw[32], cdb_in_header, command.cdb.begin());
  // Only a write has more data to come (11.3.1), and only a write has data here.
  if (!command.writes && (!header.has(flag::final) || header.data_bytes() > 0)) return false;
  return parse_segments(ahs, command);
}

}  // namespace lunet::iscsi
