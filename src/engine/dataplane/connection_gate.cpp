// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/connection_gate.h"

#include <fmt/core.h>

#include <utility>

namespace lunet::dataplane {

ConnectionGate::Place::Place(Place&& other) noexcept
    : gate_(std::exchange(other.gate_, nullptr)),
      origin_(std::move(other.origin_)),
      session_(other.session_) {}

ConnectionGate::Place::~Place() {
  if (gate_ == nullptr) return;
  const std::lock_guard lock(gate_->mutex_);
  --gate_->connections_;
  if (session_) {
    --gate_->sessions_;
  } else {
    gate_->leave_origin(origin_);
  }
}

bool ConnectionGate::Place::become_session() {
  const std::lock_guard lock(gate_->mutex_);
  if (session_) return true;
  if (gate_->sessions_ >= gate_->limits_.sessions_max) return false;
  ++gate_->sessions_;
  session_ = true;
  gate_->leave_origin(origin_);
  return true;
}

Result<ConnectionGate::Place> ConnectionGate::enter(const Address& peer) {
  std::string origin = peer.origin();
  const std::lock_guard lock(mutex_);
  if (connections_ >= limits_.connections_max) {
    return Error{EUSERS, fmt::format("{} connections are open", connections_), "raise --connections-max"};
  }
  const auto found = logins_.find(origin);
  if (found != logins_.end() && found->second >= limits_.logins_per_address_max) {
    return Error{EUSERS, fmt::format("{} connections of {} are not logged in", found->second, origin),
                 "raise --logins-per-address-max"};
  }
  ++connections_;
  ++logins_[origin];
  return Place(*this, std::move(origin));
}

void ConnectionGate::leave_origin(const std::string& origin) {
  const auto found = logins_.find(origin);
  if (--found->second == 0) logins_.erase(found);
}

}  // namespace lunet::dataplane
