// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/pdu.h"

#include <gtest/gtest.h>

#include <vector>

namespace lunet::iscsi {
namespace {

Header write_header() {
  Header header(Opcode::scsi_command, flag::final | flag::write | 1);
  header.set_lun(0x0001'0000'0000'0000);
  header.set_u32(field::task_tag, 77);
  header.set_u32(20, 4096);
  for (std::uint8_t i = 0; i < 16; i++) header.raw[32u + i] = static_cast<std::uint8_t>(0xa0 + i);
  return header;
}

TEST(Pdu, ReadsFieldsOfACommand) {
  Command command;
  ASSERT_TRUE(parse_command(write_header(), {}, command));
  EXPECT_EQ(command.initiator_task_tag, 77u);
  EXPECT_EQ(command.lun, 0x0001'0000'0000'0000u);
  EXPECT_TRUE(command.writes);
  EXPECT_FALSE(command.reads);
  EXPECT_EQ(command.attribute, 1);
  EXPECT_EQ(command.expected_bytes, 4096u);
  EXPECT_EQ(command.expected_read_bytes, 0u);
  EXPECT_EQ(command.cdb[0], 0xa0);
  EXPECT_EQ(command.cdb[15], 0xaf);
  EXPECT_EQ(command.cdb_bytes, 16);
}

TEST(Pdu, TakesAnExtendedCdb) {
  // AHSLength = 17 (reserved byte and 16 bytes of CDB), type 1.
  std::vector<std::uint8_t> ahs = {0, 17, 1, 0};
  for (std::uint8_t i = 0; i < 16; i++) ahs.push_back(static_cast<std::uint8_t>(i + 1));
  Command command;
  ASSERT_TRUE(parse_command(write_header(), ahs, command));
  EXPECT_EQ(command.cdb_bytes, 32);
  EXPECT_EQ(command.cdb[16], 1);
  EXPECT_EQ(command.cdb[31], 16);
}

TEST(Pdu, TakesTheReadLengthOfABidirectionalCommand) {
  const std::vector<std::uint8_t> ahs = {0, 5, 2, 0, 0, 0, 0x10, 0};
  Header header = write_header();
  header.raw[1] |= flag::read;
  Command command;
  ASSERT_TRUE(parse_command(header, ahs, command));
  EXPECT_EQ(command.expected_read_bytes, 0x1000u);
  EXPECT_EQ(command.expected_bytes, 4096u);
}

TEST(Pdu, RefusesAdditionalSegmentsThatLie) {
  const std::vector<std::vector<std::uint8_t>> bad = {
      {0, 0, 1, 0},              // no length
      {0, 5, 1, 0},              // longer than what is there
      {0xff, 0xff, 1, 0},        //
      {0, 1, 1, 0},              // an extension of nothing
      {0, 5, 9, 0, 0, 0, 0, 0},  // unknown type
      {0, 4, 2, 0, 0, 0, 0, 0},  // too short for a length
  };
  for (const auto& ahs : bad) {
    Command command;
    EXPECT_FALSE(parse_command(write_header(), ahs, command)) << int{ahs[1]} << " " << int{ahs[2]};
  }
  std::vector<std::uint8_t> too_long(4 + 20);
  too_long[1] = 21;
  too_long[2] = 1;
  Command command;
  EXPECT_FALSE(parse_command(write_header(), too_long, command));
}

TEST(Pdu, RefusesDataWithoutAWrite) {
  Header header = write_header();
  header.raw[1] = flag::final | flag::read;
  header.set_data_bytes(512);
  Command command;
  EXPECT_FALSE(parse_command(header, {}, command));
  header.set_data_bytes(0);
  EXPECT_TRUE(parse_command(header, {}, command));
  EXPECT_EQ(command.expected_read_bytes, 4096u);
  header.raw[1] = flag::read;  // more to come, but it is no write
  EXPECT_FALSE(parse_command(header, {}, command));
}

TEST(Pdu, RefusesTheReservedTag) {
  Header header = write_header();
  header.set_u32(field::task_tag, no_tag);
  Command command;
  EXPECT_FALSE(parse_command(header, {}, command));
}

TEST(Pdu, PadsToFour) {
  EXPECT_EQ(pad_bytes(0), 0u);
  EXPECT_EQ(pad_bytes(1), 3u);
  EXPECT_EQ(pad_bytes(7), 1u);
  EXPECT_EQ(pad_bytes(8), 0u);
}

}  // namespace
}  // namespace lunet::iscsi
