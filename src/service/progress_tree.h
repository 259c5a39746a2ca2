// SPDX-License-Identifier: Apache-2.0
// A tree that tells how many of a plan's operations have gone through it. Where a plan is one batch there is
// only the beginning to tell.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "configfs/tree.h"
#include "service/service.h"
#include "target/target.h"

namespace lunet::service {

class ProgressTree : public configfs::Tree {
 public:
  /// `inner` outlives this. Tells the beginning at once.
  ProgressTree(configfs::Tree& inner, TellProgress tell, std::string what, const target::Plan& plan)
      : inner_(inner), tell_(std::move(tell)), what_(std::move(what)) {
    for (const target::Step& step : plan.steps) total_ += inner_.transactional() ? 0 : step.operations.size();
    report();
  }
  ProgressTree(const ProgressTree&) = delete;
  ProgressTree& operator=(const ProgressTree&) = delete;
  /// Whatever became of it, it is over.
  ~ProgressTree() override {
    if (tell_) tell_({what_, 1, 1, false});
  }

  configfs::BatchResult batch(std::span<const configfs::Operation> operations) override {
    configfs::BatchResult result = inner_.batch(operations);
    done_ += result ? operations.size() : result.failure->index;
    if (done_ < total_) report();
    return result;
  }
  Result<configfs::Node> read_tree(std::string_view path, const configfs::ReadFilter& filter) override {
    return inner_.read_tree(path, filter);
  }
  Result<std::unique_ptr<configfs::Watch>> watch(std::string_view path) override {
    return inner_.watch(path);
  }
  [[nodiscard]] bool transactional() const override { return inner_.transactional(); }

 private:
  void report() {
    if (tell_) tell_({what_, done_, total_, false});
  }

  configfs::Tree& inner_;
  TellProgress tell_;
  std::string what_;
  std::uint64_t total_ = 0;
  std::uint64_t done_ = 0;
};

}  // namespace lunet::service
