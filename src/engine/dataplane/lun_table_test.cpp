// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/lun_table.h"

#include <gmock/gmock.h>

#include "engine/scsi/vpd.h"

namespace lunet::dataplane {

namespace {

LunMapping mapping(std::uint16_t lun, std::shared_ptr<Disk> disk) {
  LunMapping made;
  made.lun = lun;
  made.disk = std::move(disk);
  made.unit = std::make_shared<scsi::Unit>();
  return made;
}

}  // namespace

TEST(LunTable, FindsByPeripheralAndFlatAddressing) {
  LunTable table;
  const auto disk = std::make_shared<Disk>();
  table.rebuild(Tpg{}, {mapping(0, disk), mapping(5, disk), mapping(300, disk)});
  EXPECT_EQ(table.find(0)->mapping.lun, 0);
  EXPECT_EQ(table.find(0x0005ULL << 48)->mapping.lun, 5);
  EXPECT_EQ(table.find(0x4005ULL << 48)->mapping.lun, 5);
  EXPECT_EQ(table.find(0x412CULL << 48)->mapping.lun, 300);
  for (const std::uint64_t wire : wire_forms(300)) EXPECT_EQ(table.find(wire)->mapping.lun, 300);
  for (const std::uint64_t wire : wire_forms(0)) EXPECT_EQ(table.find(wire)->mapping.lun, 0);
  EXPECT_EQ(wire_forms(5).size(), 3U);
  EXPECT_EQ(decode_lun(report_luns_well_known), -1);
  EXPECT_EQ(table.find(0x0105ULL << 48), nullptr) << "bus 1";
  EXPECT_EQ(table.find(0x0005000100000000ULL), nullptr) << "second level";
  EXPECT_EQ(table.find(0x0006ULL << 48), nullptr);
}

LunMapping named(std::uint16_t lun, std::shared_ptr<Disk> disk, const std::string& serial,
                 bool write_protected) {
  LunMapping made = mapping(lun, std::move(disk));
  auto unit = std::make_shared<scsi::Unit>();
  unit->identity.serial = serial;
  made.unit = std::move(unit);
  made.write_protected = write_protected;
  return made;
}

TEST(LunTable, FindsAUnitByItsDesignatorPreferringOneThatMayBeWritten) {
  LunTable table;
  const auto a = std::make_shared<Disk>();
  const auto b = std::make_shared<Disk>();
  const auto c = std::make_shared<Disk>();
  table.rebuild(Tpg{}, {named(0, a, "aa", true), named(1, a, "aa", false), named(2, b, "bb", true),
                        named(3, c, "", false)});
  const auto naa = [&](std::uint16_t lun) { return scsi::naa_designator(*table.at(lun)->mapping.unit); };
  EXPECT_EQ(table.find_naa(naa(0))->mapping.lun, 1);
  EXPECT_EQ(table.find_naa(naa(2))->mapping.lun, 2);
  EXPECT_EQ(table.find_naa({}), nullptr) << "who has no name has no designator";
  table.rebuild(Tpg{}, {named(0, a, "aa", false), named(1, b, "aa", false)});
  EXPECT_EQ(table.find_naa(naa(0)), nullptr) << "two disks of one name";
}

TEST(LunTable, RaisesLunsChangedOnlyWhenTheSetChanges) {
  LunTable table;
  const auto a = std::make_shared<Disk>();
  const auto b = std::make_shared<Disk>();
  table.rebuild(Tpg{}, {mapping(0, a)});
  EXPECT_FALSE(table.find(0)->nexus.pending()) << "the first build is the login";
  table.rebuild(Tpg{}, {mapping(0, a)});
  EXPECT_FALSE(table.find(0)->nexus.pending());
  table.rebuild(Tpg{}, {mapping(0, a), mapping(1, b)});
  EXPECT_EQ(table.find(0)->nexus.take(), scsi::ua_luns_changed);
  EXPECT_EQ(table.find(0x0001ULL << 48)->nexus.take(), scsi::ua_luns_changed);
}

TEST(LunTable, TellsOfAnotherWriteCacheAndSize) {
  LunTable table;
  const auto a = std::make_shared<Disk>();
  const auto b = std::make_shared<Disk>();
  table.rebuild(Tpg{}, {mapping(0, a), mapping(1, b)});
  LunMapping cached = mapping(0, a);
  scsi::Unit unit;
  unit.write_cache = true;
  cached.unit = std::make_shared<scsi::Unit>(unit);
  table.rebuild(Tpg{}, {cached, mapping(1, b)});
  EXPECT_EQ(table.find(0)->nexus.take(), scsi::ua_mode_parameters_changed);
  EXPECT_FALSE(table.find(0x0001ULL << 48)->nexus.pending());
  unit.size_bytes = 4096;
  cached.unit = std::make_shared<scsi::Unit>(unit);
  table.rebuild(Tpg{}, {cached, mapping(1, b)});
  EXPECT_EQ(table.find(0)->nexus.take(), scsi::ua_capacity_changed);
  EXPECT_FALSE(table.find(0)->nexus.pending());
}

TEST(LunTable, KeepsTheNexusOfAMappedDisk) {
  LunTable table;
  const auto a = std::make_shared<Disk>();
  table.rebuild(Tpg{}, {mapping(0, a)});
  table.raise(scsi::ua_power_on);
  const auto held = table.find(0);
  table.rebuild(Tpg{}, {mapping(0, a)});
  EXPECT_NE(table.find(0), held) << "a running task keeps the old one";
  EXPECT_EQ(table.find(0)->nexus.take(), scsi::ua_power_on);
}

TEST(LunTable, CountsForThePortalGroupThroughEveryRebuild) {
  LunTotals totals;
  LunTable table;
  table.count_into(totals);
  const auto a = std::make_shared<Disk>();
  table.rebuild(Tpg{}, {mapping(0, a)});
  const auto held = table.find(0);
  table.rebuild(Tpg{}, {mapping(0, a)});
  held->total->reads += 1;  // a task that began before
  table.find(0)->total->reads += 1;
  EXPECT_EQ(totals.of(Tpg{}, mapping(0, a))->reads, 2U);
}

}  // namespace lunet::dataplane
