// SPDX-License-Identifier: Apache-2.0
// How many connections there may be: in all, of one address before they have logged in, and of sessions.
// Counted where connections are accepted, before they cost memory. Thread-safe; never on the I/O path.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/fd.h"
#include "base/result.h"
#include "engine/dataplane/address.h"

namespace lunet::dataplane {

struct GateLimits {
  std::size_t connections_max = 4096;
  /// Connections of one address (IPv6: of one /64) that are not in a normal session: logging in, or asking
  /// for targets.
  std::size_t logins_per_address_max = 128;
  std::size_t sessions_max = 2048;  ///< normal sessions, of all addresses
};

class ConnectionGate {
 public:
  /// A connection's place; given back when destroyed. The gate outlives it.
  class Place {
   public:
    Place(Place&& other) noexcept;
    Place& operator=(Place&&) = delete;
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place();
    /// The login is done: the place does not count for its address any more. False: no session is left.
    [[nodiscard]] bool become_session();

   private:
    friend class ConnectionGate;
    Place(ConnectionGate& gate, std::string origin) : gate_(&gate), origin_(std::move(origin)) {}
    ConnectionGate* gate_;
    std::string origin_;
    bool session_ = false;
  };

  explicit ConnectionGate(const GateLimits& limits = {}) : limits_(limits) {}

  /// EUSERS: no more connections, of this address or at all; the message says which.
  Result<Place> enter(const Address& peer);
  [[nodiscard]] const GateLimits& limits() const { return limits_; }

 private:
  void leave_origin(const std::string& origin);

  const GateLimits limits_;
  std::mutex mutex_;
  std::size_t connections_ = 0;
  std::size_t sessions_ = 0;
  std::map<std::string, std::size_t> logins_;  ///< by origin; as many entries as connections at most
};

/// A connection that a portal took in.
struct Accepted {
  Fd socket;
  std::string portal;  ///< the listener's configured address
  ConnectionGate::Place place;
};

}  // namespace lunet::dataplane
