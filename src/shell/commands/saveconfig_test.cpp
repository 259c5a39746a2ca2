// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "service/save.h"
#include "shell/fakes.h"
#include "shell/text_file.h"

namespace lunet::shell {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Saveconfig, KeepsBackupsOfTheDefaultFileOnly) {
  Lab lab;
  EXPECT_EQ(lab.run("saveconfig /x/y.json"), ExitStatus::done);
  EXPECT_EQ(lab.run("saveconfig"), ExitStatus::done);
  EXPECT_EQ(lab.run("/backstores/fileio/d1 saveconfig /x/y.json"), ExitStatus::done);
  const std::string folder = service::saveconfig_folder();
  EXPECT_EQ(lab.runtime.whole.calls[0], "save /x/y.json");
  EXPECT_THAT(lab.runtime.whole.calls[1],
              HasSubstr(fmt::format("save {0}/saveconfig.json backups {0}/backup", folder)));
  EXPECT_EQ(lab.runtime.whole.calls[2], "save /x/y.json storage fileio disk d1");
}

TEST(Restoreconfig, IsStrictAboutWhatIsThereUnlessItClears) {
  Lab lab;
  const TextFile file("{}");
  EXPECT_EQ(lab.run("restoreconfig " + file.path()), ExitStatus::done);
  EXPECT_EQ(lab.run(fmt::format("restoreconfig {} clear_existing=false", file.path())), ExitStatus::done);
  EXPECT_EQ(lab.run(fmt::format("restoreconfig {} true", file.path())), ExitStatus::done);
  EXPECT_EQ(lab.run(fmt::format("restoreconfig {} target=iqn.x", file.path())), ExitStatus::done);
  EXPECT_THAT(lab.runtime.whole.calls,
              ElementsAre(fmt::format("apply {} '{{}}' merged new only", file.path()),
                          fmt::format("apply {} '{{}}' merged new only", file.path()),
                          fmt::format("apply {} '{{}}'", file.path()),
                          fmt::format("apply {} '{{}}' merged target iqn.x new only", file.path())));
  EXPECT_EQ(lab.run(fmt::format("restoreconfig {} target=x storage_object=y", file.path())),
            ExitStatus::failed);
  EXPECT_EQ(lab.run("restoreconfig /no/such/file"), ExitStatus::failed);
}

TEST(Restoreconfig, NeedsConsentForWhatIsLost) {
  Lab lab;
  const TextFile file("{}");
  lab.runtime.whole.planned.concerns = {"the data in RAM disk r is lost"};
  EXPECT_EQ(lab.run(fmt::format("restoreconfig {} true", file.path())), ExitStatus::failed);
  EXPECT_THAT(lab.runtime.whole.calls, IsEmpty());
  lab.session.yes = true;
  EXPECT_EQ(lab.run(fmt::format("restoreconfig {} true", file.path())), ExitStatus::done);
}

TEST(Clearconfig, NeedsItsWord) {
  Lab lab;
  EXPECT_EQ(lab.run("clearconfig"), ExitStatus::failed);
  EXPECT_EQ(lab.run("clearconfig confirm=false"), ExitStatus::failed);
  EXPECT_THAT(lab.runtime.whole.calls, IsEmpty());
  EXPECT_EQ(lab.run("clearconfig confirm=true"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.whole.calls, ElementsAre("apply the empty configuration ''"));
  EXPECT_THAT(lab.console.out, HasSubstr("All configuration cleared"));
}

}  // namespace
}  // namespace lunet::shell
