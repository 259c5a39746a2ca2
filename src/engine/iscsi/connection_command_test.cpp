// SPDX-License-Identifier: Apache-2.0
// Reads, responses, the command window.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "engine/iscsi/sequence.h"
#include "engine/iscsi/test_initiator.h"

namespace lunet::iscsi::test {
namespace {

constexpr std::uint8_t reads = flag::final | flag::read;

struct CommandSession {
  FakeHost host;
  Initiator initiator{host};

  explicit CommandSession(std::string_view keys = {}, const NodeParameters& parameters = {}) {
    Admission admission;
    admission.parameters = parameters;
    host.admission = admission;
    host.disk = pattern(host.disk.size());
    initiator.log_in(keys);
  }
};

class Reads : public testing::TestWithParam<std::tuple<bool, std::size_t>> {};

TEST_P(Reads, ReturnTheDataInPdusAndBursts) {
  const auto [digests, chunk] = GetParam();
  CommandSession session(std::string("MaxRecvDataSegmentLength=4096|MaxBurstLength=10240|") +
                         (digests ? "HeaderDigest=CRC32C|DataDigest=CRC32C|" : ""));
  session.initiator.chunk = chunk;
  session.initiator.send(session.initiator.read(100, 40, 20480));
  const auto pdus = session.initiator.receive();
  ASSERT_EQ(pdus.size(), 6u);
  const std::vector<std::size_t> sizes = {4096, 4096, 2048, 4096, 4096, 2048};
  std::string data;
  for (std::uint32_t i = 0; i < 6; i++) {
    EXPECT_EQ(pdus[i].opcode(), Opcode::data_in);
    EXPECT_EQ(pdus[i].data.size(), sizes[i]);
    EXPECT_EQ(pdus[i].u32(field::data_sn), i);
    EXPECT_EQ(pdus[i].u32(field::buffer_offset), data.size());
    EXPECT_EQ(pdus[i].header.has(flag::final), i == 2 || i == 5);
    EXPECT_EQ(pdus[i].header.has(flag::status), i == 5);
    EXPECT_EQ(pdus[i].u32(field::transfer_tag), no_tag);
    data += pdus[i].data;
  }
  EXPECT_EQ(data, session.host.disk.substr(51200, 20480));
}

INSTANTIATE_TEST_SUITE_P(Connection, Reads,
                         testing::Combine(testing::Bool(), testing::Values(0, 1, 7, 48, 51)));

TEST(Command, WithoutDataGetsAResponse) {
  CommandSession session;
  session.initiator.send(session.initiator.command(flag::final, 0x00, 0));
  const Pdu response = session.initiator.receive_one();
  EXPECT_EQ(response.opcode(), Opcode::scsi_response);
  EXPECT_EQ(response.flags(), flag::final);
  EXPECT_EQ(response.header.raw[2], 0);
  EXPECT_EQ(response.header.raw[3], 0);
  EXPECT_EQ(response.header.task_tag(), 1u);
  EXPECT_EQ(response.data, "");
}

TEST(Command, CarriesSenseWithItsLength) {
  CommandSession session;
  session.initiator.send(session.initiator.command(reads, 0x03, 100));
  const Pdu response = session.initiator.receive_one();
  EXPECT_EQ(response.opcode(), Opcode::scsi_response);
  EXPECT_EQ(response.header.raw[3], 0x02);
  EXPECT_EQ(response.data, std::string("\0\x12", 2) + std::string(18, 0x5e));
  EXPECT_TRUE(response.header.has(flag::underflow));
  EXPECT_EQ(response.u32(field::residual), 100u);
}

TEST(Command, CountsWhatIsMissing) {
  CommandSession session;
  session.initiator.send(session.initiator.command(reads, 0x12, 96));
  const Pdu data = session.initiator.receive_one();
  EXPECT_EQ(data.flags(), flag::final | flag::status | flag::underflow);
  EXPECT_EQ(data.u32(field::residual), 60u);
  EXPECT_EQ(data.data.size(), 36u);
}

TEST(Command, CutsWhatIsTooMuch) {
  CommandSession session;
  session.initiator.send(session.initiator.read(0, 2, 700));
  Pdu data = session.initiator.receive_one();
  EXPECT_EQ(data.flags(), flag::final | flag::status | flag::overflow);
  EXPECT_EQ(data.u32(field::residual), 324u);
  EXPECT_EQ(data.data, session.host.disk.substr(0, 700));
  session.initiator.send(session.initiator.read(0, 2, 0));
  data = session.initiator.receive_one();
  EXPECT_EQ(data.opcode(), Opcode::scsi_response);
  EXPECT_EQ(data.flags(), flag::final | flag::overflow);
  EXPECT_EQ(data.u32(field::residual), 1024u);
}

TEST(Command, MayReadAndWrite) {
  CommandSession session;
  session.host.on_command = [&](Connection& connection, Command& command) {
    EXPECT_EQ(command.expected_bytes, 512u);
    EXPECT_EQ(command.expected_read_bytes, 16u);
    EXPECT_EQ(command.cdb_bytes, 32);
    session.host.want(connection, command, 512);
  };
  session.host.finish_writes = false;
  const std::string cdb_extension = std::string("\0\x11\x01\0", 4) + std::string(16, 'c');
  const std::string read_length = std::string("\0\x05\x02\0\0\0\0\x10", 8);
  session.initiator.send(session.initiator.command(flag::final | flag::read | flag::write, 0x7f, 512),
                         pattern(512), cdb_extension + read_length);
  ASSERT_EQ(session.host.arrived.size(), 1u);
  Completion completion;
  auto owner = std::make_shared<const std::string>(24, 'r');
  completion.data_in = {as_bytes(*owner), owner};
  completion.transfer_bytes = 500;
  session.initiator.connection.finish(*session.host.arrived[0], completion);
  const auto pdus = session.initiator.receive();
  ASSERT_EQ(pdus.size(), 2u);
  EXPECT_EQ(pdus[0].data, std::string(16, 'r'));
  EXPECT_EQ(pdus[0].flags(), flag::final);
  EXPECT_EQ(pdus[1].opcode(), Opcode::scsi_response);
  EXPECT_EQ(pdus[1].flags(), flag::final | flag::read_overflow | flag::underflow);
  EXPECT_EQ(pdus[1].u32(40), 8u);
  EXPECT_EQ(pdus[1].u32(field::residual), 12u);
  EXPECT_EQ(pdus[1].u32(field::data_sn), 1u);
}

TEST(Command, OutOfTheWindowIsIgnored) {
  CommandSession session;
  Header header = session.initiator.command(flag::final, 0x00, 0);
  header.set_u32(field::command_sn, session.initiator.max_command_sn + 1);
  session.initiator.send(header);
  header.set_u32(field::command_sn, session.initiator.exp_command_sn - 1);
  session.initiator.send(header);
  EXPECT_EQ(session.host.commands, 0u);
  EXPECT_FALSE(session.initiator.connection.has_output());
  EXPECT_FALSE(session.initiator.connection.finished());
  header.set_u32(field::command_sn, session.initiator.exp_command_sn);
  session.initiator.send(header);
  EXPECT_EQ(session.initiator.receive_one().opcode(), Opcode::scsi_response);
}

TEST(Command, OutOfTheWindowIsIgnoredWithItsData) {
  CommandSession session("InitialR2T=No|");
  Header header = session.initiator.write(0, 4, 2048, false);
  header.set_u32(field::command_sn, session.initiator.max_command_sn + 1);
  session.initiator.send(header, pattern(512));
  session.initiator.send(Initiator::data_out(header.task_tag(), no_tag, 0, 512, true), pattern(1536));
  EXPECT_FALSE(session.initiator.connection.has_output());
  EXPECT_FALSE(session.initiator.connection.finished());
}

TEST(Command, ThatIsEarlyWaitsForItsTurn) {
  CommandSession session;
  const Header first = session.initiator.command(flag::final, 0x00, 0);
  const Header second = session.initiator.write(0, 1, 512);
  const Header third = session.initiator.request(Opcode::nop_out, flag::final);
  session.initiator.send(third, "ping");
  session.initiator.send(second, pattern(512, 9));
  session.initiator.send(second, pattern(512, 8));  // the same number again
  EXPECT_EQ(session.host.commands, 0u);
  EXPECT_FALSE(session.initiator.connection.has_output());
  session.initiator.send(first);
  const auto pdus = session.initiator.receive();
  ASSERT_EQ(pdus.size(), 3u);
  EXPECT_EQ(pdus[0].header.task_tag(), 1u);
  EXPECT_EQ(pdus[1].header.task_tag(), 2u);
  EXPECT_EQ(pdus[2].opcode(), Opcode::nop_in);
  EXPECT_EQ(pdus[2].data, "ping");
  EXPECT_EQ(session.host.disk.substr(0, 512), pattern(512, 9));
  EXPECT_EQ(session.initiator.exp_command_sn, 1003u);
}

TEST(Command, MarkedImmediateHasNoTurn) {
  CommandSession session;
  const Header later = session.initiator.command(flag::final, 0x00, 0);
  session.initiator.send(session.initiator.command(flag::final, 0x00, 0, true));
  const Pdu response = session.initiator.receive_one();
  EXPECT_EQ(response.header.task_tag(), 2u);
  EXPECT_EQ(response.u32(field::exp_command_sn), 1000u);
  EXPECT_EQ(response.u32(field::max_command_sn), 1063u);
  session.initiator.send(later);
  EXPECT_EQ(session.initiator.receive_one().header.task_tag(), 1u);
}

TEST(Command, MarkedImmediateIsLimitedInNumber) {
  FakeHost host;
  Initiator initiator(host, {.commands_max = 3});
  initiator.log_in();
  for (int i = 0; i < 3; i++) initiator.send(initiator.command(flag::final, 0xff, 0, true));
  EXPECT_EQ(host.held.size(), 3u);
  initiator.send(initiator.command(flag::final, 0xff, 0, true));
  const Pdu reject = initiator.receive_one();
  EXPECT_EQ(reject.opcode(), Opcode::reject);
  EXPECT_EQ(reject.header.raw[2], 0x06);
}

TEST(Command, TakesAPlaceInTheWindowUntilItsResponseLeaves) {
  NodeParameters parameters;
  parameters.cmdsn_depth = 4;
  CommandSession session("", parameters);
  EXPECT_EQ(session.initiator.max_command_sn, 1003u);
  for (int i = 0; i < 5; i++) session.initiator.send(session.initiator.command(flag::final, 0xff, 0));
  EXPECT_EQ(session.host.held.size(), 4u);  // the fifth was out of the window
  session.initiator.command_sn--;
  session.initiator.send(session.initiator.request(Opcode::nop_out, flag::final, true));
  EXPECT_EQ(session.initiator.receive_one().u32(field::max_command_sn), 1003u);
  session.host.finish_good(session.initiator.connection, *session.host.held[2]);
  const Pdu response = session.initiator.receive_one();
  EXPECT_EQ(response.header.task_tag(), 3u);
  EXPECT_EQ(response.u32(field::exp_command_sn), 1004u);
  EXPECT_EQ(response.u32(field::max_command_sn), 1004u);
  session.initiator.send(session.initiator.command(flag::final, 0x00, 0));
  EXPECT_EQ(session.initiator.receive_one().u32(field::max_command_sn), 1005u);
}

TEST(Command, NeverOpensTheWindowBeyondWhatIsRead) {
  NodeParameters parameters;
  parameters.cmdsn_depth = 8;
  CommandSession session("", parameters);
  for (int i = 0; i < 100; i++) session.initiator.send(session.initiator.command(reads, 0x12, 36));
  EXPECT_EQ(session.host.commands, 8u);
  EXPECT_EQ(session.initiator.receive().size(), 8u);
}

TEST(Command, WithATagInUseIsRejected) {
  CommandSession session;
  const Header first = session.initiator.command(flag::final, 0xff, 0);
  session.initiator.send(first);
  Header second = session.initiator.command(flag::final, 0x00, 0);
  second.set_u32(field::task_tag, first.task_tag());
  session.initiator.send(second);
  const Pdu reject = session.initiator.receive_one();
  EXPECT_EQ(reject.header.raw[2], 0x07);
  EXPECT_EQ(reject.u32(field::task_tag), no_tag);
  EXPECT_EQ(reject.data, as_text(second.raw));
  // The number of a rejected command is still open.
  EXPECT_EQ(reject.u32(field::exp_command_sn), 1001u);
  session.initiator.command_sn--;
  session.initiator.send(session.initiator.command(flag::final, 0x00, 0));
  EXPECT_EQ(session.initiator.receive_one().opcode(), Opcode::scsi_response);
}

TEST(Command, WithNonsenseIsRejected) {
  CommandSession session;
  session.initiator.send(session.initiator.command(reads, 0x28, 512), "data with a read");
  EXPECT_EQ(session.initiator.receive_one().header.raw[2], 0x09);
  EXPECT_FALSE(session.initiator.connection.finished());
}

TEST(Request, OfUnknownKindIsRejected) {
  CommandSession session;
  for (const int opcode : {0x07, 0x1c, 0x21, 0x3e}) {
    session.initiator.send(session.initiator.request(static_cast<Opcode>(opcode), flag::final),
                           "with some data");
    const Pdu reject = session.initiator.receive_one();
    EXPECT_EQ(reject.opcode(), Opcode::reject);
    EXPECT_EQ(reject.header.raw[2], 0x05);
  }
  session.initiator.send(session.initiator.request(Opcode::snack, flag::final));
  EXPECT_EQ(session.initiator.receive_one().header.raw[2], 0x03);
  EXPECT_FALSE(session.initiator.connection.finished());
}

TEST(Request, WithMoreDataThanDeclaredEndsTheConnection) {
  NodeParameters parameters;
  parameters.max_recv_data_segment_length = 4096;
  CommandSession session("", parameters);
  session.initiator.send(session.initiator.request(Opcode::nop_out, flag::final), std::string(4096, 'x'));
  EXPECT_EQ(session.initiator.receive_one().data.size(), 4096u);
  session.initiator.send(session.initiator.request(Opcode::nop_out, flag::final), std::string(4097, 'x'));
  EXPECT_TRUE(session.initiator.connection.finished());
}

TEST(Request, WithAWrongHeaderDigestEndsTheConnection) {
  CommandSession session("HeaderDigest=CRC32C|DataDigest=CRC32C|");
  std::string bytes = session.initiator.encode(session.initiator.command(flag::final, 0, 0));
  bytes[49] ^= 1;
  session.initiator.feed(bytes);
  EXPECT_TRUE(session.initiator.connection.finished());
  EXPECT_EQ(session.initiator.connection.reason(), "wrong header digest");
  EXPECT_FALSE(session.initiator.connection.has_output());
  EXPECT_EQ(session.host.commands, 0u);
}

TEST(Request, WithAWrongDataDigestIsRejectedAndEndsTheConnection) {
  CommandSession session("HeaderDigest=CRC32C|DataDigest=CRC32C|");
  std::string bytes = session.initiator.encode(session.initiator.write(0, 1, 512), pattern(512));
  bytes[100] ^= 1;
  session.initiator.feed(bytes);
  const Pdu reject = session.initiator.receive_one();
  EXPECT_EQ(reject.opcode(), Opcode::reject);
  EXPECT_EQ(reject.header.raw[2], 0x02);
  EXPECT_TRUE(session.initiator.connection.finished());
  EXPECT_EQ(session.host.discarded.size(), 1u);
  EXPECT_TRUE(session.host.idle());
}

TEST(Request, ThatFloodsEndsTheConnection) {
  CommandSession session;
  std::size_t sent = 0;
  while (!session.initiator.connection.finished() && sent < 10000) {
    session.initiator.send(session.initiator.request(Opcode::nop_out, flag::final, true),
                           std::string(8000, 'x'));
    sent++;
  }
  EXPECT_TRUE(session.initiator.connection.finished());
  EXPECT_LT(sent, 600u);
}

TEST(Output, IsAnnouncedOnceEachTimeItBegins) {
  CommandSession session;
  const std::size_t before = session.host.output_calls;
  session.initiator.send(session.initiator.read(0, 1, 512));
  session.initiator.send(session.initiator.read(0, 1, 512));
  EXPECT_EQ(session.host.output_calls, before + 1);
  session.initiator.receive();
  session.initiator.send(session.initiator.read(0, 1, 512));
  EXPECT_EQ(session.host.output_calls, before + 2);
}

}  // namespace
}  // namespace lunet::iscsi::test
