// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Ls, ListsFromAnyNodeWithADepth) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  EXPECT_EQ(lab.run("ls"), ExitStatus::done);
  EXPECT_EQ(lab.console.out.rfind("o- / ...", 0), 0U);
  lab.console.out.clear();
  EXPECT_EQ(lab.run("/iscsi ls .. 1"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("o- backstores"));
  EXPECT_THAT(lab.console.out, Not(HasSubstr("o- fileio")));
  lab.console.out.clear();
  EXPECT_EQ(lab.run("ls depth=1 path=/backstores"), ExitStatus::done);
  EXPECT_EQ(lab.console.out.rfind("o- backstores", 0), 0U);
}

TEST(Ls, OfSomethingThatIsNotThereFails) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  EXPECT_EQ(lab.run("ls /backstores/fileio/d2"), ExitStatus::failed);
  EXPECT_EQ(lab.console.err,
            "error: no such path /backstores/fileio/d2\nhint: did you mean /backstores/fileio/d1?\n");
  EXPECT_EQ(lab.run("ls / many"), ExitStatus::usage);
}

TEST(Pwd, PrintsTheCanonicalPath) {
  Lab lab;
  EXPECT_EQ(lab.run("/backstores/rd_mcp/../iblock/ pwd"), ExitStatus::done);
  EXPECT_EQ(lab.console.out, "/backstores/block\n");
}

struct Walk : Lab {
  Walk() {
    runtime.tree = sample_tree();
    session.stays = true;
  }
  std::string at(std::string_view words) {
    EXPECT_EQ(run(words), ExitStatus::done) << words << ": " << console.err;
    return session.place.path;
  }
};

TEST(Cd, EntersPathsFromWhereItIs) {
  Walk walk;
  EXPECT_EQ(walk.at("cd backstores/"), "/backstores");
  EXPECT_EQ(walk.at("cd fileio"), "/backstores/fileio");
  EXPECT_EQ(walk.at("cd .."), "/backstores");
  EXPECT_EQ(walk.at("cd /iscsi"), "/iscsi");
  EXPECT_EQ(walk.at("/backstores/fileio/d1"), "/backstores/fileio/d1");
  EXPECT_EQ(walk.at(".."), "/backstores/fileio");
  EXPECT_EQ(walk.at("d1/"), "/backstores/fileio/d1");
  EXPECT_EQ(walk.at("/iscsi pwd"), "/backstores/fileio/d1");
}

TEST(Cd, GoesBackAndAhead) {
  Walk walk;
  walk.at("cd /iscsi");
  walk.at("cd /backstores");
  EXPECT_EQ(walk.at("cd <"), "/iscsi");
  EXPECT_EQ(walk.at("cd >"), "/backstores");
  EXPECT_EQ(walk.at("cd >"), "/backstores");
  EXPECT_THAT(walk.console.out, HasSubstr("This is where you were last."));
  EXPECT_EQ(walk.at("cd -"), "/iscsi");
  walk.at("cd /backstores/fileio");
  walk.at("cd /iscsi");
  node_at(walk.runtime.tree, "/backstores").children.clear();
  EXPECT_EQ(walk.at("cd <"), "/iscsi");
  EXPECT_THAT(walk.console.out, HasSubstr("/backstores/fileio is gone."));
}

TEST(Cd, StaysWhenThereIsNoSuchNode) {
  Walk walk;
  EXPECT_EQ(walk.run("cd /backstores/fileio/d2"), ExitStatus::failed);
  EXPECT_THAT(walk.console.err, HasSubstr("did you mean /backstores/fileio/d1?"));
  EXPECT_EQ(walk.run("cd /backstores/fly"), ExitStatus::failed);
  EXPECT_EQ(walk.run("cd"), ExitStatus::failed) << "there is no terminal";
  EXPECT_EQ(walk.session.place.path, "/");
}

TEST(Cd, AsksThePickerWithoutAPath) {
  Walk walk;
  walk.session.pick = [](const service::ViewNode&,
                         const std::string& path) -> Result<std::optional<std::string>> {
    if (path == "/iscsi") return std::optional<std::string>();
    return std::optional<std::string>("/iscsi");
  };
  EXPECT_EQ(walk.at("cd"), "/iscsi");
  EXPECT_EQ(walk.at("cd"), "/iscsi");
}

TEST(Navigation, RefreshSaysThereIsNothingToDoAndExitLeaves) {
  Walk walk;
  walk.at("refresh");
  EXPECT_THAT(walk.console.out, HasSubstr("Nothing is cached"));
  EXPECT_FALSE(walk.session.leave);
  walk.at("exit");
  EXPECT_TRUE(walk.session.leave);
}

TEST(Navigation, CreatedObjectsAreEnteredWhenTheUserLikesThat) {
  Walk walk;
  walk.runtime.fake.report.created = "/backstores/fileio/d1";
  walk.at("/backstores/fileio create d1 /x 1M");
  EXPECT_EQ(walk.session.place.path, "/");
  walk.at("set global auto_cd_after_create=true");
  EXPECT_EQ(walk.at("/backstores/fileio create d1 /x 1M"), "/backstores/fileio/d1");
}

}  // namespace
}  // namespace lunet::shell
