// SPDX-License-Identifier: Apache-2.0
#include "store/lock.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <gmock/gmock.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <numeric>

#include "base/text.h"
#include "store/test_folder.h"

namespace lunet::store {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Lock, NamesItsHolderInAnotherProcess) {
  const TestFolder folder;
  std::array<int, 2> locked{};
  std::array<int, 2> release{};
  ASSERT_EQ(::pipe2(locked.data(), O_CLOEXEC), 0);
  ASSERT_EQ(::pipe2(release.data(), O_CLOEXEC), 0);
  char byte = 0;
  Child child([&] {
    const auto lock = take_lock(folder.path(), "/iscsi create \"x\"", 0);
    const bool told = lock && ::write(locked[1], "x", 1) == 1;
    return told && ::read(release[0], &byte, 1) == 1 ? 0 : 1;
  });
  ASSERT_EQ(::read(locked[0], &byte, 1), 1);
  const auto refused = take_lock(folder.path(), "mine", 5);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().errnum, EBUSY);
  EXPECT_THAT(refused.error().message,
              StartsWith("the configuration is being changed by process " + std::to_string(child.pid()) +
                         " (/iscsi create \"x\") since "));
  EXPECT_THAT(refused.error().hint, HasSubstr(folder.file("lock")));
  ASSERT_EQ(::write(release[1], "x", 1), 1);
  EXPECT_TRUE(take_lock(folder.path(), "mine", 60'000));
  EXPECT_EQ(child.wait(), 0);
}

TEST(Lock, PatienceIsForOneHolderAndTheWaiterIsToldWhoItIs) {
  const TestFolder folder;
  std::unique_ptr<Lock> held = *take_lock(folder.path(), "mine", 0);
  std::vector<std::string> told;
  Patience patience(1500);
  patience.tell_after_ms = patience.tell_every_ms = 1;
  const auto start = std::chrono::steady_clock::now();
  patience.told = [&](const std::string& holder) {
    told.push_back(holder);
    // The next holder signs; the last one goes.
    folder.write("lock", fmt::format("pid {} time 0 command x\n", told.size()));
    if (std::chrono::steady_clock::now() - start > std::chrono::milliseconds(1600)) held.reset();
  };
  const auto lock = take_lock(folder.path(), "patient", patience);
  EXPECT_TRUE(lock) << lock.error().message;
  ASSERT_GE(told.size(), 2U);
  EXPECT_THAT(told[0], StartsWith("process " + std::to_string(::getpid()) + " (mine) since "));
  EXPECT_THAT(told[1], StartsWith("process 1 (x) since "));
}

TEST(Lock, WhoWaitsLongestLooksMostOften) {
  using std::chrono::milliseconds;
  EXPECT_EQ(waiter_pause(milliseconds(0)), milliseconds(2));
  EXPECT_LE(waiter_pause(milliseconds(10)), milliseconds(5)) << "one holder is soon done";
  for (int waited = 100; waited < 9000; waited += 500)
    EXPECT_LT(waiter_pause(milliseconds(waited + 500)), waiter_pause(milliseconds(waited))) << waited;
  EXPECT_EQ(waiter_pause(milliseconds(1'000'000)), milliseconds(2));
}

TEST(Lock, IsNoLongerWaitedForWhenTheUserGivesUp) {
  const TestFolder folder;
  const std::unique_ptr<Lock> held = *take_lock(folder.path(), "mine", 0);
  Patience patience(60'000);
  int asked = 0;
  patience.given_up = [&asked] { return ++asked == 3; };
  const auto lock = take_lock(folder.path(), "impatient", patience);
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().errnum, EINTR);
  EXPECT_THAT(lock.error().message, HasSubstr("(mine)"));
}

TEST(Lock, EndsWithItsProcess) {
  const TestFolder folder;
  std::array<int, 2> locked{};
  ASSERT_EQ(::pipe2(locked.data(), O_CLOEXEC), 0);
  Child child([&] {
    const auto lock = take_lock(folder.path(), "killed", 0);
    if (!lock || ::write(locked[1], "x", 1) != 1) return 1;
    return ::pause();
  });
  char byte = 0;
  ASSERT_EQ(::read(locked[0], &byte, 1), 1);
  EXPECT_FALSE(take_lock(folder.path(), "mine", 0));
  child.kill();
  child.wait();
  EXPECT_TRUE(take_lock(folder.path(), "mine", 0));
}

TEST(Lock, CannotBeTakenTwiceAndLeavesNoNameBehind) {
  const TestFolder folder;
  {
    const auto lock = take_lock(folder.path(), "first", 0);
    ASSERT_TRUE(lock);
    EXPECT_THAT(folder.read("lock"), HasSubstr("pid " + std::to_string(::getpid()) + " time "));
    EXPECT_THAT(take_lock(folder.path(), "second", 0).error().message, HasSubstr("(first)"));
  }
  EXPECT_EQ(folder.read("lock"), "");
}

/// A sample; LUNET_TORTURE=1 asks for the whole count.
static const bool whole = std::getenv("LUNET_TORTURE") != nullptr;
static const int processes = whole ? 64 : 8;
static const int commits = whole ? 100 : 50;

/// What each of the processes does: an own object a commit, and one counter for all.
static int commit_as(const TestFolder& folder, int process) {
  const auto store = opened(folder, {.snapshot_bytes = 20'000});
  for (int i = 0; i < commits; ++i) {
    edit(*store, "edit", [&](config::Tree& tree) {
      tree.ensure({disk_a[0], {config::ObjectClass::disk, fmt::format("p{}-{}", process, i)}});
      config::Object& shared = tree.ensure(disk_a);
      shared.attributes["size"] = std::to_string(parse_unsigned(shared.attribute("size")).value_or(0) + 1);
    });
  }
  return 0;
}

TEST(Lock, NoGenerationIsLostAmongManyProcesses) {
  const TestFolder folder;
  std::vector<Child> children;
  for (int process = 0; process < processes; ++process) {
    children.emplace_back([&] { return commit_as(folder, process); });
  }
  for (Child& child : children) EXPECT_EQ(child.wait(), 0);
  const auto store = opened(folder);
  const auto head = store->head();
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->generation.number, static_cast<std::uint64_t>(processes * commits));
  EXPECT_EQ(size_in(head->tree), std::to_string(processes * commits));
  EXPECT_EQ(head->tree.find({disk_a[0]})->children.size(), static_cast<std::size_t>(processes * commits) + 1);
  std::vector<std::uint64_t> expected(static_cast<std::size_t>(processes * commits));
  std::iota(expected.begin(), expected.end(), 1U);
  EXPECT_EQ(numbers(*store, 0), expected);
}

}  // namespace lunet::store
