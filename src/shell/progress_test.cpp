// SPDX-License-Identifier: Apache-2.0
#include "shell/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

TEST(Progress, SaysHowMuchOfWhatIsDone) {
  EXPECT_EQ(progress_text({"allocating /d", 256U << 20U, 1U << 30U, true}),
            "allocating /d  [#####...............]  25 %  256.0MiB of 1.0GiB");
  EXPECT_EQ(progress_text({"restoring", 3, 6, false}), "restoring  [##########..........]  50 %  3 of 6");
  EXPECT_EQ(progress_text({"restoring", 0, 0, false}), "restoring ...");
}

struct Meter : testing::Test {
  FakeConsole console;
  std::chrono::steady_clock::time_point now;
  ProgressMeter meter{console, milliseconds(300), [this] { return now; }};

  void at(int ms, std::uint64_t done) {
    now = std::chrono::steady_clock::time_point(milliseconds(ms));
    meter.show({"work", done, 10, false});
  }
};

TEST_F(Meter, WhatIsDoneSoonIsNotShown) {
  at(0, 0);
  at(299, 5);
  at(299, 10);
  EXPECT_THAT(console.passing, ElementsAre(""));
}

TEST_F(Meter, LongWorkIsShownNowAndThenAndGoesAtItsEnd) {
  at(0, 0);
  at(300, 1);
  at(310, 2);
  at(400, 3);
  at(401, 10);
  EXPECT_THAT(console.passing,
              ElementsAre(progress_text({"work", 1, 10, false}), progress_text({"work", 3, 10, false}), ""));
}

TEST_F(Meter, OtherWorkBeginsAnew) {
  at(0, 0);
  at(1000, 1);
  meter.show({"more", 1, 10, false});
  EXPECT_EQ(console.passing.size(), 1U);
}

}  // namespace
}  // namespace lunet::shell
