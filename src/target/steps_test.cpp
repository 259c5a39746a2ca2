// SPDX-License-Identifier: Apache-2.0
#include "target/steps.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

config::Tree disk(const std::string& attributes) {
  return *config::parse("storage fileio disk f0 { " + attributes + " }\n", "test");
}

TEST(Steps, WhatIsMissingIsNamed) {
  const auto step = make_object(disk("size 1M; hba 0;"), path_of("storage fileio disk f0"), {});
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().message, "storage fileio disk f0: 'path' is not set");
}

TEST(Steps, APathThatTheControlStringWouldCutIsRefused) {
  const auto step =
      make_object(disk("path '/tmp/a,b'; size 1M; hba 0;"), path_of("storage fileio disk f0"), {});
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().errnum, EINVAL);
  EXPECT_THAT(step.error().message, testing::HasSubstr("/tmp/a,b"));
}

TEST(Steps, AnHbaThatIsThereIsNeitherMadeNorRemoved) {
  MakeOptions options;
  options.make_hba = false;
  const auto step = make_object(disk("path /a; hba 0;"), path_of("storage fileio disk f0"), options);
  ASSERT_TRUE(step);
  EXPECT_EQ(text_of(step->operations.front()), "mkdir core/fileio_0/f0\n");
  ASSERT_EQ(step->undo.size(), 1U);
  EXPECT_EQ(text_of(step->undo.front()), "rmdir core/fileio_0/f0\n");
}

TEST(Steps, ABlockDiskIsMadeAsTargetcliDoes) {
  const auto tree =
      *config::parse("storage iblock disk b0 { path /dev/sdb; readonly yes; hba 3; wwn S; }\n", "test");
  const auto step = make_object(tree, path_of("storage iblock disk b0"), {});
  ASSERT_TRUE(step) << step.error().message;
  std::string text;
  for (const auto& operation : step->operations) text += text_of(operation);
  EXPECT_EQ(text,
            "mkdir core/iblock_3\n"
            "mkdir core/iblock_3/b0\n"
            "write core/iblock_3/b0/udev_path /dev/sdb\n"
            "write core/iblock_3/b0/control udev_path=/dev/sdb\n"
            "write core/iblock_3/b0/control readonly=1\n"
            "write core/iblock_3/b0/enable 1\\n\n"
            "write core/iblock_3/b0/wwn/vpd_unit_serial S\\n\n");
}

TEST(Steps, ReversingTwiceIsNothing) {
  const auto step = make_object(disk("path /a; hba 0;"), path_of("storage fileio disk f0"), {});
  ASSERT_TRUE(step);
  const Step removal = reversed(*step);
  EXPECT_EQ(removal.change, Change::removed);
  EXPECT_EQ(text_of(removal.operations.front()), "rmdir core/fileio_0/f0\n");
  EXPECT_EQ(reversed(removal).change, Change::created);
  EXPECT_EQ(reversed(removal).operations.size(), step->operations.size());
}

TEST(Steps, OnlyTheBegunPartsAreTakenBack) {
  const auto step = make_object(disk("path /a; hba 0; alua { group_1_name g; group_1_preferred yes; };"),
                                path_of("storage fileio disk f0"), {});
  ASSERT_TRUE(step);
  EXPECT_TRUE(undo_of(*step, 0).empty());
  ASSERT_EQ(undo_of(*step, 1).size(), 1U);
  EXPECT_EQ(text_of(undo_of(*step, 1).front()), "rmdir core/fileio_0\n");
  EXPECT_EQ(undo_of(*step, 2).size(), 2U);
  EXPECT_EQ(text_of(undo_of(*step, step->operations.size()).front()), "rmdir core/fileio_0/f0/alua/g\n");
}

}  // namespace
}  // namespace lunet::target
