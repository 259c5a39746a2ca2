// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/digest.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace lunet::iscsi {
namespace {

std::array<std::uint8_t, 4> on_the_wire(Bytes bytes) {
  Crc32c crc;
  crc.add(bytes);
  std::array<std::uint8_t, 4> wire{};
  store_digest(wire.data(), crc.value());
  return wire;
}

// RFC 7143 appendix A.4 (CRC examples).
TEST(Digest, MatchesTheVectorsOfTheStandard) {
  std::vector<std::uint8_t> bytes(32);
  EXPECT_EQ(on_the_wire(bytes), (std::array<std::uint8_t, 4>{0xaa, 0x36, 0x91, 0x8a}));
  bytes.assign(32, 0xff);
  EXPECT_EQ(on_the_wire(bytes), (std::array<std::uint8_t, 4>{0x43, 0xab, 0xa8, 0x62}));
  for (std::uint8_t i = 0; i < 32; i++) bytes[i] = i;
  EXPECT_EQ(on_the_wire(bytes), (std::array<std::uint8_t, 4>{0x4e, 0x79, 0xdd, 0x46}));
  for (std::uint8_t i = 0; i < 32; i++) bytes[i] = static_cast<std::uint8_t>(31 - i);
  EXPECT_EQ(on_the_wire(bytes), (std::array<std::uint8_t, 4>{0x5c, 0xdb, 0x3f, 0x11}));
  bytes = {0x01, 0xc0, 0, 0,    0, 0, 0, 0,    0,    0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 0x04, 0,
           0,    0,    0, 0x14, 0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0,    0};
  EXPECT_EQ(on_the_wire(bytes), (std::array<std::uint8_t, 4>{0x56, 0x3a, 0x96, 0xd9}));
}

TEST(Digest, IsTheSameInPieces) {
  std::vector<std::uint8_t> bytes(1000);
  for (std::size_t i = 0; i < bytes.size(); i++) bytes[i] = static_cast<std::uint8_t>(i * 7);
  Crc32c pieces;
  for (std::size_t at = 0; at < bytes.size(); at += 37) {
    pieces.add(Bytes(bytes).subspan(at, std::min<std::size_t>(37, bytes.size() - at)));
  }
  Crc32c whole;
  whole.add(bytes);
  EXPECT_EQ(pieces.value(), whole.value());
}

TEST(Digest, IsReadAsItIsWritten) {
  std::array<std::uint8_t, 4> wire{};
  store_digest(wire.data(), 0x12345678);
  EXPECT_EQ(wire[0], 0x78);
  EXPECT_EQ(load_digest(wire.data()), 0x12345678u);
}

}  // namespace
}  // namespace lunet::iscsi
