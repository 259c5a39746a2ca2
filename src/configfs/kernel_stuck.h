// SPDX-License-Identifier: Apache-2.0
// Calls into the kernel that did not come back, and the processes that were left in them: known to this
// process and, through a folder of records, to the next ones. A record is void as soon as its process has
// ended.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "configfs/tree.h"

namespace lunet::configfs {

struct StuckCall {
  Verb verb = Verb::read;
  std::string path;  ///< in the tree
  pid_t process = -1;

  /// The directory that stands for the object: of a file or link the one it is in.
  [[nodiscard]] std::string_view object() const;
};

class StuckCalls {
 public:
  /// `folder` "" keeps no records. Reads what earlier processes left.
  explicit StuckCalls(std::string folder);

  /// The call that forbids this one, or null: reading is refused at and below the path that is stuck,
  /// changing at, below and above the object.
  [[nodiscard]] const StuckCall* find(Verb verb, std::string_view path) const;
  void add(StuckCall call);
  [[nodiscard]] const std::vector<StuckCall>& all() const { return calls_; }

 private:
  std::string folder_;
  std::vector<StuckCall> calls_;
};

/// True while the process is there and has not ended (a zombie has).
bool is_running(pid_t process);

}  // namespace lunet::configfs
