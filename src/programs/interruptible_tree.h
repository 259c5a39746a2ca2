// SPDX-License-Identifier: Apache-2.0
// A tree in which the next change fails once the user has pressed Ctrl-C, so that the edit is undone as after
// any other failure; of many changes after some dozens. Only once: undoing changes the tree too.
#pragma once

#include <algorithm>
#include <iterator>
#include <memory>
#include <span>

#include "configfs/tree.h"

namespace lunet::programs {

class InterruptibleTree : public configfs::Tree {
 public:
  /// `inner` outlives this. `interrupted` says whether Ctrl-C was pressed.
  InterruptibleTree(configfs::Tree& inner, bool (*interrupted)())
      : inner_(inner), interrupted_(interrupted) {}

  configfs::BatchResult batch(std::span<const configfs::Operation> operations) override {
    if (inner_.transactional() || !changes(operations)) {
      if (changes(operations) && stops()) return failed(0);
      return inner_.batch(operations);
    }
    configfs::BatchResult all;
    // Each asking has its price: a helper process makes the calls into the kernel.
    constexpr std::size_t asked_at_once = 32;
    for (std::size_t first = 0; first < operations.size(); first += asked_at_once) {
      const std::size_t count = std::min(asked_at_once, operations.size() - first);
      configfs::BatchResult some = stops() ? failed(0) : inner_.batch(operations.subspan(first, count));
      std::move(some.answers.begin(), some.answers.end(), std::back_inserter(all.answers));
      if (some) continue;
      all.failure = std::move(some.failure);
      all.failure->index += first;
      return all;
    }
    return all;
  }
  Result<configfs::Node> read_tree(std::string_view path, const configfs::ReadFilter& filter) override {
    return inner_.read_tree(path, filter);
  }
  Result<std::unique_ptr<configfs::Watch>> watch(std::string_view path) override {
    return inner_.watch(path);
  }
  [[nodiscard]] bool transactional() const override { return inner_.transactional(); }

 private:
  static bool changes(std::span<const configfs::Operation> operations) {
    for (const configfs::Operation& operation : operations) {
      if (operation.verb != configfs::Verb::read && operation.verb != configfs::Verb::list) return true;
    }
    return false;
  }
  bool stops() {
    if (stopped_ || !interrupted_()) return false;
    stopped_ = true;
    return true;
  }
  static configfs::BatchResult failed(std::size_t index) {
    configfs::BatchResult result;
    result.failure = std::make_unique<configfs::BatchFailure>(configfs::BatchFailure{
        index, Error{EINTR, "you interrupted it", "nothing was changed; give the command again"}});
    return result;
  }

  configfs::Tree& inner_;
  bool (*interrupted_)();
  bool stopped_ = false;
};

}  // namespace lunet::programs
