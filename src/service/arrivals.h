// SPDX-License-Identifier: Apache-2.0
// Tells when something came that a recorded object may be waiting for: a file, a block device, a mounted file
// system, an address. What came is not said: whoever waits looks again.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/fd.h"
#include "base/result.h"

namespace lunet::service {

class Arrivals {
 public:
  /// Listens from now on. A source that this machine does not have (netlink in a sandbox) is left out.
  static Result<std::unique_ptr<Arrivals>> listen();

  /// Also files and devices of these paths, instead of those of the last call. True: something may have come
  /// since before they were watched, so look again first.
  bool watch(const std::vector<std::string>& paths);
  /// Waits until something came, at most so long; true when it did. Events that come together are one.
  bool wait(int timeout_ms);

 private:
  explicit Arrivals(Fd files) : files_(std::move(files)) {}
  bool drain();
  [[nodiscard]] bool counts(std::string_view events) const;
  bool poll_once(int timeout_ms);

  Fd files_;      ///< inotify
  Fd devices_;    ///< kernel and udev messages
  Fd addresses_;  ///< rtnetlink
  Fd mounts_;     ///< /proc/self/mountinfo
  std::map<std::string, int> folders_;
  std::set<std::string, std::less<>> names_;  ///< in these folders: what else happens there does not count
};

}  // namespace lunet::service
