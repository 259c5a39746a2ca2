// SPDX-License-Identifier: Apache-2.0
#include "shell/command_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/binding.h"
#include "shell/tokens.h"

namespace lunet::shell {
namespace {

using service::NodeKind;
using testing::Contains;
using testing::HasSubstr;

Place place_at(std::string_view path) {
  const auto place = follow_path({}, path);
  EXPECT_TRUE(place) << path;
  return place ? *place : Place{};
}

TEST(CommandTable, EveryCommandExplainsItself) {
  for (const Command& command : make_command_table()) {
    EXPECT_FALSE(command.name.empty());
    EXPECT_NE(command.run, nullptr) << command.name;
    if (command.hidden) continue;
    const Page page = page_of(command.page_name());
    EXPECT_FALSE(page.summary.empty()) << command.page_name();
    EXPECT_TRUE(page.summary.ends_with('.')) << command.page_name();
    EXPECT_FALSE(page.examples.empty()) << command.page_name();
    for (const auto& [name, about] : page.parameters) {
      const auto is_it = [wanted = name](const Parameter& each) { return each.name == wanted; };
      EXPECT_TRUE(std::any_of(command.parameters.begin(), command.parameters.end(), is_it))
          << command.page_name() << " explains " << name << ", which is no parameter";
    }
  }
}

TEST(CommandTable, EveryPageIsOfACommand) {
  const auto table = make_command_table();
  for (const PageText& page : shipped_pages()) {
    const auto has_it = [&](const Command& each) { return each.page_name() == page.name; };
    const bool of_a_mode = page.name.starts_with("configure-") || page.name.starts_with("live-");
    EXPECT_TRUE(of_a_mode || std::any_of(table.begin(), table.end(), has_it)) << page.name;
  }
}

TEST(CommandTable, EveryParameterIsExplained) {
  for (const Command& command : make_command_table()) {
    if (command.hidden) continue;
    const Page page = page_of(command.page_name());
    for (const Parameter& parameter : command.parameters)
      EXPECT_TRUE(page.parameters.contains(parameter.name)) << command.page_name() << " " << parameter.name;
  }
}

TEST(CommandTable, EveryExampleIsACommandThatBinds) {
  const auto table = make_command_table();
  for (const Command& command : table) {
    if (command.hidden) continue;
    for (const std::string& example : page_of(command.page_name()).examples) {
      auto tokens = tokens_of_line(example);
      ASSERT_TRUE(tokens) << example;
      if (tokens->front().text == "--yes") tokens->erase(tokens->begin());
      const bool with_path = tokens->front().text.front() == '/';
      const Place place = with_path ? place_at(tokens->front().text) : Place{};
      const std::span<const Token> rest = std::span<const Token>(*tokens).subspan(with_path ? 1 : 0);
      const auto found = find_command(table, place, rest.front().text);
      ASSERT_TRUE(found) << example << ": " << found.error().message;
      EXPECT_EQ((*found)->page_name(), command.page_name()) << example;
      const auto bound = bind_arguments(**found, rest.subspan(1));
      EXPECT_TRUE(bound) << example << ": " << bound.error().message;
    }
  }
}

TEST(CommandTable, NoTwoCommandsOfANodeHaveTheSameName) {
  const auto table = make_command_table();
  for (const char* path : {"/", "/backstores/fileio", "/backstores/ramdisk", "/backstores/ramdisk/x",
                           "/iscsi", "/iscsi/x", "/iscsi/x/tpg1", "/iscsi/x/tpg1/luns", "/iscsi/x/tpg1/acls",
                           "/iscsi/x/tpg1/acls/y", "/iscsi/x/tpg1/portals"}) {
    std::vector<std::string_view> names;
    for (const Command& command : table) {
      if (command.applies_to(place_at(path))) names.push_back(command.name);
    }
    std::sort(names.begin(), names.end());
    EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end()) << path;
  }
}

TEST(CommandTable, DefaultsAreOfTheirType) {
  for (const Command& command : make_command_table()) {
    for (const Parameter& parameter : command.parameters) {
      if (parameter.default_value.empty()) continue;
      const Command one = {.name = "x", .kinds = {}, .parameters = {parameter}};
      EXPECT_TRUE(bind_arguments(one, {})) << command.name << " " << parameter.name;
    }
  }
}

TEST(CommandTable, AnUnknownCommandHasANearOne) {
  const auto table = make_command_table();
  const auto found = find_command(table, place_at("/iscsi"), "craete");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().message, "command not found: craete");
  EXPECT_EQ(found.error().hint, "did you mean 'create'?");
}

TEST(CommandTable, ACommandOfOtherNodesIsNamedAsSuch) {
  const auto found = find_command(make_command_table(), place_at("/"), "create");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().message, "command create does not apply to /");
  EXPECT_THAT(found.error().hint, HasSubstr("get, help, history"));
}

TEST(Help, ListsTheCommandsOfANode) {
  const auto lines = help_lines(make_command_table(), place_at("/backstores/ramdisk"), "");
  ASSERT_TRUE(lines);
  EXPECT_THAT(*lines, Contains("  create name size [nullio] [wwn]"));
  EXPECT_THAT(*lines, Contains("  set [group] [parameter=value...]"));
  EXPECT_THAT(*lines, testing::Not(Contains(HasSubstr("history"))));
}

TEST(Help, ExplainsACommand) {
  const auto lines = help_lines(make_command_table(), place_at("/backstores/fileio"), "create");
  ASSERT_TRUE(lines);
  EXPECT_EQ(lines->at(0), "SYNTAX");
  EXPECT_EQ(lines->at(1), "  create name file_or_dev [size] [buffered] [sparse] [wwn] [generate_wwn]");
  EXPECT_THAT(*lines, Contains("DEFAULT VALUES"));
  EXPECT_THAT(*lines, Contains("  buffered=true"));
  EXPECT_THAT(*lines, Contains("DESCRIPTION"));
  EXPECT_THAT(*lines, Contains("  buffered may also be written write_back"));
  EXPECT_THAT(*lines, Contains("  lunet /backstores/fileio create d1 /srv/d1.img 10G"));
  for (const std::string& line : *lines) {
    if (line.rfind("  lunet", 0) == 0) continue;
    EXPECT_LE(line.size(), 78U) << line;
  }
}

TEST(Help, ExplainsCommandsOfOtherNodesToo) {
  const auto lines = help_lines(make_command_table(), place_at("/"), "enable");
  ASSERT_TRUE(lines);
  EXPECT_EQ(lines->front(), "AT tpg");
  EXPECT_FALSE(help_lines(make_command_table(), place_at("/"), "fly"));
}

}  // namespace
}  // namespace lunet::shell
