// SPDX-License-Identifier: Apache-2.0
// Sense data (SPC-4 4.5) and REQUEST SENSE (6.39).
#include "base/bytes.h"
#include "engine/scsi/commands.h"
#include "engine/scsi/reply.h"

namespace lunet::scsi {
namespace {

constexpr std::uint8_t sksv = 0x80;      // SENSE KEY SPECIFIC is valid
constexpr std::uint8_t in_cdb = 0x40;    // C/D: the field pointer counts in the CDB
constexpr std::uint8_t desc_bit = 0x01;  // REQUEST SENSE byte 1

std::vector<std::uint8_t> encode_fixed(const Sense& sense) {
  std::vector<std::uint8_t> data(18);
  data[0] = 0x70;
  data[2] = static_cast<std::uint8_t>(sense.key);
  data[7] = 10;
  store_be16(&data[12], sense.code);
  // The field has 32 bits; a larger value is left out rather than cut (4.5.3).
  if (sense.information && *sense.information <= 0xFFFFFFFF) {
    data[0] |= 0x80;
    store_be32(&data[3], static_cast<std::uint32_t>(*sense.information));
  }
  if (sense.cdb_byte) {
    data[15] = sksv | in_cdb;
    store_be16(&data[16], *sense.cdb_byte);
  }
  return data;
}

std::vector<std::uint8_t> encode_descriptors(const Sense& sense) {
  std::vector<std::uint8_t> data(8);
  data[0] = 0x72;
  data[1] = static_cast<std::uint8_t>(sense.key);
  store_be16(&data[2], sense.code);
  if (sense.information) {
    const std::size_t at = data.size();
    data.resize(at + 12);
    data[at] = 0x00;
    data[at + 1] = 10;
    data[at + 2] = 0x80;
    store_be64(&data[at + 4], *sense.information);
  }
  if (sense.cdb_byte) {
    const std::size_t at = data.size();
    data.resize(at + 8);
    data[at] = 0x02;
    data[at + 1] = 6;
    data[at + 4] = sksv | in_cdb;
    store_be16(&data[at + 5], *sense.cdb_byte);
  }
  data[7] = static_cast<std::uint8_t>(data.size() - 8);
  return data;
}

Sense requested_sense(const Context& context) {
  if (!context.unit) {
    if (context.well_known) return {};
    return {SenseKey::illegal_request, asc_no_such_unit};
  }
  if (const auto attention = context.nexus->take()) return {SenseKey::unit_attention, *attention};
  return {};
}

}  // namespace

std::vector<std::uint8_t> encode_sense(const Sense& sense, bool descriptor_format) {
  return descriptor_format ? encode_descriptors(sense) : encode_fixed(sense);
}

Step request_sense(Task& task) {
  const bool descriptor_format = (task.cdb[1] & desc_bit) != 0;
  return reply(task, encode_sense(requested_sense(task.context), descriptor_format), task.cdb[4]);
}

}  // namespace lunet::scsi
