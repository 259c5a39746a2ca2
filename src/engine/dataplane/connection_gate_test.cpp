// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/connection_gate.h"

#include <gmock/gmock.h>

#include <optional>
#include <thread>
#include <vector>

namespace lunet::dataplane {
namespace {

using testing::HasSubstr;

Address peer(const std::string& text) {
  return *Address::parse(text);
}

TEST(ConnectionGate, LimitsAllConnectionsTogether) {
  ConnectionGate gate({.connections_max = 2, .logins_per_address_max = 9, .sessions_max = 9});
  const auto first = gate.enter(peer("192.0.2.1:1"));
  {
    auto second = gate.enter(peer("192.0.2.2:1"));
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(second->become_session());
    const auto third = gate.enter(peer("192.0.2.3:1"));
    ASSERT_FALSE(third);
    EXPECT_THAT(third.error().message, HasSubstr("2 connections"));
    EXPECT_THAT(third.error().hint, HasSubstr("--connections-max"));
  }
  EXPECT_TRUE(gate.enter(peer("192.0.2.3:1"))) << "the place was given back";
}

TEST(ConnectionGate, LimitsThoseOfOneAddressUntilTheyHaveLoggedIn) {
  ConnectionGate gate({.connections_max = 9, .logins_per_address_max = 2, .sessions_max = 9});
  auto first = gate.enter(peer("192.0.2.1:1"));
  auto second = gate.enter(peer("192.0.2.1:2"));
  ASSERT_TRUE(first && second);
  const auto third = gate.enter(peer("192.0.2.1:3"));
  ASSERT_FALSE(third);
  EXPECT_THAT(third.error().message, HasSubstr("192.0.2.1"));
  EXPECT_TRUE(gate.enter(peer("192.0.2.2:1"))) << "others are not concerned";
  EXPECT_TRUE(first->become_session());
  EXPECT_TRUE(gate.enter(peer("192.0.2.1:4")));
}

TEST(ConnectionGate, TakesAnIpv6NetworkForOneAddress) {
  ConnectionGate gate({.connections_max = 9, .logins_per_address_max = 1, .sessions_max = 9});
  const auto first = gate.enter(peer("[2001:db8::1]:1"));
  ASSERT_TRUE(first);
  EXPECT_FALSE(gate.enter(peer("[2001:db8::2:1]:1")));
  EXPECT_TRUE(gate.enter(peer("[2001:db8:0:1::1]:1")));
  const auto mapped = gate.enter(peer("[::ffff:192.0.2.1]:1"));
  EXPECT_FALSE(gate.enter(peer("192.0.2.1:2"))) << "an IPv4 address is one in both forms";
}

TEST(ConnectionGate, LimitsSessions) {
  ConnectionGate gate({.connections_max = 9, .logins_per_address_max = 9, .sessions_max = 1});
  std::optional<Result<ConnectionGate::Place>> first = gate.enter(peer("192.0.2.1:1"));
  auto second = gate.enter(peer("192.0.2.2:1"));
  EXPECT_TRUE((*first)->become_session());
  EXPECT_TRUE((*first)->become_session()) << "it is one already";
  EXPECT_FALSE(second->become_session());
  first.reset();
  EXPECT_TRUE(second->become_session());
}

TEST(ConnectionGate, CountsRightFromManyThreads) {
  ConnectionGate gate({.connections_max = 4, .logins_per_address_max = 3, .sessions_max = 2});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&gate] {
      for (int round = 0; round < 2000; ++round) {
        auto place = gate.enter(peer("192.0.2.1:1"));
        if (place && round % 2 == 0) (void)place->become_session();
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::vector<Result<ConnectionGate::Place>> places;
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(places.emplace_back(gate.enter(peer("192.0.2.1:1"))));
  EXPECT_FALSE(gate.enter(peer("192.0.2.1:1")));
}

}  // namespace
}  // namespace lunet::dataplane
