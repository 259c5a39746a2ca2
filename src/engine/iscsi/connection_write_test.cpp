// SPDX-License-Identifier: Apache-2.0
// Writes: immediate, unsolicited and solicited data.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/iscsi/test_initiator.h"

namespace lunet::iscsi::test {
namespace {

struct WriteSession {
  FakeHost host;
  Initiator initiator{host};

  explicit WriteSession(std::string_view keys = {}, const NodeParameters& parameters = {}) {
    Admission admission;
    admission.parameters = parameters;
    host.admission = admission;
    initiator.log_in(keys);
  }
  void expect_good(const Pdu& response, std::uint32_t tag) const {
    EXPECT_EQ(response.opcode(), Opcode::scsi_response);
    EXPECT_EQ(response.header.raw[3], 0);
    EXPECT_EQ(response.header.task_tag(), tag);
    EXPECT_EQ(response.flags(), flag::final);
    EXPECT_TRUE(host.idle());
  }
  /// Key, code and qualifier of a CHECK CONDITION.
  static std::string sense_of(const Pdu& response) {
    EXPECT_EQ(response.header.raw[3], 0x02);
    EXPECT_EQ(response.data.size(), 20u);
    if (response.data.size() < 16) return {};
    return std::string{response.data[4], response.data[14], response.data[15]};
  }
};

constexpr std::string_view unsolicited_keys = "InitialR2T=No|FirstBurstLength=16384|MaxBurstLength=16384|";

struct Way {
  bool digests;
  std::size_t chunk;
  bool direct;
  bool late;  ///< the host asks only when all that comes unasked is there
};

class Writes : public testing::TestWithParam<Way> {};

TEST_P(Writes, BringAllKindsOfDataToTheirPlace) {
  const Way way = GetParam();
  WriteSession session(std::string(unsolicited_keys) + "MaxOutstandingR2T=3|" +
                       (way.digests ? "HeaderDigest=CRC32C|DataDigest=CRC32C|" : ""));
  Initiator& initiator = session.initiator;
  initiator.chunk = way.chunk;
  initiator.direct = way.direct;
  session.host.want_at_once = !way.late;
  const std::string data = pattern(100 * 1024, 3);
  initiator.send(initiator.write(8, 200, 102400, false), data.substr(0, 1000));
  initiator.send(Initiator::data_out(1, no_tag, 0, 1000, false), data.substr(1000, 10001));
  initiator.send(Initiator::data_out(1, no_tag, 1, 11001, true), data.substr(11001, 5383));
  if (way.late) {
    EXPECT_FALSE(initiator.connection.has_output());
    session.host.want(initiator.connection, *session.host.held.at(0));
  }
  auto r2ts = initiator.receive();
  ASSERT_EQ(r2ts.size(), 3u);
  std::uint32_t offset = 16384;
  std::uint32_t number = 0;
  while (r2ts.front().opcode() == Opcode::r2t) {
    const Pdu r2t = r2ts.front();
    r2ts.erase(r2ts.begin());
    EXPECT_EQ(r2t.u32(field::data_sn), number++);
    EXPECT_EQ(r2t.u32(field::buffer_offset), offset);
    EXPECT_NE(r2t.header.transfer_tag(), no_tag);
    offset += r2t.u32(44);
    initiator.answer_r2t(r2t, data, 16384);
    for (Pdu& more : initiator.receive()) r2ts.push_back(std::move(more));
    ASSERT_FALSE(r2ts.empty());
  }
  EXPECT_EQ(offset, 102400u);
  EXPECT_EQ(number, 6u);
  ASSERT_EQ(r2ts.size(), 1u);
  session.expect_good(r2ts.front(), 1);
  EXPECT_EQ(session.host.disk.substr(4096, data.size()), data);
}

INSTANTIATE_TEST_SUITE_P(Connection, Writes,
                         testing::Values(Way{false, 0, false, false}, Way{false, 1, false, false},
                                         Way{true, 0, false, false}, Way{true, 7, false, true},
                                         Way{false, 0, true, false}, Way{true, 1000, true, false},
                                         Way{true, 0, true, true}, Way{false, 49, false, true}));

TEST(Write, WithImmediateDataNeedsNothingElse) {
  WriteSession session;
  const std::string data = pattern(4096);
  session.initiator.send(session.initiator.write(0, 8, 4096), data);
  session.expect_good(session.initiator.receive_one(), 1);
  EXPECT_EQ(session.host.disk.substr(0, 4096), data);
}

TEST(Write, TakesLargeDataWithoutACopy) {
  WriteSession session("FirstBurstLength=262144|");
  const std::string data = pattern(200000 / 512 * 512);
  const std::string bytes =
      session.initiator.encode(session.initiator.write(0, static_cast<std::uint16_t>(data.size() / 512),
                                                       static_cast<std::uint32_t>(data.size())),
                               data);
  session.initiator.feed(std::string_view(bytes).substr(0, 48));
  const MutableBytes room = session.initiator.connection.direct_room();
  ASSERT_EQ(room.size(), data.size());
  std::copy(data.begin(), data.end(), room.begin());
  session.initiator.connection.direct_received(room.size());
  session.expect_good(session.initiator.receive_one(), 1);
  EXPECT_EQ(session.host.disk.substr(0, data.size()), data);
}

TEST(Write, HasNoDirectRoomInWhatIsKept) {
  WriteSession session;
  session.host.want_at_once = false;
  const std::string bytes = session.initiator.encode(session.initiator.write(0, 64, 32768), pattern(32768));
  session.initiator.feed(std::string_view(bytes).substr(0, 100));
  EXPECT_TRUE(session.initiator.connection.direct_room().empty());
  session.host.want(session.initiator.connection, *session.host.held.at(0));
  EXPECT_EQ(session.initiator.connection.direct_room().size(), 32768u - 52);
  session.initiator.feed(std::string_view(bytes).substr(100));
  session.expect_good(session.initiator.receive_one(), 1);
  EXPECT_EQ(session.host.disk.substr(0, 32768), pattern(32768));
}

TEST(Write, AsksForNoMoreThanTheHostWants) {
  WriteSession session("ImmediateData=No|");
  session.initiator.send(session.initiator.write(0, 1, 2048));
  const Pdu r2t = session.initiator.receive_one();
  EXPECT_EQ(r2t.u32(44), 512u);
  session.initiator.answer_r2t(r2t, pattern(512), 512);
  const Pdu response = session.initiator.receive_one();
  EXPECT_EQ(response.flags(), flag::final | flag::underflow);
  EXPECT_EQ(response.u32(field::residual), 1536u);
}

TEST(Write, OfMoreThanTheInitiatorHasOverflows) {
  WriteSession session;
  session.initiator.send(session.initiator.write(0, 4, 512), pattern(512));
  const Pdu response = session.initiator.receive_one();
  EXPECT_EQ(response.flags(), flag::final | flag::overflow);
  EXPECT_EQ(response.u32(field::residual), 1536u);
}

TEST(Write, OfNothingArrivesAtOnce) {
  WriteSession session;
  session.initiator.send(session.initiator.write(0, 0, 0));
  session.expect_good(session.initiator.receive_one(), 1);
}

TEST(Write, ThatFailsEarlyIsAnsweredWhenItsDataIsThere) {
  WriteSession session(unsolicited_keys);
  session.host.on_command = [](Connection& connection, Command& command) {
    Completion completion;
    completion.status = 0x18;
    connection.finish(command, completion);
  };
  session.initiator.send(session.initiator.write(0, 8, 4096, false), pattern(1000));
  EXPECT_FALSE(session.initiator.connection.has_output());
  EXPECT_EQ(session.initiator.connection.running(), 0u);
  session.initiator.send(Initiator::data_out(1, no_tag, 0, 1000, true), pattern(3096));
  EXPECT_EQ(session.initiator.receive_one().header.raw[3], 0x18);
}

TEST(Write, WithDataThatMayNotBeThereFails) {
  WriteSession no_immediate("ImmediateData=No|");
  no_immediate.initiator.send(no_immediate.initiator.write(0, 1, 512), pattern(512));
  EXPECT_EQ(WriteSession::sense_of(no_immediate.initiator.receive_one()), "\x0b\x0c\x0c");
  EXPECT_EQ(no_immediate.host.commands, 0u);

  WriteSession no_unsolicited("InitialR2T=Yes|");
  no_unsolicited.initiator.send(no_unsolicited.initiator.write(0, 2, 1024, false), pattern(512));
  EXPECT_FALSE(no_unsolicited.initiator.connection.has_output());
  no_unsolicited.initiator.send(Initiator::data_out(1, no_tag, 0, 512, true), pattern(512));
  EXPECT_EQ(WriteSession::sense_of(no_unsolicited.initiator.receive_one()), "\x0b\x0c\x0c");
  EXPECT_EQ(no_unsolicited.host.commands, 0u);
}

TEST(Write, WithTooMuchImmediateDataFails) {
  WriteSession session("FirstBurstLength=1024|");
  session.initiator.send(session.initiator.write(0, 8, 4096), pattern(2048));
  EXPECT_EQ(WriteSession::sense_of(session.initiator.receive_one()), "\x0b\x0c\x0d");
  session.initiator.send(session.initiator.write(0, 1, 512), pattern(1000));
  EXPECT_EQ(WriteSession::sense_of(session.initiator.receive_one()), "\x0b\x0c\x0d");
  EXPECT_EQ(session.host.commands, 0u);
  session.initiator.send(session.initiator.write(0, 1, 512), pattern(512));
  session.expect_good(session.initiator.receive_one(), 3);
}

/// A write of 8 blocks that waits for one R2T; what `spoil` does to the Data-Out is answered with a Reject
/// and ends the command, not the connection.
void expect_rejected(const std::function<void(Header&)>& spoil, std::size_t bytes = 4096) {
  WriteSession session("ImmediateData=No|");
  session.initiator.send(session.initiator.write(0, 8, 4096));
  const Pdu r2t = session.initiator.receive_one();
  Header header = Initiator::data_out(1, r2t.header.transfer_tag(), 0, 0, true);
  spoil(header);
  session.initiator.send(header, pattern(bytes));
  const std::vector<Pdu> answers = session.initiator.receive();
  ASSERT_EQ(answers.size(), 2u);
  const Pdu& reject = answers[0];
  EXPECT_EQ(reject.opcode(), Opcode::reject);
  EXPECT_EQ(reject.header.raw[2], 0x04);
  header.set_data_bytes(static_cast<std::uint32_t>(bytes));
  EXPECT_EQ(reject.data, as_text(header.raw));
  const Pdu& response = answers[1];
  EXPECT_EQ(response.opcode(), Opcode::scsi_response);
  EXPECT_EQ(response.header.raw[3], 0x02);
  EXPECT_EQ(response.data.substr(14, 2), std::string("\x47\x05"));
  EXPECT_FALSE(session.initiator.connection.finished());
  EXPECT_EQ(session.host.discarded, std::vector<std::uint32_t>{1});
  EXPECT_TRUE(session.host.idle());
  // What was on its way for it is skipped.
  session.initiator.send(Initiator::data_out(1, r2t.header.transfer_tag(), 1, 512, true), pattern(512));
  EXPECT_FALSE(session.initiator.connection.has_output());
}

TEST(Write, WithDataOutOfOrderIsRejectedAtOnce) {
  expect_rejected([](Header& header) { header.set_u32(field::data_sn, 1); });
  expect_rejected([](Header& header) { header.set_u32(field::data_sn, 27); });
  expect_rejected([](Header& header) { header.set_u32(field::data_sn, 0xffffffff); });
  expect_rejected([](Header& header) { header.set_u32(field::buffer_offset, 512); });
  expect_rejected([](Header& header) { header.set_u32(field::transfer_tag, 0x1000); });
  expect_rejected([](Header& header) { header.set_u32(field::transfer_tag, no_tag); });
  expect_rejected([](Header& header) { header.raw[1] = 0; });
  expect_rejected([](Header&) {}, 512);
  expect_rejected([](Header&) {}, 4608);
}

TEST(Write, WithARepeatedDataSnIsRejectedAtOnce) {
  WriteSession session(unsolicited_keys);
  session.initiator.send(session.initiator.write(0, 2, 1024, false));
  session.initiator.send(Initiator::data_out(1, no_tag, 0, 0, false), pattern(512));
  EXPECT_FALSE(session.initiator.connection.has_output());
  session.initiator.send(Initiator::data_out(1, no_tag, 0, 512, true), pattern(512));
  const std::vector<Pdu> answers = session.initiator.receive();
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(answers[0].opcode(), Opcode::reject);
  EXPECT_EQ(answers[1].opcode(), Opcode::scsi_response);
  EXPECT_FALSE(session.initiator.connection.finished());
}

TEST(Write, DataForNobodyIsSkipped) {
  WriteSession session;
  session.initiator.send(Initiator::data_out(99, no_tag, 0, 0, true), pattern(5000));
  EXPECT_FALSE(session.initiator.connection.has_output());
  session.initiator.send(session.initiator.write(0, 1, 512), pattern(512));
  session.expect_good(session.initiator.receive_one(), 1);
}

TEST(Write, DataForAReadIsRejected) {
  WriteSession session;
  session.initiator.send(session.initiator.command(flag::final | flag::read, 0xff, 512));
  session.initiator.send(Initiator::data_out(1, no_tag, 0, 0, true), pattern(512));
  EXPECT_EQ(session.initiator.receive_one().opcode(), Opcode::reject);
  EXPECT_TRUE(session.initiator.connection.finished());
  EXPECT_EQ(session.initiator.connection.running(), 1u);
  session.host.finish_good(session.initiator.connection, *session.host.held[0]);
  EXPECT_EQ(session.initiator.connection.running(), 0u);
}

TEST(Write, ManyAtOnceDoNotMix) {
  WriteSession session("ImmediateData=No|MaxBurstLength=1024|MaxOutstandingR2T=2|");
  Initiator& initiator = session.initiator;
  std::vector<std::string> data;
  for (std::uint32_t i = 0; i < 8; i++) {
    data.push_back(pattern(4096, i + 1));
    initiator.send(initiator.write(i * 8, 8, 4096));
  }
  std::size_t responses = 0;
  std::vector<Pdu> pdus = initiator.receive();
  while (!pdus.empty()) {
    // The initiator may answer the R2Ts of different commands in any order.
    const Pdu pdu = pdus.front();
    pdus.erase(pdus.begin());
    if (pdu.opcode() == Opcode::r2t) {
      initiator.answer_r2t(pdu, data[pdu.header.task_tag() - 1], 300);
    } else {
      EXPECT_EQ(pdu.opcode(), Opcode::scsi_response);
      responses++;
    }
    for (Pdu& more : initiator.receive()) pdus.push_back(std::move(more));
  }
  EXPECT_EQ(responses, 8u);
  for (std::uint32_t i = 0; i < 8; i++) EXPECT_EQ(session.host.disk.substr(i * 4096, 4096), data[i]) << i;
}

}  // namespace
}  // namespace lunet::iscsi::test
