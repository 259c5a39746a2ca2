// SPDX-License-Identifier: Apache-2.0
#include "engine/reactor/blocking_pool.h"

#include <gmock/gmock.h>

#include <atomic>
#include <deque>
#include <functional>
#include <latch>

namespace lunet::reactor {
namespace {

class PoolJob final : public BlockingPool::Job {
 public:
  explicit PoolJob(std::function<void()> function) : function_(std::move(function)) {}
  void run() override { function_(); }

 private:
  std::function<void()> function_;
};

TEST(BlockingPool, RunsJobsSideBySide) {
  std::latch met(2);
  std::latch done(2);
  // Each waits for the other: one thread alone would never end.
  const auto meet = [&] {
    met.arrive_and_wait();
    done.count_down();
  };
  PoolJob first(meet);
  PoolJob second(meet);
  BlockingPool pool(2);
  pool.submit(first);
  pool.submit(second);
  done.wait();
}

TEST(BlockingPool, StartsJobsInOrder) {
  std::vector<int> order;
  std::latch done(100);
  std::deque<PoolJob> jobs;
  BlockingPool pool(1);
  for (int i = 0; i < 100; ++i) {
    pool.submit(jobs.emplace_back([&, i] {
      order.push_back(i);
      done.count_down();
    }));
  }
  done.wait();
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

TEST(BlockingPool, GivesBackOnlyWhatHasNotBegun) {
  std::latch begun(1);
  std::latch go_on(1);
  std::latch done(1);
  PoolJob running([&] {
    begun.count_down();
    go_on.wait();
    done.count_down();
  });
  bool ran = false;
  PoolJob waiting([&] { ran = true; });
  {
    BlockingPool pool(1);
    pool.submit(running);
    begun.wait();
    pool.submit(waiting);
    EXPECT_TRUE(pool.withdraw(waiting));
    EXPECT_FALSE(pool.withdraw(waiting));
    EXPECT_FALSE(pool.withdraw(running));
    go_on.count_down();
    done.wait();
  }
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace lunet::reactor
