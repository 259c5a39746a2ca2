// SPDX-License-Identifier: Apache-2.0
// The 48-byte basic header segment of iSCSI PDUs, and their numbers (RFC 7143 11).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bytes.h"
#include "engine/iscsi/host.h"

namespace lunet::iscsi {

enum class Opcode : std::uint8_t {
  nop_out = 0x00,
  scsi_command = 0x01,
  task_management = 0x02,
  login = 0x03,
  text = 0x04,
  data_out = 0x05,
  logout = 0x06,
  snack = 0x10,
  nop_in = 0x20,
  scsi_response = 0x21,
  task_management_response = 0x22,
  login_response = 0x23,
  text_response = 0x24,
  data_in = 0x25,
  logout_response = 0x26,
  r2t = 0x31,
  reject = 0x3f,
};

/// RFC 7143 11.17.1.
enum class RejectReason : std::uint8_t {
  data_digest = 0x02,
  snack = 0x03,
  protocol_error = 0x04,
  unsupported = 0x05,
  too_many_immediate = 0x06,
  task_in_progress = 0x07,
  invalid_field = 0x09,
};

/// Login status class (upper byte) and detail (lower byte), RFC 7143 11.13.5.
enum class LoginStatus : std::uint16_t {
  success = 0x0000,
  initiator_error = 0x0200,
  authentication_failed = 0x0201,
  not_found = 0x0203,
  unsupported_version = 0x0205,
  too_many_connections = 0x0206,
  missing_parameter = 0x0207,
  unsupported_session_type = 0x0209,
  no_such_session = 0x020a,
  invalid_during_login = 0x020b,
  target_error = 0x0300,
  service_unavailable = 0x0301,
  out_of_resources = 0x0302,
};
Refusal refuse(LoginStatus status, std::string reason);

inline constexpr std::uint32_t no_tag = 0xffffffff;
inline constexpr std::size_t header_bytes = 48;
/// TotalAHSLength is one byte that counts 4-byte words.
inline constexpr std::size_t ahs_bytes_max = 255 * 4;
inline constexpr std::uint32_t segment_bytes_default = 8192;  ///< MaxRecvDataSegmentLength until declared
inline constexpr std::uint32_t segment_bytes_limit = (1u << 24) - 1;

namespace flag {
inline constexpr std::uint8_t final = 0x80;
// Text, Login.
inline constexpr std::uint8_t resume = 0x40;  ///< C: the text goes on in the next PDU
inline constexpr std::uint8_t transit = 0x80;
// SCSI Command.
inline constexpr std::uint8_t read = 0x40;
inline constexpr std::uint8_t write = 0x20;
// SCSI Response, Data-In.
inline constexpr std::uint8_t read_overflow = 0x10;   ///< of a bidirectional command
inline constexpr std::uint8_t read_underflow = 0x08;  ///< of a bidirectional command
inline constexpr std::uint8_t overflow = 0x04;
inline constexpr std::uint8_t underflow = 0x02;
inline constexpr std::uint8_t status = 0x01;
}  // namespace flag

/// Byte offsets of fields, where several PDUs share them.
namespace field {
inline constexpr std::size_t lun = 8;
inline constexpr std::size_t task_tag = 16;
inline constexpr std::size_t transfer_tag = 20;  ///< Target Transfer Tag
inline constexpr std::size_t command_sn = 24;    ///< of requests
inline constexpr std::size_t stat_sn = 24;       ///< of responses
inline constexpr std::size_t exp_command_sn = 28;
inline constexpr std::size_t max_command_sn = 32;
inline constexpr std::size_t data_sn = 36;  ///< also R2TSN, ExpDataSN
inline constexpr std::size_t buffer_offset = 40;
inline constexpr std::size_t residual = 44;
}  // namespace field

struct Header {
  std::array<std::uint8_t, header_bytes> raw{};

  Header() = default;
  Header(Opcode opcode, std::uint8_t flags) {
    raw[0] = static_cast<std::uint8_t>(opcode);
    raw[1] = flags;
  }

  [[nodiscard]] Opcode opcode() const { return static_cast<Opcode>(raw[0] & 0x3f); }
  [[nodiscard]] bool immediate() const { return (raw[0] & 0x40) != 0; }
  [[nodiscard]] std::uint8_t flags() const { return raw[1]; }
  [[nodiscard]] bool has(std::uint8_t bits) const { return (raw[1] & bits) == bits; }
  [[nodiscard]] std::size_t ahs_bytes() const { return std::size_t{raw[4]} * 4; }
  [[nodiscard]] std::uint32_t data_bytes() const { return load_be24(&raw[5]); }
  [[nodiscard]] std::uint64_t lun() const { return load_be64(&raw[field::lun]); }
  [[nodiscard]] std::uint32_t task_tag() const { return u32(field::task_tag); }
  [[nodiscard]] std::uint32_t transfer_tag() const { return u32(field::transfer_tag); }
  [[nodiscard]] std::uint32_t command_sn() const { return u32(field::command_sn); }
  [[nodiscard]] std::uint16_t u16(std::size_t offset) const { return load_be16(&raw[offset]); }
  [[nodiscard]] std::uint32_t u32(std::size_t offset) const { return load_be32(&raw[offset]); }

  void set_data_bytes(std::uint32_t bytes) { store_be24(&raw[5], bytes); }
  void set_u16(std::size_t offset, std::uint16_t value) { store_be16(&raw[offset], value); }
  void set_u32(std::size_t offset, std::uint32_t value) { store_be32(&raw[offset], value); }
  void set_lun(std::uint64_t lun) { store_be64(&raw[field::lun], lun); }
};

/// Bytes that fill a data segment up to a multiple of four.
constexpr std::uint32_t pad_bytes(std::uint32_t data_bytes) {
  return (4 - data_bytes % 4) % 4;
}

/// A SCSI Command PDU as a Command: CDB with its extension, directions, expected lengths (RFC
/// 7143 11.2.2, 11.3). False: a field or additional header segment that we cannot take; the PDU is to be
/// rejected.
bool parse_command(const Header& header, Bytes ahs, Command& command);

}  // namespace lunet::iscsi
