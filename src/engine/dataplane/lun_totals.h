// SPDX-License-Identifier: Apache-2.0
// What went through the LUNs of portal groups, all sessions together, also those that are over: a count that
// never goes back. Each worker has its own, on its thread, so that no command waits for another thread; who
// asks adds them up.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "engine/dataplane/session_info.h"
#include "engine/dataplane/snapshot.h"

namespace lunet::dataplane {

/// By the LUN's number in the portal group.
using LunUses = std::map<std::uint16_t, LunUse>;

class LunTotals {
 public:
  /// Where the commands through a mapping of the portal group are counted.
  std::shared_ptr<LunUse> of(const Tpg& tpg, const LunMapping& mapping);
  /// Forgets the LUNs that are gone or show another disk: a LUN that comes back counts from nothing.
  void keep_what_is_in(const Snapshot& snapshot);
  void add_to(LunUses& sum, std::string_view target, std::uint16_t tag) const;

 private:
  struct Lun {
    std::string disk;  ///< its path in the target tree
    std::shared_ptr<LunUse> use;
  };
  struct Group {
    std::shared_ptr<const Tpg> seen;  ///< in the newest snapshot: the same needs no second look
    std::map<std::uint16_t, Lun> luns;
  };
  std::map<std::pair<std::string, std::uint16_t>, Group, std::less<>> groups_;
};

}  // namespace lunet::dataplane
