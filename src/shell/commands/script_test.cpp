// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "shell/fakes.h"
#include "shell/test_user.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Scripts : Lab {
  UserFolder folder;
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder.path() + "/" + name) << text;
    return folder.path() + "/" + name;
  }
};

TEST(Source, RunsLinesFromWhereItIsAndComesBack) {
  Scripts lab;
  lab.runtime.tree = sample_tree();
  const std::string file =
      lab.write("s", "# a comment\n\n/iscsi\ncreate iqn.a\n  create iqn.b\nexit\ncreate iqn.c\n");
  EXPECT_EQ(lab.run("source " + file), ExitStatus::done);
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre("create_target iqn.a", "create_target iqn.b"));
  EXPECT_EQ(lab.session.place.path, "/");
  EXPECT_FALSE(lab.session.leave);
}

TEST(Source, StopsAtTheFirstErrorAndNamesTheLine) {
  Scripts lab;
  const std::string file = lab.write("s", "/iscsi create iqn.a\nfly\n/iscsi create iqn.b\n");
  EXPECT_EQ(lab.run("source " + file), ExitStatus::usage);
  EXPECT_THAT(lab.console.err, HasSubstr("error: " + file + ":2: command not found: fly"));
  EXPECT_EQ(lab.runtime.fake.calls.size(), 1U);
  EXPECT_EQ(lab.run("source " + file + " keep_going=true"), ExitStatus::usage);
  EXPECT_EQ(lab.runtime.fake.calls.size(), 3U);
}

TEST(Source, OfItselfEnds) {
  Scripts lab;
  const std::string file = lab.folder.path() + "/s";
  lab.write("s", "source " + file + "\n");
  EXPECT_EQ(lab.run("source " + file), ExitStatus::failed);
  EXPECT_EQ(lab.run("source /no/such/file"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("No such file"));
}

}  // namespace
}  // namespace lunet::shell
