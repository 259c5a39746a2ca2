// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/session_registry.h"

#include <gmock/gmock.h>

#include <optional>

namespace lunet::dataplane {

namespace {

const SessionRegistry::Key key{"iqn.i", {1, 2, 3, 4, 5, 6}, "iqn.t", 1};

struct Login {
  bool evicted = false;
  std::uint16_t tsih = 0;
  std::optional<SessionRegistry::Past> past;
  std::uint64_t session = 0;

  void open(SessionRegistry& registry) {
    session = registry.open(
        key, [this] { evicted = true; },
        [this](std::uint16_t made, SessionRegistry::Past before) {
          tsih = made;
          past = before;
        });
  }
};

}  // namespace

TEST(SessionRegistry, ASecondLoginWaitsForTheFirstToEnd) {
  SessionRegistry registry;
  Login first;
  Login second;
  first.open(registry);
  EXPECT_NE(first.tsih, 0);
  EXPECT_EQ(first.past, SessionRegistry::Past::first_login);
  second.open(registry);
  EXPECT_TRUE(first.evicted);
  EXPECT_FALSE(second.past);
  registry.close(key, first.session, false);
  EXPECT_EQ(second.past, SessionRegistry::Past::nexus_lost);
  EXPECT_NE(second.tsih, first.tsih);
}

TEST(SessionRegistry, OnlyTheNewestWaiterStarts) {
  SessionRegistry registry;
  Login first;
  Login second;
  Login third;
  first.open(registry);
  second.open(registry);
  third.open(registry);
  EXPECT_TRUE(second.evicted);
  registry.close(key, second.session, false);
  registry.close(key, first.session, false);
  EXPECT_FALSE(second.past);
  EXPECT_TRUE(third.past);
}

TEST(SessionRegistry, RemembersALogout) {
  SessionRegistry registry;
  Login first;
  Login second;
  first.open(registry);
  registry.close(key, first.session, true);
  second.open(registry);
  EXPECT_EQ(second.past, SessionRegistry::Past::logged_out);
}

}  // namespace lunet::dataplane
