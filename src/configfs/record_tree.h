// SPDX-License-Identifier: Apache-2.0
// For tests and plans that ask what was done to a tree. Not thread-safe.
#pragma once

#include <vector>

#include "configfs/tree.h"

namespace lunet::configfs {

/// Another tree, with a record of the operations that it was asked for.
class RecordTree : public Tree {
 public:
  struct Record {
    Operation operation;
    int errnum = 0;         ///< 0: done
    std::size_t batch = 0;  ///< which call of batch() it was part of, from 0
  };

  /// `inner` outlives this.
  explicit RecordTree(Tree& inner) : inner_(inner) {}

  /// In order. Operations after the failed one of a batch are not in it; where the inner tree is
  /// transactional those before it have the same errnum, because nothing was done.
  [[nodiscard]] const std::vector<Record>& records() const { return records_; }
  /// The mutating operations that were done.
  [[nodiscard]] std::vector<Operation> changes() const;
  /// Calls of read_tree so far.
  [[nodiscard]] std::size_t tree_reads() const { return tree_reads_; }
  void clear();

  BatchResult batch(std::span<const Operation> operations) override;
  Result<Node> read_tree(std::string_view path, const ReadFilter& filter) override;
  Result<std::unique_ptr<Watch>> watch(std::string_view path) override { return inner_.watch(path); }
  [[nodiscard]] bool transactional() const override { return inner_.transactional(); }

 private:
  Tree& inner_;
  std::vector<Record> records_;
  std::size_t batches_ = 0;
  std::size_t tree_reads_ = 0;
};

}  // namespace lunet::configfs
