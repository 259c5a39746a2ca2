// SPDX-License-Identifier: Apache-2.0
// Discovery, text negotiation after the login, NOP, timers.
#include <gtest/gtest.h>

#include <string>

#include "engine/iscsi/test_initiator.h"

namespace lunet::iscsi::test {
namespace {

struct TextSession {
  FakeHost host;
  Initiator initiator{host};
  Connection& connection = initiator.connection;

  explicit TextSession(bool discovery, std::string_view keys = {}, const NodeParameters& parameters = {}) {
    Admission admission;
    admission.parameters = parameters;
    host.admission = admission;
    host.targets = {{"iqn.2026-11.org.example:disk", {{"192.0.2.1:3260", 1}, {"[2001:db8::1]:3260", 1}}},
                    {"iqn.2026-11.org.example:tape", {{"192.0.2.1:3261", 2}}}};
    initiator.log_in(keys, discovery);
  }
  Pdu text(std::string_view pairs) {
    initiator.send(initiator.request(Opcode::text, flag::final), keys(pairs));
    return initiator.receive_one();
  }
};

constexpr std::string_view disk =
    "TargetName=iqn.2026-11.org.example:disk|TargetAddress=192.0.2.1:3260,1|"
    "TargetAddress=[2001:db8::1]:3260,1|";
constexpr std::string_view tape = "TargetName=iqn.2026-11.org.example:tape|TargetAddress=192.0.2.1:3261,2|";

TEST(Discovery, ListsAllTargets) {
  TextSession session(true);
  EXPECT_EQ(session.host.admitted.at(0).target_name, "");
  EXPECT_TRUE(session.connection.identity().discovery);
  const Pdu answer = session.text("SendTargets=All|");
  EXPECT_EQ(answer.opcode(), Opcode::text_response);
  EXPECT_EQ(answer.flags(), flag::final);
  EXPECT_EQ(answer.header.transfer_tag(), no_tag);
  EXPECT_EQ(readable(answer.data), std::string(disk) + std::string(tape));
}

TEST(Discovery, ListsOneTarget) {
  TextSession session(true);
  EXPECT_EQ(readable(session.text("SendTargets=iqn.2026-11.org.example:TAPE|").data), tape);
  EXPECT_EQ(session.text("SendTargets=iqn.2026-11.org.example:none|").data, "");
}

TEST(Discovery, RejectsWhatIsNoName) {
  TextSession session(true);
  EXPECT_EQ(readable(session.text("SendTargets=|").data), "SendTargets=Reject|");
  EXPECT_EQ(readable(session.text("SendTargets=Alle|").data), "SendTargets=Reject|");
  EXPECT_EQ(readable(session.text("SendTargetsPlease=All|").data), "SendTargetsPlease=NotUnderstood|");
  EXPECT_EQ(readable(session.text("SendTargets=All|SendTargets=All|").data),
            std::string(disk) + std::string(tape) + "SendTargets=Reject|");
}

TEST(Discovery, InANormalSessionKnowsItsOwnTargetOnly) {
  TextSession session(false);
  EXPECT_EQ(readable(session.text("SendTargets=|").data), disk);
  EXPECT_EQ(readable(session.text("SendTargets=All|").data), disk);
  EXPECT_EQ(readable(session.text("SendTargets=iqn.2026-11.org.example:disk|").data), disk);
  EXPECT_EQ(readable(session.text("SendTargets=iqn.2026-11.org.example:tape|").data), "SendTargets=Reject|");
}

TEST(Discovery, SplitsALongAnswer) {
  TextSession session(true, "MaxRecvDataSegmentLength=512|");
  session.host.targets.clear();
  std::string expected;
  for (int i = 0; i < 100; i++) {
    const std::string name = "iqn.2026-11.org.example:disk" + std::to_string(i);
    session.host.targets.push_back({name, {{"192.0.2.1:3260", 1}}});
    expected += "TargetName=" + name + "|TargetAddress=192.0.2.1:3260,1|";
  }
  Header request = session.initiator.request(Opcode::text, flag::final);
  session.initiator.send(request, keys("SendTargets=All|"));
  std::string all;
  Pdu answer = session.initiator.receive_one();
  while (answer.header.has(flag::resume)) {
    EXPECT_EQ(answer.data.size(), 512u);
    EXPECT_FALSE(answer.header.has(flag::final));
    EXPECT_NE(answer.header.transfer_tag(), no_tag);
    all += answer.data;
    Header next = session.initiator.request(Opcode::text, flag::final);
    next.set_u32(field::task_tag, request.task_tag());
    next.set_u32(field::transfer_tag, answer.header.transfer_tag());
    session.initiator.send(next);
    answer = session.initiator.receive_one();
  }
  EXPECT_EQ(answer.flags(), flag::final);
  EXPECT_EQ(readable(all + answer.data), expected);
}

TEST(Discovery, AllowsNothingElse) {
  TextSession session(true);
  session.initiator.send(session.initiator.command(flag::final, 0x00, 0));
  EXPECT_EQ(session.initiator.receive_one().header.raw[2], 0x04);
  session.initiator.send(session.initiator.management(5, 0, 0));
  EXPECT_EQ(session.initiator.receive_one().opcode(), Opcode::reject);
  EXPECT_EQ(session.host.commands, 0u);
  EXPECT_TRUE(session.host.managed.empty());
}

TEST(Discovery, DoesNotLastForever) {
  TextSession session(true);
  session.initiator.tick(59);
  EXPECT_FALSE(session.connection.finished());
  EXPECT_FALSE(session.connection.has_output());
  session.text("SendTargets=All|");
  session.initiator.tick(59);
  EXPECT_FALSE(session.connection.finished());
  session.initiator.tick(1);
  EXPECT_TRUE(session.connection.finished());
}

TEST(Text, TakesARequestInParts) {
  TextSession session(true);
  Header request = session.initiator.request(Opcode::text, flag::resume);
  session.initiator.send(request, "SendTar");
  Pdu answer = session.initiator.receive_one();
  EXPECT_EQ(answer.flags(), 0);
  EXPECT_EQ(answer.data, "");
  Header next = session.initiator.request(Opcode::text, flag::final);
  next.set_u32(field::task_tag, request.task_tag());
  next.set_u32(field::transfer_tag, answer.header.transfer_tag());
  session.initiator.send(next, keys("gets=All|"));
  answer = session.initiator.receive_one();
  EXPECT_EQ(readable(answer.data), std::string(disk) + std::string(tape));
  EXPECT_EQ(answer.flags(), flag::final);
}

TEST(Text, LeavesTheLastWordToTheInitiator) {
  TextSession session(false);
  Header request = session.initiator.request(Opcode::text, 0);
  session.initiator.send(request, keys("X-a=1|"));
  Pdu answer = session.initiator.receive_one();
  EXPECT_EQ(answer.flags(), 0);
  EXPECT_EQ(readable(answer.data), "X-a=NotUnderstood|");
  Header next = session.initiator.request(Opcode::text, flag::final);
  next.set_u32(field::task_tag, request.task_tag());
  next.set_u32(field::transfer_tag, answer.header.transfer_tag());
  session.initiator.send(next);
  answer = session.initiator.receive_one();
  EXPECT_EQ(answer.flags(), flag::final);
  EXPECT_EQ(answer.data, "");
}

TEST(Text, RejectsAnExchangeThatDoesNotExist) {
  TextSession session(true);
  Header request = session.initiator.request(Opcode::text, flag::final);
  request.set_u32(field::transfer_tag, 5);
  session.initiator.send(request, keys("SendTargets=All|"));
  EXPECT_EQ(session.initiator.receive_one().opcode(), Opcode::reject);
  session.initiator.send(session.initiator.request(Opcode::text, flag::final | flag::resume),
                         keys("SendTargets=All|"));
  EXPECT_EQ(session.initiator.receive_one().opcode(), Opcode::reject);
  session.initiator.send(session.initiator.request(Opcode::text, flag::final), "nonsense");
  EXPECT_EQ(session.initiator.receive_one().opcode(), Opcode::reject);
  EXPECT_EQ(session.initiator.max_command_sn, 1066u);
}

TEST(Text, AnEmptyRequestGetsAnEmptyAnswer) {
  TextSession session(true);
  EXPECT_EQ(session.text("").flags(), flag::final);
  session.initiator.send(session.initiator.request(Opcode::text, flag::resume));
  EXPECT_EQ(session.initiator.receive_one().flags(), 0);
}

TEST(Text, ChangesTheSegmentLength) {
  TextSession session(false, "MaxRecvDataSegmentLength=65536|");
  EXPECT_EQ(session.text("MaxRecvDataSegmentLength=1024|MaxBurstLength=512|").data,
            keys("MaxBurstLength=Reject|"));
  session.initiator.send(session.initiator.read(0, 4, 2048));
  EXPECT_EQ(session.initiator.receive().size(), 2u);
}

TEST(Text, LimitsARequest) {
  FakeHost host;
  Initiator initiator(host, {.text_bytes_max = 1000});
  initiator.log_in("", true);
  initiator.send(initiator.request(Opcode::text, flag::final), "A=" + std::string(1000, 'x'));
  EXPECT_EQ(initiator.receive_one().opcode(), Opcode::reject);
}

TEST(Nop, IsAnsweredWithItsData) {
  TextSession session(false, "MaxRecvDataSegmentLength=512|");
  session.initiator.send(session.initiator.request(Opcode::nop_out, flag::final), "hello");
  Pdu answer = session.initiator.receive_one();
  EXPECT_EQ(answer.opcode(), Opcode::nop_in);
  EXPECT_EQ(answer.header.task_tag(), 1u);
  EXPECT_EQ(answer.header.transfer_tag(), no_tag);
  EXPECT_EQ(answer.data, "hello");
  EXPECT_EQ(answer.u32(field::exp_command_sn), 1001u);
  session.initiator.send(session.initiator.request(Opcode::nop_out, flag::final, true), pattern(1000));
  answer = session.initiator.receive_one();
  EXPECT_EQ(answer.data, pattern(1000).substr(0, 512));
}

TEST(Nop, PingsAQuietInitiator) {
  NodeParameters parameters;
  parameters.nopin_timeout_s = 10;
  parameters.nopin_response_timeout_s = 5;
  TextSession session(false, {}, parameters);
  session.initiator.tick(9);
  EXPECT_FALSE(session.connection.has_output());
  session.initiator.tick(1);
  const Pdu ping = session.initiator.receive_one();
  EXPECT_EQ(ping.opcode(), Opcode::nop_in);
  EXPECT_EQ(ping.header.task_tag(), no_tag);
  EXPECT_NE(ping.header.transfer_tag(), no_tag);
  session.initiator.tick(4);
  EXPECT_FALSE(session.connection.has_output());
  Header pong = session.initiator.request(Opcode::nop_out, flag::final, true);
  pong.set_u32(field::task_tag, no_tag);
  pong.set_u32(field::transfer_tag, ping.header.transfer_tag());
  session.initiator.send(pong);
  EXPECT_FALSE(session.connection.has_output());
  session.initiator.tick(9);
  EXPECT_FALSE(session.connection.finished());
  EXPECT_FALSE(session.connection.has_output());
  session.initiator.tick(1);
  EXPECT_NE(session.initiator.receive_one().header.transfer_tag(), ping.header.transfer_tag());
  session.initiator.tick(5);
  EXPECT_TRUE(session.connection.finished());
  EXPECT_EQ(session.connection.reason(), "the initiator does not answer NOP-In");
}

TEST(Nop, IsNotSentWithoutATimeout) {
  NodeParameters parameters;
  parameters.nopin_timeout_s = 0;
  TextSession session(false, {}, parameters);
  session.initiator.tick(100000);
  EXPECT_FALSE(session.connection.has_output());
  EXPECT_FALSE(session.connection.finished());
}

TEST(Timer, EndsAWriteWithoutItsData) {
  NodeParameters parameters;
  parameters.dataout_timeout_s = 20;
  parameters.nopin_timeout_s = 0;
  TextSession session(false, "ImmediateData=No|", parameters);
  session.initiator.send(session.initiator.write(0, 16, 8192));
  const Pdu r2t = session.initiator.receive_one();
  session.initiator.tick(19);
  session.initiator.send(Initiator::data_out(1, r2t.header.transfer_tag(), 0, 0, false), pattern(4096));
  session.initiator.tick(19);
  EXPECT_FALSE(session.connection.finished());
  session.initiator.tick(1);
  EXPECT_TRUE(session.connection.finished());
  EXPECT_EQ(session.host.discarded.size(), 1u);
}

TEST(Timer, GivesUpOnLastWordsThatNobodyReads) {
  TextSession session(false);
  session.initiator.send(session.initiator.request(Opcode::logout, flag::final, true));
  EXPECT_TRUE(session.connection.finished());
  session.initiator.tick(9);
  EXPECT_TRUE(session.connection.has_output());
  session.initiator.tick(1);
  EXPECT_FALSE(session.connection.has_output());
}

}  // namespace
}  // namespace lunet::iscsi::test
