// SPDX-License-Identifier: Apache-2.0
// The exact operations, in order, for each kind of object (features 4.2.1, 4.5; ruling 9).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "configfs/model/memory_tree.h"
#include "target/target.h"
#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

constexpr std::string_view exported = R"(
storage rd_mcp disk rd0 { size 67108864; wwn 1111; hba 0; }
fabric iscsi target iqn.2026-11.com.example:t tpgt 1 {
    enable yes
    attribute authentication 0
    lun 0 { backend rd_mcp:rd0; alias aaaaaaaaaa; }
    acl iqn.2026-11.com.example:ini {
        auth { userid user; password secret-of-12ch; }
        attribute authentication 1
        mapped_lun 0 { target_lun 0; write_protect no; alias bbbbbbbbbb; }
    }
    portal 0.0.0.0:3260
}
)";

class PlanTest : public testing::Test {
 protected:
  std::string plan(const config::Tree& from, const config::Tree& to, configfs::Tree& live) {
    const auto made = make_plan(from, to, live);
    EXPECT_TRUE(made) << made.error().message;
    return made ? operations_of(*made) : "";
  }
  /// Makes the live tree what the text says.
  void run(std::string_view text) {
    const auto made = make_plan(config::Tree{}, tree_of(text), *live_);
    ASSERT_TRUE(made) << made.error().message;
    const auto applied = apply(*live_, *made);
    ASSERT_TRUE(applied) << applied.error().message;
  }

  std::unique_ptr<configfs::Tree> live_ = configfs::make_memory_tree(configfs::Flavour::kernel);
  SteppingTree stepping_{*live_};
};

TEST_F(PlanTest, ABufferedFileIsMadeAsTheOriginalMakesIt) {
  EXPECT_EQ(
      plan(
          {},
          tree_of(
              "storage fileio disk f0 { path /tmp/f0.img; size 67108864; buffered yes; wwn 4ea4; hba 2; }\n"),
          *live_),
      "mkdir core/fileio_2\n"
      "mkdir core/fileio_2/f0\n"
      "write core/fileio_2/f0/control fd_dev_name=/tmp/f0.img,fd_dev_size=67108864\n"
      "write core/fileio_2/f0/attrib/emulate_write_cache 1\n"
      "write core/fileio_2/f0/control fd_buffered_io=1\n"
      "write core/fileio_2/f0/udev_path /tmp/f0.img\n"
      "write core/fileio_2/f0/enable 1\\n\n"
      "write core/fileio_2/f0/wwn/vpd_unit_serial 4ea4\\n\n");
}

TEST_F(PlanTest, ABlockDeviceHasNoSizeAndAnUnbufferedFileNoCache) {
  EXPECT_EQ(plan({}, tree_of("storage fileio disk f1 { path /dev/sda; buffered no; hba 0; }\n"), *live_),
            "mkdir core/fileio_0\n"
            "mkdir core/fileio_0/f1\n"
            "write core/fileio_0/f1/control fd_dev_name=/dev/sda\n"
            "write core/fileio_0/f1/udev_path /dev/sda\n"
            "write core/fileio_0/f1/enable 1\\n\n");
}

TEST_F(PlanTest, ARamDiskIsCountedInPages) {
  EXPECT_EQ(
      plan({},
           tree_of(
               "storage rd_mcp disk null0 { size 64M; nullio yes; wwn 9; hba 1; attribute is_nonrot 1; }\n"),
           *live_),
      "mkdir core/rd_mcp_1\n"
      "mkdir core/rd_mcp_1/null0\n"
      "write core/rd_mcp_1/null0/control rd_pages=16384\n"
      "write core/rd_mcp_1/null0/control rd_nullio=1\n"
      "write core/rd_mcp_1/null0/enable 1\\n\n"
      "write core/rd_mcp_1/null0/wwn/vpd_unit_serial 9\\n\n"
      "write core/rd_mcp_1/null0/attrib/is_nonrot 1\n");
  EXPECT_THAT(plan({}, tree_of("storage rd_mcp disk tiny { size 1; hba 1; }\n"), *live_),
              testing::HasSubstr("rd_pages=1\n"));
}

TEST_F(PlanTest, EverythingIsThereBeforeTheTpgIsEnabled) {
  const std::string mkdir_fabric = live_->list("iscsi") ? "" : "mkdir iscsi\n";
  const std::string tpg = "iscsi/iqn.2026-11.com.example:t/tpgt_1";
  const std::string acl = tpg + "/acls/iqn.2026-11.com.example:ini";
  EXPECT_EQ(plan({}, tree_of(exported), *live_),
            "mkdir core/rd_mcp_0\n"
            "mkdir core/rd_mcp_0/rd0\n"
            "write core/rd_mcp_0/rd0/control rd_pages=16384\n"
            "write core/rd_mcp_0/rd0/enable 1\\n\n"
            "write core/rd_mcp_0/rd0/wwn/vpd_unit_serial 1111\\n\n" +
                mkdir_fabric + "mkdir iscsi/iqn.2026-11.com.example:t\n" +     //
                "mkdir " + tpg + "\n" +                                        //
                "write " + tpg + "/attrib/authentication 0\n" +                //
                "mkdir " + tpg + "/lun/lun_0\n" +                              //
                "link " + tpg + "/lun/lun_0/aaaaaaaaaa core/rd_mcp_0/rd0\n" +  //
                "mkdir " + acl + "\n" +                                        //
                "write " + acl + "/auth/password secret-of-12ch\n" +           //
                "write " + acl + "/auth/userid user\n" +                       //
                "write " + acl + "/attrib/authentication 1\n" +                //
                "mkdir " + acl + "/lun_0\n" +                                  //
                "link " + acl + "/lun_0/bbbbbbbbbb " + tpg + "/lun/lun_0\n" +  //
                "write " + acl + "/lun_0/write_protect 0\n" +                  //
                "mkdir " + tpg + "/np/0.0.0.0:3260\n" +                        //
                "write " + tpg + "/enable 1\n");
}

TEST_F(PlanTest, RemovalGoesTheOtherWayWithTheDiskLast) {
  run(exported);
  const std::string tpg = "iscsi/iqn.2026-11.com.example:t/tpgt_1";
  const std::string acl = tpg + "/acls/iqn.2026-11.com.example:ini";
  config::Tree empty;
  empty.ensure(*config::parse_path("fabric iscsi"));
  EXPECT_EQ(plan(tree_of(exported), empty, *live_),
            "write " + tpg + "/enable 0\n" +                   //
                "rmdir " + tpg + "/np/0.0.0.0:3260\n" +        //
                "unlink " + acl + "/lun_0/bbbbbbbbbb\n" +      //
                "rmdir " + acl + "/lun_0\n" +                  //
                "rmdir " + acl + "\n" +                        //
                "unlink " + tpg + "/lun/lun_0/aaaaaaaaaa\n" +  //
                "rmdir " + tpg + "/lun/lun_0\n" +              //
                "rmdir " + tpg + "\n" +                        //
                "rmdir iscsi/iqn.2026-11.com.example:t\n"
                "rmdir core/rd_mcp_0/rd0\n"
                "rmdir core/rd_mcp_0\n");
}

constexpr std::string_view read_only = R"(
fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl iqn.2026-11.com.example:ini {
    mapped_lun 5 { target_lun 0; write_protect yes; alias cccccccccc; }
}
)";

TEST_F(PlanTest, OnTheKernelAReadOnlyMappingIsNeverWritableForAMoment) {
  run(exported);
  const config::Tree from = tree_of(exported);
  const config::Tree to = tree_of(std::string(exported) + std::string(read_only));
  const std::string tpg = "iscsi/iqn.2026-11.com.example:t/tpgt_1";
  const std::string mapped = tpg + "/acls/iqn.2026-11.com.example:ini/lun_5";
  const std::string made = "mkdir " + mapped + "\n" + "link " + mapped + "/cccccccccc " + tpg +
                           "/lun/lun_0\n" + "write " + mapped + "/write_protect 1\n";
  EXPECT_EQ(plan(from, to, stepping_), "write " + tpg + "/attrib/prod_mode_write_protect 1\n" + made +
                                           "write " + tpg + "/attrib/prod_mode_write_protect 0\n");
  EXPECT_EQ(plan(from, to, *live_), made) << "a transaction is seen as a whole";
  EXPECT_THAT(plan({}, to, stepping_), testing::Not(testing::HasSubstr("prod_mode_write_protect")))
      << "a TPG that is not enabled yet";
}

TEST_F(PlanTest, OnlyWhatDiffersIsTouched) {
  run(exported);
  config::Tree to = tree_of(exported);
  config::Object& tpg = *to.find(*config::parse_path("fabric iscsi target iqn.2026-11.com.example:t tpgt 1"));
  tpg.groups["parameter"]["InitialR2T"] = "No";
  const auto made = make_plan(tree_of(exported), to, *live_);
  ASSERT_TRUE(made);
  EXPECT_EQ(operations_of(*made), "write iscsi/iqn.2026-11.com.example:t/tpgt_1/param/InitialR2T No\\n\n");
  const std::string before =
      live_->read("iscsi/iqn.2026-11.com.example:t/tpgt_1/param/InitialR2T")->substr(0, 3);
  EXPECT_NE(before.substr(0, 2), "No");
  EXPECT_EQ(operations_of(inverse(*made)),
            "write iscsi/iqn.2026-11.com.example:t/tpgt_1/param/InitialR2T " + before + "\\n\n");
  EXPECT_EQ(plan(to, to, *live_), "");
}

TEST_F(PlanTest, ADiskThatChangesInWhatIsFixedIsMadeAgainWithWhatStandsOnIt) {
  run(exported);
  config::Tree to = tree_of(exported);
  to.find(*config::parse_path("storage rd_mcp disk rd0"))->attributes["nullio"] = "yes";
  const std::string operations = plan(tree_of(exported), to, *live_);
  const std::string tpg = "iscsi/iqn.2026-11.com.example:t/tpgt_1";
  EXPECT_THAT(operations,
              testing::StartsWith("unlink " + tpg + "/acls/iqn.2026-11.com.example:ini/lun_0/bbbbbbbbbb\n"));
  EXPECT_LT(operations.find("rmdir core/rd_mcp_0/rd0\n"), operations.find("rd_nullio=1"));
  EXPECT_LT(operations.find("rd_nullio=1"), operations.find("\nlink " + tpg + "/lun/lun_0/aaaaaaaaaa"));
  EXPECT_THAT(operations, testing::Not(testing::HasSubstr("/np/")));
}

TEST_F(PlanTest, OnTheKernelATpgIsClosedWhileASessionCouldSeeLunZeroUnmapped) {
  run(exported);
  // The model has no sessions and says so; a runtime that says anything else has one.
  class BusyTree : public SteppingTree {
   public:
    using SteppingTree::SteppingTree;
    configfs::BatchResult batch(std::span<const configfs::Operation> operations) override {
      configfs::BatchResult result = SteppingTree::batch(operations);
      if (result && operations.size() == 1 && operations[0].path.ends_with("/info")) {
        result.answers[0].text = "InitiatorName: iqn.2026-11.com.example:ini\n";
      }
      return result;
    }
  } busy{*live_};
  config::Tree to = tree_of(exported);
  ASSERT_TRUE(to.remove(*config::parse_path(
      "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl iqn.2026-11.com.example:ini mapped_lun 0")));
  const std::string enable = "write iscsi/iqn.2026-11.com.example:t/tpgt_1/enable ";
  EXPECT_THAT(plan(tree_of(exported), to, busy),
              testing::AllOf(testing::StartsWith(enable + "0\n"), testing::EndsWith(enable + "1\n")));
  EXPECT_THAT(plan(tree_of(exported), to, stepping_), testing::Not(testing::HasSubstr("/enable")));
}

TEST_F(PlanTest, DiscoveryAuthenticationIsWrittenByItsOwnNames) {
  run(exported);
  config::Tree to = tree_of(exported);
  config::Attributes& auth = to.find({{config::ObjectClass::fabric, "iscsi"}})->groups["discovery_auth"];
  auth = {{"enable", "yes"}, {"userid", "u"}, {"mutual_password", "p"}};
  EXPECT_EQ(plan(tree_of(exported), to, *live_),
            "write iscsi/discovery_auth/enforce_discovery_auth 1\n"
            "write iscsi/discovery_auth/password_mutual p\n"
            "write iscsi/discovery_auth/userid u\n");
  EXPECT_EQ(plan(to, tree_of(exported), *live_),
            "write iscsi/discovery_auth/enforce_discovery_auth 0\n"
            "write iscsi/discovery_auth/password_mutual NULL\n"
            "write iscsi/discovery_auth/userid NULL\n");
}

TEST_F(PlanTest, WhatTheRuntimeRefusesWhileExportedNeedsToBeToldSo) {
  run(exported);
  config::Tree to = tree_of(exported);
  to.find(path_of("storage rd_mcp disk rd0"))->groups["attribute"]["block_size"] = "4096";
  const auto refused = make_plan(tree_of(exported), to, *live_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().errnum, EBUSY);
  EXPECT_EQ(refused.error().message,
            "storage rd_mcp disk rd0: block_size cannot change while fabric iscsi target "
            "iqn.2026-11.com.example:t tpgt 1 lun 0 exports the disk");
  EXPECT_THAT(refused.error().hint, testing::HasSubstr("--disrupt"));
  PlanOptions options;
  options.disrupt = true;
  const auto made = make_plan(tree_of(exported), to, *live_, options);
  ASSERT_TRUE(made) << made.error().message;
  std::string losses;
  for (const Step& step : made->steps) losses += step.loses;
  EXPECT_THAT(losses, testing::HasSubstr("lun 0 is taken away and put back: nobody is logged in"));
  const std::string operations = operations_of(*made);
  EXPECT_LT(operations.find("/lun/lun_0/aaaaaaaaaa\n"), operations.find("attrib/block_size 4096"));
  EXPECT_LT(operations.find("attrib/block_size 4096"), operations.find("\nlink "));
  EXPECT_THAT(operations, testing::Not(testing::HasSubstr("rd_pages")));
  const auto applied = apply(*live_, *made);
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_EQ(*live_->read("core/rd_mcp_0/rd0/attrib/block_size"), "4096\n");
}

TEST_F(PlanTest, WhatIsRefusedWhileExportedCanBeLeftForTheRest) {
  run(exported);
  config::Tree to = tree_of(exported);
  auto& values = to.find(path_of("storage rd_mcp disk rd0"))->groups["attribute"];
  values["block_size"] = "4096";
  values["is_nonrot"] = "no";
  PlanOptions options;
  options.leave_refused = true;
  const auto made = make_plan(tree_of(exported), to, *live_, options);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(operations_of(*made), "write core/rd_mcp_0/rd0/attrib/is_nonrot 0\n");
  ASSERT_EQ(made->refused.size(), 1U);
  EXPECT_EQ(config::path_text(made->refused[0].object), "storage rd_mcp disk rd0");
  EXPECT_THAT(made->refused[0].error.message, testing::HasSubstr("rd0: block_size cannot change while"));
}

TEST_F(PlanTest, ADiskThatLosesANameOfItsOwnMovesToAnotherDirectory) {
  const config::Tree twin =
      tree_of("storage rd_mcp { disk a { size 1M; hba 0; }; disk b { size 1M; hba 1; name a; } }\n");
  const auto first = make_plan({}, twin, *live_);
  ASSERT_TRUE(first && apply(*live_, *first));
  config::Tree to = twin;
  const config::Path b = path_of("storage rd_mcp disk b");
  to.find(b)->attributes.erase("name");
  to.find(b)->groups["attribute"]["is_nonrot"] = "yes";
  const auto made = make_plan(comparable(*read_live(*live_), twin), to, *live_);
  ASSERT_TRUE(made) << made.error().message;
  const auto applied = apply(*live_, *made);
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_TRUE(live_->list("core/rd_mcp_1/b"));
  EXPECT_FALSE(live_->list("core/rd_mcp_1/a"));
}

TEST_F(PlanTest, SettingsOfAHandlersDiskThatGoMakeItAgain) {
  const config::Tree from =
      tree_of("storage user disk u { config file/x; size 1M; hba 0; control max_data_area_mb=8; }\n");
  const auto first = make_plan({}, from, *live_);
  ASSERT_TRUE(first && apply(*live_, *first));
  EXPECT_THAT(*live_->read("core/user_0/u/info"), testing::HasSubstr("MaxDataAreaMB: 8"));
  const config::Tree to = tree_of("storage user disk u { config file/x; size 1M; hba 0; }\n");
  const auto made = make_plan(from, to, *live_);
  ASSERT_TRUE(made && apply(*live_, *made));
  EXPECT_THAT(*live_->read("core/user_0/u/info"), testing::Not(testing::HasSubstr("MaxDataAreaMB: 8\n")));
}

TEST_F(PlanTest, ANexusThatGoesTakesItsTargetWithIt) {
  const std::string target = "fabric loopback target naa.5001405000000001 ";
  const config::Tree from = tree_of(target + "nexus_wwn naa.6001405000000001\n");
  const auto first = make_plan({}, from, *live_);
  ASSERT_TRUE(first && apply(*live_, *first));
  const auto made = make_plan(from, tree_of(target), *live_);
  ASSERT_TRUE(made && apply(*live_, *made));
  EXPECT_FALSE(live_->read("loopback/naa.5001405000000001/tpgt_1/nexus"));
}

TEST_F(PlanTest, AValueThatIsUnsetIsWhatAFreshObjectReads) {
  config::Tree from = tree_of(exported);
  const config::Path tpg = path_of("fabric iscsi target iqn.2026-11.com.example:t tpgt 1");
  from.find(tpg)->groups["attribute"]["login_timeout"] = "30";
  from.find(tpg)->groups["parameter"]["MaxBurstLength"] = "65536";
  config::Path acl = tpg;
  acl.push_back({config::ObjectClass::acl, "iqn.2026-11.com.example:ini"});
  from.find(acl)->attributes["tag"] = "rack";
  const auto made = make_plan({}, from, *live_);
  ASSERT_TRUE(made && apply(*live_, *made));
  const std::string directory = "iscsi/iqn.2026-11.com.example:t/tpgt_1";
  const auto initial_r2t = live_->read(directory + "/param/InitialR2T");
  ASSERT_TRUE(initial_r2t);
  const bool lunetd = *initial_r2t == "No\n";
  PlanOptions options;
  options.runtime = lunetd ? schema::Runtime::lunetd : schema::Runtime::kernel;
  const auto back = make_plan(from, tree_of(exported), *live_, options);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(operations_of(*back), "write " + directory + "/attrib/login_timeout 15\n" + "write " + directory +
                                      "/param/MaxBurstLength " + (lunetd ? "1048576" : "262144") + "\\n\n" +
                                      "write " + directory + "/acls/iqn.2026-11.com.example:ini/tag NULL\n");
}

TEST_F(PlanTest, DisksShareAnHbaThatGoesWithTheLastOne) {
  const config::Tree two =
      tree_of("storage rd_mcp { disk a { size 1M; hba 5; }; disk b { size 1M; hba 5; }; }\n");
  const config::Tree one = tree_of("storage rd_mcp disk a { size 1M; hba 5; }\n");
  const std::string made = plan({}, two, *live_);
  EXPECT_EQ(made.find("mkdir core/rd_mcp_5\n"), made.rfind("mkdir core/rd_mcp_5\n"));
  const auto first = make_plan({}, two, *live_);
  ASSERT_TRUE(first && apply(*live_, *first));
  EXPECT_EQ(plan(two, one, *live_), "rmdir core/rd_mcp_5/b\n");
  EXPECT_EQ(plan(two, {}, *live_), "rmdir core/rd_mcp_5/a\nrmdir core/rd_mcp_5/b\nrmdir core/rd_mcp_5\n");
}

TEST_F(PlanTest, APortGroupThatIsRenamedIsMadeAgainWithItsLunsInIt) {
  const std::string disk = "storage rd_mcp disk rd0 { size 64M; wwn 1111; hba 0; alua group_1_name ";
  const std::string lun =
      "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 lun 0 { backend rd_mcp:rd0; alias a; "
      "alua_tg_pt_gp_name ";
  const config::Tree from = tree_of(disk + "old; }\n" + lun + "old; }\n");
  const config::Tree to = tree_of(disk + "new; }\n" + lun + "new; }\n");
  const auto made = make_plan({}, from, *live_);
  ASSERT_TRUE(made) << made.error().message;
  const auto applied = apply(*live_, *made);
  ASSERT_TRUE(applied) << applied.error().message;
  const std::string file = "iscsi/iqn.2026-11.com.example:t/tpgt_1/lun/lun_0/alua_tg_pt_gp";
  EXPECT_EQ(plan(from, to, *live_), "write " + file + " default_tg_pt_gp\n" +
                                        "rmdir core/rd_mcp_0/rd0/alua/old\n"
                                        "mkdir core/rd_mcp_0/rd0/alua/new\n"
                                        "write core/rd_mcp_0/rd0/alua/new/tg_pt_gp_id 1\n" +
                                        "write " + file + " new\n");
}

TEST(PlanFabrics, AFlatTargetIsItsTpg) {
  const auto live = configfs::make_memory_tree(configfs::Flavour::kernel);
  const auto made = make_plan({}, tree_of(R"(
storage pscsi disk t { path /dev/bsg/2:0:1:0; hba 1; }
fabric qla2xxx target naa.2100000e1e123456 {
    enable yes
    attribute generate_node_acls no
    lun 0 { backend pscsi:t; alias a; }
    acl naa.2100000e1e999999 { tcq_depth 8; mapped_lun 0 { target_lun 0; write_protect yes; alias b; } }
}
)"),
                              *live);
  ASSERT_TRUE(made) << made.error().message;
  const std::string tpg = "qla2xxx/21:00:00:0e:1e:12:34:56/tpgt_1";
  const std::string acl = tpg + "/acls/21:00:00:0e:1e:99:99:99";
  EXPECT_EQ(operations_of(*made),
            "mkdir core/pscsi_1\n"
            "mkdir core/pscsi_1/t\n"
            "write core/pscsi_1/t/control scsi_host_id=2,scsi_channel_id=0,scsi_target_id=1,scsi_lun_id=0\n"
            "write core/pscsi_1/t/udev_path /dev/bsg/2:0:1:0\n"
            "write core/pscsi_1/t/enable 1\\n\n"
            "mkdir qla2xxx\n"
            "mkdir qla2xxx/21:00:00:0e:1e:12:34:56\n"
            "mkdir " +
                tpg + "\n" + "write " + tpg + "/attrib/generate_node_acls 0\n" +  //
                "mkdir " + tpg + "/lun/lun_0\n" +                                 //
                "link " + tpg + "/lun/lun_0/a core/pscsi_1/t\n" +                 //
                "mkdir " + acl + "\n" +                                           //
                                                                                  //
                "mkdir " + acl + "/lun_0\n" +                                     //
                "link " + acl + "/lun_0/b " + tpg + "/lun/lun_0\n" +              //
                "write " + acl + "/lun_0/write_protect 1\n" +                     //
                "write " + tpg + "/enable 1\n");
  EXPECT_TRUE(apply(*live, *made));
}

TEST_F(PlanTest, ALunWithoutItsDiskIsNoPlan) {
  const auto made = make_plan(
      {},
      tree_of(
          "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 lun 0 { backend fileio:gone; alias a; }\n"),
      *live_);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().errnum, EINVAL);
  EXPECT_THAT(made.error().message, testing::HasSubstr("fileio:gone"));
}

}  // namespace
}  // namespace lunet::target
