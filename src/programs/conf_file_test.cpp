// SPDX-License-Identifier: Apache-2.0
#include "programs/conf_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "programs/test_folder.h"

namespace lunet::programs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(ConfFile, HasOneOptionALine) {
  const TestFolder folder;
  const std::string file =
      folder.write("conf", "# a comment\nthreads 3\n\nsocket = /from/file  # why\n--verbose\n", 0600);
  EXPECT_THAT(*read_conf(file), ElementsAre("--threads=3", "--socket=/from/file", "--verbose"));
}

TEST(ConfFile, CannotNameAnotherFile) {
  const TestFolder folder;
  const auto words = read_conf(folder.write("conf", "config /x\n", 0600));
  ASSERT_FALSE(words);
  EXPECT_THAT(words.error().message, HasSubstr(":1:"));
  EXPECT_EQ(read_conf("/does/not/exist").error().errnum, ENOENT);
}

}  // namespace
}  // namespace lunet::programs
