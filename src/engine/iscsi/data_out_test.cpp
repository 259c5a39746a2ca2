// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/data_out.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace lunet::iscsi {
namespace {

struct Incoming {
  DataOut data;
  std::vector<std::uint8_t> buffer;

  static Header header(std::uint32_t tag, std::uint32_t sn, std::uint32_t offset, std::uint32_t bytes,
                       bool final) {
    Header header(Opcode::data_out, final ? flag::final : 0);
    header.set_u32(field::transfer_tag, tag);
    header.set_u32(field::data_sn, sn);
    header.set_u32(field::buffer_offset, offset);
    header.set_data_bytes(bytes);
    return header;
  }
  /// The data of a PDU, all the same letter.
  void fill(std::uint32_t bytes, char letter) {
    std::uint32_t at = 0;
    while (at < bytes) {
      const MutableBytes room = data.room(at);
      if (room.empty()) break;
      std::fill(room.begin(), room.end(), static_cast<std::uint8_t>(letter));
      at += static_cast<std::uint32_t>(room.size());
    }
    data.end_pdu();
  }
  void give(std::size_t bytes) {
    buffer.assign(bytes, '.');
    data.give(buffer, 0);
  }
  [[nodiscard]] std::string text() const { return {buffer.begin(), buffer.end()}; }
};

TEST(DataOut, KeepsImmediateDataUntilTheHostIsReady) {
  Incoming in;
  in.data.begin(8, false);
  in.data.begin_immediate(4);
  EXPECT_TRUE(in.data.owed());
  in.fill(4, 'i');
  EXPECT_FALSE(in.data.owed());
  EXPECT_FALSE(in.data.complete());
  in.give(4);
  EXPECT_TRUE(in.data.complete());
  EXPECT_EQ(in.text(), "iiii");
}

TEST(DataOut, MovesToTheHostInTheMiddleOfAPdu) {
  Incoming in;
  in.data.begin(8, false);
  in.data.begin_immediate(8);
  const MutableBytes kept = in.data.room(0);
  ASSERT_EQ(kept.size(), 8u);
  std::fill_n(kept.begin(), 3, std::uint8_t{'k'});
  in.buffer.assign(8, '.');
  in.data.give(in.buffer, 3);
  EXPECT_FALSE(in.data.complete());
  const MutableBytes rest = in.data.room(3);
  ASSERT_EQ(rest.size(), 5u);
  EXPECT_EQ(rest.data(), in.buffer.data() + 3);
  std::fill(rest.begin(), rest.end(), std::uint8_t{'h'});
  in.data.end_pdu();
  EXPECT_TRUE(in.data.complete());
  EXPECT_EQ(in.text(), "kkkhhhhh");
}

TEST(DataOut, AsksForTheRestInBursts) {
  Incoming in;
  in.data.begin(4, false);
  in.data.begin_immediate(4);
  in.fill(4, 'i');
  in.give(14);
  auto first = in.data.solicit(4, 2, 100);
  auto second = in.data.solicit(4, 2, 101);
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(in.data.solicit(4, 2, 102));
  EXPECT_EQ(first->offset, 4u);
  EXPECT_EQ(second->offset, 8u);
  EXPECT_EQ(second->number, 1u);
  ASSERT_TRUE(in.data.begin_data_out(Incoming::header(100, 0, 4, 2, false)));
  in.fill(2, 'a');
  ASSERT_TRUE(in.data.begin_data_out(Incoming::header(100, 1, 6, 2, true)));
  in.fill(2, 'b');
  auto third = in.data.solicit(4, 2, 102);
  ASSERT_TRUE(third);
  EXPECT_EQ(third->offset, 12u);
  EXPECT_EQ(third->length, 2u);
  ASSERT_TRUE(in.data.begin_data_out(Incoming::header(101, 0, 8, 4, true)));
  in.fill(4, 'c');
  EXPECT_FALSE(in.data.complete());
  ASSERT_TRUE(in.data.begin_data_out(Incoming::header(102, 0, 12, 2, true)));
  in.fill(2, 'd');
  EXPECT_TRUE(in.data.complete());
  EXPECT_FALSE(in.data.owed());
  EXPECT_EQ(in.text(), "iiiiaabbccccdd");
}

TEST(DataOut, WaitsForUnsolicitedDataBeforeAsking) {
  Incoming in;
  in.data.begin(8, true);
  in.give(16);
  EXPECT_FALSE(in.data.solicit(16, 1, 1));
  ASSERT_TRUE(in.data.begin_data_out(Incoming::header(no_tag, 0, 0, 4, false)));
  in.fill(4, 'u');
  EXPECT_FALSE(in.data.solicit(16, 1, 1));
  ASSERT_TRUE(in.data.begin_data_out(Incoming::header(no_tag, 1, 4, 4, true)));
  in.fill(4, 'v');
  const auto rest = in.data.solicit(16, 1, 1);
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->offset, 8u);
  EXPECT_EQ(rest->length, 8u);
}

TEST(DataOut, RefusesDataOutOfOrder) {
  const auto asked = [] {
    Incoming in;
    in.data.begin(8, false);
    in.give(8);
    EXPECT_TRUE(in.data.solicit(8, 1, 5));
    return in;
  };
  EXPECT_FALSE(asked().data.begin_data_out(Incoming::header(5, 1, 0, 8, true)));       // DataSN
  EXPECT_FALSE(asked().data.begin_data_out(Incoming::header(5, 0, 4, 4, true)));       // offset
  EXPECT_FALSE(asked().data.begin_data_out(Incoming::header(6, 0, 0, 8, true)));       // tag
  EXPECT_FALSE(asked().data.begin_data_out(Incoming::header(no_tag, 0, 0, 8, true)));  // unasked
  EXPECT_FALSE(asked().data.begin_data_out(Incoming::header(5, 0, 0, 9, true)));       // too long
  EXPECT_FALSE(asked().data.begin_data_out(Incoming::header(5, 0, 0, 4, true)));       // F too early
  EXPECT_FALSE(asked().data.begin_data_out(Incoming::header(5, 0, 0, 8, false)));      // F missing
  EXPECT_TRUE(asked().data.begin_data_out(Incoming::header(5, 0, 0, 8, true)));
}

TEST(DataOut, LimitsUnsolicitedData) {
  Incoming in;
  in.data.begin(8, true);
  EXPECT_FALSE(in.data.begin_data_out(Incoming::header(no_tag, 0, 0, 9, true)));
  EXPECT_FALSE(in.data.begin_data_out(Incoming::header(no_tag, 0, 0xfffffff0, 0x20, true)));
  EXPECT_TRUE(in.data.begin_data_out(Incoming::header(no_tag, 0, 0, 8, false)));
}

TEST(DataOut, SkipsWhatDoesNotFitTheHostsBuffer) {
  Incoming in;
  in.data.begin(8, false);
  in.data.begin_immediate(8);
  in.give(5);
  EXPECT_EQ(in.data.room(0).size(), 5u);
  EXPECT_TRUE(in.data.room(5).empty());
  in.fill(8, 'x');
  EXPECT_TRUE(in.data.complete());
  EXPECT_FALSE(in.data.solicit(8, 1, 1));
}

TEST(DataOut, IsStillOwedWhenNobodyWantsIt) {
  Incoming in;
  in.data.begin(8, true);
  in.give(16);
  in.data.withdraw();
  EXPECT_TRUE(in.data.owed());
  EXPECT_FALSE(in.data.complete());
  ASSERT_TRUE(in.data.begin_data_out(Incoming::header(no_tag, 0, 0, 8, true)));
  EXPECT_TRUE(in.data.room(0).empty());
  in.data.end_pdu();
  EXPECT_FALSE(in.data.owed());
  EXPECT_FALSE(in.data.solicit(8, 1, 1));
}

}  // namespace
}  // namespace lunet::iscsi
