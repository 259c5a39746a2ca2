// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <gmock/gmock.h>

#include "store/test_folder.h"

namespace lunet::store {

TEST(Kill, LeavesTheOldOrTheNewGeneration) {
  const TestFolder folder;
  const Options small{.snapshot_bytes = 3000};
  std::uint64_t known = 0;
  for (int round = 0; round < 25; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(::pipe2(pipe_ends, O_CLOEXEC), 0);
    Child child([&] {
      const auto store = opened(folder, small);
      for (std::uint64_t i = known + 1;; ++i) {
        set_size(*store, i);
        if (::write(pipe_ends[1], "x", 1) != 1) return 1;
      }
      return 0;
    });
    ::close(pipe_ends[1]);
    char byte = 0;
    for (int seen = 0; seen <= round % 7; ++seen) {
      ASSERT_EQ(::read(pipe_ends[0], &byte, 1), 1);
      ++known;
    }
    child.kill();
    child.wait();
    while (::read(pipe_ends[0], &byte, 1) == 1) ++known;
    ::close(pipe_ends[0]);
    const auto head = opened(folder, small)->head();
    ASSERT_TRUE(head) << head.error().message;
    const std::uint64_t number = head->generation.number;
    ASSERT_GE(number, known) << "an answered commit is lost";
    ASSERT_LE(number, known + 1);
    ASSERT_EQ(size_in(head->tree), std::to_string(number));
    known = number;
  }
}

}  // namespace lunet::store
