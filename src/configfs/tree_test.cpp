// SPDX-License-Identifier: Apache-2.0
#include "configfs/tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lunet::configfs {
namespace {

Node dir(std::string name, std::vector<Node> nodes) {
  Node node;
  node.entry = {std::move(name), EntryKind::directory, 0755, {}};
  node.nodes = std::move(nodes);
  return node;
}

Node file(std::string name, std::string text) {
  Node node;
  node.entry = {std::move(name), EntryKind::file, 0644, {}};
  node.text = std::move(text);
  return node;
}

TEST(Node, FindsChildrenAndDescendants) {
  std::vector<Node> attributes;
  attributes.push_back(file("block_size", "512"));
  attributes.push_back(file("queue_depth", "128"));
  std::vector<Node> nodes;
  nodes.push_back(dir("attrib", std::move(attributes)));
  nodes.push_back(file("enable", "1"));
  const Node root = dir("", std::move(nodes));
  EXPECT_EQ(root.value("attrib/queue_depth"), "128");
  EXPECT_EQ(root.value("enable"), "1");
  EXPECT_EQ(root.value("enable/x"), "");
  EXPECT_EQ(root.value("attrib/missing"), "");
  EXPECT_EQ(root.find("missing"), nullptr);
  EXPECT_EQ(root.at(""), &root);
  ASSERT_NE(root.at("attrib"), nullptr);
  EXPECT_EQ(root.at("attrib")->entry.name, "attrib");
}

class MockTree : public Tree {
 public:
  MOCK_METHOD(BatchResult, batch, (std::span<const Operation>), (override));
  MOCK_METHOD((Result<Node>), read_tree, (std::string_view, const ReadFilter&), (override));
  MOCK_METHOD((Result<std::unique_ptr<Watch>>), watch, (std::string_view), (override));
  MOCK_METHOD(bool, transactional, (), (const, override));
};

TEST(Tree, SingleVerbsAreBatchesOfOne) {
  testing::NiceMock<MockTree> tree;
  std::vector<Operation> asked;
  ON_CALL(tree, batch).WillByDefault([&asked](std::span<const Operation> operations) {
    EXPECT_EQ(operations.size(), 1U);
    asked.push_back(operations.front());
    BatchResult result;
    result.answers.push_back({"text\n", {{"name", EntryKind::file, 0644, {}}}});
    return result;
  });
  EXPECT_EQ(*tree.read("r"), "text\n");
  EXPECT_EQ(tree.list("l")->front().name, "name");
  EXPECT_TRUE(tree.write("w", "1\n"));
  EXPECT_TRUE(tree.make_dir("m"));
  EXPECT_TRUE(tree.remove_dir("d"));
  EXPECT_TRUE(tree.link("a/b", "to"));
  EXPECT_TRUE(tree.unlink("u"));
  std::string verbs;
  for (const Operation& operation : asked) {
    verbs += verb_name(operation.verb);
    verbs += " " + operation.path + " " + operation.text + ";";
  }
  EXPECT_EQ(verbs, "read r ;list l ;write w 1\n;mkdir m ;rmdir d ;link a/b to;unlink u ;");
}

TEST(Tree, SingleVerbsHandOnTheFailure) {
  testing::NiceMock<MockTree> tree;
  ON_CALL(tree, batch).WillByDefault([](std::span<const Operation>) {
    BatchResult result;
    result.failure = std::make_unique<BatchFailure>(BatchFailure{0, {EBUSY, "busy", "wait"}});
    return result;
  });
  const auto removed = tree.remove_dir("x");
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().errnum, EBUSY);
  EXPECT_EQ(removed.error().hint, "wait");
}

}  // namespace
}  // namespace lunet::configfs
