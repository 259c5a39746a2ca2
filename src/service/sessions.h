// SPDX-License-Identifier: Apache-2.0
// Who is logged in (features 3.4.1, 4.8), read from the files that LIO has, and from the one that lunetd has
// besides: it also shows initiators without an ACL, and what went through each LUN.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "configfs/tree.h"
#include "service/service.h"

namespace lunet::service {

/// What went through a LUN: of a session since it logged in, or of all together.
struct LunTraffic {
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t others = 0;
  std::uint64_t read_bytes = 0;
  std::uint64_t write_bytes = 0;
  std::uint64_t timed = 0;     ///< commands whose time was taken
  std::uint64_t timed_us = 0;  ///< of these together
};

struct SessionLunView {
  std::uint16_t lun = 0;       ///< as the initiator sees it
  std::string storage_object;  ///< "fileio/d1"; "" when the link is broken
  bool write_protected = false;
  std::optional<LunTraffic> traffic = {};  ///< where the runtime tells it
  std::string disk = {};                   ///< its directory, "core/fileio_0/d1"
};

struct LoginSession {
  std::string sid;
  std::string alias;
  std::string type = "Normal";
  std::string state;  ///< "LOGGED_IN"
  std::string initiator;
  std::string target;
  std::uint16_t tag = 1;
  bool has_acl = true;
  bool authenticated = false;  ///< it had to prove who it is
  std::string address;
  std::string transport;
  std::string cid;
  std::string connection_state;
  std::vector<SessionLunView> luns = {};
};

/// By target, TPG and number. One round trip.
Result<std::vector<LoginSession>> read_sessions(configfs::Tree& live);

/// What went through a LUN of a TPG, all sessions together.
struct LunCounters {
  std::string target;
  std::uint16_t tag = 1;
  std::uint16_t lun = 0;
  std::string storage_object;
  std::uint64_t commands = 0;
  std::uint64_t read_bytes = 0;            ///< LIO counts whole MiB
  std::uint64_t write_bytes = 0;           ///< the same
  std::optional<LunTraffic> traffic = {};  ///< where the runtime tells more
  std::string disk = {};                   ///< as SessionLunView
};
struct TpgSessions {
  std::string target;
  std::uint16_t tag = 1;
  /// Also those that read_sessions() does not see: of initiators without an ACL, and but for targets of
  /// several TPGs on the kernel all of one ACL.
  std::size_t sessions = 0;
};
struct Counters {
  std::vector<LoginSession> sessions;
  std::vector<LunCounters> luns;
  std::vector<TpgSessions> tpgs;
};
/// All that is counted. One round trip.
Result<Counters> read_counters(configfs::Tree& live, RuntimeKind runtime);

}  // namespace lunet::service
