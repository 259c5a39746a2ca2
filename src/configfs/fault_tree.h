// SPDX-License-Identifier: Apache-2.0
// For tests of what happens when the n-th step fails. Not thread-safe.
#pragma once

#include <map>

#include "configfs/tree.h"

namespace lunet::configfs {

/// Another tree on which chosen mutating operations, counted also inside batches, fail. Where the inner tree
/// is transactional the whole batch then fails with nothing done, else the operations before it are done.
class FaultTree : public Tree {
 public:
  /// `inner` outlives this.
  explicit FaultTree(Tree& inner) : inner_(inner) {}

  /// The n-th mutating operation from now (1 is the next one) fails with `errnum`; later ones work again.
  void fail_at(std::size_t n, int errnum) { faults_[mutations_ + n] = errnum; }
  /// Mutating operations asked for so far, the failed ones included.
  [[nodiscard]] std::size_t mutations() const { return mutations_; }

  BatchResult batch(std::span<const Operation> operations) override;
  Result<Node> read_tree(std::string_view path, const ReadFilter& filter) override {
    return inner_.read_tree(path, filter);
  }
  Result<std::unique_ptr<Watch>> watch(std::string_view path) override { return inner_.watch(path); }
  [[nodiscard]] bool transactional() const override { return inner_.transactional(); }

 private:
  Tree& inner_;
  std::size_t mutations_ = 0;
  std::map<std::size_t, int> faults_;  ///< errno by operation
};

}  // namespace lunet::configfs
