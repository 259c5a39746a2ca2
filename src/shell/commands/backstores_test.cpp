// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using service::NodeKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string only_call(std::string_view words) {
  Lab lab;
  EXPECT_EQ(lab.run(words), ExitStatus::done) << lab.console.err;
  EXPECT_EQ(lab.runtime.fake.calls.size(), 1U);
  return lab.runtime.fake.calls.empty() ? "" : lab.runtime.fake.calls[0];
}

TEST(Fileio, CreateHasTargetclisDefaults) {
  EXPECT_EQ(
      only_call("/backstores/fileio create d1 /srv/d1.img 1G"),
      "create_fileio d1 /srv/d1.img size=1073741824 write_back=true sparse=true wwn= generate_wwn=true");
  EXPECT_EQ(only_call("/backstores/fileio create d1 /srv/d1.img"),
            "create_fileio d1 /srv/d1.img size=none write_back=true sparse=true wwn= generate_wwn=true");
}

TEST(Fileio, CreateTakesEveryParameter) {
  EXPECT_EQ(
      only_call("/backstores/fileio create name=d1 file_or_dev=/f size=1.5k write_back=false sparse=no wwn=S "
                "generate_wwn=0"),
      "create_fileio d1 /f size=1536 write_back=false sparse=false wwn=S generate_wwn=false");
  EXPECT_THAT(only_call("/backstores/fileio create d1 /f 1M False"), HasSubstr("write_back=false"));
}

TEST(Fileio, CreateMakesThePathAbsolute) {
  const char* home = std::getenv("HOME");
  const std::string before = home == nullptr ? "" : home;
  ::setenv("HOME", "/home/someone", 1);
  EXPECT_THAT(only_call("/backstores/fileio create d1 ~/a.img 1M"), HasSubstr(" /home/someone/a.img "));
  if (home == nullptr) {
    ::unsetenv("HOME");
  } else {
    ::setenv("HOME", before.c_str(), 1);
  }
  char folder[4096];
  ASSERT_NE(::getcwd(folder, sizeof folder), nullptr);
  EXPECT_THAT(only_call("/backstores/fileio create d1 a.img 1M"),
              HasSubstr(std::string(" ") + folder + "/a.img "));
}

TEST(Block, CreateTakesADevice) {
  EXPECT_EQ(only_call("/backstores/block create b0 /dev/sdb"), "create_block b0 /dev/sdb readonly=auto wwn=");
  EXPECT_EQ(only_call("/backstores/iblock create name=b0 dev=/dev/sdb readonly=yes wwn=S"),
            "create_block b0 /dev/sdb readonly=true wwn=S");
  EXPECT_THAT(only_call("/backstores/block create b0 /dev/sdb false"), HasSubstr("readonly=false"));
}

TEST(Ramdisk, CreateNeedsASize) {
  EXPECT_EQ(only_call("/backstores/ramdisk create rd0 64M"), "create_ramdisk rd0 67108864 nullio=false wwn=");
  EXPECT_EQ(only_call("/backstores/rd_mcp create rd0 64m true abc"),
            "create_ramdisk rd0 67108864 nullio=true wwn=abc");
  Lab lab;
  EXPECT_EQ(lab.run("/backstores/ramdisk create rd0"), ExitStatus::usage);
}

TEST(Backstores, OfTheKernelsPluginsSayWhatTheyAre) {
  Lab lab;
  EXPECT_EQ(lab.run("/backstores/pscsi create x /dev/sda"), ExitStatus::done);
  EXPECT_EQ(lab.run("/backstores/pscsi create x 1:0:0:0"), ExitStatus::done);
  EXPECT_EQ(lab.run("/backstores/user:qcow create u 1M srv/a.qcow2"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.work.calls,
              ElementsAre("create_pscsi x /dev/sda", "create_pscsi x 1:0:0:0",
                          "create_user u 1048576 qcow/srv/a.qcow2 wwn= max=0 control="));
  EXPECT_EQ(lab.run("/backstores/user create u 1M x"), ExitStatus::failed);
}

TEST(Backstores, DeleteSavesWhatIsLeft) {
  Lab lab;
  EXPECT_EQ(lab.run("/backstores/fileio delete d1 save=true"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre("delete_disk fileio d1"));
  EXPECT_EQ(lab.runtime.whole.calls.size(), 1U);
}

TEST(Backstores, DeleteNamesPluginAndDisk) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  EXPECT_EQ(lab.run("/backstores/fileio delete d1"), ExitStatus::done);
  EXPECT_EQ(lab.run("/backstores/iblock delete b0"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre("delete_disk fileio d1", "delete_disk iblock b0"));
}

TEST(Backstores, DeleteOfARamDiskNeedsConsent) {
  Lab lab;
  lab.runtime.tree = sample_tree();
  node_at(lab.runtime.tree, "/backstores/ramdisk")
      .children.push_back({service::NodeKind::disk, "rd0", "", service::Health::good, {}, {}, {}});
  EXPECT_EQ(lab.run("/backstores/ramdisk delete rd0"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("the data in RAM disk rd0 would be lost"));
  EXPECT_THAT(lab.runtime.fake.calls, IsEmpty());
  lab.session.yes = true;
  EXPECT_EQ(lab.run("/backstores/ramdisk delete rd0"), ExitStatus::done);
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre("delete_disk rd_mcp rd0"));
}

TEST(Backstores, DeleteTakesANameNotAPath) {
  Lab lab;
  EXPECT_EQ(lab.run("/backstores/fileio delete ../ramdisk/rd0"), ExitStatus::failed);
  EXPECT_THAT(lab.runtime.fake.calls, IsEmpty());
}

struct ByHba : Lab {
  ByHba() {
    runtime.tree = sample_tree();
    runtime.by_hba = sample_hbas();
    EXPECT_TRUE(session.preferences.set({{"legacy_hba_view", "true"}}));
  }
};

TEST(Hbas, AreMadeAndDeletedWhereTheyAreShown) {
  ByHba lab;
  EXPECT_EQ(lab.run("/backstores create iblock"), ExitStatus::done) << lab.console.err;
  EXPECT_EQ(lab.run("/backstores create ramdisk"), ExitStatus::done);
  EXPECT_EQ(lab.run("/backstores delete rd_mcp1"), ExitStatus::done) << lab.console.err;
  EXPECT_THAT(lab.runtime.work.calls,
              ElementsAre("create_hba iblock", "create_hba rd_mcp", "delete_hba rd_mcp 1"));
  EXPECT_EQ(lab.run("/backstores create user"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("pscsi, rd_mcp, fileio and iblock"));
  EXPECT_EQ(lab.run("/backstores delete fileio"), ExitStatus::failed);
}

TEST(Hbas, AreNotMadeWhereDisksAreShownByPlugin) {
  Lab lab;
  EXPECT_EQ(lab.run("/backstores create fileio"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("set global legacy_hba_view=true"));
  EXPECT_THAT(lab.runtime.work.calls, IsEmpty());
}

TEST(Hbas, HaveTheirPluginsCommands) {
  ByHba lab;
  EXPECT_EQ(lab.run("/backstores/fileio0 create d2 /srv/d2.img 1M"), ExitStatus::done) << lab.console.err;
  EXPECT_EQ(lab.run("/backstores/rd_mcp1 create r 1M"), ExitStatus::done) << lab.console.err;
  EXPECT_EQ(lab.run("/backstores/block3 create b /dev/sdb"), ExitStatus::done) << lab.console.err;
  EXPECT_EQ(lab.run("/backstores/fileio0 delete d1"), ExitStatus::done) << lab.console.err;
  EXPECT_THAT(lab.runtime.fake.calls,
              ElementsAre(HasSubstr("create_fileio d2 /srv/d2.img size=1048576 write_back=true"),
                          HasSubstr("create_ramdisk r 1048576 nullio=false wwn= on HBA 1"),
                          HasSubstr("create_block b /dev/sdb readonly=auto wwn= on HBA 3"),
                          "delete_disk fileio d1 its HBA stays"));
  EXPECT_EQ(lab.run("/backstores/fileio0 version"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("fileio v5.0\n"));
}

TEST(Hbas, NewDisksAreCalledAsTheyWereMade) {
  ByHba lab;
  lab.runtime.fake.report.created = "/backstores/ramdisk/r";
  EXPECT_EQ(lab.run("/backstores/rd_mcp1 create r 1M"), ExitStatus::done) << lab.console.err;
  EXPECT_EQ(lab.session.bookmarks.find("last"), "/backstores/rd_mcp1/r");
}

TEST(Hbas, TheirDisksAreTakenByTheNameOfTheConfiguration) {
  ByHba lab;
  lab.runtime.ids["/backstores/fileio0/d1"] = "d1.hba0";
  EXPECT_EQ(lab.run("/iscsi/iqn.2003-01.org.example:t1/tpg1/luns create /backstores/fileio0/d1"),
            ExitStatus::done)
      << lab.console.err;
  EXPECT_EQ(lab.run("resize /backstores/fileio0/d1 2M"), ExitStatus::done) << lab.console.err;
  EXPECT_THAT(lab.runtime.fake.calls, ElementsAre(HasSubstr("fileio/d1.hba0 lun=any")));
  EXPECT_THAT(lab.runtime.work.calls, ElementsAre(HasSubstr("resize fileio/d1.hba0")));
}

TEST(Hbas, BothHierarchiesAreShownByTheirPaths) {
  ByHba lab;
  EXPECT_EQ(lab.run("/backstores ls"), ExitStatus::done);
  EXPECT_THAT(lab.console.out, HasSubstr("2 Backstores (legacy mode)"));
  EXPECT_EQ(lab.run("/backstores/fileio ls"), ExitStatus::done) << lab.console.err;
  EXPECT_THAT(lab.console.out, HasSubstr("Storage Objects: 1"));
  EXPECT_EQ(lab.run("cd /backstores/fileio"), ExitStatus::done) << lab.console.err;
  EXPECT_EQ(lab.run("cd /backstores/fileio0"), ExitStatus::done) << lab.console.err;
  EXPECT_TRUE(lab.session.preferences.set({{"legacy_hba_view", "false"}}));
  EXPECT_EQ(lab.run("/backstores/fileio0 ls"), ExitStatus::done) << lab.console.err;
  EXPECT_THAT(lab.console.out, HasSubstr("1 Storage Object"));
  EXPECT_EQ(lab.run("/backstores/fileio0/d1/alua ls"), ExitStatus::usage);
  EXPECT_THAT(lab.console.err, HasSubstr("/backstores/fileio/d1/alua"));
}

TEST(Hbas, DeletingOneAsksForTheDataOfItsRamDisks) {
  ByHba lab;
  service::ViewNode disk = made(NodeKind::disk, "r", "");
  disk.details = {{"hba", "1"}, {"plugin", "ramdisk"}, {"name", "r"}};
  node_at(lab.runtime.tree, "/backstores/ramdisk").children.push_back(disk);
  EXPECT_EQ(lab.run("/backstores delete rd_mcp1"), ExitStatus::failed);
  EXPECT_THAT(lab.console.err, HasSubstr("the data in RAM disk r would be lost"));
  EXPECT_EQ(lab.run("/backstores delete rd_mcp2"), ExitStatus::done);
}

}  // namespace
}  // namespace lunet::shell
