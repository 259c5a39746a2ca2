// SPDX-License-Identifier: Apache-2.0
// What begin() checks before any command runs.
#include "engine/scsi/command_table.h"
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

const Octets test_unit_ready{0x00};
const Octets read_one{0x28, 0, 0, 0, 0, 0, 0, 0, 1};
const Octets write_one{0x2A, 0, 0, 0, 0, 0, 0, 0, 1};

TEST(Begin, RefusesOpcodesThatTheTableDoesNotHave) {
  TestDisk disk;
  EXPECT_EQ(verdict(disk.run({0xFF})), "5/2000");
  EXPECT_EQ(verdict(disk.run({0x7F, 0, 0, 0, 0, 0, 0, 24, 0, 9})), "5/2000");
}

TEST(Begin, RefusesServiceActionsThatTheTableDoesNotHave) {
  TestDisk disk;
  EXPECT_EQ(verdict(disk.run({0x9E, 0x11}, 32)), "5/2000");
  EXPECT_EQ(verdict(disk.run({0xA3, 0x1F}, 32)), "5/2000");
}

TEST(Begin, ReportsOneAttentionACommand) {
  TestDisk disk;
  disk.nexus.raise(ua_luns_changed);
  disk.nexus.raise(ua_power_on);
  EXPECT_EQ(verdict(disk.run(test_unit_ready)), "6/2900");
  EXPECT_EQ(verdict(disk.run(read_one, 512)), "6/3F0E");
  EXPECT_EQ(verdict(disk.run(test_unit_ready)), "good");
}

TEST(Begin, ReportsAttentionsBeforeAnythingElse) {
  TestDisk disk;
  disk.write_protected = true;
  disk.nexus.raise(ua_power_on);
  EXPECT_EQ(verdict(disk.run({0xFF})), "6/2900");
  disk.nexus.raise(ua_power_on);
  EXPECT_EQ(verdict(disk.send(write_one, Octets(512))), "6/2900");
  EXPECT_EQ(verdict(disk.send(write_one, Octets(512))), "7/2700");
}

TEST(Begin, LetsInquiryReportLunsAndRequestSensePassAttentions) {
  TestDisk disk;
  disk.nexus.raise(ua_power_on);
  EXPECT_EQ(verdict(disk.run({0x12, 0, 0, 0, 255}, 255)), "good");
  EXPECT_EQ(verdict(disk.run({0xA0, 0, 0, 0, 0, 0, 0, 0, 0, 255}, 255)), "good");
  EXPECT_TRUE(disk.nexus.pending());
  EXPECT_EQ(verdict(disk.run({0x03, 0, 0, 0, 252}, 252)), "good");
  EXPECT_FALSE(disk.nexus.pending());
}

TEST(Begin, KeepsAnInterlockedAttentionUntilRequestSense) {
  TestDisk disk;
  disk.unit.attributes.emulate_ua_intlck_ctrl = 1;
  disk.nexus.raise(ua_power_on);
  EXPECT_EQ(verdict(disk.run(test_unit_ready)), "6/2900");
  EXPECT_EQ(verdict(disk.run(test_unit_ready)), "6/2900");
  disk.run({0x03, 0, 0, 0, 252}, 252);
  EXPECT_EQ(verdict(disk.run(test_unit_ready)), "good");
}

TEST(Begin, FindsNoUnitAtAnUnmappedLun) {
  TestDisk disk;
  disk.mapped = false;
  for (const Command& command : commands()) {
    SCOPED_TRACE(static_cast<int>(command.opcode));
    Octets cdb{command.opcode};
    if (command.has_service_action()) cdb.push_back(static_cast<std::uint8_t>(command.service_action));
    const bool answers = command.opcode == 0x03 || command.opcode == 0x12 || command.opcode == 0xA0;
    EXPECT_EQ(verdict(disk.run(cdb)), answers ? "good" : "5/2500");
  }
  EXPECT_EQ(verdict(disk.run({0xFF})), "5/2500");
}

TEST(Begin, KnowsTheReportLunsWellKnownUnit) {
  TestDisk disk;
  disk.mapped = false;
  disk.well_known = true;
  EXPECT_EQ(verdict(disk.run(test_unit_ready)), "good");
  EXPECT_EQ(disk.run({0x12, 0, 0, 0, 255}, 255).data_in.at(0), 0x1E);
  EXPECT_EQ(disk.run({0x03, 0, 0, 0, 252}, 252).data_in, encode_sense({}, false));
  EXPECT_EQ(verdict(disk.run(read_one, 512)), "5/2000");
}

TEST(Begin, RefusesNormalAca) {
  TestDisk disk;
  EXPECT_EQ(verdict(disk.run({0x00, 0, 0, 0, 0, 0x04})), "5/2400");
  EXPECT_EQ(verdict(disk.run({0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0x04}, 512)), "5/2400");
}

TEST(Begin, RefusesACdbThatIsCutOff) {
  TestDisk disk;
  Task task = disk.start({0x88, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 512, 0);
  task.cdb_bytes = 10;
  EXPECT_EQ(verdict(disk.follow(task, {})), "5/2400");
}

TEST(Begin, ProtectsAReadOnlyUnitAndAReadOnlyMapping) {
  for (const bool mapping : {false, true}) {
    TestDisk disk;
    disk.write_protected = mapping;
    disk.unit.read_only = !mapping;
    disk.unit.attributes.emulate_tpu = true;
    for (const Command& command : commands()) {
      if (!command.writes) continue;
      SCOPED_TRACE(static_cast<int>(command.opcode));
      EXPECT_EQ(verdict(disk.send({command.opcode}, Octets(512))), "7/2700");
    }
    EXPECT_EQ(verdict(disk.run(read_one, 512)), "good");
  }
}

}  // namespace
}  // namespace lunet::scsi
