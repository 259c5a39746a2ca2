// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

Octets persistent_in(std::uint8_t action, std::uint8_t allocation = 0xFF) {
  return {0x5E, action, 0, 0, 0, 0, 0, 0, allocation, 0};
}

TestDisk reserved_disk(ReservationType type) {
  TestDisk disk;
  ReservationState state;
  state.generation = 5;
  state.registrations.push_back({disk.nexus.id(), 0x1122334455667788, 3, 0, 0, true});
  state.registrations.push_back({{"iqn.x:b", 0x20, disk.port.target_name, 1}, 9, 1});
  state.reservation = Reservation{type, disk.nexus.id()};
  disk.shared->reservations.replace(state);
  return disk;
}

TEST(PersistentIn, ListsKeys) {
  TestDisk disk = reserved_disk(ReservationType::write_exclusive);
  const Octets data = disk.run(persistent_in(0), 255).data_in;
  EXPECT_EQ(data, (Octets{0,    0,    0,    5,    0, 0, 0, 16, 0x11, 0x22, 0x33, 0x44,
                          0x55, 0x66, 0x77, 0x88, 0, 0, 0, 0,  0,    0,    0,    9}));
  EXPECT_EQ(disk.run(persistent_in(0, 10), 255).data_in.size(), 10U);
}

TEST(PersistentIn, ShowsTheReservationWithItsHoldersKey) {
  TestDisk disk = reserved_disk(ReservationType::write_exclusive);
  const Octets data = disk.run(persistent_in(1), 255).data_in;
  ASSERT_EQ(data.size(), 24U);
  EXPECT_EQ(load_be64(&data[8]), 0x1122334455667788U);
  EXPECT_EQ(data[21], 1);
  TestDisk all = reserved_disk(ReservationType::exclusive_access_all_registrants);
  const Octets of_all = all.run(persistent_in(1), 255).data_in;
  EXPECT_EQ(load_be64(&of_all[8]), 0U);
  EXPECT_EQ(of_all[21], 8);
}

TEST(PersistentIn, TellsWhatItCanKeep) {
  TestDisk disk;
  EXPECT_EQ(disk.run(persistent_in(2), 255).data_in, (Octets{0, 8, 0x1C, 0x90, 0xEA, 0x01, 0, 0}));
  disk.unit.keeps_reservations = true;
  ReservationState state;
  state.persists = true;
  disk.shared->reservations.replace(state);
  EXPECT_EQ(disk.run(persistent_in(2), 255).data_in, (Octets{0, 8, 0x1D, 0x91, 0xEA, 0x01, 0, 0}));
}

TEST(PersistentIn, ShowsEachRegistrationInFull) {
  TestDisk disk = reserved_disk(ReservationType::write_exclusive);
  const Octets data = disk.run(persistent_in(3), 255).data_in;
  ASSERT_GT(data.size(), 32U);
  EXPECT_EQ(data[8 + 12], 0x03);  // ALL_TG_PT, R_HOLDER
  EXPECT_EQ(data[8 + 13], 1);
  EXPECT_EQ(load_be16(&data[8 + 18]), 3);
  const std::size_t second = 8 + 24 + load_be32(&data[8 + 20]);
  EXPECT_EQ(load_be64(&data[second]), 9U);
  EXPECT_EQ(data[second + 12], 0);
  EXPECT_EQ(data[second + 24], 0x45);
  EXPECT_EQ(load_be32(&data[4]), data.size() - 8);
}

TEST(PersistentIn, ConflictsWithAReservationOfReserve) {
  TestDisk disk;
  ASSERT_TRUE(disk.shared->reservations.reserve(disk.nexus.id()));
  EXPECT_EQ(verdict(disk.run(persistent_in(0), 255)), "conflict");
}

TEST(PersistentIn, IsAttributeEmulatePr) {
  TestDisk disk;
  disk.unit.attributes.emulate_pr = false;
  EXPECT_EQ(verdict(disk.run(persistent_in(0), 255)), "5/2000");
}

}  // namespace
}  // namespace lunet::scsi
