// SPDX-License-Identifier: Apache-2.0
// What could not be removed because its storage does not answer (ruling 47): disks in quarantine, never freed
// under I/O, and the removals that fail at once as long as that lasts.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/dataplane/disk.h"
#include "engine/dataplane/drain.h"

namespace lunet::control {

using Drain = dataplane::Drain;

/// "core/fileio_0/d: 3 commands (of iqn.x) wait for its storage"; names one disk, the first.
std::string describe_uses(const std::vector<Drain::Use>& uses);

class Graveyard {
 public:
  using Close = std::function<void(std::vector<std::unique_ptr<backstore::Backstore>>)>;

  explicit Graveyard(Close close = {}) : close_(std::move(close)) {}
  /// A removal gave up waiting for this.
  void remember(std::shared_ptr<Drain> drain) { stuck_.push_back(std::move(drain)); }
  /// Nobody sees the disk once `drain` is done; it is closed then, at one of the next calls of tend().
  void bury(std::shared_ptr<dataplane::Disk> disk, std::shared_ptr<Drain> drain);
  /// Closes what is idle now, forgets what is over.
  void tend();
  /// Some removal is still being waited for in vain.
  [[nodiscard]] bool holds_up() const { return !stuck_.empty(); }
  /// EBUSY when a command is still on its way to one of these disks that a removal waited for in vain.
  /// `initiator`: only its commands count; "": everybody's.
  Result<> check_removable(const std::set<std::string>& disks, std::string_view initiator = {});

 private:
  struct Buried {
    std::shared_ptr<dataplane::Disk> disk;
    std::shared_ptr<Drain> drain;
  };
  std::vector<std::shared_ptr<Drain>> stuck_;
  std::vector<Buried> buried_;
  Close close_;
};

}  // namespace lunet::control
