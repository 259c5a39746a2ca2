// SPDX-License-Identifier: Apache-2.0
#include "engine/control/slow_calls.h"

#include <gmock/gmock.h>

#include <future>

namespace lunet::control {
namespace {

SlowCalls::Opened a_disk() {
  return backstore::open_ram({4096, false});
}

/// Storage that answers when it is told to.
struct Storage {
  std::promise<void> answer;
  std::shared_future<void> answered = answer.get_future().share();
  SlowCalls::Open call() {
    return [answered = answered] {
      answered.wait();
      return a_disk();
    };
  }
};

}  // namespace

TEST(SlowCalls, AnAnswerIsGivenAtOnce) {
  SlowCalls calls(60'000);
  const auto opened = calls.open("d", a_disk);
  ASSERT_TRUE(opened && *opened);
  EXPECT_FALSE(calls.is_waiting());
  const auto failed = calls.open("e", [] { return SlowCalls::Opened(Error{ENOENT, "e: no file", {}}); });
  ASSERT_TRUE(failed && !*failed);
  EXPECT_EQ(failed->error().errnum, ENOENT);
}

TEST(SlowCalls, ALateAnswerIsWaitedForAndKept) {
  Storage storage;
  SlowCalls calls(0, 60'000);
  ASSERT_FALSE(calls.open("d", storage.call()));
  EXPECT_TRUE(calls.is_waiting());
  storage.answer.set_value();
  calls.wait();
  EXPECT_FALSE(calls.is_waiting());
  const auto opened = calls.open("d", [] { return SlowCalls::Opened(Error{EIO, "asked twice", {}}); });
  ASSERT_TRUE(opened && *opened);
}

TEST(SlowCalls, WhatHangsStopsItselfOnly) {
  Storage storage;
  SlowCalls calls(1, 1);
  ASSERT_FALSE(calls.open("d", storage.call()));
  calls.wait();
  const auto first = calls.open("d", a_disk);
  ASSERT_TRUE(first && !*first);
  EXPECT_EQ(first->error().errnum, ETIMEDOUT);
  const auto second = calls.open("d", a_disk);
  EXPECT_EQ(second->error().errnum, EBUSY);
  EXPECT_THAT(second->error().message, testing::HasSubstr("d: opening its storage waits since"));
  auto other = calls.open("e", a_disk);
  if (!other) {
    calls.wait();
    other = calls.open("e", a_disk);
  }
  EXPECT_TRUE(*other || other->error().errnum == ETIMEDOUT);
  storage.answer.set_value();
}

TEST(SlowCalls, WhatHungIsOpenedAgainWhenItAnswers) {
  Storage storage;
  SlowCalls calls(1, 1);
  ASSERT_FALSE(calls.open("d", storage.call()));
  calls.wait();
  storage.answer.set_value();
  for (;;) {
    const auto again = calls.open("d", a_disk);
    if (!again) {
      calls.wait();
    } else if (*again) {
      break;
    } else {
      ASSERT_THAT(again->error().errnum, testing::AnyOf(ETIMEDOUT, EBUSY));
    }
  }
}

TEST(SlowCalls, WhatIsKeptIsGivenOrClosed) {
  SlowCalls calls(60'000);
  calls.keep("d", *a_disk());
  calls.keep("e", *a_disk());
  const auto opened = calls.open("d", [] { return SlowCalls::Opened(Error{EIO, "asked twice", {}}); });
  ASSERT_TRUE(opened && *opened);
  calls.forget();
  const auto anew = calls.open("e", [] { return SlowCalls::Opened(Error{EIO, "asked", {}}); });
  EXPECT_EQ(anew->error().message, "asked");
}

}  // namespace lunet::control
