// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/memory_tree.h"

#include <gtest/gtest.h>

#include "tests/support/scratch_dir.h"

namespace lunet::configfs {
namespace {

TEST(MemoryTree, AFileNeedsItsDirectoryAndIsNeverMade) {
  const test::ScratchDir dir;
  const auto tree = make_memory_tree(Flavour::lunetd);
  ASSERT_TRUE(tree->make_dir("core/fileio_0"));
  ASSERT_TRUE(tree->make_dir("core/fileio_0/f"));
  ASSERT_TRUE(
      tree->write("core/fileio_0/f/control", "fd_dev_name=" + (dir / "missing/f.img") + ",fd_dev_size=4096"));
  EXPECT_EQ(tree->write("core/fileio_0/f/enable", "1").error().errnum, ENOENT);
  EXPECT_EQ(*tree->read("core/fileio_0/f/enable"), "0\n");
  ASSERT_TRUE(tree->write("core/fileio_0/f/control", "fd_dev_name=" + (dir / "f.img")));
  EXPECT_TRUE(tree->write("core/fileio_0/f/enable", "1"));
  EXPECT_FALSE(std::filesystem::exists(dir / "f.img"));
}

TEST(MemoryTree, APortIsHeldUntilItsPortalIsGoneAlsoWhenABatchFails) {
  const auto tree = make_memory_tree(Flavour::lunetd);
  const std::string np = "iscsi/t/tpgt_1/np/";
  for (const char* path : {"iscsi", "iscsi/t", "iscsi/t/tpgt_1"}) ASSERT_TRUE(tree->make_dir(path));
  const std::vector<Operation> failing = {{Verb::make_dir, np + "[::0]:3260", {}},
                                          {Verb::make_dir, "nosuch", {}}};
  EXPECT_FALSE(tree->batch(failing));
  EXPECT_TRUE(tree->make_dir(np + "127.0.0.1:3260"));
  EXPECT_EQ(tree->make_dir(np + "[::0]:3260").error().errnum, EINVAL);
  const std::vector<Operation> failing_removal = {{Verb::remove_dir, np + "127.0.0.1:3260", {}},
                                                  {Verb::make_dir, "nosuch", {}}};
  EXPECT_FALSE(tree->batch(failing_removal));
  EXPECT_EQ(tree->make_dir(np + "[::0]:3260").error().errnum, EINVAL);
  EXPECT_TRUE(tree->remove_dir(np + "127.0.0.1:3260"));
  EXPECT_TRUE(tree->make_dir(np + "[::0]:3260"));
}

}  // namespace
}  // namespace lunet::configfs
