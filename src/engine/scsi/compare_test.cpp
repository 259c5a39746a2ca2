// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/compare.h"

#include <gtest/gtest.h>

#include <vector>

namespace lunet::scsi {
namespace {

TEST(FirstDifference, IsWhereTheBytesDifferFirst) {
  const std::vector<std::uint8_t> a{1, 2, 3, 4};
  EXPECT_EQ(first_difference(a, a), std::nullopt);
  EXPECT_EQ(first_difference({}, {}), std::nullopt);
  EXPECT_EQ(first_difference(a, std::vector<std::uint8_t>{1, 2, 0, 0}), 2U);
  EXPECT_EQ(first_difference(a, std::vector<std::uint8_t>{1, 2, 3, 0}), 3U);
}

}  // namespace
}  // namespace lunet::scsi
