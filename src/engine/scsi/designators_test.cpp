// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/bytes.h"
#include "engine/scsi/vpd.h"

namespace lunet::scsi {
namespace {

using testing::ElementsAre;

using Page = std::vector<std::uint8_t>;

/// The designators of page 83h: byte 0, byte 1 and content.
struct Designator {
  int byte0;
  int byte1;
  Page content;
};

std::vector<Designator> designators(const Unit& unit, const Port& port) {
  const Page data = device_identification(unit, port);
  std::vector<Designator> found;
  for (std::size_t at = 4; at < data.size(); at += 4U + data[at + 3]) {
    const auto content = data.begin() + static_cast<std::ptrdiff_t>(at + 4);
    found.push_back({data[at], data[at + 1], Page(content, content + data[at + 3])});
  }
  return found;
}

TEST(Designators, BuildTheNaaFromTheHexDigitsOfTheSerial) {
  Unit unit;
  unit.identity.company_id = 0xABCDEF;
  unit.identity.serial = "x1-2Zf!";
  const auto first = designators(unit, {}).at(0);
  EXPECT_EQ(first.byte1, 0x03);
  EXPECT_THAT(first.content, ElementsAre(0x6A, 0xBC, 0xDE, 0xF1, 0x2F, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
}

TEST(Designators, HaveNoNaaWithoutASerial) {
  const auto found = designators({}, {});
  ASSERT_EQ(found.size(), 6U);
  EXPECT_EQ(found[0].byte1, 0x01);
  EXPECT_EQ(as_text(found[0].content), std::string_view("LIO-ORG \0", 9));
}

TEST(Designators, NameThePortAndItsGroup) {
  const auto found = designators({}, {.target_name = "iqn.t", .relative_port = 0x1234, .port_group = 0x5678});
  EXPECT_EQ(found[1].byte1, 0x94);
  EXPECT_THAT(found[1].content, ElementsAre(0, 0, 0x12, 0x34));
  EXPECT_EQ(found[2].byte1, 0x95);
  EXPECT_THAT(found[2].content, ElementsAre(0, 0, 0x56, 0x78));
}

TEST(Designators, PadNamesToAMultipleOfFour) {
  for (std::size_t length = 1; length < 300; ++length) {
    const auto found = designators({}, {.target_name = std::string(length, 'n'), .portal_group_tag = 0xAB});
    ASSERT_EQ(found.size(), 6U);
    for (const std::size_t i : {4U, 5U}) {
      EXPECT_EQ(found[i].content.size() % 4, 0U);
      EXPECT_EQ(found[i].content.back(), 0);
    }
  }
  const auto found = designators({}, {.target_name = "iqn.t", .portal_group_tag = 0xAB});
  EXPECT_EQ(as_text(found[4].content), std::string_view("iqn.t,t,0x00ab\0\0", 16));
}

}  // namespace
}  // namespace lunet::scsi
