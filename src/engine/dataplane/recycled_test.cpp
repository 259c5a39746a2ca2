// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/recycled.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

namespace lunet::dataplane {
namespace {

struct Command {
  std::byte bytes[300];
};
using Blocks = FreeBlocks<300>;

TEST(Recycled, WhatOneLeavesTheNextTakes) {
  Blocks blocks;
  void* first = blocks.take();
  void* second = blocks.take();
  EXPECT_NE(first, second);
  blocks.give_back(first);
  void* third = blocks.take();
  EXPECT_EQ(third == first, Blocks::kept_max > 0);
  blocks.give_back(second);
  blocks.give_back(third);
}

TEST(Recycled, SoManyAreKeptAndNoMore) {
  Blocks blocks;
  std::vector<void*> taken;
  for (std::size_t i = 0; i < Blocks::kept_max + 3; ++i) taken.push_back(blocks.take());
  for (void* block : taken) blocks.give_back(block);
  EXPECT_EQ(blocks.kept(), Blocks::kept_max);
}

TEST(Recycled, WhatEndsOnAnotherThreadIsThatThreads) {
  Command* command = Recycled<Command>::allocate(1);
  std::size_t kept = 0;
  std::thread([&] {
    Recycled<Command>::deallocate(command, 1);
    kept = FreeBlocks<sizeof(Command)>::of_thread().kept();
  }).join();
  EXPECT_EQ(kept, std::min<std::size_t>(1, Blocks::kept_max));
  EXPECT_EQ(FreeBlocks<sizeof(Command)>::of_thread().kept(), 0U);
}

}  // namespace
}  // namespace lunet::dataplane
