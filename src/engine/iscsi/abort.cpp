// SPDX-License-Identifier: Apache-2.0
// How tasks end before their time: ABORT TASK, resets, the end of the connection.
#include <algorithm>
#include <utility>

#include "engine/iscsi/commands.h"
#include "engine/iscsi/management.h"
#include "engine/iscsi/response.h"

namespace lunet::iscsi {

void Commands::abort_task(const Header& request) {
  const std::uint32_t referenced_tag = request.transfer_tag();
  const std::uint32_t referenced_sn = request.u32(field::max_command_sn);
  Task* task = tasks_.find(referenced_tag);
  if (task != nullptr && task->lun == request.lun()) {
    pending_aborts_.push_back({task, request});
    return abort(*task, false);
  }
  // Not here, but in the window and before this request: it counts as received and aborted (RFC 7143 11.5.1).
  const bool on_the_way = core_.window.place(referenced_sn) != CommandWindow::Place::outside &&
                          serial_less(referenced_sn, request.command_sn());
  if (task == nullptr && on_the_way && !order_.holds(referenced_sn)) {
    order_.skip(referenced_sn);
    return send_management_response(core_, request, ManagementResponse::complete);
  }
  send_management_response(core_, request, ManagementResponse::no_such_task);
}

/// Ends the task now, or marks it so that it ends when the host has finished it.
void Commands::abort(Task& task, bool task_aborted_status) {
  switch (task.stage) {
    case TaskStage::held: order_.forget(task); return end_silently(task);
    case TaskStage::waiting:
      discard(task);
      if (task_aborted_status && !core_.over) {
        return conclude(task, aborted_completion());
      }
      return end_silently(task);
    case TaskStage::finishing:
      if (!task_aborted_status) return end_silently(task);
      task.completion = aborted_completion();
      return;
    case TaskStage::with_host:
    case TaskStage::running:
      task.task_aborted = task.task_aborted || task_aborted_status;
      task.silent = task.silent || !task_aborted_status;
      return core_.host.abort(core_.connection, task);
  }
}

void Commands::abort_all_of(std::uint64_t lun, bool task_aborted_status) {
  for (Task* task = tasks_.first(); task != nullptr; task = task->next) {
    // A held command has not reached the logical unit.
    task->marked = task->lun == lun && task->stage != TaskStage::held;
  }
  while (Task* task = next_marked()) abort(*task, task_aborted_status);
}

void Commands::abandon() {
  for (Task* task = tasks_.first(); task != nullptr; task = task->next) task->marked = true;
  while (Task* task = next_marked()) abort(*task, false);
}

/// The host may end tasks while others are being aborted, so each step starts at the front.
Task* Commands::next_marked() {
  for (Task* task = tasks_.first(); task != nullptr; task = task->next) {
    if (std::exchange(task->marked, false)) return task;
  }
  return nullptr;
}

void Commands::remove(Task& task) {
  if (receiving_ == &task) receiving_ = nullptr;
  tasks_.remove(task);
  std::vector<Header> answered;
  std::erase_if(pending_aborts_, [&](const PendingAbort& pending) {
    if (pending.task != &task) return false;
    answered.push_back(pending.request);
    return true;
  });
  tasks_.recycle(task);
  for (const Header& request : answered)
    send_management_response(core_, request, ManagementResponse::complete);
}

}  // namespace lunet::iscsi
