// SPDX-License-Identifier: Apache-2.0
#include "service/explain.h"

#include <gmock/gmock.h>

namespace lunet::service {

using testing::HasSubstr;
using testing::SizeIs;

TEST(Explain, ASettingByItsNameAlone) {
  const auto facts = explain_setting("login_timeout");
  ASSERT_TRUE(facts);
  ASSERT_THAT(*facts, SizeIs(1));
  EXPECT_EQ(facts->front().where, "iscsi target tpgt");
  EXPECT_EQ(facts->front().group, "attribute");
  EXPECT_EQ(facts->front().kernel_default, "15");
  EXPECT_THAT(facts->front().takes, HasSubstr("from 5 to 30"));
}

TEST(Explain, TheWayToItNarrowsItDown) {
  const auto tpg = explain_setting("iscsi.target.tpg.attrib.authentication");
  ASSERT_TRUE(tpg);
  EXPECT_GE(tpg->size(), 2U);  // of the portal group, and of its ACLs
  const auto acl = explain_setting("iscsi acl attribute authentication");
  ASSERT_TRUE(acl);
  EXPECT_THAT(*acl, SizeIs(1));
  const auto block = explain_setting("block disk readonly");
  ASSERT_TRUE(block);
  EXPECT_THAT(*block, SizeIs(1));
}

TEST(Explain, WhatAChangeCosts) {
  const auto facts = explain_setting("fileio attribute block_size");
  ASSERT_TRUE(facts);
  EXPECT_THAT(facts->front().change, HasSubstr("not while a LUN exports"));
  const auto size = explain_setting("ramdisk size");
  ASSERT_TRUE(size);
  EXPECT_EQ(size->front().change, "the object is made again on the kernel, in place on lunetd");
}

TEST(Explain, AnUnknownOneNamesTheNearest) {
  const auto facts = explain_setting("timeout_of_login");
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().errnum, ENOENT);
  EXPECT_THAT(explain_setting("login_time").error().hint, HasSubstr("login_timeout"));
}

TEST(Explain, FormattingKeepsCommentsAndMeaning) {
  const auto text = format_text("storage  fileio disk a {   # mine\n size   1M\n}\n", "x.lio");
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr("# mine"));
  EXPECT_EQ(*config::parse(*text, "x"), *config::parse("storage fileio disk a size 1M", "y"));
  EXPECT_EQ(*format_text(*text, "x.lio"), *text);
}

TEST(Explain, MistakesAreShownWithTheirPlaces) {
  const auto text = format_text("storage fileio disk {\n", "x.lio");
  ASSERT_FALSE(text);
  EXPECT_THAT(text.error().message, HasSubstr("x.lio:1:"));
}

}  // namespace lunet::service
