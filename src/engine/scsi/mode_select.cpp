// SPDX-License-Identifier: Apache-2.0
// MODE SELECT(6) and (10) (SPC-4 6.9, 6.10). Nothing is changeable: what is sent has to be what MODE SENSE
// says, as on LIO.
#include <algorithm>

#include "base/bytes.h"
#include "engine/scsi/commands.h"
#include "engine/scsi/mode_pages.h"
#include "engine/scsi/reply.h"

namespace lunet::scsi {
namespace {

constexpr std::uint8_t select_10 = 0x55;

std::size_t mode_header_bytes(const Task& task) {
  return task.cdb[0] == select_10 ? 8 : 4;
}

/// Where the pages begin; beyond the list when it is too short for its descriptors.
std::size_t pages_offset(const Task& task, Bytes list) {
  const std::size_t header = mode_header_bytes(task);
  if (list.size() < header) return list.size() + 1;
  return header + (header == 8 ? load_be16(&list[6]) : list[3]);
}

std::uint16_t select_error(const Unit& unit, Bytes pages) {
  while (!pages.empty()) {
    constexpr std::uint8_t saved_or_subpage = 0xC0;
    if (pages.size() < 2) return asc_parameter_list_length_error;
    if ((pages[0] & saved_or_subpage) != 0) return asc_invalid_field_in_parameter_list;
    const auto current = mode_page(unit, pages[0]);
    if (!current) return asc_invalid_field_in_parameter_list;
    if (pages.size() < current->size()) return asc_parameter_list_length_error;
    if (!std::equal(current->begin(), current->end(), pages.begin()))
      return asc_invalid_field_in_parameter_list;
    pages = pages.subspan(current->size());
  }
  return asc_none;
}

Step selected(Task& task, int /*result*/) {
  const Bytes list = task.data.first(task.data_wanted);
  const std::size_t at = pages_offset(task, list);
  if (at > list.size()) return illegal(task, asc_parameter_list_length_error);
  const std::uint16_t error = select_error(*task.context.unit, list.subspan(at));
  return error == asc_none ? finish(task) : illegal(task, error);
}

}  // namespace

Step mode_select(Task& task) {
  constexpr std::uint8_t page_format = 0x10;
  constexpr std::uint8_t save_pages = 0x01;
  const std::uint32_t bytes = task.cdb[0] == select_10 ? load_be16(&task.cdb[7]) : task.cdb[4];
  if ((task.cdb[1] & page_format) == 0 || (task.cdb[1] & save_pages) != 0) {
    return illegal(task, asc_invalid_field_in_cdb);
  }
  if (bytes == 0) return finish(task);
  if (task.data_out_bytes < bytes || bytes < mode_header_bytes(task)) {
    return illegal(task, asc_parameter_list_length_error);
  }
  task.transfer_bytes = bytes;
  return want_data(task, bytes, selected);
}

}  // namespace lunet::scsi
