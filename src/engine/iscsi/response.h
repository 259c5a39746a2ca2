// SPDX-License-Identifier: Apache-2.0
// The end of a SCSI command on the wire: Data-In and SCSI Response (RFC 7143 11.4, 11.7).
#pragma once

#include "engine/iscsi/core.h"
#include "engine/iscsi/task.h"

namespace lunet::iscsi {

inline constexpr std::uint8_t status_check_condition = 0x02;
inline constexpr std::uint8_t status_task_aborted = 0x40;

inline Completion aborted_completion() {
  Completion completion;
  completion.status = status_task_aborted;
  return completion;
}

/// Data, cut to what the initiator expects and into PDUs and bursts, and the status: in the last Data-In when
/// it is GOOD.
void send_completion(Core& core, const Task& task, const Completion& completion);

}  // namespace lunet::iscsi
