// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/task.h"

namespace lunet::iscsi {

Task& TaskTable::acquire() {
  if (free_ == nullptr) return blocks_.emplace_back();
  Task& task = *free_;
  free_ = task.next;
  task.next = nullptr;
  return task;
}

void TaskTable::insert(Task& task) {
  Task*& bucket = table_[bucket_of(task.initiator_task_tag)];
  task.next_in_bucket = bucket;
  bucket = &task;
  task.previous = last_;
  task.next = nullptr;
  (last_ != nullptr ? last_->next : first_) = &task;
  last_ = &task;
  size_++;
}

void TaskTable::remove(Task& task) {
  Task** link = &table_[bucket_of(task.initiator_task_tag)];
  while (*link != nullptr && *link != &task) link = &(*link)->next_in_bucket;
  if (*link == nullptr) return;
  *link = task.next_in_bucket;
  (task.previous != nullptr ? task.previous->next : first_) = task.next;
  (task.next != nullptr ? task.next->previous : last_) = task.previous;
  task.previous = task.next = task.next_in_bucket = nullptr;
  size_--;
}

void TaskTable::recycle(Task& task) {
  static_cast<Command&>(task) = {};
  task.stage = TaskStage::held;
  task.immediate = task.silent = task.task_aborted = task.marked = task.faulty = false;
  task.data.withdraw();
  task.completion = {};
  task.sense.clear();
  task.next = free_;
  free_ = &task;
}

Task* TaskTable::find(std::uint32_t tag) const {
  Task* task = table_[bucket_of(tag)];
  while (task != nullptr && task->initiator_task_tag != tag) task = task->next_in_bucket;
  return task;
}

}  // namespace lunet::iscsi
