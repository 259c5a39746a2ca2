// SPDX-License-Identifier: Apache-2.0
#include "shell/complete.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string target_path = "/iscsi/iqn.2003-01.org.example:t1";

struct Typing : Lab {
  Typing() { runtime.tree = sample_tree(); }

  Completion at(std::string_view line) { return complete(line, session); }
  std::vector<std::string> texts(std::string_view line) {
    std::vector<std::string> found;
    for (const Candidate& each : at(line).candidates) found.push_back(each.text);
    return found;
  }
};

TEST(Complete, TheFirstWordIsACommandOrAPath) {
  Typing typing;
  EXPECT_THAT(typing.texts(""),
              AllOf(Contains("backstores/"), Contains("iscsi/"), Contains("ls"), Contains("*")));
  EXPECT_THAT(typing.texts("hi"), ElementsAre("history"));
  EXPECT_THAT(typing.texts("isc"), ElementsAre("iscsi/"));
  EXPECT_THAT(typing.texts("/isc"), ElementsAre("/iscsi/"));
  EXPECT_THAT(typing.texts("/iscsi/"), ElementsAre(target_path + "/"));
  EXPECT_THAT(typing.texts(target_path + "/tpg1/luns/"), ElementsAre(target_path + "/tpg1/luns/lun0"));
  EXPECT_THAT(typing.texts("/backstores/"), Contains("/backstores/*"));
  EXPECT_THAT(typing.texts("nothing"), ElementsAre());
}

TEST(Complete, BookmarksArePaths) {
  Typing typing;
  EXPECT_TRUE(typing.session.bookmarks.add("t1", target_path));
  EXPECT_THAT(typing.texts("@"), ElementsAre("@t1"));
  EXPECT_THAT(typing.texts("@t1/"), ElementsAre("@t1/tpg1/"));
  EXPECT_THAT(typing.texts("@t1 cr"), ElementsAre("create"));
  EXPECT_THAT(typing.texts("cd @"), ElementsAre("@t1"));
}

TEST(Complete, AfterAPathComeItsCommands) {
  Typing typing;
  EXPECT_THAT(typing.texts("/backstores/fileio "),
              AllOf(Contains("create"), Contains("delete"), Not(Contains("history"))));
  EXPECT_THAT(typing.texts("/backstores/* cr"), ElementsAre("create"));
  EXPECT_THAT(typing.texts("/nowhere cr"), ElementsAre());
}

TEST(Complete, ValuesComeFromTheTreeAndKeywordsFollow) {
  Typing typing;
  EXPECT_THAT(typing.texts("/backstores/fileio delete "), ElementsAre("d1", "name=", "save="));
  EXPECT_THAT(typing.texts("/backstores/fileio delete name="), ElementsAre("name=d1"));
  EXPECT_THAT(typing.texts("/backstores/fileio delete d1 "), ElementsAre("true", "false", "save="));
  EXPECT_THAT(typing.texts("/backstores/ramdisk create x nullio="),
              ElementsAre("nullio=true", "nullio=false"));
  EXPECT_THAT(typing.texts("/backstores/ramdisk create size=1 n"), ElementsAre("name=", "nullio="));
}

TEST(Complete, KnowsWhatIsTypedAlready) {
  Typing typing;
  node_at(typing.runtime.tree, target_path + "/tpg1/portals").children = {
      made(service::NodeKind::portal, "10.0.0.1:3260", ""),
      made(service::NodeKind::portal, "10.0.0.1:3261", ""),
      made(service::NodeKind::portal, "[::1]:3262", "")};
  const std::string portals = target_path + "/tpg1/portals delete ";
  EXPECT_THAT(typing.texts(portals + "ip="), ElementsAre("ip=10.0.0.1", "ip=::1"));
  EXPECT_THAT(typing.texts(portals + "10.0.0.1 3"), ElementsAre("3260", "3261"));
  EXPECT_THAT(typing.texts(portals + "ip=::1 port="), ElementsAre("port=3262"));
  EXPECT_THAT(typing.texts(portals + "port=3262 ip="), ElementsAre("ip=::1"));
}

TEST(Complete, OffersWhatCanStillBeExported) {
  Typing typing;
  auto& plugin = node_at(typing.runtime.tree, "/backstores/fileio");
  plugin.children.push_back(made(service::NodeKind::disk, "d2", ""));
  EXPECT_THAT(typing.texts(target_path + "/tpg1/luns create /"), ElementsAre("/backstores/fileio/d2"));
  EXPECT_THAT(typing.texts(target_path + "/tpg1/luns create lun="),
              ElementsAre("lun=1", "lun=2", "lun=3", "lun=4", "lun=5"));
  EXPECT_THAT(typing.texts(target_path + "/tpg1/luns delete "), Contains("lun0"));
}

TEST(Complete, TheHintNamesTheParameter) {
  Typing typing;
  EXPECT_THAT(typing.at("/backstores/ramdisk create ").hint, StartsWith("name"));
  EXPECT_THAT(typing.at("/backstores/ramdisk create x ").hint, StartsWith("size"));
  EXPECT_THAT(typing.at("/backstores/ramdisk create x 1M ").hint, HasSubstr("(false when not given)"));
  EXPECT_EQ(typing.at("/backstores/ramdisk create x 1M false u more ").hint, "");
}

TEST(Complete, QuotesWhatNeedsIt) {
  Typing typing;
  node_at(typing.runtime.tree, "/backstores/fileio")
      .children.push_back(made(service::NodeKind::disk, "a disk", ""));
  const Completion completion = typing.at("/backstores/fileio delete 'a d");
  EXPECT_EQ(completion.start, 26U);
  ASSERT_EQ(completion.candidates.size(), 1U);
  EXPECT_EQ(completion.candidates[0].text, "'a disk'");
}

TEST(Complete, ParametersOfGroups) {
  Typing typing;
  typing.runtime.fake.values = {{"block_size", "512", true}, {"hw_block_size", "512", false}};
  const std::string disk = "/backstores/fileio/d1 ";
  EXPECT_THAT(typing.texts(disk + "get "), Contains("attribute"));
  EXPECT_THAT(typing.texts(disk + "get attribute "), Contains("hw_block_size"));
  EXPECT_THAT(typing.texts(disk + "set attribute "), ElementsAre("block_size="));
  EXPECT_THAT(typing.texts(disk + "set attribute block_size="), ElementsAre("block_size=512"));
  EXPECT_THAT(typing.texts("set global tree_r"), ElementsAre("tree_round_nodes="));
  EXPECT_THAT(typing.texts("set global color_mode="), ElementsAre("color_mode=true", "color_mode=false"));
}

TEST(Complete, EveryParameterCanBeAskedForWithoutHarm) {
  Typing typing;
  for (const Command& command : typing.session.table) {
    for (const Parameter& parameter : command.parameters) {
      const Arguments none;
      const Place place;
      static_cast<void>(parameter);
      const std::string line = std::string(command.name) + " " + std::string(parameter.name) + "=";
      for (const char* path : {"", "/backstores/fileio ", "/iscsi/iqn.2003-01.org.example:t1/tpg1/luns "})
        static_cast<void>(typing.at(path + line));
    }
  }
  EXPECT_TRUE(typing.runtime.fake.calls.empty()) << "nothing is changed by looking";
}

TEST(Complete, WordsOfAProgram) {
  Typing typing;
  const std::vector<std::string> words = {"/backstores/fileio", "delete", ""};
  const Completion completion = complete_words(words, typing.session);
  ASSERT_FALSE(completion.candidates.empty());
  EXPECT_EQ(completion.candidates[0].text, "d1");
}

TEST(Complete, CommonBeginning) {
  EXPECT_EQ(common_beginning({}), "");
  EXPECT_EQ(common_beginning({{"abc"}, {"abd"}, {"ab"}}), "ab");
}

TEST(Complete, SaveconfigGoesOnToFilesAndFolders) {
  Typing typing;
  EXPECT_THAT(typing.texts("saveconfig /et"), ElementsAre("/etc/"));
  EXPECT_THAT(typing.texts("saveconfig savefile=/et"), ElementsAre("savefile=/etc/"));
}

TEST(Complete, HbasAreNodesWhereTheyAreShown) {
  Typing typing;
  typing.runtime.by_hba = sample_hbas();
  EXPECT_THAT(typing.texts("/backstores c"), Not(Contains("create")));
  EXPECT_TRUE(typing.session.preferences.set({{"legacy_hba_view", "true"}}));
  EXPECT_THAT(typing.texts("/backstores/f"), ElementsAre("/backstores/fileio0/"));
  EXPECT_THAT(typing.texts("/backstores/fileio0/"), ElementsAre("/backstores/fileio0/d1/"));
  EXPECT_THAT(typing.texts("/backstores c"), Contains("create"));
  EXPECT_THAT(typing.texts("/backstores create "), Contains("iblock"));
  EXPECT_THAT(typing.texts("/backstores delete "), AllOf(Contains("fileio0"), Contains("rd_mcp1")));
  EXPECT_THAT(typing.texts("/backstores/fileio0 delete "), Contains("d1"));
  EXPECT_THAT(typing.texts("resize "), Contains("/backstores/fileio0/d1"));
}

}  // namespace
}  // namespace lunet::shell
