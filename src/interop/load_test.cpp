// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "interop/saveconfig.h"
#include "interop/test_configs.h"

namespace lunet::interop {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Loaded loaded(std::string_view text) {
  auto result = load_saveconfig(text, "f.json", test_schema());
  EXPECT_TRUE(result) << result.error().message;
  return result ? *std::move(result) : Loaded{};
}
std::string load_error(std::string_view text) {
  const auto result = load_saveconfig(text, "f.json", test_schema());
  EXPECT_FALSE(result) << text;
  return result ? "" : result.error().message;
}

TEST(Load, TellsTheFormatsApartByContent) {
  EXPECT_EQ(format_of("\xEF\xBB\xBF \r\n\t{\"targets\": []}"), Format::saveconfig);
  EXPECT_EQ(format_of("[]"), Format::saveconfig);
  EXPECT_EQ(format_of("storage fileio disk a {}"), Format::language);
  EXPECT_EQ(format_of("# {\n"), Format::language);
  EXPECT_EQ(format_of(""), Format::language);
}

TEST(Load, AnEmptyFileIsAnEmptyConfiguration) {
  EXPECT_EQ(loaded("{}").tree, config::Tree{});
  EXPECT_EQ(loaded(R"({"storage_objects": [], "fabric_modules": null, "targets": []})").tree, config::Tree{});
}

TEST(Load, DisksOfAllPlugins) {
  const Loaded result = loaded(R"({"storage_objects": [
    {"plugin": "fileio", "name": "f", "dev": "/srv/f", "size": 1048576, "write_back": true, "aio": false, "wwn": "w",
     "alua_tpgs": [], "attributes": {"block_size": 512, "emulate_write_cache": 1, "control": "a b"}},
    {"plugin": "block", "name": "b", "dev": "/dev/sdb", "readonly": true, "exclusive": false, "write_back": false,
     "attributes": {"emulate_write_cache": 0}},
    {"plugin": "ramdisk", "name": "r", "size": "4096", "nullio": 1, "index": 7},
    {"plugin": "pscsi", "name": "p", "dev": "/dev/sg0"},
    {"plugin": "user", "name": "u", "config": "rbd/pool", "size": 1, "hw_max_sectors": 128, "control": ""}]})");
  EXPECT_THAT(result.notes, IsEmpty());
  EXPECT_EQ(config::print(result.tree), config::print(config_of(R"(
    storage fileio disk f { path /srv/f; size 1048576; buffered yes; aio no; wwn w
      attribute { block_size 512; control "a b" } }
    storage iblock disk b { path /dev/sdb; readonly yes; exclusive no; attribute emulate_write_cache 0 }
    storage rd_mcp disk r { size 4096; nullio yes; hba 7 }
    storage pscsi disk p path /dev/sg0
    storage user disk u { config rbd/pool; size 1; hw_max_sectors 128; control "" })")));
}

TEST(Load, AluaGroups) {
  const Loaded result = loaded(R"({"storage_objects": [{"plugin": "fileio", "name": "f", "alua_tpgs": [
    {"name": "default_tg_pt_gp", "tg_pt_gp_id": 0, "preferred": 0, "alua_access_status": null},
    {"name": "a-o.1", "tg_pt_gp_id": 16, "alua_access_state": 1}]}]})");
  EXPECT_THAT(result.notes, IsEmpty());
  EXPECT_EQ(config::print(result.tree), config::print(config_of(R"(storage fileio disk f alua {
    group_0_name default_tg_pt_gp; group_0_preferred 0; group_16_name a-o.1; group_16_alua_access_state 1 })")));
}

TEST(Load, ATargetWithAllItHas) {
  const Loaded result = loaded(R"({
    "storage_objects": [{"plugin": "block", "name": "b", "dev": "/dev/sdb"}],
    "fabric_modules": [{"name": "iscsi", "discovery_enable_auth": true, "discovery_userid": "u",
      "discovery_password": "p", "discovery_mutual_userid": "", "cpus_allowed_list": "0-3"}],
    "targets": [{"wwn": "iqn.2026-11.org.example:t", "fabric": "iscsi", "parameters": {"cmd_completion_affinity": "-1"},
      "tpgs": [{"tag": 1, "chap_userid": "cu", "chap_mutual_password": "cmp",
        "attributes": {"authentication": 1, "t10_pi": true}, "parameters": {"MaxBurstLength": 262144},
        "luns": [{"index": 0, "storage_object": "/backstores/block/b", "alias": "x", "alua_tg_pt_gp_name": null}],
        "portals": [{"ip_address": "::1", "port": 3260, "iser": true, "offload": false}],
        "node_acls": [{"node_wwn": "iqn.2026-11.org.example:h", "tag": "g", "tcq_depth": "32",
          "mapped_luns": [{"index": 5, "tpg_lun": 0, "write_protect": true, "alias": "y"}]}]}]}]})");
  EXPECT_THAT(result.notes, IsEmpty());
  EXPECT_EQ(config::print(result.tree), config::print(config_of(R"(
    storage iblock disk b path /dev/sdb
    fabric iscsi {
      cpus_allowed_list 0-3
      discovery_auth { enable yes; userid u; password p; mutual_userid "" }
      target iqn.2026-11.org.example:t {
        parameter cmd_completion_affinity -1
        tpgt 1 {
          enable yes
          auth { userid cu; password_mutual cmp }
          attribute { authentication 1; t10_pi 1 }
          parameter MaxBurstLength 262144
          lun 0 { backend iblock:b; alias x }
          portal [::1]:3260 { iser yes; offload no }
          acl iqn.2026-11.org.example:h {
            tag g
            tcq_depth 32
            mapped_lun 5 { target_lun 0; write_protect yes; alias y }
          } } } })")));
}

TEST(Load, KeysOfLaterVersionsAreKeptAndNamed) {
  const Loaded result = loaded(R"({"version": 3, "storage_objects": [
    {"plugin": "fileio", "name": "f", "dev": "/f", "speed": {"limit": [1, 2]}, "not-a-name": 1}]})");
  EXPECT_EQ(
      config::print(result.tree),
      config::print(config_of("storage fileio disk f { path /f\nsaveconfig speed '{\"limit\":[1,2]}' }")));
  EXPECT_THAT(
      result.notes,
      UnorderedElementsAre(HasSubstr("storage fileio disk f: the key \"speed\" is not known; it is kept"),
                           HasSubstr("storage fileio disk f: the key \"not-a-name\" is not known, and"),
                           HasSubstr("the file's key \"version\" is not known")));
}

TEST(Load, OldNamesAndKeysAreTaken) {
  const Loaded result = loaded(R"({"storage_objects": [
    {"plugin": "iblock", "name": "b"}, {"plugin": "rd_mcp", "name": "r", "exists": true, "buffered_mode": false}]})");
  EXPECT_EQ(config::print(result.tree), config::print(config_of(R"(
    storage iblock disk b {}
    storage rd_mcp disk r saveconfig { exists true; buffered_mode false })")));
  EXPECT_THAT(result.notes, testing::SizeIs(2));
}

TEST(Load, TpgOneOfAFabricWithoutTpgsIsTheTarget) {
  const Loaded result = loaded(R"({"targets": [{"fabric": "loopback", "wwn": "naa.5001405000000001",
    "parameters": {"cmd_completion_affinity": "-1"},
    "tpgs": [{"tag": 1, "enable": true, "attributes": {"fabric_prot_type": 0}, "nexus_wwn": "naa.5001405000000002"}]}]})");
  EXPECT_EQ(config::print(result.tree),
            config::print(config_of(R"(fabric loopback target naa.5001405000000001 {
    nexus_wwn naa.5001405000000002
    attribute fabric_prot_type 0
    parameter cmd_completion_affinity -1 })")));
}

TEST(Load, WhatRtslibTreatsInAWayOfItsOwnIsNamed) {
  const Loaded result = loaded(R"({"storage_objects": [
      {"plugin": "fileio", "name": "f", "size": 1}, {"plugin": "fileio", "name": "f", "size": 2},
      {"plugin": "fileio", "name": "g", "write_back": false, "attributes": {"emulate_write_cache": 1}}],
    "targets": [{"wwn": "naa.6001405000000001", "fabric": "vhost", "tpgs": [{"luns": [
      {"index": 0, "storage_object": "/backstores/fileio/gone"}]}]},
      {"wwn": "naa.5001405000000001", "fabric": "vhost"}]})");
  EXPECT_EQ(config::print(result.tree), config::print(config_of(R"(
    storage fileio { disk f size 1; disk g { buffered no; attribute emulate_write_cache 1 } }
    fabric vhost target naa.5001405000000001 tpgt 1 lun 0 backend fileio:gone)")));
  EXPECT_THAT(
      result.notes,
      ElementsAre("storage fileio disk f: the file has it twice; the second entry is left out",
                  HasSubstr("storage fileio disk g: \"write_back\" and the attribute emulate_write_cache"),
                  HasSubstr("rtslib-fb has renamed such targets"), HasSubstr("the lowest free one"),
                  HasSubstr("naa.5001405000000001: the file has it twice; the entries are joined"),
                  HasSubstr("lun 0: its disk fileio:gone is not in the file")));
}

TEST(Load, EveryMistakeIsNamedWithItsPlaceAndWithoutItsValue) {
  EXPECT_EQ(
      load_error(R"({"storage_objects": [{"plugin": "fileio", "name": "f", "size": -1, "aio": "maybe"}, 5],
    "fabric_modules": {},
    "targets": [{"fabric": "iscsi"}, {"wwn": "iqn.2026-11.org.example:t", "fabric": "iscsi", "tpgs": [
      {"tag": 1.5, "chap_password": 12345678},
      {"tag": 2, "chap_password": ["secret"], "attributes": {"a": null}, "luns": [{"index": 0, "storage_object": "f"}],
       "portals": [{"ip_address": "", "port": 1}], "node_acls": [{"node_wwn": null}]}]}]})"),
      R"(f.json: storage_objects[0].size: a number from 0 on is expected, not a whole number
f.json: storage_objects[0].aio: true or false is expected, not text
f.json: storage_objects[1]: an object is expected, not a whole number
f.json: fabric_modules: a list is expected, not an object
f.json: targets[0]: the key "wwn" is missing
f.json: targets[1].tpgs[0].tag: a whole number is expected, not a number with a fraction
f.json: targets[1].tpgs[1].chap_password: text is expected, not a list
f.json: targets[1].tpgs[1].attributes.a: a whole number or text is expected, not null
f.json: targets[1].tpgs[1].luns[0].storage_object: a path /backstores/PLUGIN/NAME is expected, not text
f.json: targets[1].tpgs[1].portals[0].ip_address is empty
f.json: targets[1].tpgs[1].node_acls[0].node_wwn: text is expected, not null)");
}

TEST(Load, ManyMistakesAreCounted) {
  std::string text = R"({"targets": [1)";
  for (int i = 0; i < 99; ++i) text += ",1";
  EXPECT_THAT(load_error(text + "]}"), testing::EndsWith("\nand 80 more mistakes"));
  EXPECT_THAT(load_error("[1]"), HasSubstr("f.json: an object is expected, not a list"));
}

}  // namespace
}  // namespace lunet::interop
