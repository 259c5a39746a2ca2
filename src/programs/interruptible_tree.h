// SPDX-License-Identifier: Apache-2.0
// A tree in which the next change fails once the user has pressed Ctrl-C, so that the edit is undone as after
// any other failure. Only once: undoing changes the tree too.
#pragma once

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
    for (std::size_t i = 0; i < operations.size(); ++i) {
      configfs::BatchResult one = stops() ? failed(0) : inner_.batch(operations.subspan(i, 1));
      if (!one) {
        all.failure = std::move(one.failure);
        all.failure->index = i;
        return all;
      }
      all.answers.push_back(std::move(one.answers.front()));
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
