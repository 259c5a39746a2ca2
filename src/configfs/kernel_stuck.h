// SPDX-License-Identifier: Apache-2.0
// Calls into the kernel that did not come back, and the processes that were left in them: known to this
// process and, through a folder of records, to the next ones. A record is void as soon as its process has
// ended.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "configfs/tree.h"

namespace lunet::configfs {

struct StuckCall {
  Verb verb = Verb::read;
  std::string path;  ///< in the tree
  pid_t process = -1;
  std::string started = {};  ///< tells the process from a later one of the same number
  bool ended = false;        ///< it could be ended, so the call itself is over: it was only given up
  std::chrono::steady_clock::time_point given_up = {};

  /// The directory that stands for the object: of a file or link the one it is in.
  [[nodiscard]] std::string_view object() const;
};

class StuckCalls {
 public:
  /// `folder` "" keeps no records. Looks at what other processes left.
  explicit StuckCalls(std::string folder);

  /// The call that forbids this one, or null: reading is refused at and below the path that is stuck and of
  /// the directory in which it is being made or removed, changing at, below and above the object, and beside
  /// it.
  [[nodiscard]] const StuckCall* find(Verb verb, std::string_view path) const;
  /// A call whose process has come back does not forbid anything any more.
  void add(StuckCall call);
  /// Drops what has come back, and what was given up a minute ago; true when that changes anything.
  bool forget_ended();
  /// Takes over what other processes have given up since; true when there is something. Their call may hold
  /// nothing that we would wait for, and is stuck all the same.
  bool look();
  [[nodiscard]] const std::vector<StuckCall>& all() const { return calls_; }

 private:
  [[nodiscard]] bool knows(const std::string& process) const;
  std::string folder_;
  std::vector<StuckCall> calls_;
};

/// True while the process is there and has not ended (a zombie has).
bool is_running(pid_t process);

}  // namespace lunet::configfs
