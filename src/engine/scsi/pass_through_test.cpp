// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/pass_through.h"

#include <cerrno>

#include "base/bytes.h"
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

/// A unit whose commands a device answers.
struct PassThrough : testing::Test {
  PassThrough() {
    disk.unit.passes_commands = true;
    disk.unit.emulates_reservations = false;
  }
  Task task(const Octets& cdb, std::uint32_t in, std::uint32_t out) { return disk.start(cdb, in, out); }
  /// The verdict, or that the device has it.
  std::string fate(const Octets& cdb, std::uint32_t in = 0, std::uint32_t out = 0) {
    Task task = disk.start(cdb, in, out);
    Octets data(out);
    Step step = begin(task);
    if (step == Step::need_data) {
      EXPECT_EQ(task.data_wanted, out);
      task.data = data;
      step = data_arrived(task);
    }
    if (step == Step::need_pass) return "passed";
    Outcome outcome;
    outcome.status = task.status;
    outcome.sense = task.sense;
    return verdict(outcome);
  }

  TestDisk disk;
};

const Octets read_10{0x28, 0, 0, 0, 0, 0, 0, 0, 1, 0};
const Octets write_10{0x2A, 0, 0, 0, 0, 0, 0, 0, 1, 0};
const Octets vendor_specific{0xC1, 0, 0, 0, 0, 0, 0, 0, 0, 0};
const Octets persistent_reserve_in{0x5E, 0, 0, 0, 0, 0, 0, 0, 8, 0};

TEST_F(PassThrough, GivesTheDeviceWhateverItIs) {
  EXPECT_EQ(fate(read_10, 512), "passed");
  EXPECT_EQ(fate(write_10, 0, 512), "passed");
  EXPECT_EQ(fate(vendor_specific), "passed");
  EXPECT_EQ(fate({0x12, 0, 0, 0, 36, 0}, 36), "passed");
  EXPECT_EQ(fate(persistent_reserve_in, 8), "passed");
}

TEST_F(PassThrough, KeepsTheListOfLunsAndOurUnitAttentions) {
  EXPECT_EQ(fate({0xA0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0}, 16), "good");
  disk.nexus.raise(ua_luns_changed);
  EXPECT_EQ(fate({0x12, 0, 0, 0, 36, 0}, 36), "passed");
  EXPECT_EQ(fate({0x03, 0, 0, 0, 18, 0}, 18), "good") << "tells ours";
  disk.nexus.raise(ua_luns_changed);
  EXPECT_EQ(fate(read_10, 512), "6/3F0E");
  EXPECT_EQ(fate(read_10, 512), "passed");
  EXPECT_EQ(fate({0x03, 0, 0, 0, 18, 0}, 18), "passed");
}

TEST_F(PassThrough, LetsNobodyCopyAroundTheLunMap) {
  EXPECT_EQ(fate({0x83, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 24}, 0, 24), "5/2000");
  EXPECT_EQ(fate({0x84, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 24}, 24), "5/2000");
}

TEST_F(PassThrough, ProtectsAgainstWhatMightWrite) {
  disk.write_protected = true;
  EXPECT_EQ(fate(read_10, 512), "passed");
  EXPECT_EQ(fate({0x00, 0, 0, 0, 0, 0}), "passed");
  EXPECT_EQ(fate(write_10, 0, 512), "7/2700");
  EXPECT_EQ(fate({0x04, 0, 0, 0, 0, 0}), "7/2700") << "FORMAT UNIT";
  EXPECT_EQ(fate({0x19, 1, 0, 0, 0, 0}), "7/2700") << "ERASE";
  EXPECT_EQ(fate(vendor_specific), "7/2700");
}

TEST_F(PassThrough, CanHaveReservationsOfOurs) {
  disk.unit.attributes.emulate_pr = false;
  EXPECT_EQ(fate(persistent_reserve_in, 8), "5/2000");
  disk.unit.attributes.emulate_pr = true;
  disk.unit.emulates_reservations = true;
  EXPECT_EQ(fate(persistent_reserve_in, 8), "good");
  const NexusId other{"iqn.2026-11.com.example:b", 0x20, disk.port.target_name, 1};
  ReservationState state;
  state.registrations.push_back({other, 1});
  state.reservation = Reservation{ReservationType::write_exclusive, other};
  disk.shared->reservations.replace(state);
  EXPECT_EQ(fate(read_10, 512), "passed");
  EXPECT_EQ(fate(write_10, 0, 512), "conflict");
  EXPECT_EQ(fate(vendor_specific), "conflict") << "who knows";
}

TEST_F(PassThrough, PassesOnDataStatusAndSense) {
  Task task = disk.start(read_10, 512, 0);
  ASSERT_EQ(begin(task), Step::need_pass);
  Octets data(512, 0x5A);
  task.data = data;
  const Octets sense{0x70, 0, 0x60, 0, 0, 0, 100};
  ASSERT_EQ(passed(task, {.status = Status::check_condition, .sense = sense, .residual = 100}), Step::finish);
  EXPECT_EQ(task.status, Status::check_condition);
  EXPECT_EQ(task.device_sense, sense);
  EXPECT_EQ(task.transfer_bytes, 412U);
  EXPECT_EQ(task.data_in().size(), 412U) << "a short block of a tape comes with sense data";
}

TEST_F(PassThrough, TellsThatADeviceIsNotThere) {
  for (const auto& [result, expected] : {std::pair(-EIO, 0x0800), std::pair(-EINVAL, 0x2400)}) {
    Task task = disk.start(read_10, 512, 0);
    ASSERT_EQ(begin(task), Step::need_pass);
    passed(task, {.result = result});
    ASSERT_TRUE(task.sense);
    EXPECT_EQ(task.sense->code, expected);
    EXPECT_TRUE(task.data_in().empty());
  }
}

TEST_F(PassThrough, SaysInTheModeParametersThatItIsWriteProtected) {
  disk.write_protected = true;
  Task task = disk.start({0x1A, 0, 0x3F, 0, 4, 0}, 4, 0);
  ASSERT_EQ(begin(task), Step::need_pass);
  Octets data{3, 0, 0x10, 0};
  task.data = data;
  passed(task, {});
  EXPECT_EQ(data, (Octets{3, 0, 0x90, 0}));
}

}  // namespace
}  // namespace lunet::scsi
