// SPDX-License-Identifier: Apache-2.0
// For tests of trees that wrap another one.
#pragma once

#include <string>
#include <vector>

#include "configfs/tree.h"

namespace lunet::configfs {

/// Does nothing and says that it worked, except for the path "refused".
class CountingTree : public Tree {
 public:
  explicit CountingTree(bool is_transactional) : transactional_(is_transactional) {}
  BatchResult batch(std::span<const Operation> operations) override {
    BatchResult result;
    for (const Operation& operation : operations) {
      if (operation.path == "refused") {
        result.failure =
            std::make_unique<BatchFailure>(BatchFailure{result.answers.size(), {EINVAL, "refused", {}}});
        break;
      }
      done.push_back(operation.path);
      result.answers.emplace_back();
    }
    return result;
  }
  Result<Node> read_tree(std::string_view, const ReadFilter&) override { return Node{}; }
  Result<std::unique_ptr<Watch>> watch(std::string_view) override { return system_error(ENOSYS, "watch"); }
  [[nodiscard]] bool transactional() const override { return transactional_; }

  std::vector<std::string> done;

 private:
  bool transactional_;
};

inline std::vector<Operation> three_changes_and_a_read() {
  return {{Verb::make_dir, "a", {}}, {Verb::read, "b", {}}, {Verb::write, "c", "1"}, {Verb::write, "d", "1"}};
}

}  // namespace lunet::configfs
