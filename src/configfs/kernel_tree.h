// SPDX-License-Identifier: Apache-2.0
// The contract over a real directory: LIO's tree in configfs, or anything that looks like it (a FUSE mount of
// another tree, a folder in a test). Knows no rules; the kernel does. Neighbours: file_class.h tells files
// apart.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "configfs/kernel_calls.h"
#include "configfs/tree.h"

namespace lunet::configfs {

/// Thread-safe: holds nothing but the path. A batch is a loop that stops at the first failure.
class KernelTree : public Tree {
 public:
  static constexpr std::string_view default_root = "/sys/kernel/config/target";

  /// What must be done before a directory at the root or one level below it can be made, such as loading a
  /// module; before somebody reads where the kernel keeps what is to last ("dbroot"); and before it is told
  /// to keep an ALUA state there (the path of the switch).
  using Prepare = std::function<Result<>(std::string_view path)>;

  /// `guard`, if any, is told of each call and outlives this.
  explicit KernelTree(std::string_view root = default_root, CallGuard* guard = nullptr, Prepare prepare = {})
      : root_(root), guard_(guard), prepare_(std::move(prepare)) {}

  BatchResult batch(std::span<const Operation> operations) override;
  Result<Node> read_tree(std::string_view path, const ReadFilter& filter) override;
  /// By inotify; writes are seen, values that the kernel changes by itself are not.
  Result<std::unique_ptr<Watch>> watch(std::string_view path) override;
  [[nodiscard]] bool transactional() const override { return false; }

 private:
  [[nodiscard]] std::string absolute(std::string_view path) const;
  Result<Answer> run(const Operation& operation, std::size_t index) const;
  Result<> make_new_dir(std::string_view path, const std::string& full) const;
  Result<std::vector<Entry>> list_dir(std::string_view path) const;

  std::string root_;
  CallGuard* guard_;
  Prepare prepare_;
};

}  // namespace lunet::configfs
