// SPDX-License-Identifier: Apache-2.0
#include "programs/private_memory.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/resource.h>

namespace lunet::programs {

TEST(PrivateMemory, HasNoCoreAndNoReaders) {
  const auto check = [] {
    keep_memory_private();
    rlimit limit{};
    const bool limited = ::getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_max == 0;
    std::_Exit(limited && ::prctl(PR_GET_DUMPABLE) == 0 ? 0 : 1);
  };
  EXPECT_EXIT(check(), testing::ExitedWithCode(0), "");
}

}  // namespace lunet::programs
