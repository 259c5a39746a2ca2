// SPDX-License-Identifier: Apache-2.0
#include "engine/backstore/blocking_calls.h"

#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

namespace lunet::backstore {

namespace {

/// Destroys itself when it has run.
class Call final : public reactor::BlockingPool::Job {
 public:
  Call(reactor::Reactor& reactor, std::function<int()> call, std::function<void(int)> done)
      : reactor_(reactor), call_(std::move(call)), done_(std::move(done)) {}
  void run() override {
    const std::unique_ptr<Call> self(this);
    const int result = call_();
    reactor_.post([done = std::move(done_), result] { done(result); });
  }

 private:
  reactor::Reactor& reactor_;
  std::function<int()> call_;
  std::function<void(int)> done_;
};

}  // namespace

void BlockingCalls::run(reactor::Reactor& reactor, std::function<int()> call,
                        const std::function<void(int)>& done) {
  try {
    {
      const std::lock_guard lock(mutex_);
      if (!pool_) pool_.emplace(threads_);
    }
    auto job = std::make_unique<Call>(reactor, std::move(call), done);
    pool_->submit(*job.release());
  } catch (const std::system_error&) {
    done(-EAGAIN);
  }
}

}  // namespace lunet::backstore
