// SPDX-License-Identifier: Apache-2.0
// Commands that end before their time: task management, resets, the end of the connection.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/iscsi/test_initiator.h"

namespace lunet::iscsi::test {
namespace {

constexpr std::uint8_t abort_task = 1;
constexpr std::uint8_t lun_reset = 5;

struct AbortSession {
  FakeHost host;
  Initiator initiator{host};
  Connection& connection = initiator.connection;

  explicit AbortSession(std::string_view keys = {}) { initiator.log_in(keys); }
  /// Response code of a task management response that must be the only answer.
  unsigned management_answer() {
    const Pdu response = initiator.receive_one();
    EXPECT_EQ(response.opcode(), Opcode::task_management_response);
    return response.header.raw[2];
  }
};

TEST(AbortTask, EndsACommandThatWaitsForData) {
  AbortSession session("ImmediateData=No|");
  session.initiator.send(session.initiator.write(0, 8, 4096));
  const Pdu r2t = session.initiator.receive_one();
  session.initiator.send(session.initiator.management(abort_task, 1, 1000));
  EXPECT_EQ(session.management_answer(), 0u);
  EXPECT_EQ(session.host.discarded, std::vector<std::uint32_t>{1});
  EXPECT_EQ(session.connection.running(), 0u);
  // What the initiator had sent before it heard of that.
  session.initiator.answer_r2t(r2t, pattern(4096), 4096);
  EXPECT_FALSE(session.connection.has_output());
  EXPECT_FALSE(session.connection.finished());
  // Its place in the window is free again.
  EXPECT_EQ(session.initiator.max_command_sn, 1064u);
}

TEST(AbortTask, WaitsForACommandThatRuns) {
  AbortSession session;
  session.initiator.send(session.initiator.command(flag::final, 0xff, 0));
  session.initiator.send(session.initiator.management(abort_task, 1, 1000));
  EXPECT_FALSE(session.connection.has_output());
  session.host.finish_good(session.connection, *session.host.held[0]);
  EXPECT_EQ(session.management_answer(), 0u);
}

/// Gives up what it has as soon as it hears that nobody wants it.
struct EagerHost final : FakeHost {
  void abort(Connection& connection, Command& command) override { connection.finish(command, {}); }
};

TEST(AbortTask, EndsACommandThatTheHostGivesUpAtOnce) {
  EagerHost host;
  Initiator initiator{host};
  initiator.log_in({});
  initiator.send(initiator.command(flag::final, 0xff, 0));
  initiator.send(initiator.command(flag::final, 0xff, 0));
  initiator.send(initiator.management(abort_task, 1, 1000));
  const Pdu response = initiator.receive_one();
  EXPECT_EQ(response.opcode(), Opcode::task_management_response);
  EXPECT_EQ(response.header.raw[2], 0);
  EXPECT_EQ(initiator.connection.running(), 1u);
}

TEST(Drop, EndsCommandsThatTheHostGivesUpAtOnce) {
  EagerHost host;
  Initiator initiator{host};
  initiator.log_in({});
  for (int n = 0; n < 3; ++n) initiator.send(initiator.command(flag::final, 0xff, 0));
  initiator.connection.drop("test");
  EXPECT_EQ(initiator.connection.running(), 0u);
}

TEST(AbortTask, DoesNotFindACommandThatIsOver) {
  AbortSession session;
  session.initiator.send(session.initiator.command(flag::final, 0x00, 0));
  session.initiator.receive();
  session.initiator.send(session.initiator.management(abort_task, 1, 1000));
  EXPECT_EQ(session.management_answer(), 1u);
}

TEST(AbortTask, DoesNotReachIntoAnotherLun) {
  AbortSession session;
  session.initiator.send(session.initiator.command(flag::final, 0xff, 0));
  session.initiator.send(session.initiator.management(abort_task, 1, 1000, 0x0001'0000'0000'0000));
  EXPECT_EQ(session.management_answer(), 1u);
  session.host.finish_good(session.connection, *session.host.held[0]);
  EXPECT_EQ(session.initiator.receive_one().opcode(), Opcode::scsi_response);
}

TEST(AbortTask, CountsAMissingCommandAsReceived) {
  AbortSession session;
  const Header lost = session.initiator.command(flag::final, 0x00, 0);
  const Header later = session.initiator.command(flag::final, 0x00, 0);
  session.initiator.send(later);
  EXPECT_EQ(session.host.commands, 0u);
  session.initiator.send(session.initiator.management(abort_task, lost.task_tag(), lost.command_sn()));
  const auto pdus = session.initiator.receive();
  ASSERT_EQ(pdus.size(), 2u);
  EXPECT_EQ(pdus[0].opcode(), Opcode::task_management_response);
  EXPECT_EQ(pdus[0].header.raw[2], 0);
  EXPECT_EQ(pdus[1].header.task_tag(), later.task_tag());
  session.initiator.send(lost);  // too late
  EXPECT_FALSE(session.connection.has_output());
  EXPECT_EQ(session.initiator.exp_command_sn, 1002u);
  EXPECT_EQ(session.initiator.max_command_sn, 1065u);
}

TEST(AbortTask, ReachesACommandBeforeItsTurn) {
  AbortSession session;
  const Header first = session.initiator.command(flag::final, 0x00, 0);
  const Header second = session.initiator.write(0, 1, 512);
  session.initiator.send(second, pattern(512));
  session.initiator.send(session.initiator.management(abort_task, second.task_tag(), second.command_sn()));
  EXPECT_EQ(session.management_answer(), 0u);
  session.initiator.send(first);
  EXPECT_EQ(session.initiator.receive_one().header.task_tag(), first.task_tag());
  EXPECT_EQ(session.host.commands, 1u);
  EXPECT_EQ(session.initiator.exp_command_sn, 1002u);
  EXPECT_EQ(session.initiator.max_command_sn, 1065u);
}

TEST(AbortTask, EndsACommandTheHostHasNotAskedDataFor) {
  AbortSession session;
  session.host.want_at_once = false;
  session.initiator.send(session.initiator.write(0, 8, 4096), pattern(4096));
  session.initiator.send(session.initiator.management(abort_task, 1, 1000));
  EXPECT_FALSE(session.connection.has_output());
  session.host.want(session.connection, *session.host.held[0]);
  EXPECT_EQ(session.host.discarded, std::vector<std::uint32_t>{1});
  EXPECT_EQ(session.management_answer(), 0u);
}

TEST(AbortTask, InTheMiddleOfItsData) {
  AbortSession session;
  const std::string bytes = session.initiator.encode(session.initiator.write(0, 64, 32768), pattern(32768));
  session.initiator.feed(std::string_view(bytes).substr(0, 1000));
  const MutableBytes room = session.connection.direct_room();
  ASSERT_FALSE(room.empty());
  session.connection.abort_commands(0, false);
  EXPECT_EQ(session.host.discarded.size(), 1u);
  EXPECT_TRUE(session.connection.direct_room().empty());
  session.initiator.feed(std::string_view(bytes).substr(1000));
  EXPECT_FALSE(session.connection.has_output());
  session.initiator.send(session.initiator.command(flag::final, 0x00, 0));
  EXPECT_EQ(session.initiator.receive_one().header.task_tag(), 2u);
}

TEST(AbortTask, WhileItsDataIsReceivedDirectly) {
  AbortSession session("DataDigest=CRC32C|");
  const std::string bytes = session.initiator.encode(session.initiator.write(0, 64, 32768), pattern(32768));
  session.initiator.feed(std::string_view(bytes).substr(0, 1000));
  const std::size_t under_way = session.connection.direct_room().size();
  ASSERT_GT(under_way, 0u);
  // The host frees the buffer here; only whoever writes into it has to keep it, the protocol does not look
  // again.
  session.connection.abort_commands(0, false);
  EXPECT_TRUE(session.host.idle());
  session.connection.direct_received(under_way);
  session.initiator.feed(std::string_view(bytes).substr(1000 + under_way));
  EXPECT_FALSE(session.connection.finished()) << session.connection.reason();
  session.initiator.send(session.initiator.command(flag::final, 0x00, 0));
  EXPECT_EQ(session.initiator.receive_one().header.task_tag(), 2u);
}

TEST(TaskManagement, IsTheHostsOtherwise) {
  AbortSession session;
  session.host.manage_at_once = false;
  session.initiator.send(session.initiator.management(lun_reset, no_tag, 0, 0x0005'0000'0000'0000));
  ASSERT_EQ(session.host.managed.size(), 1u);
  EXPECT_EQ(session.host.managed[0].function, TaskManagement::Function::lun_reset);
  EXPECT_EQ(session.host.managed[0].lun, 0x0005'0000'0000'0000u);
  EXPECT_FALSE(session.connection.has_output());
  session.connection.management_done(session.host.managed[0], ManagementResponse::no_such_lun);
  EXPECT_EQ(session.management_answer(), 2u);
  session.connection.management_done(session.host.managed[0], ManagementResponse::complete);
  EXPECT_FALSE(session.connection.has_output());
}

TEST(TaskManagement, RefusesWhatItDoesNotKnow) {
  AbortSession session;
  session.initiator.send(session.initiator.management(8, 1, 1000));  // TASK REASSIGN
  EXPECT_EQ(session.management_answer(), 4u);
  session.initiator.send(session.initiator.management(0, 1, 1000));
  EXPECT_EQ(session.management_answer(), 5u);
  session.initiator.send(session.initiator.management(99, 1, 1000));
  EXPECT_EQ(session.management_answer(), 5u);
  EXPECT_TRUE(session.host.managed.empty());
}

TEST(LunReset, EndsCommandsOfThatLunInSilence) {
  AbortSession session("ImmediateData=No|");
  session.initiator.send(session.initiator.write(0, 8, 4096));
  session.initiator.send(session.initiator.command(flag::final, 0xff, 0));
  Header other = session.initiator.command(flag::final, 0xff, 0);
  other.set_lun(0x0001'0000'0000'0000);
  session.initiator.send(other);
  session.initiator.receive();
  session.connection.abort_commands(0, false);
  EXPECT_EQ(session.host.discarded, std::vector<std::uint32_t>{1});
  EXPECT_EQ(session.connection.running(), 2u);
  session.host.finish_good(session.connection, *session.host.held[0]);
  EXPECT_FALSE(session.connection.has_output());
  session.host.finish_good(session.connection, *session.host.held[1]);
  EXPECT_EQ(session.initiator.receive_one().header.task_tag(), 3u);
  EXPECT_EQ(session.initiator.max_command_sn, 1066u);
}

TEST(LunReset, AnswersTaskAborted) {
  AbortSession session("ImmediateData=No|");
  session.initiator.send(session.initiator.write(0, 8, 4096));
  session.initiator.send(session.initiator.command(flag::final, 0xff, 0));
  const Pdu r2t = session.initiator.receive_one();
  session.connection.abort_commands(0, true);
  EXPECT_EQ(session.host.discarded, std::vector<std::uint32_t>{1});
  EXPECT_FALSE(session.connection.has_output());  // the data of the write is still to come
  session.host.finish_good(session.connection, *session.host.held[0]);
  Pdu response = session.initiator.receive_one();
  EXPECT_EQ(response.header.task_tag(), 2u);
  EXPECT_EQ(response.header.raw[3], 0x40);
  session.initiator.answer_r2t(r2t, pattern(4096), 1024);
  response = session.initiator.receive_one();
  EXPECT_EQ(response.header.task_tag(), 1u);
  EXPECT_EQ(response.header.raw[3], 0x40);
}

TEST(Drop, LetsRunningCommandsFinishIntoNothing) {
  AbortSession session("ImmediateData=No|");
  session.initiator.send(session.initiator.write(0, 8, 4096));
  session.initiator.send(session.initiator.command(flag::final, 0xff, 0));
  session.connection.drop("the target is gone");
  EXPECT_TRUE(session.connection.finished());
  EXPECT_EQ(session.connection.reason(), "the target is gone");
  EXPECT_FALSE(session.connection.has_output());
  EXPECT_EQ(session.host.discarded, std::vector<std::uint32_t>{1});
  EXPECT_EQ(session.connection.running(), 1u);
  session.host.finish_good(session.connection, *session.host.held[0]);
  EXPECT_EQ(session.connection.running(), 0u);
  EXPECT_FALSE(session.connection.has_output());
  session.initiator.send(session.initiator.command(flag::final, 0x00, 0));
  EXPECT_EQ(session.host.commands, 2u);
}

TEST(Drop, DiscardsACommandThatAsksForDataAfterwards) {
  AbortSession session;
  session.host.want_at_once = false;
  session.initiator.send(session.initiator.write(0, 8, 4096), pattern(4096));
  session.connection.drop("over");
  EXPECT_TRUE(session.host.discarded.empty());
  session.host.want(session.connection, *session.host.held[0]);
  EXPECT_EQ(session.host.discarded, std::vector<std::uint32_t>{1});
  EXPECT_EQ(session.connection.running(), 0u);
}

TEST(Drop, MayComeFromInsideACallback) {
  for (int place = 0; place < 4; place++) {
    AbortSession session("ImmediateData=Yes|InitialR2T=No|");
    // A write that waits, so that there is something to discard.
    session.initiator.send(session.initiator.write(0, 200, 102400));
    session.initiator.receive();
    if (place == 0) session.host.on_command = [](Connection& c, Command&) { c.drop("from command"); };
    if (place == 1) session.host.on_output = [](Connection& c) { c.drop("from output_ready"); };
    if (place == 2) session.host.on_discard = [](Connection& c, Command&) { c.drop("from discard"); };
    if (place == 3) {
      session.host.on_command = [&](Connection& c, Command& command) {
        session.host.want(c, command);
        c.drop("after want_data");
      };
    }
    session.initiator.send(session.initiator.write(0, 8, 4096), pattern(2048));
    session.initiator.send(session.initiator.management(abort_task, 1, 1000));
    session.initiator.send(session.initiator.read(0, 1, 512));
    EXPECT_TRUE(session.connection.finished()) << place;
    EXPECT_EQ(session.host.discarded.at(0), 1u) << place;
    EXPECT_TRUE(session.host.idle()) << place;
  }
}

TEST(Drop, EndsTheAnswersThatWaitForData) {
  AbortSession session;
  session.host.on_command = [](Connection& connection, Command& command) { connection.finish(command, {}); };
  session.initiator.send(session.initiator.write(0, 8, 4096, false));
  session.connection.drop("over");
  EXPECT_EQ(session.connection.running(), 0u);
  EXPECT_TRUE(session.host.discarded.empty());
}

TEST(Logout, EndsTheSession) {
  AbortSession session;
  session.initiator.send(session.initiator.command(flag::final, 0xff, 0));
  session.initiator.send(session.initiator.request(Opcode::logout, flag::final, true));
  const Pdu response = session.initiator.receive_one();
  EXPECT_EQ(response.opcode(), Opcode::logout_response);
  EXPECT_EQ(response.header.raw[2], 0);
  EXPECT_EQ(response.header.u16(40), 2);
  EXPECT_EQ(response.header.u16(42), 20);
  EXPECT_TRUE(session.connection.finished());
  EXPECT_EQ(session.connection.reason(), "");
  session.host.finish_good(session.connection, *session.host.held[0]);
  EXPECT_FALSE(session.connection.has_output());
}

TEST(Logout, KnowsItsConnection) {
  AbortSession session;
  Header request = session.initiator.request(Opcode::logout, flag::final | 1);
  request.set_u32(field::transfer_tag, 0);
  request.set_u16(20, 5);
  session.initiator.send(request);
  EXPECT_EQ(session.initiator.receive_one().header.raw[2], 1);
  session.initiator.send(session.initiator.request(Opcode::logout, flag::final | 2));
  EXPECT_EQ(session.initiator.receive_one().header.raw[2], 2);
  session.initiator.send(session.initiator.request(Opcode::logout, flag::final | 7));
  EXPECT_EQ(session.initiator.receive_one().opcode(), Opcode::reject);
  EXPECT_FALSE(session.connection.finished());
  request = session.initiator.request(Opcode::logout, flag::final | 1);
  request.set_u32(field::transfer_tag, 0);
  session.initiator.send(request);
  EXPECT_EQ(session.initiator.receive_one().header.raw[2], 0);
  EXPECT_TRUE(session.connection.finished());
}

}  // namespace
}  // namespace lunet::iscsi::test
