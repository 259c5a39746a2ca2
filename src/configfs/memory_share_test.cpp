// SPDX-License-Identifier: Apache-2.0
#include "configfs/memory_share.h"

#include <gtest/gtest.h>

namespace lunet::configfs {
namespace {

TEST(MemoryShare, CountsLargeMessagesOfAllClientsTogether) {
  SharedMemory memory(1'000'000);
  MemoryShare first(memory);
  MemoryShare second(memory);
  EXPECT_TRUE(first.grow(600'000));
  EXPECT_FALSE(second.grow(600'000));
  EXPECT_TRUE(second.grow(300'000));
  EXPECT_FALSE(first.grow(200'000));
  first.reset();
  EXPECT_TRUE(second.grow(600'000));
}

TEST(MemoryShare, LetsSmallMessagesPassEvenThen) {
  SharedMemory memory(100'000);
  MemoryShare large(memory);
  EXPECT_TRUE(large.grow(100'000));
  MemoryShare small(memory);
  EXPECT_TRUE(small.grow(MemoryShare::free_bytes));
  EXPECT_FALSE(small.grow(1)) << "from there on all of it counts";
}

TEST(MemoryShare, ComesBackWithTheClient) {
  SharedMemory memory(100'000);
  {
    MemoryShare client(memory);
    EXPECT_TRUE(client.grow(90'000));
  }
  MemoryShare next(memory);
  EXPECT_TRUE(next.grow(90'000));
  EXPECT_FALSE(next.grow(1'000'000)) << "more than there is";
}

}  // namespace
}  // namespace lunet::configfs
