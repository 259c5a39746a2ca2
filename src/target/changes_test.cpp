// SPDX-License-Identifier: Apache-2.0
#include "target/changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lunet::target {
namespace {

config::Tree parse(std::string_view text) {
  return *config::parse(text, "test");
}
config::Path path(std::string_view text) {
  return *config::parse_path(text);
}

constexpr std::string_view base = R"(
storage fileio disk f0 { path /a; size 1M; buffered yes; hba 0; }
fabric iscsi target iqn.2026-11.com.example:t tpgt 1 {
    lun 3 { backend fileio:f0; alias a; }
    acl iqn.2026-11.com.example:i mapped_lun 0 { target_lun 3; write_protect no; alias b; }
}
)";
constexpr std::string_view lun = "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 lun 3";
constexpr std::string_view mapped =
    "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl iqn.2026-11.com.example:i mapped_lun 0";

TEST(Changes, SpellingsOfOneValueAreNoDifference) {
  EXPECT_TRUE(same_value("size", "1M", "1048576"));
  EXPECT_TRUE(same_value("enable", "yes", "1"));
  EXPECT_TRUE(same_value("nullio", "", "no"));
  EXPECT_FALSE(same_value("size", "1M", ""));
  EXPECT_FALSE(same_value("path", "/a", "/b"));
}

TEST(Changes, ReferencesLeadToTheDiskAndTheLun) {
  const config::Tree tree = parse(base);
  EXPECT_EQ(reference_of(tree, path(lun)), path("storage fileio disk f0"));
  EXPECT_EQ(reference_of(tree, path(mapped)), path(lun));
  EXPECT_TRUE(reference_of(tree, path("storage fileio disk f0")).empty());
}

TEST(Changes, WhatStandsOnAnObjectIsMadeAgainWithIt) {
  config::Tree to = parse(base);
  to.find(path("storage fileio disk f0"))->attributes["path"] = "/b";
  const Changes changes = collect_changes(parse(base), to, true);
  EXPECT_THAT(changes.removed,
              testing::UnorderedElementsAre(path("storage fileio disk f0"), path(lun), path(mapped)));
  EXPECT_EQ(changes.created, changes.removed);
  EXPECT_TRUE(changes.changed.empty());
}

TEST(Changes, CachingChangesInPlaceOnlyWhereTheFileIsOpenedAgain) {
  config::Tree to = parse(base);
  to.find(path("storage fileio disk f0"))->attributes["buffered"] = "no";
  EXPECT_THAT(collect_changes(parse(base), to, true).changed,
              testing::ElementsAre(path("storage fileio disk f0")));
  EXPECT_EQ(collect_changes(parse(base), to, false).removed.size(), 3U);
}

TEST(Changes, CredentialsComeFirstAndAreClearedWhenUnset) {
  config::Object from;
  from.groups["auth"]["password"] = "old";
  from.groups["attribute"]["nopin_timeout"] = "5";
  config::Object to;
  to.groups["attribute"]["authentication"] = "1";
  to.groups["auth"]["userid"] = "u";
  const auto changes = group_changes(from, to);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].name + "=" + changes[0].value, "userid=u");
  EXPECT_EQ(changes[1].name + "=" + changes[1].value, "password=");
  EXPECT_EQ(changes[2].name + "=" + changes[2].value, "authentication=1");
}

}  // namespace
}  // namespace lunet::target
