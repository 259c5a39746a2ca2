// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/reply.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "base/check.h"

namespace lunet::scsi {
namespace {

Sense sense_of_io(Io::Kind kind, int error) {
  switch (error) {
    case EIO:
      if (kind == Io::Kind::read) return {SenseKey::medium_error, asc_unrecovered_read_error};
      return {SenseKey::medium_error, asc_write_error};
    case ENOSPC: return {SenseKey::data_protect, asc_space_allocation_failed};
    case EROFS: return {SenseKey::data_protect, asc_write_protected};
    default:
      // NOT READY on purpose, as LIO: initiators retry it instead of failing the disk.
      return {SenseKey::not_ready, asc_communication_failure};
  }
}

/// Ends with a status that has no sense data; nothing is transferred.
Step end_with(Task& task, Status status) {
  task.status = status;
  task.transfer_bytes = 0;
  task.next = nullptr;
  return Step::finish;
}

}  // namespace

Step finish(Task& task) {
  task.status = Status::good;
  task.next = nullptr;
  return Step::finish;
}

Step fail(Task& task, const Sense& sense) {
  task.status = Status::check_condition;
  task.sense = sense;
  task.transfer_bytes = 0;
  task.parameters.clear();
  task.next = nullptr;
  return Step::finish;
}

Step conflict(Task& task) {
  return end_with(task, Status::reservation_conflict);
}

Step illegal(Task& task, std::uint16_t code) {
  return fail(task, {SenseKey::illegal_request, code});
}

Step finish_without_data(Task& task) {
  task.io = {};
  return finish(task);
}

Step miscompare(Task& task, std::uint64_t offset) {
  return fail(task, {SenseKey::miscompare, asc_miscompare, offset});
}

Step reply(Task& task, std::vector<std::uint8_t> data, std::uint64_t allocation_length) {
  if (data.size() > allocation_length) data.resize(allocation_length);
  task.parameters = std::move(data);
  task.transfer_bytes = task.parameters.size();
  return finish(task);
}

Step want_data(Task& task, std::uint32_t bytes, Continuation next) {
  CHECK(bytes > 0 && bytes <= task.data_out_bytes);
  task.data_wanted = bytes;
  task.next = next;
  return Step::need_data;
}

Step want_data_and_room(Task& task, std::uint32_t bytes, std::uint32_t room, Continuation next) {
  task.room_wanted = room;
  return want_data(task, bytes, next);
}

Step want_effects(Task& task, Continuation next) {
  task.next = next;
  return Step::need_effects;
}

Step want_turn(Task& task, Continuation next) {
  task.next = next;
  return Step::need_turn;
}

Step want_lock(Task& task, const LockedRange& range, Continuation next) {
  CHECK(range.length > 0);
  task.lock = range;
  task.next = next;
  return Step::need_lock;
}

Step want_io(Task& task, const Io& io, Continuation next) {
  task.io = io;
  task.next = next;
  return Step::need_io;
}

Step finish_io(Task& task, int result) {
  // There was no memory for the I/O: the initiator sends the command again when others have ended
  // (SAM-5 5.3.1).
  if (result == -ENOMEM) return end_with(task, Status::task_set_full);
  if (result != 0) return fail(task, sense_of_io(task.io.kind, -result));
  CHECK(task.io.kind != Io::Kind::read || task.data.size() >= task.io.length);
  return finish(task);
}

}  // namespace lunet::scsi
