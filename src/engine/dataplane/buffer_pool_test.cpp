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

}  // namespace lunet::dataplane
