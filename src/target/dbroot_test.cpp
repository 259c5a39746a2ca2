// SPDX-License-Identifier: Apache-2.0
#include "target/dbroot.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "configfs/model/memory_tree.h"
#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

TEST(Dbroot, HasAFolderOnTheKernelOnlyAndIfItIsThere) {
  std::string made = testing::TempDir() + "/lunet-dbroot-XXXXXX";
  ASSERT_NE(::mkdtemp(made.data()), nullptr);
  const std::filesystem::path root(made);
  std::filesystem::create_directory(root / "alua");
  const auto memory = configfs::make_memory_tree(configfs::Flavour::kernel);
  ASSERT_TRUE(memory->write("dbroot", made));
  SteppingTree kernel(*memory);
  EXPECT_EQ(dbroot_folder(kernel, "alua"), root / "alua");
  EXPECT_EQ(dbroot_folder(kernel, "pr"), "");
  EXPECT_EQ(dbroot_folder(*memory, "alua"), "");
  std::filesystem::remove_all(root);
}

}  // namespace
}  // namespace lunet::target
