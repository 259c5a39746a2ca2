// SPDX-License-Identifier: Apache-2.0
// Opening and closing of storage that may not answer (ruling 47): done by a thread of its own, which is left
// alone with a call that hangs. Control waits without holding anybody else up (effects.h, wait_to_retry).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/backstore/backstore.h"

namespace lunet::control {

/// Of one thread at a time.
class SlowCalls {
 public:
  using Opened = Result<std::unique_ptr<backstore::Backstore>>;
  using Open = std::function<Opened()>;  ///< runs on another thread
  using Closing = std::vector<std::unique_ptr<backstore::Backstore>>;

  /// `at_once_ms`: what an answer may take that is waited for on the spot; `wait_ms`: what wait() waits.
  explicit SlowCalls(std::uint64_t at_once_ms = 20, std::uint64_t wait_ms = 10'000)
      : at_once_ms_(at_once_ms), wait_ms_(wait_ms) {}
  SlowCalls(const SlowCalls&) = delete;
  SlowCalls& operator=(const SlowCalls&) = delete;
  ~SlowCalls();

  /// Opens the storage of that disk, or tells what wait() found. Nothing: there is no answer yet, and nothing
  /// else may be opened before wait(). ETIMEDOUT: there was none in time; EBUSY: there still is none.
  std::optional<Opened> open(const std::string& disk, Open call);
  [[nodiscard]] bool is_waiting() const { return waiting_ != nullptr; }
  /// Keeps what was opened for the next open() of that disk.
  void keep(const std::string& disk, std::unique_ptr<backstore::Backstore> opened);
  /// Until the storage that is waited for has answered, or its time is over.
  void wait();
  /// Closes what was kept or answered and nobody took.
  void forget();
  /// Waits for a moment; storage that hangs is closed whenever it answers.
  void close(Closing closing);

 private:
  struct Call;
  struct Worker;
  struct Hung {
    std::shared_ptr<Call> call;
    std::shared_ptr<Worker> worker;
    std::chrono::steady_clock::time_point since;
    bool told = false;
  };

  /// Null: there is no thread for it.
  std::shared_ptr<Call> start(std::function<void(Call&)> work);
  /// False: it did not end in time.
  bool wait_for(const Call& call, std::uint64_t ms);
  /// The next call gets another thread.
  void leave_worker();

  const std::uint64_t at_once_ms_;
  const std::uint64_t wait_ms_;
  std::shared_ptr<Worker> worker_;
  std::shared_ptr<Call> waiting_;
  std::string waiting_disk_;
  std::map<std::string, Opened> answers_;  ///< by disk
  std::map<std::string, Hung> hung_;       ///< by disk
};

}  // namespace lunet::control
