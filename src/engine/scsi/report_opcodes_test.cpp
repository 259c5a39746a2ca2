// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"
#include "engine/scsi/command_table.h"
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

using testing::ElementsAre;

Outcome opcodes(TestDisk& disk, std::uint8_t options, std::uint8_t opcode = 0,
                std::uint8_t service_action = 0) {
  return disk.run({0xA3, 0x0C, options, opcode, 0, service_action, 0, 0, 0x20, 0}, 8192);
}

TEST(ReportOpcodes, ListsTheTable) {
  TestDisk disk;
  disk.unit.attributes.emulate_tpu = true;
  disk.unit.knows_allocation = true;
  const Outcome outcome = opcodes(disk, 0);
  ASSERT_EQ(verdict(outcome), "good");
  EXPECT_EQ(load_be32(outcome.data_in.data()), commands().size() * 8);
  ASSERT_EQ(outcome.data_in.size(), 4 + commands().size() * 8);
  for (std::size_t i = 0; i < commands().size(); ++i) {
    const Command& command = commands()[i];
    const std::uint8_t* row = &outcome.data_in[4 + i * 8];
    EXPECT_EQ(row[0], command.opcode);
    EXPECT_EQ(load_be16(row + 2), command.has_service_action() ? command.service_action : 0);
    EXPECT_EQ(row[5], command.has_service_action() ? 1 : 0);
    EXPECT_EQ(load_be16(row + 6), command.cdb_bytes);
  }
}

TEST(ReportOpcodes, LeavesOutWhatTheUnitDoesNotHave) {
  TestDisk disk;
  // UNMAP and GET LBA STATUS of a disk that is not thin.
  EXPECT_EQ(opcodes(disk, 0).data_in.size(), 4 + (commands().size() - 2) * 8);
  EXPECT_THAT(opcodes(disk, 1, 0x42).data_in, ElementsAre(0, 1, 0, 0));
}

TEST(ReportOpcodes, AddsTimeoutsOnRequest) {
  TestDisk disk;
  const Octets data = opcodes(disk, 0x80).data_in;
  ASSERT_EQ(data.size(), 4 + (commands().size() - 2) * 20);
  EXPECT_EQ(data[4 + 5], 0x02);
  EXPECT_THAT(Octets(&data[12], &data[24]), ElementsAre(0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
}

TEST(ReportOpcodes, TellsTheUsageOfOneCommand) {
  TestDisk disk;
  EXPECT_THAT(opcodes(disk, 1, 0x28).data_in,
              ElementsAre(0, 3, 0, 10, 0x28, 0xE0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0xFF, 0xFF, 0));
  EXPECT_THAT(opcodes(disk, 3, 0xA3, 0x0C).data_in,
              ElementsAre(0, 3, 0, 12, 0xA3, 0x0C, 0x87, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0));
}

TEST(ReportOpcodes, ShowsDpoAndFuaWhereTheyAreTaken) {
  TestDisk disk;
  disk.unit.write_cache = true;
  EXPECT_EQ(opcodes(disk, 1, 0x28).data_in.at(5), 0xF8);
  EXPECT_EQ(opcodes(disk, 1, 0x08).data_in.at(5), 0x1F);
}

TEST(ReportOpcodes, TellsThatACommandIsMissing) {
  TestDisk disk;
  EXPECT_THAT(opcodes(disk, 1, 0xFF).data_in, ElementsAre(0, 1, 0, 0));
  EXPECT_THAT(opcodes(disk, 2, 0xA3, 0x1F).data_in, ElementsAre(0, 1, 0, 0));
}

TEST(ReportOpcodes, RefusesOptionsThatDoNotFitTheOpcode) {
  TestDisk disk;
  for (const Octets& wrong : {Octets{1, 0xA3}, Octets{2, 0x28}, Octets{4, 0x28}}) {
    const Outcome outcome = opcodes(disk, wrong[0], wrong[1]);
    EXPECT_EQ(verdict(outcome), "5/2400");
    ASSERT_TRUE(outcome.sense);
    EXPECT_EQ(outcome.sense->cdb_byte, 2);
  }
}

TEST(ReportOpcodes, IsAttributeEmulateRsoc) {
  TestDisk disk;
  disk.unit.attributes.emulate_rsoc = false;
  EXPECT_EQ(verdict(opcodes(disk, 0)), "5/2000");
}

TEST(ReportSupportedFunctions, TellsWhatTheDataPlaneEnds) {
  TestDisk disk;
  EXPECT_THAT(disk.run({0xA3, 0x0D, 0, 0, 0, 0, 0, 0, 0, 255}, 255).data_in, ElementsAre(0xD8, 0, 0, 0));
  EXPECT_EQ(disk.run({0xA3, 0x0D, 0x80, 0, 0, 0, 0, 0, 0, 255}, 255).data_in.size(), 16U);
}

TEST(ReportOpcodes, CutsToTheAllocationLength) {
  TestDisk disk;
  EXPECT_EQ(disk.run({0xA3, 0x0C, 0, 0, 0, 0, 0, 0, 0, 10}, 8192).data_in.size(), 10U);
}

}  // namespace
}  // namespace lunet::scsi
