// SPDX-License-Identifier: Apache-2.0
#include "shell/render.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/test_files.h"
#include "shell/fakes.h"

namespace lunet::shell {
namespace {

std::string golden(const std::string& name) {
  std::ifstream file(test::source_file("tests/golden/" + std::string(name)));
  EXPECT_TRUE(file) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

service::ViewNode sample_with_a_later_fabric() {
  service::ViewNode tree = sample_tree();
  tree.children.push_back(
      {service::NodeKind::fabric, "loopback", "Targets: 0", service::Health::none, {}, {}, {}});
  return tree;
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

TEST(Render, PrintsTheSampleAsTargetcliFbDoes) {
  // The sample has the line of the fabric after iscsi removed.
  std::string text = render({sample_with_a_later_fabric(), 0, 0}, {76, false});
  text.resize(text.rfind("  o- loopback"));
  EXPECT_EQ(text, golden("ls-sample.txt"));
}

TEST(Render, FillsTheWidthExactly) {
  for (const int width : {76, 80, 132}) {
    std::istringstream lines(render({sample_tree(), 0, 0}, {width, false}));
    for (std::string line; std::getline(lines, line);)
      EXPECT_EQ(line.size(), static_cast<std::size_t>(width)) << line;
  }
}

TEST(Render, HasNoDotsWhereThereIsNoRoom) {
  const service::ViewNode node{
      service::NodeKind::disk, "name", "a long summary", service::Health::none, {}, {}, {}};
  EXPECT_EQ(render({node, 0, 0}, {10, false}), "o- name  [a long summary]\n");
}

TEST(Render, StopsAtTheDepth) {
  EXPECT_EQ(lines_in(render({sample_tree(), 0, 1}, {})), 3U);
  EXPECT_EQ(lines_in(render({sample_tree(), 0, 2}, {})), 8U);
  EXPECT_EQ(lines_in(render({sample_tree(), 0, 0}, {})), 19U);
}

TEST(Render, GivesTheListedRootNoMargin) {
  service::ViewNode tree = sample_tree();
  const std::string text = render({node_at(tree, "/backstores/fileio"), 2, 0}, {76, false});
  EXPECT_EQ(text.rfind("o- fileio ....", 0), 0U);
  EXPECT_NE(text.find("\n  o- d1 ..."), std::string::npos);
  EXPECT_NE(text.find("\n    o- alua ..."), std::string::npos);
}

TEST(Render, CountsCharactersNotBytes) {
  const service::ViewNode node{service::NodeKind::disk, "dück", "x", service::Health::none, {}, {}, {}};
  EXPECT_EQ(render({node, 0, 0}, {20, false}), "o- dück ........ [x]\n");
}

TEST(Render, ColoursByHealthAndAbsoluteDepth) {
  service::ViewNode tree = sample_tree();
  service::ViewNode& tpg = node_at(tree, "/iscsi/iqn.2003-01.org.example:t1/tpg1");
  tpg.summary = "disabled";
  tpg.health = service::Health::bad;
  const std::string whole = render({tree, 0, 0}, {76, true});
  EXPECT_EQ(whole.rfind("o- \033[1;4m/\033[0m ...", 0), 0U) << whole.substr(0, 80);
  EXPECT_NE(whole.find("o- \033[1;34mbackstores\033[0m \033[34m..."), std::string::npos);
  EXPECT_NE(whole.find("o- \033[1;35mfileio\033[0m"), std::string::npos);
  EXPECT_NE(whole.find("o- \033[1md1\033[0m ..."), std::string::npos);
  EXPECT_NE(whole.find("\033[1m[\033[0m\033[31;1mdisabled\033[0m\033[1m]\033[0m"), std::string::npos);
  EXPECT_NE(whole.find("\033[32mOK\033[0m"), std::string::npos);
  const std::string part = render({node_at(tree, "/backstores/fileio"), 2, 0}, {76, true});
  EXPECT_EQ(part.rfind("o- \033[1;4;35mfileio\033[0m", 0), 0U);
}

TEST(Render, AsThePreferencesSay) {
  const service::ViewNode tree = sample_tree();
  Style style{76, false};
  style.round_nodes = false;
  style.show_root = false;
  style.status = false;
  const std::string text = render({tree, 0, 1}, style);
  EXPECT_EQ(text, "  +- backstores\n  +- iscsi\n");
}

TEST(Render, KnowsColours) {
  EXPECT_EQ(colour_code("red"), "\033[31m");
  EXPECT_EQ(colour_code("default"), "");
}

}  // namespace
}  // namespace lunet::shell
