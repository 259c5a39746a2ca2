// SPDX-License-Identifier: Apache-2.0
// For tests: a process that ends in the middle of an edit. At a chosen moment it ends for real (lunet with
// LUNET_TEST_EXIT_AT), or its runtime and its store stop answering, so that nothing of what it does later has
// an effect, undo and clean-up included.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "configfs/tree.h"
#include "store/store.h"

namespace lunet::service {

/// The moments of one life: each change of the tree, and each durable write of the store, twice: before it is
/// done, and after it before it is answered.
class Life {
 public:
  Life() = default;
  explicit Life(std::function<void()> end) : end_(std::move(end)) {}
  /// Ends at the `n`-th moment from now; 0: never.
  void end_at(std::size_t n) {
    ends_at_ = n;
    moments_ = 0;
    ended_ = false;
  }
  /// True from the moment on.
  bool passes() {
    if (ends_at_ != 0 && ++moments_ >= ends_at_) ended_ = true;
    if (ended_ && end_) end_();
    return ended_;
  }
  [[nodiscard]] bool has_ended() const { return ended_; }
  static Error error() { return {ECONNRESET, "the process has ended", ""}; }

 private:
  std::function<void()> end_;
  std::size_t ends_at_ = 0;
  std::size_t moments_ = 0;
  bool ended_ = false;
};

class MortalTree : public configfs::Tree {
 public:
  /// Both outlive this.
  MortalTree(configfs::Tree& inner, Life& life) : inner_(inner), life_(life) {}

  configfs::BatchResult batch(std::span<const configfs::Operation> operations) override {
    if (life_.has_ended()) return failed(0);
    if (!changes(operations)) return inner_.batch(operations);
    if (inner_.transactional()) return batch_at_once(operations);
    configfs::BatchResult all;
    for (std::size_t i = 0; i < operations.size(); ++i) {
      if (changes(operations.subspan(i, 1)) && life_.passes()) return failed(i);
      configfs::BatchResult one = inner_.batch(operations.subspan(i, 1));
      if (!one) {
        all.failure = std::move(one.failure);
        all.failure->index = i;
        return all;
      }
      all.answers.push_back(std::move(one.answers.front()));
    }
    if (life_.passes()) return failed(0);
    return all;
  }
  Result<configfs::Node> read_tree(std::string_view path, const configfs::ReadFilter& filter) override {
    if (life_.has_ended()) return Life::error();
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
  static configfs::BatchResult failed(std::size_t index) {
    configfs::BatchResult result;
    result.failure = std::make_unique<configfs::BatchFailure>(configfs::BatchFailure{index, Life::error()});
    return result;
  }
  configfs::BatchResult batch_at_once(std::span<const configfs::Operation> operations) {
    if (life_.passes()) return failed(0);
    configfs::BatchResult result = inner_.batch(operations);
    return life_.passes() ? failed(0) : std::move(result);
  }

  configfs::Tree& inner_;
  Life& life_;
};

class MortalStore : public store::Store {
 public:
  /// Both outlive this.
  MortalStore(store::Store& inner, Life& life) : inner_(inner), life_(life) {}

  Result<Head> head() override { return inner_.head(); }
  Result<std::unique_ptr<store::Lock>> lock(std::string_view command,
                                            const store::Patience& patience) override {
    return inner_.lock(command, patience);
  }
  Result<> record_intent(const Head& head, store::Intent intent) override {
    return write([&] { return inner_.record_intent(head, std::move(intent)); });
  }
  Result<std::optional<store::Intent>> open_intent(const Head& head) override {
    return inner_.open_intent(head);
  }
  Result<> close_intent() override {
    return write([&] { return inner_.close_intent(); });
  }
  Result<> record_leftovers(const std::vector<store::Leftover>& leftovers) override {
    return write([&] { return inner_.record_leftovers(leftovers); });
  }
  Result<std::vector<store::Leftover>> leftovers() override { return inner_.leftovers(); }
  Result<> record_in_sync(const store::InSync& in_sync) override {
    return write([&] { return inner_.record_in_sync(in_sync); });
  }
  std::optional<store::InSync> in_sync() override { return inner_.in_sync(); }
  Result<> record_confirmation(const store::Confirmation& confirmation) override {
    return write([&] { return inner_.record_confirmation(confirmation); });
  }
  Result<> clear_confirmation() override {
    return write([&] { return inner_.clear_confirmation(); });
  }
  Result<std::optional<store::Confirmation>> confirmation() override { return inner_.confirmation(); }
  Result<store::Generation> commit(const Head& head, const config::Tree& tree,
                                   std::string_view why) override {
    return write([&] { return inner_.commit(head, tree, why); });
  }
  Result<> record_runtime(std::string_view runtime) override {
    return write([&] { return inner_.record_runtime(runtime); });
  }
  Result<std::vector<store::Generation>> history(std::size_t limit) override { return inner_.history(limit); }
  Result<config::Tree> at(std::uint64_t generation) override { return inner_.at(generation); }

 private:
  template <class Write>
  auto write(Write work) -> decltype(work()) {
    if (life_.passes()) return Life::error();
    auto done = work();
    if (life_.passes()) return Life::error();
    return done;
  }

  store::Store& inner_;
  Life& life_;
};

}  // namespace lunet::service
