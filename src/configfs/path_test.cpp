// SPDX-License-Identifier: Apache-2.0
#include "configfs/path.h"

#include <gtest/gtest.h>

namespace lunet::configfs {
namespace {

TEST(TreePath, HasNoEmptyDotOrDotDotParts) {
  for (const char* good : {"", "core", "core/rd_mcp_0/rd0", "iscsi/iqn.2026-11.com.example:t", "a/..."})
    EXPECT_TRUE(is_tree_path(good)) << good;
  for (const char* bad : {"/", "/core", "core/", "core//x", ".", "..", "core/../iscsi", "core/."})
    EXPECT_FALSE(is_tree_path(bad)) << bad;
  EXPECT_FALSE(is_tree_path(std::string_view("a\0b", 3)));
  EXPECT_TRUE(is_tree_path(std::string(255, 'x')));
  EXPECT_FALSE(is_tree_path(std::string(256, 'x')));
}

TEST(TreePath, IsTakenApartAndJoined) {
  EXPECT_EQ(parent_path("core/rd_mcp_0/rd0"), "core/rd_mcp_0");
  EXPECT_EQ(parent_path("core"), "");
  EXPECT_EQ(base_name("core/rd_mcp_0"), "rd_mcp_0");
  EXPECT_EQ(base_name("core"), "core");
  EXPECT_EQ(join_path("", "core"), "core");
  EXPECT_EQ(join_path("core", "x"), "core/x");
}

TEST(TreePath, BelowMeansWholeParts) {
  EXPECT_TRUE(is_at_or_below("core/a", "core"));
  EXPECT_TRUE(is_at_or_below("core", "core"));
  EXPECT_TRUE(is_at_or_below("core", ""));
  EXPECT_FALSE(is_at_or_below("core2", "core"));
  EXPECT_FALSE(is_at_or_below("core", "core/a"));
}

TEST(TreeError, NamesVerbPathReasonAndErrno) {
  const Error error = tree_error(Verb::write, "core/x/enable", EEXIST, "the disk is enabled already");
  EXPECT_EQ(error.errnum, EEXIST);
  EXPECT_EQ(error.message, "write core/x/enable: File exists (the disk is enabled already)");
  EXPECT_EQ(tree_error(Verb::list, "", ENOENT).message, "list /: No such file or directory");
}

}  // namespace
}  // namespace lunet::configfs
