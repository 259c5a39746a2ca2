// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

Octets get_lba_status(std::uint8_t lba, std::uint16_t allocation_length) {
  Octets cdb(16);
  cdb[0] = 0x9E;
  cdb[1] = 0x12;
  cdb[9] = lba;
  store_be16(&cdb[12], allocation_length);
  return cdb;
}
Octets descriptor(std::uint8_t lba, std::uint8_t blocks, std::uint8_t status) {
  return {0, 0, 0, 0, 0, 0, 0, lba, 0, 0, 0, blocks, status, 0, 0, 0};
}
TestDisk thin_disk() {
  TestDisk disk(64);
  disk.unit.knows_allocation = true;
  disk.unit.attributes.emulate_tpu = true;
  return disk;
}

TEST(LbaStatus, ListsRunsUpToTheEnd) {
  TestDisk disk = thin_disk();
  disk.runs = {{8 * 512, false}, {3 * 512, true}, {1 << 20, false}};
  const Outcome outcome = disk.run(get_lba_status(0, 256), 256);
  Octets expected{0, 0, 0, 4 + 3 * 16, 0, 0, 0, 0};
  for (const Octets& part : {descriptor(0, 8, 1), descriptor(8, 3, 0), descriptor(11, 53, 1)})
    expected.insert(expected.end(), part.begin(), part.end());
  EXPECT_EQ(outcome.data_in, expected);
}

TEST(LbaStatus, CountsABlockThatHasSomeStorage) {
  TestDisk disk = thin_disk();
  disk.runs = {{700, false}, {100, false}, {1 << 20, true}};
  const Outcome outcome = disk.run(get_lba_status(0, 256), 256);
  ASSERT_EQ(outcome.data_in.size(), 8U + 3 * 16);
  EXPECT_EQ(Octets(outcome.data_in.begin() + 8, outcome.data_in.begin() + 24), descriptor(0, 1, 1));
  EXPECT_EQ(Octets(outcome.data_in.begin() + 24, outcome.data_in.begin() + 40), descriptor(1, 1, 0));
}

TEST(LbaStatus, StopsWhereTheInitiatorHasNoRoom) {
  TestDisk disk = thin_disk();
  disk.runs = {{512, true}, {512, false}};
  const Outcome outcome = disk.run(get_lba_status(2, 24), 24);
  EXPECT_EQ(outcome.data_in.size(), 24U);
  EXPECT_EQ(Octets(outcome.data_in.begin() + 8, outcome.data_in.end()), descriptor(2, 1, 0));
  EXPECT_EQ(outcome.ios.size(), 1U);
}

TEST(LbaStatus, RefusesWhatIsNotThereAndDisksThatAreNotThin) {
  TestDisk disk = thin_disk();
  EXPECT_EQ(verdict(disk.run(get_lba_status(64, 24), 24)), "5/2100");
  disk.unit.attributes.emulate_tpu = false;
  EXPECT_EQ(verdict(disk.run(get_lba_status(0, 24), 24)), "5/2000");
  disk = thin_disk();
  disk.unit.knows_allocation = false;
  EXPECT_EQ(verdict(disk.run(get_lba_status(0, 24), 24)), "5/2000");
}

TEST(LbaStatus, PassesOnWhatTheDiskSays) {
  TestDisk disk = thin_disk();
  disk.io_result = -EIO;
  EXPECT_EQ(disk.run(get_lba_status(0, 24), 24).status, Status::check_condition);
}

}  // namespace
}  // namespace lunet::scsi
