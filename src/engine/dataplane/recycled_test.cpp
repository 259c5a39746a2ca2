// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/recycled.h"

#include <gtest/gtest.h>

#include <memory>
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

TEST(Recycled, AnObjectMayEndOnAnotherThread) {
  auto object = std::allocate_shared<Command>(Recycled<Command>());
  std::weak_ptr<Command> seen = object;
  std::thread([object = std::move(object)]() mutable { object.reset(); }).join();
  EXPECT_TRUE(seen.expired());
  EXPECT_NE(std::allocate_shared<Command>(Recycled<Command>()), nullptr);
}

}  // namespace
}  // namespace lunet::dataplane
