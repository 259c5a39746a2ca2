// SPDX-License-Identifier: Apache-2.0
#include "shell/modes/output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/modes/mode_lab.h"

namespace lunet::shell::modes {
namespace {

using testing::HasSubstr;

TEST(Pipes, FilterLines) {
  ModeLab lab;
  EXPECT_EQ(lab.run("show storage | match size"), "        size 1048576\n        size 2097152\n");
  EXPECT_EQ(lab.run("show storage | match 'disk (a|c)'"), "    disk a {\n");
  EXPECT_EQ(lab.run("show storage fileio disk a | except size | count"), "Count: 4 lines\n");
  EXPECT_EQ(lab.run("show | find portal"), "    portal 127.0.0.1:3260\n}\n");
  EXPECT_EQ(lab.run("show | last 1"), "}\n");
  EXPECT_THAT(lab.run("show | no-more | last 2"), HasSubstr("portal"));
}

TEST(Pipes, DisplayAsCommandsThatMakeTheSame) {
  ModeLab lab;
  lab.run("edit fabric iscsi target .* tpgt 1");
  EXPECT_EQ(lab.run("show | display set"),
            "set fabric iscsi target iqn.2026-11.org.example:t tpgt 1 enable yes\n"
            "set fabric iscsi target iqn.2026-11.org.example:t tpgt 1 auth password ~keep~\n"
            "set fabric iscsi target iqn.2026-11.org.example:t tpgt 1 auth userid someone\n"
            "set fabric iscsi target iqn.2026-11.org.example:t tpgt 1 lun 0\n"
            "set fabric iscsi target iqn.2026-11.org.example:t tpgt 1 lun 0 backend fileio:a\n"
            "set fabric iscsi target iqn.2026-11.org.example:t tpgt 1 portal 127.0.0.1:3260\n");
}

TEST(Pipes, DisplayTakesWhatIsShown) {
  ModeLab lab;
  EXPECT_EQ(lab.run("show storage fileio disk a size | display set"),
            "set storage fileio\nset storage fileio disk a\nset storage fileio disk a size 1048576\n");
  EXPECT_THAT(lab.run("show | match path | display set"), HasSubstr("is no configuration"));
}

TEST(Pipes, MistakesAreAboutTheWords) {
  ModeLab lab;
  EXPECT_THAT(lab.run("show | mach x"), HasSubstr("is not known"));
  EXPECT_TRUE(lab.editing.misused);
  EXPECT_THAT(lab.run("show | match ("), HasSubstr("no regular expression"));
  EXPECT_THAT(lab.run("show | match"), HasSubstr("takes one regular expression"));
  EXPECT_THAT(lab.run("set storage fileio disk a size 2M | count"), HasSubstr("no output"));
  EXPECT_FALSE(lab.editing.is_changed());
}

}  // namespace
}  // namespace lunet::shell::modes
