// SPDX-License-Identifier: Apache-2.0
// Random CDBs and data: every command finishes, asks only for what it may, and answers only what it has.
#include <random>

#include "base/bytes.h"
#include "engine/scsi/command_table.h"
#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

constexpr std::uint64_t blocks = 64;
constexpr std::uint32_t buffer_bytes_max = 20000;

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t below(std::uint32_t end) { return static_cast<std::uint32_t>(engine_() % end); }
  bool one_in(std::uint32_t n) { return below(n) == 0; }
  std::uint8_t byte() { return static_cast<std::uint8_t>(below(256)); }
  /// Random at its beginning.
  Octets bytes(std::size_t count) {
    Octets data(count);
    for (std::size_t i = 0; i < std::min<std::size_t>(count, 256); ++i) data[i] = byte();
    return data;
  }

 private:
  std::mt19937 engine_;
};

TestDisk random_disk(Dice& dice) {
  TestDisk disk(blocks);
  UnitAttributes& attributes = disk.unit.attributes;
  attributes.emulate_tpu = !dice.one_in(3);
  attributes.emulate_tpws = !dice.one_in(3);
  attributes.max_unmap_block_desc_count = dice.below(8);
  attributes.max_unmap_lba_count = dice.below(blocks * 2);
  attributes.max_write_same_len = dice.below(blocks);
  attributes.hw_max_sectors = dice.one_in(4) ? 8 : 16384;
  attributes.emulate_ua_intlck_ctrl = static_cast<std::uint8_t>(dice.below(3));
  disk.unit.write_cache = dice.one_in(2);
  disk.unit.read_only = dice.one_in(8);
  disk.write_protected = dice.one_in(8);
  disk.mapped = !dice.one_in(8);
  disk.well_known = !disk.mapped && dice.one_in(2);
  disk.io_result = dice.one_in(8) ? -EIO : 0;
  disk.fail_at = dice.below(3);
  if (dice.one_in(4)) disk.nexus.raise(ua_power_on);
  return disk;
}

/// A command that exists, with an LBA and a length near the disk's size and at most one odd byte.
Octets tame_cdb(Dice& dice, const Command& command) {
  Octets cdb(32);
  cdb[0] = command.opcode;
  const std::size_t lba = command.cdb_bytes == 6 ? 3 : command.cdb_bytes == 16 ? 9 : 5;
  const std::size_t length = command.cdb_bytes == 6    ? 4
                             : command.cdb_bytes == 10 ? 8
                                                       : command.cdb_bytes - 3U;
  cdb[lba] = static_cast<std::uint8_t>(dice.below(blocks + 2));
  cdb[length] = static_cast<std::uint8_t>(dice.below(blocks / 2));
  if (command.opcode == 0x42) cdb[length] = static_cast<std::uint8_t>(8 + 16 * dice.below(6));
  if (dice.one_in(2)) cdb[1] = static_cast<std::uint8_t>(1U << dice.below(8));
  if (dice.one_in(4)) cdb[1 + dice.below(command.cdb_bytes - 1U)] = dice.byte();
  if (command.has_service_action()) cdb[1] = static_cast<std::uint8_t>(command.service_action);
  return cdb;
}

Octets random_cdb(Dice& dice) {
  const Command& command = commands()[dice.below(static_cast<std::uint32_t>(commands().size()))];
  if (!dice.one_in(4)) return tame_cdb(dice, command);
  Octets cdb = dice.bytes(32);
  if (dice.one_in(2)) cdb[0] = command.opcode;
  return cdb;
}

Octets random_data(Dice& dice, std::uint8_t opcode) {
  static constexpr std::uint32_t sizes[] = {0, 7, 24, 40, 200, 512, 512, 512, 1024, buffer_bytes_max};
  Octets data = dice.bytes(sizes[dice.below(std::size(sizes))]);
  if (opcode != 0x42 || dice.one_in(2)) return data;
  for (std::size_t at = 8; at + 16 <= data.size(); at += 16) {
    store_be64(&data[at], dice.below(blocks + 2));
    store_be32(&data[at + 8], dice.below(8));
  }
  return data;
}

void check(const TestDisk& disk, const Octets& cdb, const Outcome& outcome) {
  EXPECT_EQ(outcome.status == Status::check_condition, outcome.sense.has_value());
  EXPECT_LE(outcome.data_in.size(), std::size_t{buffer_bytes_max} + 512);
  EXPECT_TRUE(outcome.status == Status::good || outcome.data_in.empty());
  for (const Io& io : outcome.ios) {
    EXPECT_EQ(io.offset % 512, 0U);
    const bool changes = io.kind != Io::Kind::read && io.kind != Io::Kind::flush;
    EXPECT_FALSE(changes && (disk.unit.read_only || disk.write_protected));
    EXPECT_TRUE(!changes || io.durable || disk.unit.write_cache);
  }
  const Command* command = find_command(disk.mapped ? &disk.unit : nullptr, cdb[0], cdb[1] & 0x1F);
  EXPECT_TRUE(command || outcome.status != Status::good);
  EXPECT_TRUE(outcome.data_in.empty() || command->direction == Direction::in);
}

TEST(RandomCdb, AlwaysFinishesInBounds) {
  constexpr std::uint32_t seed = 20261123;
  constexpr int rounds = 120000;
  Dice dice(seed);
  std::size_t good = 0;
  std::array<std::size_t, 5> kinds{};
  for (int round = 0; round < rounds && !testing::Test::HasFailure(); ++round) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << ", round " << round);
    TestDisk disk = random_disk(dice);
    const Octets cdb = random_cdb(dice);
    const Octets data = random_data(dice, cdb[0]);
    Task task = disk.start(cdb, dice.below(buffer_bytes_max), static_cast<std::uint32_t>(data.size()));
    task.cdb_bytes = dice.one_in(20) ? static_cast<std::uint8_t>(dice.below(33)) : 16;
    const Outcome outcome = disk.follow(task, data);
    check(disk, cdb, outcome);
    good += outcome.status == Status::good ? 1 : 0;
    for (const Io& io : outcome.ios) ++kinds[static_cast<std::size_t>(io.kind)];
  }
  // The dice must reach the commands' insides, not only their refusals.
  EXPECT_GT(good, rounds / 5U);
  for (const std::size_t count : kinds) EXPECT_GT(count, 50U);
}

}  // namespace
}  // namespace lunet::scsi
