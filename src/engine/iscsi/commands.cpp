// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/commands.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "engine/iscsi/response.h"

namespace lunet::iscsi {

namespace {

/// Fixed-format sense: ABORTED COMMAND with ASC and ASCQ (RFC 7143 11.4.7.2).
std::vector<std::uint8_t> data_fault(std::uint16_t code) {
  std::vector<std::uint8_t> sense(18);
  sense[0] = 0x70;
  sense[2] = 0x0b;
  sense[7] = 10;
  store_be16(&sense[12], code);
  return sense;
}
constexpr std::uint16_t unexpected_unsolicited_data = 0x0c0c;
constexpr std::uint16_t incorrect_amount_of_data = 0x0c0d;
constexpr std::uint16_t protocol_service_crc_error = 0x4705;

}  // namespace

Task* Commands::accept(const Header& header, Bytes ahs) {
  Task& task = tasks_.acquire();
  std::optional<RejectReason> why;
  if (!parse_command(header, ahs, task)) {
    why = RejectReason::invalid_field;
  } else if (tasks_.find(task.initiator_task_tag) != nullptr) {
    why = RejectReason::task_in_progress;
  } else if (header.immediate() &&
             tasks_.size() + core_.output.immediate_pdus() >= core_.limits.commands_max) {
    why = RejectReason::too_many_immediate;
  }
  if (why) {
    tasks_.recycle(task);
    core_.reject(header, *why);
    return nullptr;
  }
  task.immediate = header.immediate();
  tasks_.insert(task);
  expect_data(task, header);
  return &task;
}

/// Immediate and unsolicited data: what is allowed, and what to do with more.
void Commands::expect_data(Task& task, const Header& header) {
  const Negotiated& agreed = core_.agreed();
  const std::uint32_t immediate = header.data_bytes();
  const bool open = !header.has(flag::final);
  std::uint32_t unsolicited_max = std::min(agreed.first_burst_bytes, task.expected_bytes);
  if ((immediate > 0 && !agreed.immediate_data) || (open && agreed.initial_r2t)) {
    task.sense = data_fault(unexpected_unsolicited_data);
  } else if (immediate > unsolicited_max) {
    task.sense = data_fault(incorrect_amount_of_data);
  }
  task.faulty = !task.sense.empty();
  // The host sees no command that fails here, but the initiator sends its data all the same.
  if (task.faulty) {
    unsolicited_max = task.expected_bytes;
    task.data.begin(unsolicited_max, open);
    task.data.withdraw();
  } else {
    task.data.begin(unsolicited_max, open);
  }
  task.progress_ms = core_.now_ms;
  if (immediate == 0) return;
  task.data.begin_immediate(immediate);
  receiving_ = &task;
}

void Commands::execute(Task& task) {
  task.stage = TaskStage::with_host;
  if (!task.faulty) return core_.host.command(core_.connection, task);
  const std::vector<std::uint8_t> sense = task.sense;
  conclude(task, {.status = status_check_condition, .sense = sense, .data_in = {}, .transfer_bytes = 0});
}

bool Commands::data_out_arrived(const Header& header) {
  Task* task = tasks_.find(header.task_tag());
  // The command may have been aborted, or ignored for its CmdSN, while its data was on the way.
  if (task == nullptr) return true;
  if (!task->writes || !task->data.begin_data_out(header)) {
    core_.reject(header, RejectReason::protocol_error);
    return spoil(*task);
  }
  task->progress_ms = core_.now_ms;
  receiving_ = task;
  return true;
}

/// A gap in the data means that a PDU was lost (RFC 7143 7.8): without error recovery the command ends, and
/// what still comes for it is skipped. False: the command cannot be ended here.
bool Commands::spoil(Task& task) {
  if (task.stage != TaskStage::waiting && task.stage != TaskStage::finishing) return false;
  if (task.stage == TaskStage::waiting) discard(task);
  task.data.begin(0, false);
  const std::vector<std::uint8_t> sense = data_fault(protocol_service_crc_error);
  respond(task, {.status = status_check_condition, .sense = sense, .data_in = {}, .transfer_bytes = 0});
  return true;
}

void Commands::data_complete() {
  if (receiving_ == nullptr) return;
  Task& task = *receiving_;
  receiving_ = nullptr;
  task.data.end_pdu();
  task.progress_ms = core_.now_ms;
  if (task.data.kept_bytes() > 0) limit_early_data();
  advance(task);
}

/// Commands whose turn does not come keep the data that came with them.
void Commands::limit_early_data() {
  std::size_t bytes = 0;
  for (const Task* task = tasks_.first(); task != nullptr; task = task->next)
    bytes += task->data.kept_bytes();
  if (bytes > core_.limits.early_bytes_max) core_.end("too much data of commands ahead of their turn");
}

/// What is next after more data has come.
void Commands::advance(Task& task) {
  if (task.stage == TaskStage::finishing && !task.data.owed()) {
    respond(task, task.completion);
  } else if (task.stage == TaskStage::waiting && task.data.complete()) {
    task.stage = TaskStage::running;
    core_.host.data_arrived(core_.connection, task);
  } else if (task.stage == TaskStage::waiting) {
    const Negotiated& agreed = core_.agreed();
    while (const auto next = task.data.solicit(agreed.max_burst_bytes, agreed.max_outstanding_r2t,
                                               core_.next_transfer_tag())) {
      Header header(Opcode::r2t, flag::final);
      header.set_lun(task.lun);
      header.set_u32(field::task_tag, task.initiator_task_tag);
      header.set_u32(field::transfer_tag, next->transfer_tag);
      header.set_u32(field::data_sn, next->number);
      header.set_u32(field::buffer_offset, next->offset);
      header.set_u32(44, next->length);
      core_.send(header, {}, Account::none);
    }
  }
}

void Commands::want_data(Task& task, MutableBytes buffer) {
  CHECK(task.stage == TaskStage::with_host);
  CHECK(buffer.size() <= (task.writes ? task.expected_bytes : 0));
  task.stage = TaskStage::waiting;
  if (core_.over || task.silent || task.task_aborted) {
    const bool answer = task.task_aborted && !core_.over;
    discard(task);
    if (answer) return conclude(task, aborted_completion());
    return end_silently(task);
  }
  task.data.give(buffer, receiving_ == &task ? framer_.data_done() : 0);
  advance(task);
}

void Commands::finish(Task& task, const Completion& completion) {
  CHECK(task.stage == TaskStage::with_host || task.stage == TaskStage::waiting ||
        task.stage == TaskStage::running);
  if (core_.over || task.silent) return end_silently(task);
  if (task.task_aborted) return conclude(task, aborted_completion());
  conclude(task, completion);
}

/// Responds when the initiator has sent all it owes (RFC 7143 11.17.1).
void Commands::conclude(Task& task, const Completion& completion) {
  task.data.withdraw();
  if (!task.data.owed()) return respond(task, completion);
  task.stage = TaskStage::finishing;
  task.sense.assign(completion.sense.begin(), completion.sense.end());
  task.completion = completion;
  task.completion.sense = task.sense;
}

void Commands::respond(Task& task, const Completion& completion) {
  // Out of the table first: the host may drop the connection when it hears of the output.
  tasks_.remove(task);
  send_completion(core_, task, completion);
  remove(task);
}

/// The end of a task without a response.
void Commands::end_silently(Task& task) {
  if (task.stage != TaskStage::held && !task.immediate) core_.window.complete();
  remove(task);
}

void Commands::discard(Task& task) {
  // Nobody but our caller ends a running task, whatever the host calls meanwhile.
  task.stage = TaskStage::running;
  task.data.withdraw();
  core_.host.discard(core_.connection, task);
}

std::size_t Commands::running() const {
  std::size_t count = 0;
  for (const Task* task = tasks_.first(); task != nullptr; task = task->next) {
    count += task->stage == TaskStage::with_host || task->stage == TaskStage::waiting ||
                     task->stage == TaskStage::running
                 ? 1
                 : 0;
  }
  return count;
}

void Commands::tick() {
  if (core_.parameters.dataout_timeout_s == 0) return;
  const std::uint64_t patience_ms = std::uint64_t{core_.parameters.dataout_timeout_s} * 1000;
  for (const Task* task = tasks_.first(); task != nullptr; task = task->next) {
    if (task->data.owed() && core_.now_ms - task->progress_ms >= patience_ms) {
      return core_.end("the initiator does not send the data of a write");
    }
  }
}

}  // namespace lunet::iscsi
