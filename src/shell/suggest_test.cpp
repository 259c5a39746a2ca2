// SPDX-License-Identifier: Apache-2.0
#include "shell/suggest.h"

#include <gtest/gtest.h>

namespace lunet::shell {
namespace {

const std::vector<std::string> known_words = {"create", "delete", "enable", "ls"};

TEST(Suggest, FindsTypingMistakes) {
  EXPECT_EQ(nearest("craete", known_words), "create");
  EXPECT_EQ(nearest("delet", known_words), "delete");
  EXPECT_EQ(nearest("ENABLE", known_words), "enable");
  EXPECT_EQ(nearest("sl", known_words), "ls");
}

TEST(Suggest, StaysSilentWhenNothingIsNear) {
  EXPECT_EQ(nearest("format", known_words), "");
  EXPECT_EQ(did_you_mean("xyz", known_words), "");
  EXPECT_EQ(did_you_mean("creat", known_words), "did you mean 'create'?");
}

}  // namespace
}  // namespace lunet::shell
