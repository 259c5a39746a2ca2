// SPDX-License-Identifier: Apache-2.0
// Reads a store folder without a lock, beside a writer that appends, folds and prunes.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/tree.h"
#include "store/record.h"
#include "store/store.h"

namespace lunet::store {

/// What was read of the newest generation, and where in journal.lio it ended.
struct State {
  Generation generation;
  config::Tree tree;
  std::uint64_t base = 0;      ///< journal.lio starts behind this generation
  std::uint64_t snapshot = 0;  ///< generation in snapshot.lio, 0 for none
  std::size_t snapshot_size = 0;
  ino_t inode = 0;         ///< of journal.lio, 0 when there is none yet
  std::size_t last = 0;    ///< start of its last good record, or its end when it has none
  std::string last_start;  ///< that record's first bytes, to see whether it is still the same
  std::size_t end = 0;     ///< of its last good record
  bool torn = false;       ///< something stands behind that
  std::string outline;     ///< snapshot.outline, to be written by who holds the lock; mostly there is one: ""
};

class Reader {
 public:
  explicit Reader(std::string folder) : folder_(std::move(folder)) {}

  /// The newest state. `known` is one read earlier (inode 0: none); only what was appended since is read
  /// then.
  Result<State> newest(State known) const;
  Result<std::vector<Generation>> history(std::size_t limit) const;
  /// ENOENT names the kept range.
  Result<config::Tree> at(std::uint64_t generation) const;
  /// Of the folded journals (journal-BASE.lio) that are kept, ascending.
  [[nodiscard]] Result<std::vector<std::uint64_t>> folded_bases() const;

  [[nodiscard]] std::string path(std::string_view name) const { return folder_ + "/" + std::string(name); }
  [[nodiscard]] std::string folded_journal(std::uint64_t base) const;
  [[nodiscard]] std::string folded_snapshot(std::uint64_t base) const;

 private:
  struct Snapshot {
    Generation generation;
    config::Tree tree;
    std::size_t size = 0;
    std::string outline = {};  ///< as in State
  };
  struct Segment {
    std::uint64_t base = 0;
    std::string path;
    std::vector<Record> records;
    std::unique_ptr<const std::string> text;  ///< the records' bodies are views into it

    [[nodiscard]] std::uint64_t newest() const { return base + records.size(); }
  };

  [[nodiscard]] Result<State> load() const;
  [[nodiscard]] Result<bool> extend(State& state) const;
  [[nodiscard]] Result<> apply(State& state, const Scan& found, std::string_view text,
                               std::size_t offset) const;
  [[nodiscard]] Result<Snapshot> snapshot(const std::string& path) const;
  [[nodiscard]] Result<Snapshot> snapshot_at(std::uint64_t base) const;
  [[nodiscard]] Result<Segment> segment(const std::string& path) const;
  [[nodiscard]] Result<Segment> current_segment() const;
  [[nodiscard]] Result<std::vector<std::uint64_t>> bases_below(std::uint64_t base) const;
  [[nodiscard]] Result<std::vector<Generation>> read_history(std::size_t limit) const;
  [[nodiscard]] Result<config::Tree> read_at(std::uint64_t generation) const;

  std::string folder_;
};

}  // namespace lunet::store
