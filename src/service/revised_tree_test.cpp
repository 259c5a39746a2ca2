// SPDX-License-Identifier: Apache-2.0
#include "service/revised_tree.h"

#include <gtest/gtest.h>

#include "configfs/model/memory_tree.h"

namespace lunet::service {
namespace {

using configfs::Operation;
using configfs::Verb;

class Revised : public testing::Test {
 protected:
  std::unique_ptr<configfs::Tree> memory_ = configfs::make_memory_tree(configfs::Flavour::lunetd);
  RevisedTree tree_{*memory_};
};

TEST_F(Revised, OwnChangesLeaveItAlone) {
  tree_.look();
  const std::string first = tree_.newest();
  EXPECT_NE(first, "");
  ASSERT_TRUE(tree_.make_dir("core/rd_mcp_0"));
  ASSERT_TRUE(tree_.make_dir("core/rd_mcp_1"));
  EXPECT_TRUE(tree_.is_alone());
  EXPECT_EQ(tree_.oldest(), first);
  EXPECT_NE(tree_.newest(), first);
  const std::string last = tree_.newest();
  ASSERT_TRUE(tree_.list("core"));
  ASSERT_TRUE(tree_.read_tree("", {}));
  tree_.look();
  EXPECT_EQ(tree_.newest(), last) << "who reads changes nothing";
  EXPECT_TRUE(tree_.is_alone());
}

TEST_F(Revised, AChangeOfSomebodyElseIsNoticedWhereverItComes) {
  tree_.look();
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_7"));
  ASSERT_TRUE(tree_.make_dir("core/rd_mcp_0"));
  EXPECT_FALSE(tree_.is_alone());
  tree_.forget();
  ASSERT_TRUE(tree_.make_dir("core/rd_mcp_1"));
  EXPECT_TRUE(tree_.is_alone()) << "what was before the first look is not known";
  ASSERT_TRUE(memory_->remove_dir("core/rd_mcp_7"));
  tree_.look();
  EXPECT_FALSE(tree_.is_alone());
}

TEST_F(Revised, AnswersAreThoseOfTheCallersOperations) {
  const std::vector<Operation> operations{
      {Verb::make_dir, "core/rd_mcp_0", {}}, {Verb::read, "version", {}}, {Verb::make_dir, "nonsense", {}}};
  const auto failed = tree_.batch(operations);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.failure->index, 2U);
  EXPECT_EQ(failed.answers.size(), 2U);
  EXPECT_FALSE(tree_.is_alone());
  const auto done = tree_.batch(std::span(operations).first(2));
  ASSERT_TRUE(done);
  ASSERT_EQ(done.answers.size(), 2U);
  EXPECT_EQ(done.answers[1].text, *memory_->read("version"));
}

TEST_F(Revised, ATreeThatDoesNotTellIsUsedAsItIs) {
  const auto kernel = configfs::make_memory_tree(configfs::Flavour::kernel);
  RevisedTree tree(*kernel);
  ASSERT_TRUE(tree.make_dir("core/rd_mcp_0"));
  tree.look();
  EXPECT_FALSE(tree.is_alone());
  EXPECT_EQ(tree.newest(), "");
  EXPECT_EQ(tree.make_dir("core/rd_mcp_0").error().errnum, EEXIST);
}

}  // namespace
}  // namespace lunet::service
