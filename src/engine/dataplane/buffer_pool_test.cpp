// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/buffer_pool.h"

#include <gmock/gmock.h>

namespace lunet::dataplane {

TEST(BufferPool, GivesTheSizeAskedForAndRecycles) {
  BufferPool pool;
  const std::uint8_t* first = nullptr;
  {
    const Buffer buffer = pool.take(5000);
    EXPECT_EQ(buffer.bytes().size(), 5000U);
    first = buffer.bytes().data();
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(first) % 4096, 0U);
  }
  EXPECT_EQ(pool.take(16000).bytes().data(), first) << "same class, so the same memory";
}

TEST(BufferPool, MovesOwnership) {
  BufferPool pool;
  Buffer a = pool.take(10);
  Buffer b = std::move(a);
  EXPECT_FALSE(a);  // NOLINT(bugprone-use-after-move): a moved-from buffer is empty by contract
  EXPECT_TRUE(b);
  b = pool.take(std::size_t{3} << 20);
  EXPECT_EQ(b.bytes().size(), std::size_t{3} << 20);
}

TEST(BufferPool, TakesNoMoreThanTheBudgetAllows) {
  BufferPool pool;
  MemoryBudget budget(std::size_t{1} << 20);
  {
    const Buffer small = pool.take(5, &budget);
    EXPECT_EQ(budget.used(), 4096U) << "what it really takes";
    EXPECT_FALSE(pool.take(std::size_t{1} << 20, &budget));
    EXPECT_EQ(budget.used(), 4096U);
    Buffer moved = pool.take(262144, &budget);
    Buffer last = std::move(moved);
    EXPECT_EQ(budget.used(), 4096U + 262144U);
  }
  EXPECT_EQ(budget.used(), 0U);
  EXPECT_TRUE(pool.take(std::size_t{16} << 20, &budget)) << "one alone may be larger";
  EXPECT_EQ(budget.used(), 0U);
}

}  // namespace lunet::dataplane
