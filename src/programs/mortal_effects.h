// SPDX-License-Identifier: Apache-2.0
// For tests: lunetd ends in the middle of a batch, as a kill would end it (LUNET_TEST_EXIT_AT).
#pragma once

#include <unistd.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "configfs/model/effects.h"

namespace lunet::programs {

/// The moments are each change of the tree before it is made real, and each publication, before and after it.
class MortalEffects final : public configfs::Effects {
 public:
  /// `inner` outlives this.
  explicit MortalEffects(configfs::Effects& inner) : inner_(inner) {}

  /// The process ends at the `n`-th moment from now; 0: never.
  void end_at(std::size_t n) { ends_at_ = n; }

  Result<> apply(const configfs::Change& change, const configfs::ModelView& view) override {
    pass();
    return inner_.apply(change, view);
  }
  configfs::DeviceFacts device_facts(const configfs::Change& change) override {
    return inner_.device_facts(change);
  }
  void undo(const configfs::Change& change, const configfs::ModelView& view) override {
    inner_.undo(change, view);
  }
  void publish(std::span<const configfs::Change> changes, const configfs::ModelView& view) override {
    pass();
    inner_.publish(changes, view);
    pass();
  }
  std::optional<configfs::Unsettled> settle(std::span<const configfs::Change> changes) override {
    return inner_.settle(changes);
  }
  void settled(std::span<const configfs::Change> changes, const configfs::ModelView& view) override {
    pass();
    inner_.settled(changes, view);
    pass();
  }
  void withdraw(std::span<const configfs::Change> changes, const configfs::ModelView& view) override {
    inner_.withdraw(changes, view);
  }
  bool wait_to_retry() override { return inner_.wait_to_retry(); }
  std::optional<std::string> read(configfs::ObjectKind kind, std::string_view object, std::string_view file,
                                  const configfs::ModelView& view) override {
    return inner_.read(kind, object, file, view);
  }

 private:
  /// All changes come from one thread at a time.
  void pass() {
    constexpr int killed = 137;
    if (ends_at_ != 0 && ++moments_ >= ends_at_) ::_exit(killed);
  }

  configfs::Effects& inner_;
  std::size_t ends_at_ = 0;
  std::size_t moments_ = 0;
};

}  // namespace lunet::programs
