// SPDX-License-Identifier: Apache-2.0
#include "service/index_lock.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>

#include "base/fd.h"
#include "store/test_folder.h"

namespace lunet::service {
namespace {

class IndexLockTest : public testing::Test {
 protected:
  Result<std::unique_ptr<store::Lock>> take(int wait_ms) {
    return with_index_lock(std::make_unique<store::Lock>(), path_, wait_ms, [this] { ++waits_; });
  }
  bool is_free() const {
    const Fd other(::open(path_.c_str(), O_RDWR | O_CLOEXEC));
    return ::flock(other.get(), LOCK_EX | LOCK_NB) == 0;
  }
  const store::TestFolder folder_;
  const std::string path_ = folder_.path() + "/rtslib_backstore.lock";
  int waits_ = 0;
};

TEST_F(IndexLockTest, IsHeldUntilTheChangeIsOver) {
  auto lock = take(0);
  ASSERT_TRUE(lock);
  EXPECT_FALSE(is_free());
  lock->reset();
  EXPECT_TRUE(is_free());
  EXPECT_EQ(waits_, 0);
}

TEST_F(IndexLockTest, SaysThatAnotherToolHasIt) {
  const Fd other(::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  ASSERT_EQ(::flock(other.get(), LOCK_EX), 0);
  const auto lock = take(40);
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().errnum, EBUSY);
  EXPECT_NE(lock.error().message.find(path_), std::string::npos);
  EXPECT_EQ(waits_, 1);
}

TEST_F(IndexLockTest, IsNotMissedWhereThereIsNoSuchFolder) {
  EXPECT_TRUE(with_index_lock(std::make_unique<store::Lock>(), folder_.path() + "/nowhere/lock", 0, [] {}));
}

}  // namespace
}  // namespace lunet::service
