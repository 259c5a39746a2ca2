// SPDX-License-Identifier: Apache-2.0
#include "shell/modes/changes_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/modes/mode_lab.h"

namespace lunet::shell::modes {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

config::Path path(std::string_view text) {
  const auto parsed = config::parse_path(text);
  CHECK(parsed);
  return *parsed;
}

TEST(ChangesText, APatchIsRelativeAndHasNoSecrets) {
  const config::Tree from = sample_configuration();
  config::Tree to = from;
  const config::Path tpg = path("fabric iscsi target iqn.2026-11.org.example:t tpgt 1");
  to.find(tpg)->groups["auth"]["password"] = "another-secret";
  to.find(path("storage fileio disk a"))->attributes["size"] = "2097152";
  CHECK(to.remove(path("storage fileio disk b")));
  to.ensure(path("storage rd_mcp disk r")).attributes["size"] = "4096";
  const auto lines = patch_lines({from, to, mode_schema()});
  EXPECT_THAT(
      lines, ElementsAre("[edit storage fileio]", "-  disk b {", "-      path /srv/b.img",
                         "-      size 2097152", "-      wwn serial-b", "-  }", "[edit storage fileio disk a]",
                         "-  size 1048576", "+  size 2097152", "[edit]", "+  storage rd_mcp disk r size 4096",
                         "[edit fabric iscsi target iqn.2026-11.org.example:t tpgt 1]",
                         "-  auth password ***", "+  auth password ***"));
  EXPECT_THAT(patch_lines({from, to, mode_schema(), path("storage rd_mcp")}), testing::SizeIs(2));
}

TEST(ChangesText, ClassesSayWhatAChangeTakes) {
  const config::Tree from = sample_configuration();
  config::Tree to = from;
  to.find(path("storage fileio disk a"))->attributes["path"] = "/srv/other.img";
  to.find(path("storage fileio disk b"))->groups["attribute"]["emulate_tpu"] = "yes";
  const auto lines = class_lines({from, to, mode_schema()}, schema::Runtime::lunetd);
  EXPECT_THAT(lines, ElementsAre("Changed, which makes the object again:", "  storage fileio disk a",
                                 "    path: '/srv/a.img' becomes '/srv/other.img'", "Changed in place:",
                                 "  storage fileio disk b", HasSubstr("attribute emulate_tpu: ")));
}

TEST(ChangesText, ATextIsShownFromTheLevelOn) {
  const config::Path level = path("storage fileio disk a");
  EXPECT_EQ(
      relative_text("storage fileio disk a {\n    path /x\n    attribute {\n        y 1\n    }\n}\n", level),
      "path /x\nattribute {\n    y 1\n}\n");
  EXPECT_EQ(relative_text("storage fileio disk a path /x\n", level), "path /x\n");
  EXPECT_EQ(relative_text("storage fileio disk a\n", level), "");
  EXPECT_EQ(relative_text("storage fileio disk b\n", {}), "storage fileio disk b\n");
}

TEST(ChangesText, AnObjectThatIsThereIsMeantLiterally) {
  config::Tree tree;
  tree.ensure(path("storage fileio disk vm.1"));
  tree.ensure(path("storage fileio disk vmx1"));
  EXPECT_EQ(literal_pattern(tree, {}, "storage fileio disk vm.1 size"), "storage fileio disk vm\\.1 size");
  EXPECT_EQ(literal_pattern(tree, {}, "storage fileio disk vm.*"), "storage fileio disk vm.*");
  EXPECT_EQ(literal_pattern(tree, path("storage fileio"), "disk vm.1"), "disk vm\\.1");
}

}  // namespace
}  // namespace lunet::shell::modes
