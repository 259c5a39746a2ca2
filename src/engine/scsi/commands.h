// SPDX-License-Identifier: Apache-2.0
// The commands: what begin() runs once the checks that command_table.h describes have passed. Each returns
// the first step. A unit is there unless the table says that the command does without.
#pragma once

#include "engine/scsi/task.h"

namespace lunet::scsi {

Step inquiry(Task& task);                   // inquiry.cpp
Step mode_sense(Task& task);                // mode_sense.cpp
Step read(Task& task);                      // transfer.cpp
Step read_capacity_10(Task& task);          // capacity.cpp
Step read_capacity_16(Task& task);          // capacity.cpp
Step report_luns(Task& task);               // report_luns.cpp
Step report_supported_opcodes(Task& task);  // report_opcodes.cpp
Step request_sense(Task& task);             // sense.cpp
Step start_stop_unit(Task& task);           // readiness.cpp
Step synchronize_cache(Task& task);         // transfer.cpp
Step test_unit_ready(Task& task);           // readiness.cpp
Step unmap(Task& task);                     // provisioning.cpp
Step write(Task& task);                     // transfer.cpp
Step write_same(Task& task);                // provisioning.cpp

}  // namespace lunet::scsi
