// SPDX-License-Identifier: Apache-2.0
// What a peer cannot make a connection do: go on for ever, or keep more than its share.
#include <gtest/gtest.h>

#include <string>

#include "engine/iscsi/test_initiator.h"

namespace lunet::iscsi::test {
namespace {

TEST(Limits, ALoginEndsAfterSoManyRequests) {
  FakeHost host;
  ConnectionLimits limits;
  limits.login_requests_max = 5;
  Initiator initiator(host, limits);
  // Empty, and always more to come.
  for (int i = 0; i < 5; ++i) EXPECT_EQ(initiator.login(flag::resume, "").header.u16(36), 0);
  EXPECT_EQ(initiator.login(flag::resume, "").header.u16(36), 0x0200);
  EXPECT_TRUE(initiator.connection.finished());
}

TEST(Limits, ThePortalGroupSaysHowLongALoginMayTake) {
  FakeHost host;
  Admission admission;
  admission.login_timeout_s = 20;
  host.admission = admission;
  Initiator initiator(host);
  initiator.tick(14);
  EXPECT_EQ(initiator.login(0x04, names).header.u16(36), 0);
  initiator.tick(5);
  EXPECT_FALSE(initiator.connection.finished()) << "the default is over, but the group allows more";
  initiator.tick(1);
  EXPECT_EQ(initiator.connection.reason(), "login timeout");
}

TEST(Limits, ALoginThatDripsIsOverInTime) {
  FakeHost host;
  Initiator initiator(host);
  const std::string request =
      initiator.encode(Initiator::login_header(flag::transit | 0x07), keys(std::string(names)));
  for (std::size_t second = 0; second < 15; ++second) {
    EXPECT_FALSE(initiator.connection.finished());
    initiator.feed(std::string_view(request).substr(second, 1));
    initiator.tick(1);
  }
  EXPECT_EQ(initiator.connection.reason(), "login timeout");
}

TEST(Limits, ADiscoverySessionThatDripsEnds) {
  FakeHost host;
  Initiator initiator(host);
  initiator.log_in({}, true);
  const std::string request =
      initiator.encode(initiator.request(Opcode::text, flag::final), std::string(3000, 'a'));
  for (std::size_t i = 0; i < 21 && !initiator.connection.finished(); ++i) {
    initiator.feed(std::string_view(request).substr(i, 1));
    initiator.tick(30);
  }
  EXPECT_EQ(initiator.connection.reason(), "discovery took too long");
}

TEST(Limits, DataOfCommandsAheadOfTheirTurnIsLimited) {
  FakeHost host;
  ConnectionLimits limits;
  limits.early_bytes_max = 100'000;
  Initiator initiator(host, limits);
  initiator.log_in("FirstBurstLength=65536|");
  initiator.command_sn++;  // one is left out, so none of the others has its turn
  for (int i = 0; i < 3 && !initiator.connection.finished(); ++i) {
    initiator.send(initiator.write(0, 80, 40'960), pattern(40'960));
  }
  EXPECT_EQ(initiator.connection.reason(), "too much data of commands ahead of their turn");
  EXPECT_EQ(host.commands, 0U);
}

TEST(Limits, AnswersInTinyPiecesThatNobodyReadsEndTheConnection) {
  FakeHost host;
  ConnectionLimits limits;
  limits.output_pdus_max = 100;
  Initiator initiator(host, limits);
  initiator.log_in("MaxRecvDataSegmentLength=512|");
  initiator.send(initiator.read(0, 100, 51'200));
  EXPECT_FALSE(initiator.connection.finished()) << "100 pieces";
  EXPECT_EQ(initiator.receive().size(), 100U);
  initiator.send(initiator.read(0, 101, 51'712));
  EXPECT_TRUE(initiator.connection.finished());
}

TEST(Limits, LargeRequestsArriveWholeInSmallSteps) {
  FakeHost host;
  Initiator initiator(host);
  initiator.log_in("MaxRecvDataSegmentLength=262144|");
  const std::string data = pattern(200'000);
  for (const std::size_t chunk : {std::size_t{0}, std::size_t{1000}, std::size_t{16384}}) {
    initiator.chunk = chunk;
    initiator.send(initiator.request(Opcode::nop_out, flag::final), data);
    EXPECT_TRUE(initiator.receive_one().data == data) << chunk;
  }
}

}  // namespace
}  // namespace lunet::iscsi::test
