// SPDX-License-Identifier: Apache-2.0
// Commands that ask whether, or tell that, the unit and its medium are well.
#include "base/bytes.h"
#include "engine/scsi/block_range.h"
#include "engine/scsi/commands.h"
#include "engine/scsi/reply.h"

namespace lunet::scsi {

Step test_unit_ready(Task& task) {
  return finish(task);
}

/// SBC-3 5.25. The medium cannot be stopped, ejected or put to sleep: only what leaves it as it is succeeds.
Step start_stop_unit(Task& task) {
  const std::uint8_t power_condition = task.cdb[4] >> 4;
  const bool load_eject = (task.cdb[4] & 0x02) != 0;
  const bool start = (task.cdb[4] & 0x01) != 0;
  if (power_condition != 0 || load_eject || !start) return illegal(task, asc_invalid_field_in_cdb);
  return finish(task);
}

/// SPC-4 6.42: the default self-test is all there is, and it passes when the command gets here.
Step send_diagnostic(Task& task) {
  constexpr std::uint8_t self_test = 0x04;
  const bool other_tests = (task.cdb[1] & ~self_test) != 0;
  if (other_tests || load_be16(&task.cdb[3]) != 0) return illegal(task, asc_invalid_field_in_cdb);
  return finish(task);
}

/// SBC-3 5.8. A hint: the file's own read-ahead does better, so the range is checked and no more.
Step prefetch(Task& task) {
  if (!block_range(task).inside(*task.context.unit)) return illegal(task, asc_lba_out_of_range);
  return finish(task);
}

/// SBC-3 5.13, 5.14: the lists of defects, which are empty, in the format that was asked for.
Step read_defect_data(Task& task) {
  const bool long_cdb = task.cdb[0] == 0xB7;
  const std::uint8_t format = task.cdb[long_cdb ? 1 : 2] & 0x1F;
  std::vector<std::uint8_t> header(long_cdb ? 8 : 4);
  header[1] = format;
  return reply(task, std::move(header), long_cdb ? load_be32(&task.cdb[6]) : load_be16(&task.cdb[7]));
}

}  // namespace lunet::scsi
