// SPDX-License-Identifier: Apache-2.0
#include "shell/modes/pager.h"

#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell::modes {
namespace {

/// A terminal of three lines whose user presses the keys.
struct SmallConsole : FakeConsole {
  std::string keys;
  [[nodiscard]] int terminal_height() const override { return 3; }
  char read_key(std::string_view /*prompt*/) override {
    if (keys.empty()) return '\0';
    const char key = keys.front();
    keys.erase(keys.begin());
    out += "|";
    return key;
  }
};

TEST(Pager, ShowsAScreenAtATime) {
  FakeRuntime runtime;
  SmallConsole console;
  Session session{runtime, console};
  Outcome outcome;
  outcome.text = "1\n2\n3\n4\n5\n6\n";
  console.keys = " \nq";
  EXPECT_TRUE(paged(outcome, "show", session));
  EXPECT_EQ(console.out, "1\n2\n|3\n4\n|5\n|");
}

TEST(Pager, LeavesShortOutputAndNoMoreAlone) {
  FakeRuntime runtime;
  SmallConsole console;
  Session session{runtime, console};
  Outcome outcome;
  outcome.lines = {"1", "2"};
  EXPECT_FALSE(paged(outcome, "show", session));
  outcome.lines = {"1", "2", "3", "4"};
  EXPECT_FALSE(paged(outcome, "show | no-more", session));
  FakeConsole none;
  Session without{runtime, none};
  EXPECT_FALSE(paged(outcome, "show", without));
}

}  // namespace
}  // namespace lunet::shell::modes
