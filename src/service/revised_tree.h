// SPDX-License-Identifier: Apache-2.0
// A runtime that tells by its file `revision` whether anybody has changed it (lunetd's does, the kernel's
// does not). Each batch that changes something asks for it before and after, in the same transaction: so it
// is known without another look whether what was seen before is what the batch has met.
#pragma once

#include <string>

#include "configfs/tree.h"

namespace lunet::service {

class RevisedTree : public configfs::Tree {
 public:
  /// `inner` outlives it.
  explicit RevisedTree(configfs::Tree& inner) : inner_(inner) {}

  /// What was seen up to now counts no more.
  void forget();
  /// Asks for the revision now.
  void look();
  /// The newest one that is known; "" for none.
  [[nodiscard]] const std::string& newest() const { return newest_; }
  /// The first one since forget().
  [[nodiscard]] const std::string& oldest() const { return oldest_; }
  /// Whether all changes from the oldest to the newest are from here.
  [[nodiscard]] bool is_alone() const { return alone_ && !oldest_.empty(); }

  configfs::BatchResult batch(std::span<const configfs::Operation> operations) override;
  Result<configfs::Node> read_tree(std::string_view path, const configfs::ReadFilter& filter) override {
    return inner_.read_tree(path, filter);
  }
  Result<std::unique_ptr<configfs::Watch>> watch(std::string_view path) override {
    return inner_.watch(path);
  }
  [[nodiscard]] bool transactional() const override { return inner_.transactional(); }

 private:
  void note(const std::string& before, const std::string& after);

  configfs::Tree& inner_;
  bool tells_ = true;  ///< false: it has no such file
  bool alone_ = true;
  std::string oldest_;
  std::string newest_;
};

}  // namespace lunet::service
