// SPDX-License-Identifier: Apache-2.0
#include "base/byte_size.h"

#include <gmock/gmock.h>

namespace lunet {

TEST(ByteSize, AcceptsUnitsInAnyCaseAndExactDecimals) {
  EXPECT_EQ(*parse_byte_size("1048576"), 1048576U);
  EXPECT_EQ(*parse_byte_size("1g"), 1ULL << 30);
  EXPECT_EQ(*parse_byte_size("10mb"), 10ULL << 20);
  EXPECT_EQ(*parse_byte_size("1.5G"), 3ULL << 29);
  EXPECT_EQ(*parse_byte_size("1GiB"), 1ULL << 30);
  EXPECT_EQ(*parse_byte_size("0"), 0U);
}

TEST(ByteSize, RefusesAnythingElse) {
  for (const char* text :
       {"", "G", "1X", "1 G", "-1", "1.", ".5G", "1.2.3G", "0.3", "1|", "99999999999G", "1GG"}) {
    EXPECT_FALSE(parse_byte_size(text)) << text;
  }
}

TEST(ByteSize, PrintsOneDecimal) {
  EXPECT_EQ(format_byte_size(512), "512 bytes");
  EXPECT_EQ(format_byte_size(1 << 20), "1.0MiB");
  EXPECT_EQ(format_byte_size(3ULL << 29), "1.5GiB");
}

}  // namespace lunet
