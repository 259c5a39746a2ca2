// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/state.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace lunet::iscsi {

namespace {

/// How long an initiator may take to read the last words.
constexpr std::uint64_t flush_ms = 10'000;

}  // namespace

Connection::State::State(Connection& self, Host& host, const ConnectionLimits& limits, std::uint64_t now_ms)
    : core(self, host, limits, now_ms),
      framer(*this),
      full(core, framer),
      login(
          core.negotiation, limits.text_bytes_max,
          [this](const LoginIdentity& identity) { return core.host.admit(core.connection, identity); },
          [this](MutableBytes bytes) { return core.host.random(core.connection, bytes); }),
      begun_ms_(now_ms) {}

bool Connection::State::header_arrived(const Header& header, Bytes ahs) {
  const bool in_login = phase != Phase::full_feature;
  const std::uint32_t data_max = in_login ? segment_bytes_default : core.agreed().receive_segment_bytes;
  if (header.data_bytes() > data_max) {
    core.end(
        fmt::format("a data segment of {} bytes, at most {} are allowed", header.data_bytes(), data_max));
  } else if (!in_login) {
    full.header_arrived(header, ahs);
  } else if (phase == Phase::opening) {
    core.end("a request before the login was answered");
  } else if (header.opcode() == Opcode::login && ahs.empty()) {
    data_.resize(header.data_bytes());
  } else if (login_request_.opcode() != Opcode::login) {
    core.end("the first request is no login");
  } else {
    login_request_.set_u32(field::task_tag, header.task_tag());
    refuse_login(refuse(LoginStatus::invalid_during_login, "another request during the login"));
  }
  return !core.over;
}

MutableBytes Connection::State::room(std::uint32_t offset) {
  if (phase == Phase::full_feature) return full.room(offset);
  return MutableBytes(reinterpret_cast<std::uint8_t*>(data_.data()), data_.size()).subspan(offset);
}

bool Connection::State::direct(std::uint32_t) {
  return phase == Phase::full_feature && full.direct();
}

bool Connection::State::pdu_arrived(const Header& header) {
  if (phase == Phase::full_feature) {
    full.pdu_arrived(header);
  } else {
    login_request(header);
  }
  return !core.over;
}

void Connection::State::header_digest_failed() {
  core.end("wrong header digest");
}

bool Connection::State::data_digest_failed(const Header& header) {
  core.reject(header, RejectReason::data_digest);
  core.end("wrong data digest");
  return false;
}

void Connection::State::login_request(const Header& header) {
  if (login_request_.opcode() != Opcode::login) {
    // Nothing but login requests, which are immediate; MaxCmdSN may only grow later.
    core.window.open(header.command_sn(), 1);
  }
  login_request_ = header;
  if (++login_requests_ > core.limits.login_requests_max) {
    return refuse_login(refuse(LoginStatus::initiator_error, "a login of too many requests"));
  }
  LoginAnswer answer = login.receive(header, data_);
  core.identity = login.identity();
  core.parameters = login.admission().parameters;
  switch (answer.kind) {
    case LoginAnswer::Kind::reply: return send_login_response(answer.flags, answer.text, nullptr);
    case LoginAnswer::Kind::refuse: return refuse_login(answer.refusal);
    case LoginAnswer::Kind::open: break;
  }
  final_answer_ = std::move(answer);
  phase = Phase::opening;
  core.host.open_session(core.connection, core.identity);
}

void Connection::State::session_opened(std::uint16_t new_tsih) {
  if (core.over || phase != Phase::opening) return;
  tsih = new_tsih;
  phase = Phase::full_feature;
  const std::uint32_t depth =
      std::clamp(core.parameters.cmdsn_depth, 1u, std::max(core.limits.commands_max, 1u));
  core.window.open(core.window.expected(), depth);
  full.keepalive().heard();
  send_login_response(final_answer_.flags, final_answer_.text, nullptr);
  // From the next PDU on, in both directions (RFC 7143 6.3.3).
  const Negotiated& agreed = core.agreed();
  framer.use_digests(agreed.header_digest, agreed.data_digest);
  core.output.use_digests(agreed.header_digest, agreed.data_digest);
}

void Connection::State::refuse_login(const Refusal& refusal) {
  if (core.over || phase == Phase::full_feature) return;
  send_login_response(static_cast<std::uint8_t>(login_request_.flags() & 0x0c), {}, &refusal);
  core.host.login_refused(core.connection, login.identity(), refusal);
  core.end(
      fmt::format("login refused ({:02x}{:02x}): {}", refusal.status_class, refusal.detail, refusal.reason));
}

void Connection::State::send_login_response(std::uint8_t flags, std::string_view text,
                                            const Refusal* refusal) {
  Header header(Opcode::login_response, flags);
  // Version-max and Version-active stay 0; ISID, TSIH and tag are the initiator's.
  std::copy_n(&login_request_.raw[8], 8, &header.raw[8]);
  if (tsih != 0) header.set_u16(14, tsih);
  header.set_u32(field::task_tag, login_request_.task_tag());
  if (refusal != nullptr) {
    header.raw[36] = refusal->status_class;
    header.raw[37] = refusal->detail;
  }
  core.send_status(header, owned_payload(text), Account::immediate);
}

void Connection::State::tick(std::uint64_t now_ms) {
  core.now_ms = now_ms;
  if (core.over) {
    if (now_ms - over_ms_ >= flush_ms) abandon_output();
    return;
  }
  if (out_of_time())
    return core.end(phase == Phase::full_feature ? "discovery took too long" : "login timeout");
  if (phase == Phase::full_feature) full.tick();
}

bool Connection::State::out_of_time() const {
  const std::uint64_t age_ms = core.now_ms - begun_ms_;
  if (phase == Phase::full_feature) {
    return core.identity.discovery && age_ms >= std::uint64_t{core.limits.discovery_s} * 1000;
  }
  const std::uint32_t limit_s =
      login.admitted() ? login.admission().login_timeout_s : core.limits.login_timeout_s;
  return age_ms >= std::uint64_t{limit_s} * 1000;
}

void Connection::State::settle() {
  if (!core.over || std::exchange(settled_, true)) return;
  over_ms_ = core.now_ms;
  full.commands().abandon();
}

}  // namespace lunet::iscsi
