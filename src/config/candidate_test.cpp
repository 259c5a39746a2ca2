// SPDX-License-Identifier: Apache-2.0
#include "config/candidate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "config/test_trees.h"

namespace lunet::config {
namespace {

constexpr std::string_view disks =
    "storage fileio { disk vm1 { path /srv/vm1.img; size 10G }\ndisk vm2 { path /srv/vm2.img; size 1M } }\n"
    "fabric iscsi target iqn.2003-01.org.example:t tpgt 1 { lun 0 backend fileio:vm1\n"
    "auth { userid u; password abcdefghijkl } }\n";

class CandidateTest : public testing::Test {
 protected:
  static std::string texts(const Result<std::vector<Node>>& nodes) {
    if (!nodes) return nodes.error().message;
    std::string lines;
    for (const Node& node : *nodes) lines += node_text(node) + "\n";
    return lines;
  }
  static Path path(std::string_view text) { return *parse_path(text); }
  std::string text() { return *candidate.dump({.show_secrets = true}); }

  std::chrono::system_clock::time_point now{};
  Candidate candidate{tree_of(disks), test_schema(), schema::Runtime::kernel, [this] {
                        now += std::chrono::seconds(1);
                        return now;
                      }};
};

}  // namespace

TEST_F(CandidateTest, SetReportsWhatItChanged) {
  EXPECT_EQ(texts(candidate.set("storage fileio disk vm1 { size 20G; buffered yes }")),
            "storage fileio disk vm1 buffered\nstorage fileio disk vm1 size\n");
  EXPECT_EQ(texts(candidate.set("storage rd_mcp disk r { size 1M; attribute emulate_tpu yes }")),
            "storage rd_mcp\n")
      << "an object stands for what is in it";
  EXPECT_EQ(texts(candidate.set("storage fileio disk vm1 size 20480M")), "") << "the same value";
  EXPECT_EQ(candidate.history().size(), 3U) << "what changes nothing leaves no trace";
}

TEST_F(CandidateTest, SetIsRelativeToALevel) {
  EXPECT_EQ(texts(candidate.set("size 20G", path("storage fileio disk vm1"))),
            "storage fileio disk vm1 size\n");
  EXPECT_EQ(
      texts(candidate.set("attribute { emulate_tpu yes; queue_depth 64 }", path("storage fileio disk vm1"))),
      "storage fileio disk vm1 attribute emulate_tpu\nstorage fileio disk vm1 attribute queue_depth\n");
  EXPECT_THAT(texts(candidate.set("size 20G")), testing::HasSubstr("\"size\" stands outside of any object"));
}

TEST_F(CandidateTest, AllMistakesAreShownAndNothingHappens) {
  const auto result = candidate.set("storage fileio disk vm1 {\n  size lots\n  pth /x\n}");
  ASSERT_FALSE(result);
  EXPECT_THAT(
      result.error().message,
      testing::AllOf(testing::HasSubstr("set:2:8: 'lots' is not a size"),
                     testing::HasSubstr("set:3:3: a disk has no attribute 'pth'; did you mean 'path'?")));
  EXPECT_FALSE(candidate.is_changed());
}

TEST_F(CandidateTest, ValuesAreKeptInTheirNormalForm) {
  ASSERT_TRUE(candidate.set("storage ramdisk disk r { size 1.5M; nullio TRUE }"));
  EXPECT_THAT(text(), testing::HasSubstr("storage rd_mcp disk r {\n    nullio yes\n    size 1572864\n}\n"));
  ASSERT_TRUE(candidate.set("storage rd_mcp disk r size 2M"));
  EXPECT_THAT(text(), testing::HasSubstr("size 2097152"));
  EXPECT_THAT(text(), testing::HasSubstr("size 10G")) << "what was there before stays as it was";
}

TEST_F(CandidateTest, RemovesWhatAPatternFinds) {
  EXPECT_EQ(texts(candidate.remove("storage fileio disk vm2")), "storage fileio disk vm2\n");
  EXPECT_EQ(texts(candidate.remove("lun .*", path("fabric iscsi target iqn.2003-01.org.example:t tpgt 1"))),
            "fabric iscsi target iqn.2003-01.org.example:t tpgt 1 lun 0\n");
  EXPECT_EQ(texts(candidate.remove("storage fileio disk .* size .*")), "storage fileio disk vm1 size\n");
  EXPECT_EQ(texts(candidate.remove("fabric .* target .* tpgt 1 auth")),
            "fabric iscsi target iqn.2003-01.org.example:t tpgt 1 auth password\n"
            "fabric iscsi target iqn.2003-01.org.example:t tpgt 1 auth userid\n");
  EXPECT_THAT(texts(candidate.remove("storage fileio disk vm9")), testing::StartsWith("nothing matches"));
  EXPECT_THAT(texts(candidate.remove("storage fileio disk (")), testing::StartsWith("pattern:1:"));
}

TEST_F(CandidateTest, AFilterChoosesWhatIsRemoved) {
  ASSERT_TRUE(candidate.set("storage fileio disk vm1 attribute { emulate_tpu no; is_nonrot yes }"));
  EXPECT_EQ(texts(candidate.remove("storage .* disk .* attribute .* .*", {}, filters::only_default())),
            "storage fileio disk vm1 attribute emulate_tpu\n");
}

TEST_F(CandidateTest, LoadReplacesMergeAddsClearEmpties) {
  EXPECT_EQ(texts(candidate.merge("storage rd_mcp disk r size 1M", "m.lio")), "storage rd_mcp\n");
  ASSERT_TRUE(candidate.load("# only a comment\n", "empty.lio"));
  EXPECT_EQ(text(), "") << "a file without statements is the empty configuration";
  ASSERT_TRUE(candidate.undo());
  EXPECT_EQ(candidate.clear().size(), 3U);
  EXPECT_EQ(text(), "");
  EXPECT_TRUE(candidate.set("storage rd_mcp disk r size 1M")) << "works after clear";
}

TEST_F(CandidateTest, UndoStopsAtWhatWasThereFirst) {
  EXPECT_EQ(candidate.undo().error().message, "there is nothing to undo");
  ASSERT_TRUE(candidate.set("storage rd_mcp disk r size 1M"));
  ASSERT_TRUE(candidate.set("storage rd_mcp disk r size 2M"));
  EXPECT_EQ(candidate.undo(3).error().message, "there are 2 operations to undo, not 3");
  ASSERT_TRUE(candidate.undo());
  EXPECT_THAT(text(), testing::HasSubstr("size 1048576"));
  ASSERT_TRUE(candidate.undo());
  EXPECT_FALSE(candidate.is_changed());
  EXPECT_FALSE(candidate.undo());
}

TEST_F(CandidateTest, HiddenSecretsCanBeGivenBack) {
  const std::string hidden = *candidate.dump({});
  EXPECT_THAT(hidden, testing::AllOf(testing::HasSubstr("password ~keep~"), testing::HasSubstr("userid u"),
                                     testing::Not(testing::HasSubstr("abcdef"))));
  const Tree before = candidate.tree();
  ASSERT_TRUE(candidate.load(hidden, "hidden.lio"));
  EXPECT_EQ(candidate.tree(), before);
  ASSERT_TRUE(candidate.set("fabric iscsi target iqn.2003-01.org.example:t tpgt 1 auth password ~keep~"));
  EXPECT_EQ(candidate.tree(), before);
  const auto refused =
      candidate.set("fabric iscsi target iqn.2003-01.org.example:t tpgt 2 auth password ~keep~");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message,
              testing::HasSubstr("no password is stored here that ~keep~ could keep"));
  ASSERT_TRUE(candidate.set("storage fileio disk vm1 wwn \"~keep~\""));
  EXPECT_THAT(text(), testing::HasSubstr("wwn \"~keep~\"")) << "quoted it is a value";
}

TEST_F(CandidateTest, SaysWhoSetWhatAndWhere) {
  const Node size{path("storage fileio disk vm1"), "", "size"};
  EXPECT_EQ(candidate.origin(size).operation->kind, Operation::Kind::initial);
  ASSERT_TRUE(candidate.merge("# new\nstorage fileio disk vm1 {\n    size 20G\n}\n", "m.lio"));
  ASSERT_TRUE(candidate.set("storage fileio disk vm2 size 2M"));
  const Origin origin = candidate.origin(size);
  ASSERT_NE(origin.operation, nullptr);
  EXPECT_EQ(origin.operation->kind, Operation::Kind::merge);
  EXPECT_EQ(origin.operation->source, "m.lio");
  EXPECT_EQ(origin.position, (language::Position{3, 5}));
  EXPECT_LT(candidate.history().front().when, origin.operation->when);
  EXPECT_EQ(candidate.origin({path("storage fileio disk vm9")}).operation, nullptr);
}

TEST_F(CandidateTest, MissingValuesAreFound) {
  ASSERT_TRUE(candidate.set("storage rd_mcp disk r {}"));
  const auto missing = candidate.missing();
  ASSERT_EQ(missing.size(), 1U);
  EXPECT_EQ(node_text(missing.front()), "storage rd_mcp disk r size");
  EXPECT_TRUE(candidate.missing(path("storage fileio")).empty());
}

TEST_F(CandidateTest, WhatRunsIsTakenAsItIs) {
  Tree live;
  live.ensure(path("storage fileio disk new")).attributes["vendor_one"] = "1";
  EXPECT_FALSE(candidate.replace(live, "live").empty());
  EXPECT_EQ(candidate.tree(), live);
  EXPECT_FALSE(candidate.set("storage fileio disk new vendor_two 2")) << "typed text must be known";
}

}  // namespace lunet::config
