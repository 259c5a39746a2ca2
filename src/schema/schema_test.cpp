// SPDX-License-Identifier: Apache-2.0
#include "schema/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "base/text.h"
#include "schema/test_schemas.h"

namespace lunet::schema {
namespace {

constexpr std::uint8_t storage_class = 0;
constexpr std::uint8_t fabric_class = 2;
constexpr std::uint8_t target_class = 3;

}  // namespace

TEST(ShippedPolicy, EachTextIsUnderstoodAlone) {
  for (const PolicyText& text : shipped_policy()) {
    Schema schema;
    const auto added = schema.add({&text, 1});
    EXPECT_TRUE(added) << text.name << ": " << (added ? "" : added.error().message);
    EXPECT_EQ(schema.root().children.size(), 1U) << text.name;
  }
}

TEST(Schema, HasEveryPluginAndFabric) {
  std::set<std::string> names;
  for (const Kind& kind : test_schema().root().children) names.insert(kind.names.begin(), kind.names.end());
  for (const char* name : {"fileio", "iblock",   "block", "pscsi",      "rd_mcp",     "ramdisk",  "user",
                           "iscsi",  "loopback", "vhost", "xen-pvscsi", "srpt",       "ib_srpt",  "tcm_fc",
                           "fc",     "qla2xxx",  "efct",  "sbp",        "usb_gadget", "ibmvscsis"})
    EXPECT_EQ(names.count(name), 1U) << name;
  EXPECT_EQ(names.size(), 20U);
}

TEST(Schema, IdentifiersHaveOneSpelling) {
  const Kind& root = test_schema().root();
  EXPECT_EQ(*Schema::check_identifier(root, storage_class, "ramdisk"), "rd_mcp");
  EXPECT_EQ(*Schema::check_identifier(root, fabric_class, "ib_srpt"), "srpt");
  EXPECT_EQ(*Schema::check_identifier(test_kind(test_schema(), "fabric iscsi target t tpgt 1"), 5, "007"),
            "7");
}

TEST(Schema, SaysWhichObjectsThereAre) {
  const auto unknown = Schema::check_identifier(test_schema().root(), storage_class, "filio");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message,
            "there is no storage 'filio'; there are block, fileio, iblock, pscsi, ramdisk, rd_mcp, user");
  EXPECT_EQ(unknown.error().hint, "did you mean 'fileio'?");
  EXPECT_EQ(Schema::check_identifier(test_schema().root(), target_class, "x").error().message,
            "a target cannot stand in the configuration; what can is fabric, storage");
  EXPECT_EQ(
      Schema::check_identifier(test_kind(test_schema(), "storage fileio disk a"), 5, "0").error().message,
      "a lun cannot stand in a disk, nor can other objects");
  EXPECT_THAT(
      Schema::check_identifier(test_kind(test_schema(), "fabric iscsi"), target_class, "tgt").error().message,
      testing::StartsWith("target: 'tgt' is not an iSCSI name"));
}

TEST(Schema, ChecksValuesAndNamesOfPlugins) {
  const Attribute* backend =
      test_kind(test_schema(), "fabric iscsi target t tpgt 1 lun 0").attribute("", "backend");
  ASSERT_NE(backend, nullptr);
  EXPECT_EQ(*test_schema().check_value(*backend, "fileio:vm1"), "fileio:vm1");
  EXPECT_EQ(*test_schema().check_value(*backend, "block:vm1"), "iblock:vm1");
  EXPECT_EQ(test_schema().check_value(*backend, "filio:vm1").error().hint, "did you mean 'fileio'?");
  EXPECT_FALSE(test_schema().check_value(*backend, ".*:.*"));
}

TEST(Schema, FollowsReferences) {
  const auto lun_path = test_path("fabric iscsi target t tpgt 1 lun 0");
  const Attribute& backend =
      *test_kind(test_schema(), "fabric iscsi target t tpgt 1 lun 0").attribute("", "backend");
  const auto disk = referred(backend, lun_path, "fileio:vm1");
  ASSERT_EQ(disk.size(), 2U);
  EXPECT_EQ(disk[0].identifier, "fileio");
  EXPECT_EQ(disk[1].identifier, "vm1");

  for (const std::string_view text :
       {"fabric iscsi target t tpgt 1 acl a mapped_lun 5", "fabric srpt target t acl a mapped_lun 5"}) {
    const auto path = test_path(text);
    const Attribute& target_lun = *test_kind(test_schema(), text).attribute("", "target_lun");
    EXPECT_TRUE(target_lun.required);
    const auto lun = referred(target_lun, path, "3");
    ASSERT_EQ(lun.size(), path.size() - 1) << text;
    EXPECT_EQ(lun.back().identifier, "3");
    EXPECT_EQ(lun[lun.size() - 2].identifier, path[path.size() - 3].identifier);
    EXPECT_EQ(*test_schema().check_value(target_lun, "03"), "3");
    EXPECT_FALSE(test_schema().check_value(target_lun, "x"));
    EXPECT_NE(test_schema().find(lun), nullptr);
  }
  const Attribute& protect =
      *test_kind(test_schema(), "fabric srpt target t acl a mapped_lun 5").attribute("", "write_protect");
  EXPECT_TRUE(referred(protect, lun_path, "yes").empty());
}

TEST(Schema, KnowsWhatThePlanNeeds) {
  const Kind& disk = test_kind(test_schema(), "storage fileio disk a");
  EXPECT_EQ(disk.attribute("", "size")->change_on(Runtime::kernel), Change::in_place);
  const Kind& ram = test_kind(test_schema(), "storage rd_mcp disk a");
  EXPECT_EQ(ram.attribute("", "size")->change_on(Runtime::kernel), Change::recreate);
  EXPECT_EQ(ram.attribute("", "size")->change_on(Runtime::lunetd), Change::in_place);
  EXPECT_EQ(disk.attribute("", "path")->change_on(Runtime::lunetd), Change::recreate);
  EXPECT_EQ(disk.attribute("attribute", "is_nonrot")->change_on(Runtime::kernel), Change::in_place);
  EXPECT_EQ(disk.attribute("attribute", "block_size")->change_on(Runtime::kernel), Change::unexported);
  EXPECT_EQ(disk.attribute("attribute", "emulate_write_cache")->follows, "buffered");
  EXPECT_EQ(disk.attribute("alua", "group_16_alua_access_state")->attribute_class, AttributeClass::state);
  EXPECT_EQ(disk.attribute("alua", "group_16_nonop_delay_msecs")->default_on(Runtime::kernel), "100");
  EXPECT_EQ(disk.attribute("alua", "group_x_nonop_delay_msecs"), nullptr);
  EXPECT_EQ(disk.attribute("attribute", "group_16_preferred"), nullptr);
  const Kind& tpg = test_kind(test_schema(), "fabric iscsi target t tpgt 1");
  EXPECT_TRUE(tpg.attribute("auth", "password")->secret);
  EXPECT_EQ(tpg.attribute("auth", "mutual_userid"), tpg.attribute("auth", "userid_mutual"));
  EXPECT_EQ(tpg.attribute("parameter", "InitialR2T")->default_on(Runtime::kernel), "yes");
  EXPECT_EQ(tpg.attribute("parameter", "InitialR2T")->default_on(Runtime::lunetd), "no");
  EXPECT_EQ(runtime_text(*tpg.attribute("parameter", "InitialR2T"), "parameter", "no"), "No");
  EXPECT_EQ(runtime_text(*tpg.attribute("attribute", "authentication"), "attribute", "yes"), "1");
  EXPECT_EQ(runtime_text(*tpg.attribute("parameter", "TargetAlias"), "parameter", "yes"), "yes");
  EXPECT_EQ(test_kind(test_schema(), "fabric tcm_fc").fact("directory"), "fc");
  // The traps of the original's defaults.
  EXPECT_EQ(test_kind(test_schema(), "fabric iscsi")
                .attribute("discovery_auth", "enable")
                ->default_on(Runtime::kernel),
            "no");
  EXPECT_EQ(tpg.attribute("attribute", "default_cmdsn_depth")->default_on(Runtime::kernel), "64");
  EXPECT_EQ(*test_schema().check_value(*tpg.attribute("parameter", "ErrorRecoveryLevel"), "2"), "2");
}

TEST(Schema, AnAdministratorsFilesAddAndReplace) {
  const auto folder = std::filesystem::temp_directory_path() / ("lunet-policy-" + random_uuid());
  Schema schema = test_schema();
  EXPECT_TRUE(schema.add_folder(folder.string())) << "no folder is no mistake";
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "a.lio")
      << "fabric iscsi target %iqn tpgt %int attribute new_one %int[1..9](5)  # of Linux 9.9\n";
  std::ofstream(folder / "b.lio") << "storage nvme disk %name { path %path; attribute depth %int(3) }\n";
  std::ofstream(folder / "ignored.txt") << "{";
  const auto added = schema.add_folder(folder.string());
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(added) << added.error().message;
  const Attribute* attribute =
      test_kind(schema, "fabric iscsi target t tpgt 1").attribute("attribute", "new_one");
  ASSERT_NE(attribute, nullptr);
  EXPECT_EQ(attribute->default_on(Runtime::kernel), "5");
  EXPECT_EQ(attribute->description, "of Linux 9.9");
  EXPECT_NE(test_kind(schema, "fabric iscsi target t tpgt 1").attribute("attribute", "login_timeout"),
            nullptr);
  EXPECT_NE(schema.find(test_path("storage nvme disk a")), nullptr);
}

TEST(Schema, AFaultyFileChangesNothing) {
  Schema schema = test_schema();
  const PolicyText texts[] = {{"good.lio", "storage good disk %name"},
                              {"bad.lio", "storage bad disk %nme\nx %bool(maybe) y\n"}};
  const auto added = schema.add(texts);
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().message,
            "bad.lio:1:19: there is no type 'nme'; did you mean 'name'?\n"
            "    storage bad disk %nme\n"
            "                      ^\n"
            "bad.lio:2:9: the default 'maybe' is not yes or no (also true, false, enable, disable, 1, 0)\n"
            "    x %bool(maybe) y\n"
            "            ^\n"
            "bad.lio:2:16: there is no flag 'y'\n"
            "    x %bool(maybe) y\n"
            "                   ^");
  EXPECT_EQ(schema.find(test_path("storage good disk a")), nullptr);
}

TEST(Schema, IsReadAtOnceAndLooksUpWithoutCost) {
  const auto start = std::chrono::steady_clock::now();
  ASSERT_TRUE(shipped_schema());
  const auto read = std::chrono::steady_clock::now();
  const auto path = test_path("fabric iscsi target t tpgt 1 acl a");
  std::size_t found = 0;
  for (int i = 0; i < 100000; ++i)
    found += test_schema().find(path)->attribute("attribute", "nopin_timeout") == nullptr ? 0U : 1U;
  const auto looked = std::chrono::steady_clock::now();
  EXPECT_EQ(found, 100000U);
  using Microseconds = std::chrono::microseconds;
  RecordProperty("microseconds_to_read_the_policy",
                 std::to_string(std::chrono::duration_cast<Microseconds>(read - start).count()));
  RecordProperty("microseconds_of_100000_lookups",
                 std::to_string(std::chrono::duration_cast<Microseconds>(looked - read).count()));
}

}  // namespace lunet::schema
