// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <gmock/gmock.h>

namespace lunet {

static Result<int> half(int n) {
  if (n % 2 != 0) return Error{EINVAL, "odd", {}};
  return n / 2;
}

static Result<int> quarter(int n) {
  const int once = TRY(half(n));
  return TRY(half(once));
}

static Result<> check_even(int n) {
  TRY_OK(half(n));
  return {};
}

TEST(Result, PassesValuesAndErrorsOn) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error().errnum, EINVAL);
  EXPECT_TRUE(check_even(2));
  EXPECT_FALSE(check_even(3));
}

TEST(Result, ContextGrowsOutwardsAndTheFirstHintStays) {
  const Error error = system_error(ENOENT, "open /x").during("creating disk d").advise("a").advise("b");
  EXPECT_EQ(error.message, "creating disk d: open /x: No such file or directory");
  EXPECT_EQ(error.hint, "a");
}

}  // namespace lunet
