// SPDX-License-Identifier: Apache-2.0
// The loop itself is tested by keys: tests/integration/shell_keys_test.py.
#include "shell/interactive.h"

#include <gtest/gtest.h>

namespace lunet::shell {
namespace {

TEST(Prompt, IsThePathShortenedInItsMiddle) {
  EXPECT_EQ(prompt_for("/iscsi", 30), "/iscsi> ");
  EXPECT_EQ(prompt_for("/iscsi/iqn.2003-01.org.example:t1/tpg1/acls", 30), "/iscsi/iqn.20...:t1/tpg1/acls> ");
  EXPECT_EQ(prompt_for("/iscsi/iqn.2003-01.org.example:t1", 0), "/iscsi/iqn.2003-01.org.example:t1> ");
  EXPECT_EQ(prompt_for("/iscsi", 1), "/...i> ");
}

}  // namespace
}  // namespace lunet::shell
