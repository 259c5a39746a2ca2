// SPDX-License-Identifier: Apache-2.0
// What only the io_uring engine has: being refused by the system, and batches.
#include "engine/reactor/uring_reactor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <thread>

#include "engine/reactor/forbid_uring_test_support.h"
#include "engine/reactor/reactor_test_support.h"

namespace lunet::reactor {
namespace {

/// make_uring_reactor() on a thread where the system refuses with `errnum`.
Error refused_with(int errnum) {
  Error error;
  std::thread([&] {
    ASSERT_TRUE(forbid_io_uring(errnum));
    auto made = make_uring_reactor();
    ASSERT_FALSE(made);
    error = made.error();
  }).join();
  return error;
}

TEST(UringReactor, SaysWhoMayForbidIt) {
  const Error error = refused_with(EPERM);
  EXPECT_EQ(error.errnum, EPERM);
  EXPECT_THAT(error.message, testing::HasSubstr("setting up io_uring"));
  EXPECT_THAT(error.hint, testing::HasSubstr("kernel.io_uring_disabled"));
}

TEST(UringReactor, SaysThatTheKernelLacksIt) {
  const Error error = refused_with(ENOSYS);
  EXPECT_EQ(error.errnum, ENOSYS);
  EXPECT_THAT(error.hint, testing::HasSubstr("no io_uring"));
}

TEST(UringReactor, SaysWhichLimitIsTooLow) {
  EXPECT_THAT(refused_with(ENOMEM).hint, testing::HasSubstr("LimitMEMLOCK"));
  EXPECT_THAT(refused_with(EMFILE).hint, testing::HasSubstr("LimitNOFILE"));
}

TEST(UringReactor, KeepsTheErrorWhenThePlainModeIsRefusedToo) {
  EXPECT_EQ(refused_with(EINVAL).errnum, EINVAL);
}

using UringLoop = ReactorTest;
INSTANTIATE_TEST_SUITE_P(
    Modes, UringLoop,
    testing::Values(Engine{"uring", [] { return make_uring_reactor(UringMode::single_issuer); }},
                    Engine{"uring_plain", [] { return make_uring_reactor(UringMode::plain); }}),
    engine_name);

TEST_P(UringLoop, SubmitsATurnsOperationsInOneSystemCall) {
  constexpr int operations = 64;
  const Fd file = temporary_file();
  char byte = 0;
  const iovec vector{&byte, 1};
  std::vector<Keep> reads(operations);
  int left = operations;
  Reactor::Counters before;
  run([&] {
    before = reactor->counters();
    for (auto& read : reads) {
      read.then = [&] {
        if (--left == 0) reactor->stop();
      };
      reactor->read(read, file.get(), {&vector, 1}, 0);
    }
    EXPECT_EQ(reactor->counters().system_calls, before.system_calls);
  });
  const auto after = reactor->counters();
  EXPECT_GE(after.submissions - before.submissions, std::uint64_t{operations});
  EXPECT_LT(after.system_calls - before.system_calls, std::uint64_t{operations / 2});
}

}  // namespace
}  // namespace lunet::reactor
