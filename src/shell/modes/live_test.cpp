// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shell/modes/mode_lab.h"

namespace lunet::shell::modes {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(LiveMode, ShowsWhatRunsWithoutDefaultsAndSecrets) {
  ModeLab lab(Kind::live);
  const std::string all = lab.run("show");
  EXPECT_THAT(all, HasSubstr("disk a {"));
  EXPECT_THAT(all, Not(HasSubstr("very-secret")));
  EXPECT_THAT(lab.run("show all storage fileio disk a"), HasSubstr("emulate_tpu no"));
  EXPECT_THAT(lab.run("show storage fileio disk zz"), HasSubstr("nothing that runs matches"));
  EXPECT_EQ(lab.run("show storage | match size | count"), "Count: 2 lines\n");
}

TEST(LiveMode, ResyncReadsAgain) {
  ModeLab lab(Kind::live);
  lab.lab.runtime.whole.what_runs = {};
  EXPECT_THAT(lab.run("show"), HasSubstr("disk a"));
  lab.run("resync");
  EXPECT_EQ(lab.run("show"), "");
}

TEST(LiveMode, InitializeSystemNeedsConsentToOverwriteDrift) {
  ModeLab lab(Kind::live);
  lab.lab.runtime.fake.comparison.differences = {
      {service::SyncKind::drift, {{config::ObjectClass::storage, "fileio"}}, "disk a: it was changed"}};
  EXPECT_THAT(lab.run("initialize_system"), HasSubstr("disk a: it was changed"));
  EXPECT_TRUE(lab.lab.runtime.fake.calls.empty());
  lab.lab.session.yes = true;
  lab.run("initialize_system");
  EXPECT_EQ(lab.lab.runtime.fake.calls.back(), "restore");
}

TEST(LiveMode, HasNoWordsOfTheOther) {
  ModeLab lab(Kind::live);
  EXPECT_THAT(lab.run("commit"), HasSubstr("command not found"));
  EXPECT_THAT(lab.run("show | compare"), HasSubstr("of the configure mode"));
  lab.run("exit");
  EXPECT_TRUE(lab.editing.leave);
}

}  // namespace
}  // namespace lunet::shell::modes
