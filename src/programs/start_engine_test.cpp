// SPDX-License-Identifier: Apache-2.0
#include "programs/start_engine.h"

#include <gmock/gmock.h>

#include <cerrno>
#include <thread>

#include "engine/reactor/forbid_uring_test_support.h"

namespace lunet::programs {
namespace {

using testing::HasSubstr;

/// start_engine() where the system refuses io_uring with `errnum`; what it logged goes to `log`.
Result<std::unique_ptr<dataplane::Engine>> start_without_uring(IoEngine engine, int errnum,
                                                               std::string& log) {
  Result<std::unique_ptr<dataplane::Engine>> started = Error{};
  std::thread([&] {
    ASSERT_TRUE(reactor::forbid_io_uring(errnum));
    testing::internal::CaptureStderr();
    started = start_engine(engine, {.threads = 2, .make_reactor = {}});
    log = testing::internal::GetCapturedStderr();
  }).join();
  return started;
}

TEST(StartEngine, FallsBackToEpollAndSaysWhy) {
  for (const int errnum : {ENOSYS, EPERM, ENOMEM}) {
    std::string log;
    const auto started = start_without_uring(IoEngine::automatic, errnum, log);
    ASSERT_TRUE(started) << started.error().message;
    EXPECT_THAT(log, HasSubstr("I/O engine: epoll, as io_uring cannot be used"));
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << log;
  }
  std::string log;
  ASSERT_TRUE(start_without_uring(IoEngine::automatic, EPERM, log));
  EXPECT_THAT(log, HasSubstr("kernel.io_uring_disabled"));
}

TEST(StartEngine, DoesNotReplaceWhatWasAskedFor) {
  std::string log;
  const auto started = start_without_uring(IoEngine::io_uring, EPERM, log);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().errnum, EPERM);
  EXPECT_TRUE(start_without_uring(IoEngine::epoll, EPERM, log));
  EXPECT_THAT(log, HasSubstr("epoll, as asked for"));
}

TEST(StartEngine, DoesNotTakeAFullDescriptorTableForAMissingEngine) {
  std::string log;
  const auto started = start_without_uring(IoEngine::automatic, EMFILE, log);
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().errnum, EMFILE);
}

}  // namespace
}  // namespace lunet::programs
