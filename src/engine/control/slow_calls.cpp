// SPDX-License-Identifier: Apache-2.0
#include "engine/control/slow_calls.h"

#include <fmt/core.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "base/check.h"

namespace lunet::control {

struct SlowCalls::Call {
  std::function<void(Call&)> work;
  std::optional<Opened> answer;
  bool done = false;  ///< guarded by the worker's mutex; the answer is there before it
};

/// What the thread shares with us; it lives as long as either needs it.
struct SlowCalls::Worker {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<std::shared_ptr<Call>> calls;
  bool ending = false;
  std::thread thread;

  void run() {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [&] { return ending || !calls.empty(); });
      if (calls.empty()) return;
      const std::shared_ptr<Call> call = std::move(calls.front());
      calls.pop_front();
      lock.unlock();
      call->work(*call);
      call->work = {};
      lock.lock();
      call->done = true;
      changed.notify_all();
    }
  }
};

SlowCalls::~SlowCalls() {
  if (worker_ == nullptr) return;
  {
    const std::lock_guard lock(worker_->mutex);
    worker_->ending = true;
    worker_->changed.notify_all();
  }
  // One that hangs is not waited for.
  if (waiting_ == nullptr) {
    worker_->thread.join();
  } else {
    worker_->thread.detach();
  }
}

std::shared_ptr<SlowCalls::Call> SlowCalls::start(std::function<void(Call&)> work) {
  if (worker_ == nullptr) {
    auto worker = std::make_shared<Worker>();
    // The standard library throws where the system has no thread left.
    try {
      worker->thread = std::thread([worker] { worker->run(); });
    } catch (const std::system_error&) {
      return nullptr;
    }
    worker_ = std::move(worker);
  }
  auto call = std::make_shared<Call>();
  call->work = std::move(work);
  const std::lock_guard lock(worker_->mutex);
  worker_->calls.push_back(call);
  worker_->changed.notify_all();
  return call;
}

bool SlowCalls::wait_for(const Call& call, std::uint64_t ms) {
  const std::shared_ptr<Worker> worker = worker_;
  std::unique_lock lock(worker->mutex);
  return worker->changed.wait_for(lock, std::chrono::milliseconds(ms), [&] { return call.done; });
}

void SlowCalls::leave_worker() {
  {
    const std::lock_guard lock(worker_->mutex);
    worker_->ending = true;
    worker_->changed.notify_all();
  }
  worker_->thread.detach();
  worker_.reset();
}

std::optional<SlowCalls::Opened> SlowCalls::open(const std::string& disk, Open call) {
  CHECK(waiting_ == nullptr);
  if (const auto hung = hung_.find(disk); hung != hung_.end()) {
    Hung& found = hung->second;
    std::unique_lock lock(found.worker->mutex);
    const bool answered = found.call->done;
    lock.unlock();
    const auto since =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - found.since);
    if (!answered) {
      const bool first = !std::exchange(found.told, true);
      return Error{first ? ETIMEDOUT : EBUSY,
                   fmt::format("{}: opening its storage waits since {} s{}", disk, since.count(),
                               first ? "; nothing was changed" : ", as before"),
                   "its storage (file, device, network) does not answer; try again when it does"};
    }
    hung_.erase(hung);
  }
  if (const auto known = answers_.find(disk); known != answers_.end()) {
    Opened opened = std::move(known->second);
    answers_.erase(known);
    return opened;
  }
  const auto started = start([call = std::move(call)](Call& self) { self.answer = call(); });
  if (started == nullptr) return Error{EAGAIN, disk + ": the system has no thread left to open it", {}};
  if (wait_for(*started, at_once_ms_)) return std::move(started->answer);
  waiting_ = started;
  waiting_disk_ = disk;
  return std::nullopt;
}

void SlowCalls::keep(const std::string& disk, std::unique_ptr<backstore::Backstore> opened) {
  answers_.insert_or_assign(disk, Opened(std::move(opened)));
}

void SlowCalls::wait() {
  if (waiting_ == nullptr) return;
  const std::shared_ptr<Call> call = std::exchange(waiting_, nullptr);
  if (wait_for(*call, wait_ms_)) {
    answers_.insert_or_assign(waiting_disk_, std::move(*call->answer));
    return;
  }
  const auto waited = std::chrono::milliseconds(at_once_ms_ + wait_ms_);
  hung_.insert_or_assign(waiting_disk_,
                         Hung{call, worker_, std::chrono::steady_clock::now() - waited, false});
  leave_worker();
}

void SlowCalls::forget() {
  Closing closing;
  for (auto& [disk, answer] : std::exchange(answers_, {})) {
    if (answer) closing.push_back(*std::move(answer));
  }
  close(std::move(closing));
}

void SlowCalls::close(Closing closing) {
  if (closing.empty()) return;
  constexpr std::uint64_t moment_ms = 2000;
  const auto all = std::make_shared<Closing>(std::move(closing));
  const auto call = start([all](Call&) { all->clear(); });
  if (call == nullptr) return all->clear();
  if (!wait_for(*call, moment_ms)) leave_worker();
}

}  // namespace lunet::control
