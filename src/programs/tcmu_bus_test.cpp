// SPDX-License-Identifier: Apache-2.0
// On a message bus of the test's own, with a stand-in for tcmu-runner; and without any.
#include "programs/tcmu_bus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "base/fd.h"
#include "programs/fake_tcmu.h"

namespace lunet::programs {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

/// A dbus-daemon of its own, which DBUS_SYSTEM_BUS_ADDRESS names.
class Bus {
 public:
  Bus() {
    int ends[2];
    EXPECT_EQ(::pipe(ends), 0);
    Fd reader(ends[0]);
    child_ = ::fork();
    if (child_ == 0) {
      ::dup2(ends[1], 3);
      ::execlp("dbus-daemon", "dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=3",
               nullptr);
      ::_exit(127);
    }
    ::close(ends[1]);
    std::string address;
    for (char c = '\0'; ::read(reader.get(), &c, 1) == 1 && c != '\n';) address += c;
    EXPECT_THAT(address, HasSubstr("unix:"));
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", address.c_str(), 1);
  }
  Bus(const Bus&) = delete;
  Bus& operator=(const Bus&) = delete;
  ~Bus() {
    ::kill(child_, SIGTERM);
    ::waitpid(child_, nullptr, 0);
    ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
  }

 private:
  pid_t child_ = -1;
};

/// The stand-in in a thread of its own.
class Service {
 public:
  Service() {
    EXPECT_GE(fake_.start(), 0);
    thread_ = std::thread([this] { fake_.serve([this] { return end_.load(); }); });
  }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service() {
    end_ = true;
    thread_.join();
  }

 private:
  test::FakeTcmu fake_;
  std::atomic<bool> end_ = false;
  std::thread thread_;
};

TEST(TcmuBus, HandlersSayWhatTheyTake) {
  const Bus bus;
  const Service service;
  TcmuBus handlers;
  const auto asked = handlers.list();
  ASSERT_TRUE(asked);
  const auto& found = *asked;
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].name, "fake");
  EXPECT_EQ(found[0].description, "ok and what you like");
  EXPECT_TRUE(handlers.check("fake", "fake/ok"));
  EXPECT_FALSE(handlers.check("other", "other/ok"));
  const auto refused = handlers.check("fake", "fake/bad");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().errnum, EINVAL);
  EXPECT_EQ(refused.error().message, "it must begin with ok");
}

TEST(TcmuBus, MediaAreChanged) {
  const Bus bus;
  const Service service;
  TcmuBus handlers;
  EXPECT_TRUE(handlers.change_medium("fake", "d", 1048576, "fake/ok2"));
  const auto refused = handlers.change_medium("fake", "d", 1048576, "fake/bad");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("no such medium"));
  const auto unknown = handlers.change_medium("other", "d", 1048576, "other/ok");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().errnum, EOPNOTSUPP);
  EXPECT_THAT(unknown.error().message, HasSubstr("does not do that for handler 'other'"));
}

TEST(TcmuBus, ABusThatWasStartedAgainIsFound) {
  TcmuBus handlers;
  {
    const Bus bus;
    const Service service;
    EXPECT_EQ(handlers.list()->size(), 1U);
  }
  EXPECT_FALSE(handlers.list());
  const Bus bus;
  const Service service;
  EXPECT_EQ(handlers.list()->size(), 1U);
}

TEST(TcmuBus, WithoutTheServiceThereAreNoHandlers) {
  const Bus bus;
  TcmuBus handlers;
  EXPECT_THAT(*handlers.list(), IsEmpty());
  EXPECT_TRUE(handlers.check("fake", "fake/bad"));
  EXPECT_FALSE(handlers.change_medium("fake", "d", 1, "fake/ok"));
}

TEST(TcmuBus, WithoutABusThereAreNoHandlers) {
  ::setenv("DBUS_SYSTEM_BUS_ADDRESS", "unix:path=/nowhere/bus", 1);
  TcmuBus handlers;
  EXPECT_EQ(handlers.list().error().message, "there is no message bus");
  EXPECT_TRUE(handlers.check("fake", "fake/bad"));
  EXPECT_FALSE(handlers.change_medium("fake", "d", 1, "fake/ok"));
  ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
}

}  // namespace
}  // namespace lunet::programs
