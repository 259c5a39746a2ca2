// SPDX-License-Identifier: Apache-2.0
// A tree whose calls into the kernel are made by a helper process (ruling 47): one that does not come back
// stops neither the caller nor the work on other objects.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "configfs/kernel_helper.h"
#include "configfs/tree.h"

namespace lunet::configfs {

/// Thread-safe; requests go one after the other. When the helper makes no new call for `patience_ms`, the one
/// it is in is given up: it, and every later one on its object, fails with EINPROGRESS ("stuck in the
/// kernel"), and a new helper serves the rest. In what read_tree() gives, a stuck entry has that errnum and
/// nothing in it.
class KernelProcess : public Tree {
 public:
  struct Options {
    int patience_ms = 30000;
    std::string stuck_folder = {};  ///< tells later processes what is stuck; "" for nobody
  };
  /// `make_tree` must not need threads. `direct` makes the calls that cannot block: watches.
  KernelProcess(MakeTree make_tree, std::unique_ptr<Tree> direct, Options options)
      : make_tree_(std::move(make_tree)),
        direct_(std::move(direct)),
        patience_ms_(options.patience_ms),
        stuck_(std::move(options.stuck_folder)) {}

  /// Starts the helper, which the first call does otherwise: the less memory this process has by then, the
  /// less is copied for it.
  Result<> start();
  BatchResult batch(std::span<const Operation> operations) override;
  Result<Node> read_tree(std::string_view path, const ReadFilter& filter) override;
  Result<std::unique_ptr<Watch>> watch(std::string_view path) override { return direct_->watch(path); }
  [[nodiscard]] bool transactional() const override { return false; }

 private:
  /// The answer; nothing when the helper did not come back, what it is in is then in stuck_.
  Result<std::optional<std::string>> ask(const std::string& request);
  Result<> need_helper();
  Result<> wait_for_answer(std::uint64_t calls_before);
  Error stuck_error(const Operation& operation) const;
  void name_stuck(Node& node, std::string_view path) const;

  MakeTree make_tree_;
  std::unique_ptr<Tree> direct_;
  int patience_ms_;
  std::mutex mutex_;
  StuckCalls stuck_;
  std::optional<KernelHelper> helper_;
  std::size_t stuck_index_ = 0;  ///< of the operation that was given up last
};

}  // namespace lunet::configfs
