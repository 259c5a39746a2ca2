// SPDX-License-Identifier: Apache-2.0
// Files and folders of forgetfs with what a power loss may do to them, and the faults that a test orders.
// Knows no FUSE; numbers of nodes are those of FUSE (1 is the root). Errors are positive errno values, 0 is
// success.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "forgetfs/image.h"

namespace lunet::forgetfs {

using NodeId = std::uint64_t;
using Names = std::map<std::string, NodeId, std::less<>>;

struct Node {
  Node(NodeId id_given, mode_t mode_given, std::uint32_t sector_bytes)
      : id(id_given), mode(mode_given), data(sector_bytes) {}
  NodeId id;
  mode_t mode;  ///< mode and owner are durable at once
  uid_t uid = 0;
  gid_t gid = 0;
  Image data;  ///< of a file
  Versions<Names>
      names;  ///< of a folder; a power loss leaves one of its states since the last sync, as a journal does
};

struct Options {
  std::uint32_t sector_bytes = 512;
  bool ignore_sync =
      false;  ///< every sync says that it worked and does nothing: the tests' proof that they can fail
};

/// Not thread-safe; callers hold mutex().
class Volume {
 public:
  explicit Volume(const Options& options);
  std::mutex& mutex() { return mutex_; }

  Node& node(NodeId id) { return *nodes_.at(id); }
  [[nodiscard]] Node* child(NodeId folder, std::string_view name);
  /// EEXIST when there is one.
  int make(NodeId folder, std::string_view name, mode_t mode, Node*& made);
  int remove(NodeId folder, std::string_view name, bool is_folder);
  /// Within one folder, or EXDEV; replaces what is there unless `no_replace`.
  int rename(NodeId folder, std::string_view name, NodeId to_folder, std::string_view to, bool no_replace);

  /// `thread` wrote with O_DSYNC: its next sync of the file makes this range durable, and only this.
  void owe_sync(NodeId id, pid_t thread, std::uint64_t offset, std::uint64_t length);
  int sync(NodeId id, pid_t thread);
  /// The error that the next write has to fail with, or 0.
  int write_fault();
  /// Before every request: EIO while the power is off, which this request may bring about when it `changes`
  /// something.
  int power(bool changes);

  /// One line of the tests' language; the answer's first word is ok or error:
  ///   cut N                the power goes before the N-th change from now: everything fails with EIO until
  ///   forget forget SEED          the power goes, if it has not, and comes back fail sync|write N ERRNO the
  ///   N-th one from now fails, once; what a failed sync should have written is lost sync on|off off: as
  ///   Options::ignore_sync count                how many syncs, O_DSYNC writes and writes there were
  std::string command(const std::string& line);

 private:
  struct Fault {
    std::uint64_t countdown = 0;  ///< 0: none is ordered
    int errnum = 0;
    int next();
  };
  struct Debt {
    NodeId id;
    std::uint64_t offset;
    std::uint64_t length;
  };
  Loss forget(std::uint64_t seed);

  std::mutex mutex_;
  Options options_;
  std::map<NodeId, std::unique_ptr<Node>>
      nodes_;  ///< never fewer: the kernel may ask for one that has no name
  Fault sync_fault_;
  Fault write_fault_;
  Fault cut_;
  bool off_ = false;
  std::map<pid_t, Debt> debts_;
  std::uint64_t syncs_ = 0;
  std::uint64_t durable_writes_ = 0;
  std::uint64_t writes_ = 0;
};

}  // namespace lunet::forgetfs
