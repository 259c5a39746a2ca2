// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/full_feature.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace lunet::iscsi {

namespace {

constexpr std::size_t segment_step_bytes = 16384;

}  // namespace

void FullFeature::header_arrived(const Header& header, Bytes ahs) {
  collecting_ = false;
  switch (header.opcode()) {
    case Opcode::scsi_command:
    case Opcode::task_management:
    case Opcode::data_out:
      if (core_.identity.discovery) return core_.reject(header, RejectReason::protocol_error);
      break;
    case Opcode::nop_out:
    case Opcode::text:
    case Opcode::logout: break;
    case Opcode::snack: return core_.reject(header, RejectReason::snack);
    case Opcode::login:
      core_.reject(header, RejectReason::protocol_error);
      return core_.end("login request after the login");
    default: return core_.reject(header, RejectReason::unsupported);
  }
  if (header.opcode() == Opcode::data_out) return data_out_arrived(header);
  if (header.opcode() == Opcode::scsi_command) return command_arrived(header, ahs);
  collecting_ = true;
  data_.clear();
  data_bytes_ = header.data_bytes();
}

MutableBytes FullFeature::room(std::uint32_t offset) {
  if (!collecting_) return commands_.room(offset);
  // Memory grows with what has arrived, not with what was announced.
  if (offset == data_.size()) data_.resize(std::min<std::size_t>(data_bytes_, offset + segment_step_bytes));
  return MutableBytes(reinterpret_cast<std::uint8_t*>(data_.data()), data_.size()).subspan(offset);
}

void FullFeature::pdu_arrived(const Header& header) {
  if (std::exchange(collecting_, false)) return in_order(header);
  commands_.data_complete();
}

/// A command begins with its header; its data may follow straight into the host's buffer.
void FullFeature::command_arrived(const Header& header, Bytes ahs) {
  const std::uint32_t command_sn = header.command_sn();
  auto place = CommandWindow::Place::next;
  if (!header.immediate()) place = core_.window.place(command_sn);
  // Outside of the window, or a number that is there already: ignored (RFC 7143 4.2.2.1).
  if (place == CommandWindow::Place::outside) return;
  if (place == CommandWindow::Place::ahead && order_.holds(command_sn)) return;
  Task* task = commands_.accept(header, ahs);
  if (task == nullptr) return;
  if (place == CommandWindow::Place::ahead) return order_.hold(command_sn, *task);
  if (!header.immediate()) core_.window.advance();
  commands_.execute(*task);
  run_held();
}

void FullFeature::data_out_arrived(const Header& header) {
  if (commands_.data_out_arrived(header)) return;
  core_.end(fmt::format("Data-Out out of order (DataSN {}, offset {})", header.u32(field::data_sn),
                        header.u32(field::buffer_offset)));
}

void FullFeature::in_order(const Header& header) {
  if (header.immediate()) {
    process(header, data_);
    return run_held();
  }
  switch (core_.window.place(header.command_sn())) {
    case CommandWindow::Place::outside: return;
    case CommandWindow::Place::ahead:
      order_.hold(header, data_);
      if (order_.data_bytes() > core_.limits.text_bytes_max)
        core_.end("too much data in requests ahead of their turn");
      return;
    case CommandWindow::Place::next:
      core_.window.advance();
      process(header, data_);
      return run_held();
  }
}

void FullFeature::run_held() {
  while (!core_.over && !order_.empty()) {
    const std::optional<Held> held = order_.take(core_.window.expected());
    if (!held) return;
    core_.window.advance();
    if (held->task != nullptr) {
      commands_.execute(*held->task);
    } else if (held->header) {
      process(*held->header, held->data);
    } else {
      core_.window.complete();
    }
  }
}

void FullFeature::process(const Header& header, std::string_view data) {
  switch (header.opcode()) {
    case Opcode::nop_out: return keepalive_.receive(header, data);
    case Opcode::text: return text_.receive(header, data);
    case Opcode::task_management: return management_.receive(header);
    default: return logout(header);
  }
}

void FullFeature::logout(const Header& request) {
  // 0 closes the session, which is the same with one connection.
  constexpr std::uint8_t close_connection = 1;
  constexpr std::uint8_t remove_for_recovery = 2;
  enum Answer : std::uint8_t { success = 0, no_such_connection = 1, no_recovery = 2 };
  const std::uint8_t why = request.flags() & 0x7f;
  const Account account = request.immediate() ? Account::immediate : Account::command;
  if (why > remove_for_recovery) return core_.reject(request, RejectReason::invalid_field, account);
  Answer answer = success;
  if (why == remove_for_recovery) answer = no_recovery;
  if (why == close_connection && request.u16(20) != core_.identity.cid) answer = no_such_connection;

  Header header(Opcode::logout_response, flag::final);
  header.raw[2] = answer;
  header.set_u32(field::task_tag, request.task_tag());
  header.set_u16(40, static_cast<std::uint16_t>(core_.agreed().time2wait_s));
  header.set_u16(42, static_cast<std::uint16_t>(core_.agreed().time2retain_s));
  core_.send_status(header, {}, account);
  if (answer == success) core_.end("");
}

void FullFeature::tick() {
  commands_.tick();
  if (!core_.over) keepalive_.tick();
}

}  // namespace lunet::iscsi
