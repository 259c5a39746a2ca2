// SPDX-License-Identifier: Apache-2.0
#include "programs/standard_streams.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace lunet::programs {

TEST(StandardStreams, NoFileGetsTheNumberOfAClosedOne) {
  const auto check = [] {
    ::close(STDIN_FILENO);
    ::close(STDOUT_FILENO);
    fill_standard_streams();
    char byte = 0;
    const bool taken = ::open("/dev/null", O_RDWR) > STDERR_FILENO;
    const bool fail = ::read(STDIN_FILENO, &byte, 1) < 0 && ::write(STDOUT_FILENO, &byte, 1) < 0;
    std::_Exit(taken && fail ? 0 : 1);
  };
  EXPECT_EXIT(check(), testing::ExitedWithCode(0), "");
}

TEST(StandardStreams, OpenOnesStay) {
  const auto check = [] {
    fill_standard_streams();
    std::_Exit(::write(STDERR_FILENO, "said\n", 5) == 5 ? 0 : 1);
  };
  EXPECT_EXIT(check(), testing::ExitedWithCode(0), "said");
}

}  // namespace lunet::programs
