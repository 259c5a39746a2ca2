// SPDX-License-Identifier: Apache-2.0
#include "target/changes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

using config::ObjectClass;
using config::Path;

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
  const config::Tree tree = tree_of(base);
  EXPECT_EQ(reference_of(tree, path_of(lun)), path_of("storage fileio disk f0"));
  EXPECT_EQ(reference_of(tree, path_of(mapped)), path_of(lun));
  EXPECT_TRUE(reference_of(tree, path_of("storage fileio disk f0")).empty());
}

TEST(Changes, LunsAreFoundByEitherNameOfThePluginAndInLots) {
  config::Tree tree;
  const Path tpg = path_of("fabric iscsi target iqn.2026-11.com.example:t tpgt 1");
  std::set<Path> disks;
  for (unsigned i = 0; i < 100; ++i) {
    const std::string name = "r" + std::to_string(i);
    disks.insert({{ObjectClass::storage, "rd_mcp"}, {ObjectClass::disk, name}});
    Path lun = tpg;
    lun.push_back({ObjectClass::lun, std::to_string(i)});
    tree.ensure(lun).attributes["backend"] = (i % 2 == 0 ? "rd_mcp:" : "ramdisk:") + name;
  }
  const auto all = exports_of(tree, disks);
  EXPECT_EQ(all.size(), 100U);
  for (const Path& disk : disks) {
    EXPECT_EQ(luns_of(tree, disk), all.at(disk));
    EXPECT_EQ(exports_of(tree, {disk}).at(disk), all.at(disk));
  }
  EXPECT_TRUE(luns_of(tree, path_of("storage fileio disk r1")).empty());
}

TEST(Changes, WhatStandsOnAnObjectIsMadeAgainWithIt) {
  config::Tree to = tree_of(base);
  to.find(path_of("storage fileio disk f0"))->attributes["path"] = "/b";
  const Changes changes = collect_changes(tree_of(base), to, schema::Runtime::lunetd);
  EXPECT_THAT(changes.removed, testing::UnorderedElementsAre(path_of("storage fileio disk f0"), path_of(lun),
                                                             path_of(mapped)));
  EXPECT_EQ(changes.created, changes.removed);
  EXPECT_TRUE(changes.changed.empty());
}

TEST(Changes, CachingChangesInPlaceOnlyWhereTheFileIsOpenedAgain) {
  config::Tree to = tree_of(base);
  to.find(path_of("storage fileio disk f0"))->attributes["buffered"] = "no";
  EXPECT_THAT(collect_changes(tree_of(base), to, schema::Runtime::lunetd).changed,
              testing::ElementsAre(path_of("storage fileio disk f0")));
  EXPECT_EQ(collect_changes(tree_of(base), to, schema::Runtime::kernel).removed.size(), 3U);
}

TEST(Changes, WhatTheRuntimeRefusesWhileExportedIsKnown) {
  config::Tree to = tree_of(base);
  to.find(path_of("storage fileio disk f0"))->groups["attribute"]["block_size"] = "4096";
  const Changes changes = collect_changes(tree_of(base), to, schema::Runtime::kernel);
  EXPECT_THAT(changes.unexported, testing::ElementsAre(path_of("storage fileio disk f0")));
  EXPECT_THAT(exports_of(to, changes.unexported).at(path_of("storage fileio disk f0")),
              testing::ElementsAre(path_of(lun)));
}

TEST(Changes, AnAclThatSaysNothingFollowsItsTpg) {
  config::Tree to = tree_of(base);
  to.find(path_of("fabric iscsi target iqn.2026-11.com.example:t tpgt 1"))
      ->groups["attribute"]["default_cmdsn_depth"] = "16";
  const Changes changes = collect_changes(tree_of(base), to, schema::Runtime::kernel);
  const auto& values = changes.values.at(
      path_of("fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl iqn.2026-11.com.example:i"));
  ASSERT_EQ(values.size(), 1U);
  EXPECT_EQ(values[0].name + "=" + values[0].to.text, "tcq_depth=16");
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
