// SPDX-License-Identifier: Apache-2.0
// SocketConnection's task management (RFC 7143 11.5, SAM-5 7): what ends commands before their time. ABORT
// TASK is the protocol's.
#include <algorithm>

#include "engine/dataplane/socket_connection.h"
#include "engine/dataplane/worker.h"

namespace lunet::dataplane {

void SocketConnection::abort(iscsi::Connection& /*connection*/, iscsi::Command& command) {
  if (command.context != nullptr) static_cast<RunningTask*>(command.context)->abort();
}

void SocketConnection::management_done(const iscsi::TaskManagement& request,
                                       iscsi::ManagementResponse response) {
  if (!closing_) protocol_.management_done(request, response);
}

void SocketConnection::manage(iscsi::Connection& /*connection*/, const iscsi::TaskManagement& request) {
  using Function = iscsi::TaskManagement::Function;
  using Response = iscsi::ManagementResponse;
  switch (request.function) {
    case Function::abort_task:
    case Function::clear_aca: return protocol_.management_done(request, Response::unsupported);
    case Function::reassign: return protocol_.management_done(request, Response::reassign_unsupported);
    // It would end the sessions of others.
    case Function::cold_reset: return protocol_.management_done(request, Response::unauthorized);
    case Function::warm_reset: {
      const std::shared_ptr<void> barrier = answer_when_released(request);
      for (const auto& lun : luns_.luns()) {
        worker_.clear_tasks(lun->mapping.disk, Clearing::reset, id_, barrier);
      }
      return;
    }
    case Function::abort_task_set:
    case Function::clear_task_set:
    case Function::lun_reset: break;
  }
  const auto lun = luns_.find(request.lun);
  if (lun == nullptr) return protocol_.management_done(request, Response::no_such_lun);
  const std::shared_ptr<void> barrier = answer_when_released(request);
  if (request.function == Function::abort_task_set) return abort_task_set(*lun, barrier);
  const bool reset = request.function == Function::lun_reset;
  worker_.clear_tasks(lun->mapping.disk, reset ? Clearing::reset : Clearing::clear_task_set, id_, barrier);
}

// Answered when the last holder lets go: every worker has looked, every command that ran has come back.
std::shared_ptr<void> SocketConnection::answer_when_released(const iscsi::TaskManagement& request) {
  Worker& worker = worker_;
  return {nullptr, [&worker, lifetime = worker.lifetime(), id = id_, request](void*) {
            if (const auto alive = lifetime.lock(); alive == nullptr) return;
            worker.post_to(id, [request](SocketConnection& connection) {
              connection.management_done(request, iscsi::ManagementResponse::complete);
            });
          }};
}

void SocketConnection::abort_task_set(const SessionLun& lun, const std::shared_ptr<void>& barrier) {
  for (RunningTask* task : tasks_) {
    const LunMapping* mapping = task->mapping();
    if (mapping != nullptr && mapping->lun == lun.mapping.lun) task->hold_until_end(barrier);
  }
  for (const std::uint64_t wire : wire_forms(lun.mapping.lun)) protocol_.abort_commands(wire, false);
}

void SocketConnection::clear_tasks(const Disk& disk, Clearing why, bool issuer,
                                   const std::shared_ptr<void>& barrier) {
  bool had_commands = false;
  for (RunningTask* task : tasks_) {
    const LunMapping* mapping = task->mapping();
    if (mapping == nullptr || mapping->disk.get() != &disk) continue;
    task->hold_until_end(barrier);
    had_commands = true;
  }
  for (const auto& lun : luns_.luns()) {
    if (lun->mapping.disk.get() != &disk) continue;
    // TAS: commands of other nexuses are answered with TASK ABORTED (SAM-5 5.6, attribute emulate_tas).
    const bool answered = !issuer && lun->mapping.unit->attributes.emulate_tas;
    for (const std::uint64_t wire : wire_forms(lun->mapping.lun)) protocol_.abort_commands(wire, answered);
    if (why == Clearing::clear_task_set && !issuer && !answered && had_commands) {
      lun->nexus.raise(scsi::ua_commands_cleared);
    }
  }
  if (why == Clearing::reset) luns_.raise(disk, scsi::ua_device_reset);
}

void SocketConnection::save_reservations(const scsi::Unit& unit, std::string text,
                                         std::function<void(int)> done) {
  worker_.state_files().save_reservations(unit.identity.serial, std::move(text), reactor(), std::move(done));
}

void SocketConnection::spread(const std::shared_ptr<Disk>& disk, const scsi::Effects& effects,
                              const std::shared_ptr<void>& barrier) {
  worker_.spread(disk, effects, id_, barrier);
}

// PREEMPT AND ABORT (SPC-4 5.13.11.5): as CLEAR TASK SET by another initiator.
void SocketConnection::abort_for_others(const SessionLun& lun, const std::shared_ptr<void>& barrier) {
  for (RunningTask* task : tasks_) {
    const LunMapping* mapping = task->mapping();
    if (mapping != nullptr && mapping->lun == lun.mapping.lun) task->hold_until_end(barrier);
  }
  const bool answered = lun.mapping.unit->attributes.emulate_tas;
  for (const std::uint64_t wire : wire_forms(lun.mapping.lun)) protocol_.abort_commands(wire, answered);
}

void SocketConnection::feel(const Disk& disk, const scsi::Effects& effects, bool issuer,
                            const std::shared_ptr<void>& barrier) {
  const auto luns = luns_.luns();  // a copy: ending commands may end the session
  for (const auto& lun : luns) {
    if (lun->mapping.disk.get() != &disk) continue;
    const scsi::NexusId& nexus = lun->nexus.id();
    for (const scsi::Notice& notice : effects.notices) {
      if (notice.nexus == nexus) lun->nexus.raise(notice.code);
    }
    if (issuer) continue;
    if (effects.to_others != 0) lun->nexus.raise(effects.to_others);
    const bool ends =
        std::find(effects.aborted.begin(), effects.aborted.end(), nexus) != effects.aborted.end();
    if (ends) abort_for_others(*lun, barrier);
  }
}

}  // namespace lunet::dataplane
