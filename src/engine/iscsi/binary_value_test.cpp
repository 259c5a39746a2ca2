// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/binary_value.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace lunet::iscsi {
namespace {

/// "" where nothing was decoded.
std::string decoded_text(std::string_view text, std::size_t bytes_max = 100) {
  const auto bytes = decode_binary(text, bytes_max);
  return bytes ? std::string(bytes->begin(), bytes->end()) : std::string();
}

/// A slow and plain encoder, to decode what it made.
std::string base64_of(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bits;
  for (const char byte : bytes) {
    for (int bit = 7; bit >= 0; bit--) bits += (static_cast<unsigned char>(byte) >> bit & 1) != 0 ? '1' : '0';
  }
  while (bits.size() % 6 != 0) bits += '0';
  std::string text;
  for (std::size_t i = 0; i < bits.size(); i += 6) text += digits[std::stoul(bits.substr(i, 6), nullptr, 2)];
  while (text.size() % 4 != 0) text += '=';
  return text;
}

}  // namespace

TEST(BinaryValue, IsHexadecimalOrBase64) {
  EXPECT_EQ(decoded_text("0x616263"), "abc");
  EXPECT_EQ(decoded_text("0X4a4B4c"), "JKL");
  EXPECT_EQ(decoded_text("0bYWJj"), "abc");
  EXPECT_EQ(decoded_text("0BYWI="), "ab");
  EXPECT_EQ(decoded_text("0bYQ=="), "a");
  EXPECT_EQ(encode_binary(as_bytes("ab\xff")), "0x6162ff");
}

TEST(BinaryValue, NothingElseIsOne) {
  for (const char* text :
       {"",       "0",      "0x",         "0b",      "616263",   "x61",     "0x6",    "0x616",
        "0x6g",   "0x 61",  "0x61 ",      "0xx61",   "0y61",     "0b=",     "0b==",   "0b====",
        "0bY",    "0bYQ",   "0bYQ=",      "0bYQ===", "0bY===",   "0bYWJjZ", "0bYW=j", "0bY*==",
        "0bYR==", "0bYWK=", "0bYQ==YQ==", "0b YQ==", "0bYQ==\n", "97",      "abc"}) {
    EXPECT_FALSE(decode_binary(text, 100)) << text;
  }
  EXPECT_FALSE(decode_binary(std::string_view("0x61\0", 5), 100));
}

TEST(BinaryValue, HasNoMoreBytesThanAllowed) {
  EXPECT_EQ(decoded_text("0x616263", 3), "abc");
  EXPECT_EQ(decoded_text("0x616263", 2), "");
  EXPECT_EQ(decoded_text("0bYWJj", 3), "abc");
  EXPECT_EQ(decoded_text("0bYWJj", 2), "");
  EXPECT_EQ(decoded_text("0bYQ==", 1), "a");
  EXPECT_EQ(decoded_text("0x" + std::string(1 << 20, 'a'), 1024), "");
  EXPECT_EQ(decoded_text("0b" + std::string(1 << 20, 'a'), 1024), "");
}

TEST(BinaryValue, OfAnyBytesComesBack) {
  std::mt19937 random(20261124);
  for (int round = 0; round < 2000; round++) {
    std::string bytes(1 + random() % 64, '\0');
    for (char& byte : bytes) byte = static_cast<char>(random());
    EXPECT_EQ(decoded_text(encode_binary(as_bytes(bytes)), 64), bytes);
    EXPECT_EQ(decoded_text("0b" + base64_of(bytes), 64), bytes);
  }
}

TEST(BinaryValue, OfRandomTextIsExactOrNothing) {
  constexpr std::string_view letters = "0123456789abcdefABCDEFxXbB=+/Zz_ \n";
  std::mt19937 random(7);
  int accepted = 0;
  for (int round = 0; round < 200000; round++) {
    std::string text = random() % 2 == 0 ? "0x" : "0b";
    const std::size_t size = random() % 12;
    for (std::size_t i = 0; i < size; i++) text += letters[random() % letters.size()];
    const auto bytes = decode_binary(text, 6);
    if (!bytes) continue;
    accepted++;
    ASSERT_LE(bytes->size(), 6U);
    // What is accepted has one spelling only, but for the case of hexadecimal digits.
    const std::string again(bytes->begin(), bytes->end());
    if (text[1] == 'b') {
      ASSERT_EQ(text, "0b" + base64_of(again));
    } else {
      ASSERT_EQ(text.size(), 2 + 2 * bytes->size());
    }
  }
  EXPECT_GT(accepted, 100);
}

}  // namespace lunet::iscsi
