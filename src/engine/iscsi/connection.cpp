// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/connection.h"

#include "engine/iscsi/state.h"

namespace lunet::iscsi {

Connection::Connection(Host& host, const ConnectionLimits& limits, std::uint64_t now_ms)
    : state_(std::make_unique<State>(*this, host, limits, now_ms)) {}

Connection::~Connection() = default;

void Connection::receive(Bytes bytes) {
  if (state_->core.over || bytes.empty()) return;
  state_->full.keepalive().heard();
  state_->framer.receive(bytes);
  state_->settle();
}

MutableBytes Connection::direct_room() {
  return state_->core.over ? MutableBytes() : state_->framer.direct_room();
}

void Connection::direct_received(std::size_t bytes) {
  if (state_->core.over) return;
  state_->full.keepalive().heard();
  state_->framer.direct_received(bytes);
  state_->settle();
}

std::size_t Connection::gather(std::span<iovec> vector) {
  return has_output() ? state_->core.output.gather(vector) : 0;
}

void Connection::sent(std::size_t bytes) {
  state_->core.output.sent(bytes);
}

bool Connection::has_output() const {
  return state_->has_output();
}

bool Connection::finished() const {
  return state_->core.over;
}

const std::string& Connection::reason() const {
  return state_->core.reason;
}

void Connection::drop(std::string_view why) {
  state_->core.end(why);
  state_->abandon_output();
  state_->settle();
}

void Connection::tick(std::uint64_t now_ms) {
  state_->tick(now_ms);
  state_->settle();
}

void Connection::session_opened(std::uint16_t tsih) {
  state_->session_opened(tsih);
  state_->settle();
}

void Connection::session_refused(const Refusal& refusal) {
  state_->refuse_login(refusal);
  state_->settle();
}

void Connection::want_data(Command& command, MutableBytes buffer) {
  state_->full.commands().want_data(static_cast<Task&>(command), buffer);
  state_->settle();
}

void Connection::finish(Command& command, const Completion& completion) {
  state_->full.commands().finish(static_cast<Task&>(command), completion);
  state_->settle();
}

void Connection::management_done(const TaskManagement& request, ManagementResponse response) {
  state_->full.management().done(request, response);
  state_->settle();
}

void Connection::abort_commands(std::uint64_t lun, bool task_aborted_status) {
  state_->full.commands().abort_all_of(lun, task_aborted_status);
  state_->settle();
}

bool Connection::full_feature() const {
  return state_->phase == State::Phase::full_feature && !state_->core.over;
}

const LoginIdentity& Connection::identity() const {
  return state_->login.identity();
}

std::uint16_t Connection::tsih() const {
  return state_->tsih;
}

std::size_t Connection::running() const {
  return state_->full.commands().running();
}

std::string Connection::negotiated() const {
  return state_->core.agreed().text();
}

}  // namespace lunet::iscsi
