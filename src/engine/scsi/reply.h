// SPDX-License-Identifier: Apache-2.0
// How commands take a step: the only places that set status, sense, data-in and I/O of a Task.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "engine/scsi/task.h"

namespace lunet::scsi {

// Additional sense codes (ASC << 8 | ASCQ, SPC-4 annex E.2).
inline constexpr std::uint16_t asc_none = 0x0000;
inline constexpr std::uint16_t asc_communication_failure = 0x0800;
inline constexpr std::uint16_t asc_third_party_device_failure = 0x0D01;
inline constexpr std::uint16_t asc_copy_target_not_reachable = 0x0D02;
inline constexpr std::uint16_t asc_write_error = 0x0C00;
inline constexpr std::uint16_t asc_invalid_field_in_information_unit = 0x0E03;
inline constexpr std::uint16_t asc_unrecovered_read_error = 0x1100;
inline constexpr std::uint16_t asc_miscompare = 0x1D00;
inline constexpr std::uint16_t asc_parameter_list_length_error = 0x1A00;
inline constexpr std::uint16_t asc_invalid_opcode = 0x2000;
inline constexpr std::uint16_t asc_lba_out_of_range = 0x2100;
inline constexpr std::uint16_t asc_invalid_field_in_cdb = 0x2400;
inline constexpr std::uint16_t asc_no_such_unit = 0x2500;
inline constexpr std::uint16_t asc_invalid_field_in_parameter_list = 0x2600;
inline constexpr std::uint16_t asc_too_many_target_descriptors = 0x2606;
inline constexpr std::uint16_t asc_unsupported_target_descriptor = 0x2607;
inline constexpr std::uint16_t asc_too_many_segment_descriptors = 0x2608;
inline constexpr std::uint16_t asc_unsupported_segment_descriptor = 0x2609;
inline constexpr std::uint16_t asc_inline_data_length_exceeded = 0x260B;
inline constexpr std::uint16_t asc_write_protected = 0x2700;
inline constexpr std::uint16_t asc_space_allocation_failed = 0x2707;
inline constexpr std::uint16_t asc_saving_not_supported = 0x3900;

/// Ends with GOOD.
Step finish(Task& task);
/// Ends with CHECK CONDITION; nothing is transferred.
Step fail(Task& task, const Sense& sense);
/// Ends with RESERVATION CONFLICT.
Step conflict(Task& task);
/// 5/`code`.
Step illegal(Task& task, std::uint16_t code);
/// Ends with GOOD and no data, whatever io read before.
Step finish_without_data(Task& task);
/// Ends with CHECK CONDITION MISCOMPARE; `offset` is of the first byte that differs.
Step miscompare(Task& task, std::uint64_t offset);
/// Ends with GOOD and `data`, cut to the allocation length of the CDB.
Step reply(Task& task, std::vector<std::uint8_t> data, std::uint64_t allocation_length);
/// Asks for the first `bytes` of data-out; `next` runs when they are in task.data.
Step want_data(Task& task, std::uint32_t bytes, Continuation next);
/// The same, with `room` bytes of Task::room().
Step want_data_and_room(Task& task, std::uint32_t bytes, std::uint32_t room, Continuation next);
/// Asks for effects; `next` gets how saving went.
Step want_effects(Task& task, Continuation next);
/// Asks to be the only command that changes what nexuses share.
Step want_turn(Task& task, Continuation next);
/// Asks for exclusive use of a range until the command ends.
Step want_lock(Task& task, const LockedRange& range, Continuation next);
/// Asks for I/O; `next` gets its result.
Step want_io(Task& task, const Io& io, Continuation next);
/// Ends with what `result` (0 or -errno) of task.io means. Also a Continuation.
Step finish_io(Task& task, int result);

}  // namespace lunet::scsi
