// SPDX-License-Identifier: Apache-2.0
// Generations on disk (ruling 20): an append-only journal of changes in the configuration language, durable
// before a commit answers, and a snapshot whenever the journal outgrows it. One writer at a time (lock),
// readers take none. Layout and recovery: docs/store.md. Not what runs (target/), not what a change means
// (service/).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/tree.h"

namespace lunet::store {

struct Generation {
  std::uint64_t number = 0;  ///< 1 is the first change; 0 the empty configuration before it
  std::int64_t time_s = 0;   ///< seconds since 1970, UTC
  std::string who;           ///< user name and uid
  std::string why;           ///< the command that made it, without secrets
};

/// A data file that a change is about to make. Inode 0: the file system cannot make a file before it has a
/// name, so that nobody can tell it from another one later.
struct MadeFile {
  std::string path;
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t born_ns = 0;
  std::string handle = {};  ///< the file system's own, never used again; "" where it gives none
};

/// A file of the target tree that a change writes and that is there before and after it.
struct Rewrite {
  std::string path;
  std::string before;  ///< what it reads
  std::string during;  ///< what it reads after the first write; not `after` where it is put back at the end
  std::string after;
};

/// What a change is about to do (ruling 2).
struct Intent {
  Generation generation;  ///< that it would make
  std::string runtime;    ///< as recorded: "kernel", "lunetd"
  std::vector<MadeFile> files;
  std::vector<Rewrite> rewrites;
  config::Tree candidate;
};

/// An object that is recorded and could not be made to run.
struct Leftover {
  bool pending = false;  ///< its file, device or address is missing; else the runtime refused it: degraded
  config::Path object;
  std::string reason;
  bool runs = false;  ///< otherwise than recorded
};

/// A change that is taken back unless it is confirmed in time (ruling 16).
struct Confirmation {
  std::uint64_t generation = 0;  ///< that waits; when it is not there, the change failed
  std::uint64_t back_to = 0;     ///< the one before it
  std::int64_t deadline_s = 0;   ///< seconds since 1970, UTC
};

/// What ran and was recorded at the same time, all of it and nothing else.
struct InSync {
  std::uint64_t generation = 0;
  std::string revision;      ///< of the runtime; it has another one as soon as something is changed in it
  bool no_findings = false;  ///< the checks of a text (config/validate) found nothing in that generation
  friend bool operator==(const InSync&, const InSync&) = default;
};

/// How long to wait for the lock.
struct Patience {
  Patience(int ms, std::function<void(const std::string& holder)> tell = {})  // NOLINT: implicit by design
      : wait_ms(ms), told(std::move(tell)) {}
  int wait_ms;  ///< for one holder; starts again whenever another one has it, as long as the queue moves
  std::function<void(const std::string& holder)>
      told;  ///< called while waiting for one: "process 12 (/iscsi create) since 2 s"
  std::function<bool()> given_up = {};  ///< asked while waiting: true ends it with EINTR
  int tell_after_ms = 500;
  int tell_every_ms = 5000;
};

/// What is kept. Smaller numbers are for tests.
struct Options {
  std::uint64_t snapshot_bytes =
      1024 * 1024;                        ///< a journal longer than this and than the last snapshot is folded
  std::uint64_t keep_generations = 1000;  ///< older ones go when there are as many newer ones ...
  std::int64_t keep_days = 90;            ///< ... and they were superseded longer ago than this
};

/// Held from reading the newest generation until its successor is durable (ruling 21).
class Lock {
 public:
  virtual ~Lock() = default;
};

/// A store folder. Thread-compatible; many processes may have it open.
class Store {
 public:
  virtual ~Store() = default;
  /// The newest generation and its configuration. Cuts a torn tail of the journal only while the lock is
  /// held.
  struct Head {
    Generation generation;
    config::Tree tree;
    std::string runtime;  ///< "kernel", "lunetd" or "" when none was recorded yet
  };
  /// EBADMSG names file and offset of a damaged record that is no torn tail.
  virtual Result<Head> head() = 0;
  /// EBUSY names pid and command of the holder.
  virtual Result<std::unique_ptr<Lock>> lock(std::string_view command, const Patience& patience) = 0;
  /// Makes the intent durable, before the first step of its change. The caller holds the lock and read `head`
  /// under it; number, time and who of the generation are filled in here. A commit closes it.
  virtual Result<> record_intent(const Head& head, Intent intent) = 0;
  /// The intent whose change was interrupted: it was recorded at `head` and neither committed nor closed.
  virtual Result<std::optional<Intent>> open_intent(const Head& head) = 0;
  /// Its change was undone.
  virtual Result<> close_intent() = 0;
  /// What the last restore left out; the caller of the first holds the lock.
  virtual Result<> record_leftovers(const std::vector<Leftover>& leftovers) = 0;
  virtual Result<std::vector<Leftover>> leftovers() = 0;
  /// Spares reading back what nobody has changed. Not durable; the caller of the first holds the lock.
  virtual Result<> record_in_sync(const InSync& in_sync) = 0;
  virtual std::optional<InSync> in_sync() = 0;
  /// Durable. The caller of both holds the lock.
  virtual Result<> record_confirmation(const Confirmation& confirmation) = 0;
  virtual Result<> clear_confirmation() = 0;
  virtual Result<std::optional<Confirmation>> confirmation() = 0;
  /// Appends generation head+1 and syncs. The caller holds the lock and read `head` under it. ESTALE: `head`
  /// is not the newest generation. EINVAL: the tree has a name that the language cannot write. After an error
  /// nothing has changed.
  virtual Result<Generation> commit(const Head& head, const config::Tree& tree, std::string_view why) = 0;
  /// Durable: "kernel" or "lunetd". Needs no lock.
  virtual Result<> record_runtime(std::string_view runtime) = 0;
  /// Oldest first; `limit` newest ones, 0 is all that are kept. Each of them can be had from at().
  virtual Result<std::vector<Generation>> history(std::size_t limit) = 0;
  /// The configuration at a generation that is still kept; ENOENT names the kept range.
  virtual Result<config::Tree> at(std::uint64_t generation) = 0;
};

/// Opens or makes the folder (0700, files 0600). EACCES, ENOTDIR, EINVAL (a later version's store) name the
/// path.
Result<std::unique_ptr<Store>> open(const std::string& folder, const Options& options = {});

}  // namespace lunet::store
