// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/login_guard.h"

#include <gtest/gtest.h>

#include <string>

namespace lunet::dataplane {

TEST(TokenBuckets, GiveABurstAndThenOneAnInterval) {
  TokenBuckets buckets(3, 100, 10);
  for (int i = 0; i < 3; i++) EXPECT_TRUE(buckets.take("a", 1000));
  EXPECT_FALSE(buckets.has("a", 1000));
  EXPECT_FALSE(buckets.take("a", 1099));
  EXPECT_TRUE(buckets.take("b", 1000)) << "each key has its own";
  EXPECT_TRUE(buckets.take("a", 1100));
  EXPECT_FALSE(buckets.take("a", 1100));
  for (int i = 0; i < 3; i++) EXPECT_TRUE(buckets.take("a", 5000)) << "full again, and not fuller";
  EXPECT_FALSE(buckets.take("a", 5000));
}

TEST(TokenBuckets, RememberABoundedNumberOfKeys) {
  TokenBuckets buckets(2, 100, 50);
  for (int i = 0; i < 10000; i++) buckets.take("k" + std::to_string(i), 1000 + static_cast<std::uint64_t>(i));
  EXPECT_LE(buckets.size(), 50U);
}

TEST(LoginGuard, HoldsUpWhoFailsAgainAndAgain) {
  LoginGuard guard;
  std::uint64_t now = 1000000;
  for (std::uint32_t i = 0; i < LoginGuard::failures_at_once; i++) {
    EXPECT_TRUE(guard.may_authenticate("192.0.2.1", "iqn.t", now));
    guard.authentication_failed("192.0.2.1", "iqn.t", now);
  }
  EXPECT_FALSE(guard.may_authenticate("192.0.2.1", "iqn.t", now));
  EXPECT_TRUE(guard.may_authenticate("192.0.2.2", "iqn.t", now)) << "another host";
  EXPECT_TRUE(guard.may_authenticate("192.0.2.1", "iqn.other", now)) << "another target";
  now += LoginGuard::failure_interval_ms;
  EXPECT_TRUE(guard.may_authenticate("192.0.2.1", "iqn.t", now));
  EXPECT_TRUE(guard.may_authenticate("192.0.2.1", "iqn.t", now)) << "success costs nothing";
  guard.authentication_failed("192.0.2.1", "iqn.t", now);
  EXPECT_FALSE(guard.may_authenticate("192.0.2.1", "iqn.t", now));
}

TEST(LoginGuard, CountsFailuresOfLoginsSideBySide) {
  LoginGuard guard;
  const std::uint64_t now = 1000000;
  for (int i = 0; i < 10000; i++) guard.authentication_failed("192.0.2.1", "iqn.t", now);
  const std::uint64_t longest = (LoginGuard::failure_debt_max + 1) * LoginGuard::failure_interval_ms;
  EXPECT_FALSE(guard.may_authenticate("192.0.2.1", "iqn.t", now + longest - 1));
  EXPECT_TRUE(guard.may_authenticate("192.0.2.1", "iqn.t", now + longest));
}

TEST(LoginGuard, TakesAnIpv6NetworkForOneHost) {
  LoginGuard guard;
  for (std::uint32_t i = 0; i < LoginGuard::failures_at_once; i++) {
    guard.authentication_failed("[2001:db8::" + std::to_string(i + 1) + "]", "", 5);
  }
  EXPECT_FALSE(guard.may_authenticate("[2001:db8::ffff]", "", 5));
  EXPECT_TRUE(guard.may_authenticate("[2001:db8:0:1::1]", "", 5));
}

TEST(LoginGuard, LogsSomeAndCountsTheRest) {
  LoginGuard guard;
  std::uint64_t now = 1000000;
  for (std::uint32_t i = 0; i < LoginGuard::lines_at_once; i++)
    EXPECT_EQ(guard.may_log("192.0.2.1", now), 0U);
  for (int i = 0; i < 7; i++) EXPECT_FALSE(guard.may_log("192.0.2.1", now));
  now += LoginGuard::line_interval_ms;
  EXPECT_EQ(guard.may_log("192.0.2.1", now), 7U);
  EXPECT_FALSE(guard.may_log("192.0.2.1", now));
}

}  // namespace lunet::dataplane
