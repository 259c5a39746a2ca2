// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/modes/mode_lab.h"

namespace lunet::shell::modes {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Set, SaysWhatItChangedRelativeToTheLevel) {
  ModeLab lab;
  EXPECT_EQ(lab.run("set storage fileio disk a size 2M"),
            "~ storage fileio disk a size: '1048576' becomes '2097152'\n");
  lab.run("edit storage fileio disk a");
  EXPECT_EQ(lab.run("set attribute { emulate_tpu yes; is_nonrot no; }"),
            "~ attribute emulate_tpu: is 'yes'\n~ attribute is_nonrot: is 'no'\n");
  EXPECT_EQ(lab.run("set { wwn serial-z; attribute emulate_tpws yes; }"),
            "~ wwn: 'serial-a' becomes 'serial-z'\n~ attribute emulate_tpws: is 'yes'\n");
  EXPECT_EQ(lab.run("set size 2M"), "Nothing changed: it is so already.\n");
  EXPECT_EQ(lab.run("set attribute emulate_tpu ~~~"), "~ attribute emulate_tpu: 'yes' is unset\n");
  EXPECT_THAT(lab.run("set storage rd_mcp disk r size 1M"), HasSubstr("error"));
  EXPECT_EQ(lab.run("top set storage rd_mcp disk r size 1M"), "+ storage rd_mcp disk r\n");
}

TEST(Set, ShowsEveryMistakeAndDoesNothing) {
  ModeLab lab;
  const std::string said = lab.run("set storage fileio disk a { size much; colour red; }");
  EXPECT_THAT(said, HasSubstr("much"));
  EXPECT_THAT(said, HasSubstr("colour"));
  EXPECT_FALSE(lab.editing.is_changed());
}

TEST(Set, SecretsAreNeitherShownNorAskedFromTheCommandLine) {
  ModeLab lab;
  lab.run("edit fabric iscsi target .* tpgt 1");
  EXPECT_EQ(lab.run("set auth password other-secret"), "~ auth password: *** becomes ***\n");
  EXPECT_EQ(lab.run("set auth password -"), "~ auth password: *** becomes ***\n");
  EXPECT_EQ(lab.editing.tree().find(lab.editing.level)->groups.at("auth").at("password"), "typed secret");
  EXPECT_THAT(lab.lab.runtime.announced, Not(HasSubstr("secret")));
  EXPECT_EQ(lab.run("undo"), "Undone: set auth password ***\n");
  const std::string refused = lab.run("set auth { password mistyped-secret; colour red; }");
  EXPECT_THAT(refused, HasSubstr("colour"));
  EXPECT_THAT(refused, Not(HasSubstr("mistyped")));
}

TEST(Delete, TakesObjectsLiterallyWhenTheyAreThere) {
  ModeLab lab;
  lab.run("set storage fileio disk x.y { path /srv/1; size 1M; wwn s1; }");
  lab.run("set storage fileio disk xzy { path /srv/2; size 1M; wwn s2; }");
  EXPECT_EQ(lab.run("delete storage fileio disk x.y"), "- storage fileio disk x.y\n");
  EXPECT_THAT(lab.run("delete storage fileio disk nothing"), HasSubstr("nothing matches"));
  EXPECT_THAT(lab.run("delete"), HasSubstr("'clear' does that"));
  lab.run("edit storage fileio disk xzy");
  EXPECT_EQ(lab.run("delete"), "- disk xzy\n");
  EXPECT_EQ(lab.level(), "storage fileio");
}

TEST(Delete, OfMuchIsAskedForAtATerminal) {
  ModeLab lab;
  lab.editing.terminal = true;
  lab.lab.console.answer = false;
  EXPECT_THAT(lab.run("delete storage fileio disk .*"), HasSubstr("as you said"));
  EXPECT_THAT(lab.lab.console.question, HasSubstr("Delete 2 things"));
  EXPECT_FALSE(lab.editing.is_changed());
  lab.lab.console.question.clear();
  EXPECT_EQ(lab.run("delete storage fileio disk b"), "- storage fileio disk b\n");
  EXPECT_EQ(lab.lab.console.question, "");
}

TEST(Undo, TakesBackSeveralAndSaysWhat) {
  ModeLab lab;
  lab.run("set storage fileio disk a size 2M");
  lab.run("delete storage fileio disk b");
  EXPECT_EQ(lab.run("undo 2"),
            "Undone: delete storage fileio disk b\nUndone: set storage fileio disk a size 2M\n");
  EXPECT_FALSE(lab.editing.is_changed());
  EXPECT_THAT(lab.run("undo"), HasSubstr("nothing to undo"));
  EXPECT_THAT(lab.run("undo x"), HasSubstr("it takes a number"));
}

}  // namespace
}  // namespace lunet::shell::modes
