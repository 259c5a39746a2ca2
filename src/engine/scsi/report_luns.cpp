// SPDX-License-Identifier: Apache-2.0
// REPORT LUNS (SPC-4 6.33).
#include "base/bytes.h"
#include "engine/scsi/commands.h"
#include "engine/scsi/reply.h"

namespace lunet::scsi {
namespace {

enum class SelectReport : std::uint8_t { units = 0x00, well_known = 0x01, all = 0x02 };

constexpr std::uint64_t report_luns_well_known = 0xC101ULL << 48;

/// One LUN in 8 bytes (SAM-5 4.7): peripheral device addressing, from 256 on flat space addressing, from 2^14
/// on its extended form.
std::uint64_t encode_lun(std::uint16_t lun) {
  const std::uint64_t number = lun;
  if (lun < 256) return number << 48;
  if (lun < 0x4000) return (0x4000 | number) << 48;
  return std::uint64_t{0xD2} << 56 | number << 32;
}

void append(std::vector<std::uint8_t>& list, std::uint64_t address) {
  const std::size_t at = list.size();
  list.resize(at + 8);
  store_be64(&list[at], address);
}

}  // namespace

Step report_luns(Task& task) {
  if (task.cdb[2] > static_cast<std::uint8_t>(SelectReport::all))
    return illegal(task, asc_invalid_field_in_cdb);
  const auto select = static_cast<SelectReport>(task.cdb[2]);
  const std::vector<std::uint16_t>& luns = *task.context.luns;
  std::vector<std::uint8_t> list(8);
  if (select != SelectReport::well_known) {
    // LUN 0 is always there to be asked, as on LIO.
    if (luns.empty()) append(list, 0);
    for (const std::uint16_t lun : luns) append(list, encode_lun(lun));
  }
  if (select != SelectReport::units) append(list, report_luns_well_known);
  store_be32(&list[0], static_cast<std::uint32_t>(list.size() - 8));
  return reply(task, std::move(list), load_be32(&task.cdb[6]));
}

}  // namespace lunet::scsi
