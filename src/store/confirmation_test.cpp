// SPDX-License-Identifier: Apache-2.0
#include "store/confirmation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "store/test_folder.h"

namespace lunet::store {
namespace {

TEST(Confirmation, IsReadAsItWasWritten) {
  const TestFolder folder;
  EXPECT_FALSE((*read_confirmation(folder.path())).has_value());
  ASSERT_TRUE(write_confirmation(folder.path(), {8, 7, 1700000000}));
  const auto read = *read_confirmation(folder.path());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->generation, 8U);
  EXPECT_EQ(read->back_to, 7U);
  EXPECT_EQ(read->deadline_s, 1700000000);
}

TEST(Confirmation, IsGoneWhenItIsRemoved) {
  const TestFolder folder;
  ASSERT_TRUE(remove_confirmation(folder.path()));
  ASSERT_TRUE(write_confirmation(folder.path(), {8, 7, 1}));
  ASSERT_TRUE(remove_confirmation(folder.path()));
  EXPECT_FALSE((*read_confirmation(folder.path())).has_value());
}

TEST(Confirmation, ThatIsDamagedIsNoneThatPassed) {
  const TestFolder folder;
  std::ofstream(folder.path() + "/confirmation") << "# lunet store 1 confirmation\ngeneration 8\n";
  const auto read = read_confirmation(folder.path());
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().errnum, EBADMSG);
  EXPECT_THAT(read.error().message, testing::HasSubstr("/confirmation"));
}

}  // namespace
}  // namespace lunet::store
