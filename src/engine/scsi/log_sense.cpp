// SPDX-License-Identifier: Apache-2.0
// LOG SENSE (SPC-4 6.8): the list of pages, and the page of informational exceptions, which are none.
#include <algorithm>
#include <optional>

#include "base/bytes.h"
#include "engine/scsi/commands.h"
#include "engine/scsi/reply.h"

namespace lunet::scsi {
namespace {

using Page = std::vector<std::uint8_t>;

constexpr std::uint8_t supported_logs = 0x00;
constexpr std::uint8_t exceptions_log = 0x2F;
constexpr std::uint8_t all_log_subpages = 0xFF;
constexpr std::uint8_t logs[] = {supported_logs, exceptions_log};

Page make_page(std::uint8_t code, std::uint8_t subpage, const Page& content) {
  Page page{code, subpage, 0, static_cast<std::uint8_t>(content.size())};
  if (subpage != 0) page[0] |= 0x40;  // SPF
  page.insert(page.end(), content.begin(), content.end());
  return page;
}

std::optional<Page> page(std::uint8_t code, std::uint8_t subpage) {
  if (code == supported_logs && subpage == 0) return make_page(code, 0, {std::begin(logs), std::end(logs)});
  if (code == supported_logs && subpage == all_log_subpages) {
    return make_page(code, subpage, {supported_logs, 0, supported_logs, all_log_subpages, exceptions_log, 0});
  }
  // Parameter 0000h: additional sense code and qualifier 0, no temperature.
  if (code == exceptions_log && subpage == 0) return make_page(code, 0, {0, 0, 0x03, 4, 0, 0, 0xFF, 0});
  return std::nullopt;
}

}  // namespace

/// PC asks for thresholds or defaults; these pages have the same in all of them. Nothing can be saved.
Step log_sense(Task& task) {
  const bool save = (task.cdb[1] & 0x01) != 0;
  const std::uint16_t parameter = load_be16(&task.cdb[5]);
  auto data = page(task.cdb[2] & 0x3F, task.cdb[3]);
  if (save || parameter != 0 || !data) return illegal(task, asc_invalid_field_in_cdb);
  return reply(task, std::move(*data), load_be16(&task.cdb[7]));
}

}  // namespace lunet::scsi
