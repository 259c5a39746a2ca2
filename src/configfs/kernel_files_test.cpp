// SPDX-License-Identifier: Apache-2.0
#include "configfs/kernel_files.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>

#include "base/fd.h"
#include "tests/support/scratch_dir.h"

namespace lunet::configfs {
namespace {

TEST(PathInRoot, TranslatesTheKernelsRelativeLinks) {
  const std::string_view root = "/sys/kernel/config/target";
  const std::string_view dir = "/sys/kernel/config/target/iscsi/iqn.x:t/tpgt_1/lun/lun_0";
  EXPECT_EQ(path_in_root(root, dir, "../../../../../../target/core/rd_mcp_0/rd0"), "core/rd_mcp_0/rd0");
  EXPECT_EQ(path_in_root(root, dir, "/sys/kernel/config/target/core/a"), "core/a");
  EXPECT_EQ(path_in_root(root, dir, "/sys/kernel/config/target2/core"), "/sys/kernel/config/target2/core");
}

TEST(KernelFiles, ListReadAndWriteAnswerErrno) {
  const test::ScratchDir dir;
  std::ofstream(dir / "b") << "text";
  std::filesystem::create_directory(dir / "a");
  const Fd fd(::open(dir.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  std::vector<Entry> entries;
  ASSERT_EQ(list_fd(fd.get(), entries), 0);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].name, "a");
  EXPECT_EQ(entries[1].kind, EntryKind::file);
  std::string text;
  EXPECT_EQ(read_at(fd.get(), "b", text), 0);
  EXPECT_EQ(text, "text");
  EXPECT_EQ(read_at(fd.get(), "a", text), EISDIR);
  EXPECT_EQ(read_at(fd.get(), "missing", text), ENOENT);
  EXPECT_EQ(write_once((dir / "b").c_str(), "1"), 0);
  EXPECT_EQ(std::filesystem::file_size(dir / "b"), 1U);
  EXPECT_EQ(write_once((dir / "a").c_str(), "1"), EISDIR);
}

}  // namespace
}  // namespace lunet::configfs
