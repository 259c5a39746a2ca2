// SPDX-License-Identifier: Apache-2.0
#include "shell/place.h"

#include <gtest/gtest.h>

namespace lunet::shell {
namespace {

using service::NodeKind;

Place place_of(std::string_view path, const Place& from = {}) {
  const auto place = follow_path(from, path);
  EXPECT_TRUE(place) << path << ": " << place.error().message;
  return place ? *place : Place{};
}

Error error_of(std::string_view path) {
  const auto place = follow_path({}, path);
  EXPECT_FALSE(place) << path;
  return place ? Error{} : place.error();
}

TEST(Place, KnowsEveryKindByItsForm) {
  const std::vector<std::pair<std::string, NodeKind>> cases = {
      {"/", NodeKind::root},
      {"/backstores", NodeKind::backstores},
      {"/backstores/fileio", NodeKind::plugin},
      {"/backstores/fileio/d1", NodeKind::disk},
      {"/backstores/fileio0", NodeKind::hba},
      {"/backstores/rd_mcp12/r", NodeKind::disk},
      {"/backstores/fileio/d1/alua", NodeKind::alua_list},
      {"/backstores/fileio/d1/alua/g", NodeKind::alua_group},
      {"/iscsi", NodeKind::fabric},
      {"/iscsi/iqn.x", NodeKind::target},
      {"/iscsi/iqn.x/tpg1", NodeKind::tpg},
      {"/iscsi/iqn.x/tpg1/luns", NodeKind::luns},
      {"/iscsi/iqn.x/tpg1/luns/lun0", NodeKind::lun},
      {"/iscsi/iqn.x/tpg1/acls", NodeKind::acls},
      {"/iscsi/iqn.x/tpg1/acls/iqn.y", NodeKind::acl},
      {"/iscsi/iqn.x/tpg1/acls/iqn.y/mapped_lun3", NodeKind::mapped_lun},
      {"/iscsi/iqn.x/tpg1/portals", NodeKind::portals},
      {"/iscsi/iqn.x/tpg1/portals/[::0]:3260", NodeKind::portal},
      {"/loopback/naa.5001405000000001", NodeKind::tpg},
      {"/loopback/naa.5001405000000001/luns/lun0", NodeKind::lun},
  };
  for (const auto& [path, kind] : cases) {
    EXPECT_EQ(place_of(path).kind, kind) << path;
    EXPECT_EQ(place_of(path).path, path);
  }
}

TEST(Place, TakesOtherNamesForTheSameNode) {
  EXPECT_EQ(place_of("/backstores/rd_mcp/rd0").path, "/backstores/ramdisk/rd0");
  EXPECT_EQ(place_of("/backstores/iblock").path, "/backstores/block");
  EXPECT_EQ(place_of("/backstores/ramdisk").plugin, "rd_mcp");
  EXPECT_EQ(place_of("/backstores/ramdisk7/r").path, "/backstores/rd_mcp7/r");
  EXPECT_EQ(place_of("/backstores/block3").path, "/backstores/iblock3");
  EXPECT_EQ(place_of("/backstores/block3").hba, 3U);
  EXPECT_EQ(by_plugin(place_of("/backstores/rd_mcp7/r")).path, "/backstores/ramdisk/r");
  EXPECT_EQ(by_plugin(place_of("/backstores/rd_mcp7")).path, "/backstores/rd_mcp7");
  EXPECT_EQ(place_of("/iscsi/iqn.x/2").path, "/iscsi/iqn.x/tpg2");
  EXPECT_EQ(place_of("/iscsi/iqn.x/TPG2").tag, 2);
  EXPECT_EQ(place_of("/iscsi/iqn.x/tpgt_2").tag, 2);
  EXPECT_EQ(place_of("/iscsi/iqn.x/tpg1/luns/LUN7").lun, 7);
  EXPECT_EQ(place_of("/iscsi/iqn.x/tpg1/luns/7").path, "/iscsi/iqn.x/tpg1/luns/lun7");
  EXPECT_EQ(place_of("/iscsi/iqn.x/tpg1/acls/iqn.y/4").path, "/iscsi/iqn.x/tpg1/acls/iqn.y/mapped_lun4");
  EXPECT_EQ(place_of("/iscsi/iqn.x/tpg1/portals/::1:860").path, "/iscsi/iqn.x/tpg1/portals/[::1]:860");
}

TEST(Place, FollowsDotsAndSlashesAsAnywhere) {
  const Place tpg = place_of("/iscsi/iqn.x/tpg1");
  EXPECT_EQ(place_of("luns", tpg).path, "/iscsi/iqn.x/tpg1/luns");
  EXPECT_EQ(place_of("..", tpg).path, "/iscsi/iqn.x");
  EXPECT_EQ(place_of("../../..", tpg).path, "/");
  EXPECT_EQ(place_of("../../../..", tpg).path, "/");
  EXPECT_EQ(place_of("./acls/", tpg).path, "/iscsi/iqn.x/tpg1/acls");
  EXPECT_EQ(place_of("//iscsi///iqn.x//", tpg).path, "/iscsi/iqn.x");
  EXPECT_EQ(place_of("", tpg).path, tpg.path);
  EXPECT_EQ(place_of("iscsi").path, "/iscsi");
}

TEST(Place, UnknownNamesAreErrorsWithAWayOut) {
  EXPECT_EQ(error_of("/iscsy").errnum, ENOENT);
  EXPECT_EQ(error_of("/iscsy").message, "no such path /iscsy");
  EXPECT_EQ(error_of("/iscsy").hint, "did you mean 'iscsi'?");
  EXPECT_EQ(error_of("/backstores/filio/d1").hint, "did you mean 'fileio'?");
  EXPECT_EQ(error_of("/iscsi/iqn.x/tpg1/lun").hint, "did you mean 'luns'?");
  for (const char* path : {"/iscsi/iqn.x/tpgx", "/iscsi/iqn.x/tpg65536", "/iscsi/iqn.x/tpg1/luns/lunx",
                           "/iscsi/iqn.x/tpg1/portals/1.2.3.4", "/iscsi/iqn.x/tpg1/luns/lun0/x"}) {
    EXPECT_FALSE(error_of(path).hint.empty()) << path;
  }
}

TEST(Place, AChildIsANameAndNothingElse) {
  const Place plugin = place_of("/backstores/fileio");
  EXPECT_TRUE(child_of(plugin, "d1"));
  for (const char* name : {"", ".", "..", "../ramdisk/rd0", "a/b"})
    EXPECT_FALSE(child_of(plugin, name)) << name;
}

TEST(Place, IsAnObjectOfTheConfiguration) {
  using config::ObjectClass;
  const config::Path disk = {{ObjectClass::storage, "rd_mcp"}, {ObjectClass::disk, "rd0"}};
  EXPECT_EQ(config_path(place_of("/backstores/ramdisk/rd0")), disk);
  const config::Path mapped = {{ObjectClass::fabric, "iscsi"},
                               {ObjectClass::target, "iqn.x"},
                               {ObjectClass::tpgt, "1"},
                               {ObjectClass::acl, "iqn.y"},
                               {ObjectClass::mapped_lun, "2"}};
  EXPECT_EQ(config_path(place_of("/iscsi/iqn.x/tpg1/acls/iqn.y/mapped_lun2")), mapped);
  EXPECT_EQ(config_path(place_of("/iscsi/iqn.x/tpg1/portals/[::0]:3260")).back().id, "[::0]:3260");
  EXPECT_TRUE(config_path(place_of("/backstores")).empty());
  EXPECT_TRUE(config_path(place_of("/iscsi/iqn.x/tpg1/luns")).empty());
}

}  // namespace
}  // namespace lunet::shell
