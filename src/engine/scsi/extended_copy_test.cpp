// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cerrno>

#include "base/bytes.h"
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

using Segment = std::array<std::uint64_t, 5>;  // index of the source and of the destination, blocks, from, to

Octets target_of(const TestDisk& disk) {
  Octets target(32);
  target[0] = 0xE4;
  target[4] = 0x01;
  target[5] = 0x03;
  target[7] = 16;
  const Octets naa = naa_designator(disk.unit);
  std::copy(naa.begin(), naa.end(), target.begin() + 8);
  return target;
}
Octets segment_of(const Segment& segment) {
  Octets text(28);
  text[0] = 0x02;
  text[3] = 0x18;
  store_be16(&text[4], static_cast<std::uint16_t>(segment[0]));
  store_be16(&text[6], static_cast<std::uint16_t>(segment[1]));
  store_be16(&text[10], static_cast<std::uint16_t>(segment[2]));
  store_be64(&text[12], segment[3]);
  store_be64(&text[20], segment[4]);
  return text;
}
Octets list_of(const std::vector<Octets>& targets, const std::vector<Octets>& segments) {
  Octets list(16);
  for (const auto* part : {&targets, &segments})
    for (const Octets& descriptor : *part) list.insert(list.end(), descriptor.begin(), descriptor.end());
  store_be16(&list[2], static_cast<std::uint16_t>(targets.size() * 32));
  store_be32(&list[8], static_cast<std::uint32_t>(segments.size() * 28));
  return list;
}
Octets extended_copy(std::size_t list_bytes) {
  Octets cdb(16);
  cdb[0] = 0x83;
  store_be32(&cdb[10], static_cast<std::uint32_t>(list_bytes));
  return cdb;
}
Octets counted(std::size_t size, std::uint8_t from) {
  Octets bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(from + i / 512);
  return bytes;
}

/// Two disks of one session; commands go to the first one.
struct ExtendedCopy : testing::Test {
  ExtendedCopy() {
    b.unit.identity.serial = "bb";
    a.unit.identity.serial = "aa";
    a.neighbours.add(a);
    a.neighbours.add(b);
    put(a, 0, counted(64 * 512, 1));
  }
  static void put(TestDisk& disk, std::uint8_t lba, const Octets& data) {
    const auto blocks = static_cast<std::uint8_t>(data.size() / 512);
    ASSERT_EQ(verdict(disk.send({0x2A, 0, 0, 0, 0, lba, 0, 0, blocks, 0}, data)), "good");
  }
  Outcome copy(const std::vector<Segment>& segments) {
    std::vector<Octets> texts(segments.size());
    std::transform(segments.begin(), segments.end(), texts.begin(), segment_of);
    return send(list_of({target_of(a), target_of(b)}, texts));
  }
  Outcome send(const Octets& list) { return a.send(extended_copy(list.size()), list); }

  TestDisk a{4096};
  TestDisk b{4096};
};

TEST_F(ExtendedCopy, CopiesBlocksToAnotherDisk) {
  const Outcome outcome = copy({{0, 1, 5, 2, 10}, {0, 1, 1, 0, 0}});
  EXPECT_EQ(verdict(outcome), "good");
  EXPECT_EQ(outcome.transfer_bytes, 16U + 64 + 56);
  EXPECT_TRUE(outcome.data_in.empty());
  EXPECT_EQ(b.blocks(10, 5), a.blocks(2, 5));
  EXPECT_EQ(b.blocks(0, 1), a.blocks(0, 1));
  EXPECT_EQ(b.blocks(1, 9), Octets(9 * 512));
  EXPECT_EQ(b.blocks(15, 1), Octets(512));
  for (const Io& io : outcome.ios)
    EXPECT_EQ(io.durable, io.kind == Io::Kind::write) << "there is no write cache";
}

TEST_F(ExtendedCopy, CopiesInPiecesAndWithinADiskAlsoWhereTheRangesOverlap) {
  for (std::uint8_t at = 0; at < 240; at += 60) put(a, at, counted(60 * 512, at));
  Octets before = a.blocks(0, 3000);
  EXPECT_EQ(copy({{0, 0, 3000, 0, 7}}).ios.size(), 4U);
  EXPECT_EQ(a.blocks(7, 3000), before);
  EXPECT_EQ(a.blocks(0, 7), Octets(before.begin(), before.begin() + 7 * 512));
  EXPECT_EQ(verdict(copy({{0, 0, 3000, 7, 1}})), "good");
  EXPECT_EQ(a.blocks(1, 3000), before);
}

TEST_F(ExtendedCopy, FindsOnlyWhatTheSessionSees) {
  TestDisk stranger(64);
  stranger.unit.identity.serial = "cc";
  for (const Segment& segment : {Segment{0, 1, 1, 0, 0}, Segment{1, 0, 1, 0, 0}}) {
    const Outcome outcome = send(list_of({target_of(a), target_of(stranger)}, {segment_of(segment)}));
    EXPECT_EQ(verdict(outcome), "A/0D02");
    EXPECT_TRUE(outcome.ios.empty());
  }
}

TEST_F(ExtendedCopy, IgnoresTheTypeOfAnotherNumberOfTheUnit) {
  Octets list = list_of({target_of(a), target_of(b)}, {segment_of({0, 1, 1, 0, 0})});
  list[17] = 0x80;  // LU ID TYPE
  EXPECT_EQ(verdict(send(list)), "good");
  EXPECT_EQ(b.blocks(0, 1), a.blocks(0, 1));
}

TEST_F(ExtendedCopy, CopiesNothingOfAListThatIsWrong) {
  const Octets good =
      list_of({target_of(a), target_of(b)}, {segment_of({0, 1, 1, 0, 0}), segment_of({0, 1, 1, 0, 0})});
  const auto with = [&](std::size_t at, std::uint8_t value) {
    Octets list = good;
    list[at] = value;
    return verdict(send(list));
  };
  constexpr std::size_t second = 16 + 64 + 28;
  EXPECT_EQ(with(15, 1), "5/260B");
  EXPECT_EQ(with(3, 96), "5/1A00");
  EXPECT_EQ(with(16, 0xE0), "5/2607");
  EXPECT_EQ(with(17, 0x20), "A/0D02") << "a null unit";
  EXPECT_EQ(with(21, 0x02), "5/2600") << "no NAA designator";
  EXPECT_EQ(with(second, 0x01), "5/2609");
  EXPECT_EQ(with(second + 3, 0x17), "5/2600");
  EXPECT_EQ(with(second + 7, 2), "A/0D02") << "no such target descriptor";
  EXPECT_EQ(with(second + 17, 1), "A/0D02") << "from behind the end";
  EXPECT_EQ(with(second + 25, 1), "A/0D02") << "to behind the end";
  EXPECT_EQ(b.blocks(0, 1), Octets(512));
  const std::vector<Octets> targets(33, target_of(a));
  EXPECT_EQ(verdict(send(list_of(targets, {}))), "5/2606");
  const std::vector<Octets> segments(65, segment_of({0, 0, 1, 0, 0}));
  EXPECT_EQ(verdict(send(list_of({target_of(a)}, segments))), "5/2608");
  EXPECT_EQ(verdict(send(Octets(15))), "5/1A00");
  EXPECT_EQ(verdict(send(Octets(5000))), "5/1A00");
  EXPECT_EQ(verdict(a.send(extended_copy(200), Octets(100))), "5/1A00") << "less than announced";
}

TEST_F(ExtendedCopy, NothingToCopyIsNoError) {
  EXPECT_EQ(verdict(a.run(extended_copy(0))), "good");
  EXPECT_EQ(verdict(send(list_of({}, {}))), "good");
  EXPECT_EQ(verdict(copy({{0, 1, 0, 0, 0}})), "good");
}

TEST_F(ExtendedCopy, IsBoundByWhatBindsTheInitiatorItself) {
  const NexusId other{"iqn.2026-11.com.example:b", 0x20, b.port.target_name, 1};
  ReservationState state;
  state.registrations.push_back({other, 1});
  state.reservation = Reservation{ReservationType::write_exclusive, other};
  b.shared->reservations.replace(state);
  EXPECT_EQ(verdict(copy({{0, 1, 1, 0, 0}})), "A/0D01");
  EXPECT_EQ(verdict(copy({{1, 0, 1, 0, 0}})), "good") << "reading is free";
  state.reservation->type = ReservationType::exclusive_access;
  b.shared->reservations.replace(state);
  EXPECT_EQ(verdict(copy({{1, 0, 1, 0, 0}})), "A/0D01");
  b.shared->reservations.replace({});
  b.unit.read_only = true;
  EXPECT_EQ(verdict(copy({{0, 1, 1, 0, 0}})), "7/2700");
  EXPECT_EQ(verdict(copy({{1, 0, 1, 0, 0}})), "good");
  b.unit.read_only = false;
  b.shared->port_groups.set(b.port.port_group, AccessState::standby, AccessStatus::by_command);
  EXPECT_EQ(verdict(copy({{0, 1, 1, 0, 0}})), "A/0D02");
}

TEST_F(ExtendedCopy, PassesOnWhatTheDisksSay) {
  for (const std::size_t at : {0U, 1U}) {
    a.fail_at = at;
    a.io_result = -EIO;
    EXPECT_EQ(verdict(copy({{0, 1, 1, 0, 0}})), "A/0D01");
    a.io_result = -ENOSPC;
    EXPECT_EQ(verdict(copy({{0, 1, 1, 0, 0}})), "7/2707");
  }
}

TEST_F(ExtendedCopy, CanBeSwitchedOff) {
  a.unit.attributes.emulate_3pc = false;
  EXPECT_EQ(verdict(copy({{0, 1, 1, 0, 0}})), "5/2000");
  EXPECT_EQ(verdict(a.run({0x84, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 46}, 46)), "5/2000");
}

TEST_F(ExtendedCopy, TellsWhatItCanDo) {
  const Outcome outcome = a.run({0x84, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 46}, 46);
  EXPECT_EQ(outcome.data_in,
            (Octets{0, 0, 0, 0x2A, 1, 0, 0, 0, 0, 32, 0, 64, 0, 0, 0x10, 0, 0x10, 0, 0, 0, 0, 0, 0,
                    0, 0, 0, 0,    0, 0, 0, 0, 0, 0,  0, 0,  1, 1, 9,    9, 9,    0, 0, 0, 2, 2, 0xE4}));
}

}  // namespace
}  // namespace lunet::scsi
