// SPDX-License-Identifier: Apache-2.0
// Commands that ask whether, or tell that, the unit is ready.
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

}  // namespace lunet::scsi
