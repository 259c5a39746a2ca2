// SPDX-License-Identifier: Apache-2.0
#include "programs/targetctl.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "programs/test_folder.h"
#include "shell/fakes.h"

namespace lunet::programs {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Targetctl {
  shell::FakeRuntime runtime;
  shell::FakeConsole console;
  int run(const std::vector<std::string>& arguments) { return run_targetctl(arguments, runtime, console); }
};

TEST(Targetctl, IsKnownByItsName) {
  EXPECT_TRUE(is_targetctl("targetctl"));
  EXPECT_TRUE(is_targetctl("/usr/bin/targetctl"));
  EXPECT_FALSE(is_targetctl("/targetctl/lunet"));
  EXPECT_TRUE(is_targetcli("/usr/bin/targetcli"));
  EXPECT_FALSE(is_targetcli("targetctl"));
}

TEST(Targetctl, SavesRestoresAndClears) {
  Targetctl lab;
  const TestFolder folder;
  const std::string file = folder.write("x.json", "{}");
  EXPECT_EQ(lab.run({"save", file}), 0);
  EXPECT_EQ(lab.run({"restore", file}), 0);
  EXPECT_EQ(lab.run({"clear", "ignored"}), 0);
  EXPECT_THAT(lab.runtime.whole.calls, ElementsAre("save " + file, "apply " + file + " '{}' what can",
                                                   "apply the empty configuration ''"));
}

TEST(Targetctl, FailsWhenSomethingFailed) {
  Targetctl lab;
  EXPECT_EQ(lab.run({"restore", "/no/such/file"}), 1);
  EXPECT_THAT(lab.console.err, HasSubstr("/no/such/file"));
  const TestFolder folder;
  const std::string file = folder.write("x.json", "{}");
  lab.runtime.whole.report.left_out = 1;
  lab.runtime.whole.report.warnings = {"disk a is pending"};
  EXPECT_EQ(lab.run({"restore", file}), 1);
  EXPECT_THAT(lab.console.err, HasSubstr("disk a is pending"));
  lab.runtime.whole.failure = Error{EBUSY, "it is busy", "wait"};
  EXPECT_EQ(lab.run({"clear"}), 1);
  EXPECT_THAT(lab.console.err, HasSubstr("targetctl clear: it is busy"));
}

TEST(Targetctl, ExplainsItself) {
  Targetctl lab;
  EXPECT_EQ(lab.run({"--help"}), 0);
  EXPECT_THAT(lab.console.out, HasSubstr("Usage: targetctl save"));
  EXPECT_EQ(lab.run({}), 2);
  EXPECT_EQ(lab.run({"stop"}), 2);
  EXPECT_EQ(lab.run({"save", "a", "b"}), 2);
}

}  // namespace
}  // namespace lunet::programs
