// SPDX-License-Identifier: Apache-2.0
#include "schema/kind.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schema/test_schemas.h"

namespace lunet::schema {

TEST(Kind, SaysWhichAttributeWasProbablyMeant) {
  const Kind& disk = test_kind(test_schema(), "storage fileio disk a");
  EXPECT_EQ(no_such_attribute(disk, "", "sise").hint, "did you mean 'size'?");
  EXPECT_EQ(no_such_attribute(disk, "", "sise").message, "a disk has no attribute 'sise'");
  EXPECT_EQ(no_such_attribute(disk, "", "block_size").hint,
            "it stands in the group: attribute block_size ...");
  EXPECT_EQ(no_such_attribute(disk, "attribute", "size").hint, "it stands outside of the group: size ...");
  EXPECT_EQ(no_such_attribute(disk, "attribute", "emulate_tpux").message,
            "the group 'attribute' of a disk has no attribute 'emulate_tpux'");
  EXPECT_EQ(no_such_attribute(disk, "attributes", "x").hint, "did you mean 'attribute'?");
  EXPECT_EQ(no_such_group(disk, "parameter").message,
            "a disk has no group 'parameter'; it has alua, attribute");
  EXPECT_EQ(no_such_group(test_kind(test_schema(), "storage fileio"), "x").message,
            "storage fileio has no groups");
}

TEST(Kind, FindsAnyPrefixOfNamesOnlyWhole) {
  const Kind& disk = test_kind(test_schema(), "storage fileio disk a");
  for (const Attribute& attribute : disk.group("attribute")->attributes) {
    EXPECT_EQ(disk.attribute("attribute", attribute.name), &attribute);
    EXPECT_EQ(disk.attribute("attribute", attribute.name + "x"), nullptr);
  }
  EXPECT_EQ(disk.attribute("", ""), nullptr);
  EXPECT_EQ(disk.attribute("alua", "group_1_" + std::string(1000, 'x')), nullptr);
  EXPECT_EQ(disk.attribute("alua", "group__preferred"), nullptr);
  EXPECT_EQ(disk.attribute("alua", "group_1"), nullptr);
}

}  // namespace lunet::schema
