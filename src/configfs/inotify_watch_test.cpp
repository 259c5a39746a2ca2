// SPDX-License-Identifier: Apache-2.0
#include "configfs/inotify_watch.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "configfs/kernel_tree.h"
#include "tests/support/scratch_dir.h"

namespace lunet::configfs {
namespace {

TEST(InotifyWatch, SeesChangesAlsoInNewDirectories) {
  const test::ScratchDir dir;
  KernelTree tree(dir.path());
  std::filesystem::create_directory(dir / "core");
  std::ofstream(dir / "core/control");
  const auto watch = tree.watch("");
  ASSERT_TRUE(watch) << watch.error().message;
  const auto next = [&watch] {
    const auto event = (*watch)->next(60000);
    return event ? std::string(verb_name(event->verb)) + " " + event->path : event.error().message;
  };
  ASSERT_TRUE(tree.make_dir("iscsi"));
  EXPECT_EQ(next(), "mkdir iscsi");
  ASSERT_TRUE(tree.make_dir("iscsi/t"));
  EXPECT_EQ(next(), "mkdir iscsi/t");
  ASSERT_TRUE(tree.link("iscsi/t/l", "core"));
  EXPECT_EQ(next(), "link iscsi/t/l");
  ASSERT_TRUE(tree.unlink("iscsi/t/l"));
  EXPECT_EQ(next(), "unlink iscsi/t/l");
  ASSERT_TRUE(tree.remove_dir("iscsi/t"));
  EXPECT_EQ(next(), "rmdir iscsi/t");
  ASSERT_TRUE(tree.write("core/control", "rd_pages=1"));
  EXPECT_EQ(next(), "write core/control");
}

TEST(InotifyWatch, TimesOutAndNeedsADirectory) {
  const test::ScratchDir dir;
  KernelTree tree(dir.path());
  ASSERT_TRUE(tree.make_dir("core"));
  const auto watch = tree.watch("core");
  ASSERT_TRUE(watch);
  EXPECT_EQ((*watch)->next(0).error().errnum, ETIMEDOUT);
  EXPECT_EQ(tree.watch("missing").error().errnum, ENOENT);
}

}  // namespace
}  // namespace lunet::configfs
