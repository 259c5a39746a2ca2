// SPDX-License-Identifier: Apache-2.0
// What the goldens do not show: pages of units with other settings.
#include "engine/scsi/vpd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/bytes.h"

namespace lunet::scsi {
namespace {

using testing::ElementsAre;

using Page = std::vector<std::uint8_t>;

Page page(const Unit& unit, std::uint8_t code) {
  return vpd_page(unit, {.target_name = "iqn.t"}, code).value();
}

TEST(Vpd, ListsNoPagesUntilASerialNumberIsSet) {
  Unit unit;
  EXPECT_THAT(page(unit, 0x00), ElementsAre(0, 0, 0, 0));
  EXPECT_THAT(page(unit, 0x80), ElementsAre(0, 0x80, 0, 0));
  unit.identity.serial = "1";
  EXPECT_THAT(page(unit, 0x00), ElementsAre(0, 0, 0, 8, 0x00, 0x80, 0x83, 0x86, 0xB0, 0xB1, 0xB2, 0xB3));
}

TEST(Vpd, EndsTheSerialNumberWithNul) {
  Unit unit;
  unit.identity.serial = "ab";
  EXPECT_THAT(page(unit, 0x80), ElementsAre(0, 0x80, 0, 3, 'a', 'b', 0));
  unit.identity.serial = std::string(300, 'x');
  EXPECT_EQ(page(unit, 0x80).size(), 4U + 253 + 1);
}

TEST(Vpd, GivesPagesTheirLength) {
  Unit unit;
  unit.identity.serial = std::string(300, 'f');
  for (const int code : {0x00, 0x80, 0x83, 0x86, 0xB0, 0xB1, 0xB2, 0xB3}) {
    const Page data = page(unit, static_cast<std::uint8_t>(code));
    EXPECT_EQ(data[1], code);
    EXPECT_EQ(load_be16(&data[2]), data.size() - 4);
  }
  EXPECT_EQ(vpd_page(unit, {}, 0x85), std::nullopt);
}

TEST(Vpd, LimitsNoUnmapWithoutTpu) {
  const Unit unit;
  const Page data = page(unit, 0xB0);
  ASSERT_EQ(data.size(), 64U);
  EXPECT_EQ(load_be32(&data[20]), 0U);
  EXPECT_EQ(load_be32(&data[24]), 0U);
  EXPECT_EQ(load_be32(&data[28]), 0U);
  EXPECT_EQ(load_be64(&data[36]), unit.attributes.max_write_same_len);
}

TEST(Vpd, TellsTheUnmapLimitsAndAlignment) {
  Unit unit;
  unit.attributes.emulate_tpu = true;
  unit.attributes.max_unmap_lba_count = 100;
  unit.attributes.max_unmap_block_desc_count = 7;
  unit.attributes.unmap_granularity = 8;
  EXPECT_EQ(load_be32(&page(unit, 0xB0)[32]), 0U);
  unit.attributes.unmap_granularity_alignment = 3;
  const Page data = page(unit, 0xB0);
  EXPECT_EQ(load_be32(&data[20]), 100U);
  EXPECT_EQ(load_be32(&data[24]), 7U);
  EXPECT_EQ(load_be32(&data[28]), 8U);
  EXPECT_EQ(load_be32(&data[32]), 0x80000003U);
}

TEST(Vpd, TellsWhichProvisioningCommandsThereAre) {
  Unit unit;
  unit.attributes.unmap_zeroes_data = true;
  EXPECT_EQ(page(unit, 0xB2)[5], 0x00);
  unit.attributes.emulate_tpu = true;
  EXPECT_EQ(page(unit, 0xB2)[5], 0x84);
  unit.attributes.emulate_tpws = true;
  unit.attributes.unmap_zeroes_data = false;
  EXPECT_EQ(page(unit, 0xB2)[5], 0xE0);
}

TEST(AppendPadded, CutsLongText) {
  Page data;
  append_padded(data, "abcdef", 4);
  append_padded(data, "", 2);
  EXPECT_EQ(as_text(data), "abcd  ");
}

}  // namespace
}  // namespace lunet::scsi
