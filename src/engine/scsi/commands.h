// SPDX-License-Identifier: Apache-2.0
// The commands: what begin() runs once the checks that command_table.h describes have passed. Each returns
// the first step. A unit is there unless the table says that the command does without.
#pragma once

#include "engine/scsi/task.h"

namespace lunet::scsi {

/// What VPD B0h promises.
inline constexpr std::uint8_t compare_and_write_blocks_max = 255;

Step compare_and_write(Task& task);           // atomic.cpp
Step extended_copy(Task& task);               // extended_copy.cpp
Step get_lba_status(Task& task);              // lba_status.cpp
Step inquiry(Task& task);                     // inquiry.cpp
Step log_sense(Task& task);                   // log_sense.cpp
Step mode_select(Task& task);                 // mode_select.cpp
Step mode_sense(Task& task);                  // mode_sense.cpp
Step or_write(Task& task);                    // atomic.cpp
Step persistent_reserve_in(Task& task);       // persistent_in.cpp
Step persistent_reserve_out(Task& task);      // persistent_out.cpp
Step prefetch(Task& task);                    // readiness.cpp
Step read(Task& task);                        // transfer.cpp
Step read_capacity_10(Task& task);            // capacity.cpp
Step read_capacity_16(Task& task);            // capacity.cpp
Step read_defect_data(Task& task);            // readiness.cpp
Step receive_copy_parameters(Task& task);     // extended_copy.cpp
Step release(Task& task);                     // reserve.cpp
Step report_luns(Task& task);                 // report_luns.cpp
Step report_supported_functions(Task& task);  // report_opcodes.cpp
Step report_supported_opcodes(Task& task);    // report_opcodes.cpp
Step report_target_port_groups(Task& task);   // target_port_groups.cpp
Step request_sense(Task& task);               // sense.cpp
Step reserve(Task& task);                     // reserve.cpp
Step send_diagnostic(Task& task);             // readiness.cpp
Step set_target_port_groups(Task& task);      // target_port_groups.cpp
Step start_stop_unit(Task& task);             // readiness.cpp
Step synchronize_cache(Task& task);           // transfer.cpp
Step test_unit_ready(Task& task);             // readiness.cpp
Step unmap(Task& task);                       // provisioning.cpp
Step verify(Task& task);                      // verify.cpp
Step write(Task& task);                       // transfer.cpp
Step write_and_verify(Task& task);            // verify.cpp
Step write_same(Task& task);                  // provisioning.cpp

}  // namespace lunet::scsi
