// SPDX-License-Identifier: Apache-2.0
// Which sessions exist in the whole process, so that a second login of the same initiator port ends the first
// (session reinstatement, RFC 7143 6.3.5). Thread-safe; logins only, never on the I/O path.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "engine/iscsi/host.h"

namespace lunet::dataplane {

class SessionRegistry {
 public:
  /// Names an initiator port in a target portal group.
  using Key = std::tuple<std::string, std::array<std::uint8_t, 6>, std::string, std::uint16_t>;
  /// What the initiator port had here before this login.
  enum class Past { first_login, logged_out, nexus_lost };
  /// Asks the holder of a session to end it; the holder then calls close(). Any thread.
  using Evict = std::function<void()>;
  /// The session may start. Called once, on the thread of open() or of the close() that made room.
  using Opened = std::function<void(std::uint16_t tsih, Past past)>;

  /// Makes a session once there is no other of this key. Returns its number for close().
  std::uint64_t open(const Key& key, Evict evict, Opened opened);
  /// The session is over (or its login was given up). `clean`: by logout.
  void close(const Key& key, std::uint64_t session, bool clean);

 private:
  struct Waiter {
    std::uint64_t session = 0;
    Evict evict;
    Opened opened;
  };
  struct Entry {
    Waiter holder;
    std::uint16_t tsih = 0;
    std::vector<Waiter> waiting;
  };
  void start(Entry& entry, const Key& key, std::vector<std::function<void()>>& calls);
  std::uint16_t new_tsih();
  Past past_of(const Key& key);

  std::mutex mutex_;
  std::map<Key, Entry> sessions_;
  std::set<std::uint16_t> tsihs_;
  std::uint16_t last_tsih_ = 0;
  std::uint64_t last_session_ = 0;
  std::map<Key, Past> past_;  // of initiator ports seen since start; bounded
};

}  // namespace lunet::dataplane
