// SPDX-License-Identifier: Apache-2.0
#include "engine/control/device_facts.h"

#include <gmock/gmock.h>

namespace lunet::control {
namespace {

using testing::Contains;
using testing::Key;
using testing::Not;
using testing::Pair;

backstore::Properties solid_state_disk() {
  backstore::Properties properties;
  properties.block_bytes = 512;
  properties.write_cache = true;
  properties.rotational = false;
  properties.can_unmap = true;
  properties.limits.name = "sdb";
  properties.limits.major = 8;
  properties.limits.minor = 16;
  properties.limits.physical_block_bytes = 4096;
  properties.limits.minimum_io_bytes = 4096;
  properties.limits.transfer_bytes_max = 1U << 20;
  properties.limits.queue_depth = 64;
  properties.limits.discard_bytes_max = 1ULL << 50;
  properties.limits.discard_granularity_bytes = 4096;
  properties.limits.write_zeroes_bytes_max = 1U << 25;
  return properties;
}

}  // namespace

TEST(DeviceFacts, GivesLimitsInBlocksOfTheDevice) {
  const auto facts = facts_of(solid_state_disk());
  EXPECT_THAT(facts.values, Contains(Pair("attrib/hw_block_size", "512")));
  EXPECT_THAT(facts.values, Contains(Pair("attrib/optimal_sectors", "2048")));
  EXPECT_THAT(facts.values, Contains(Pair("attrib/is_nonrot", "1")));
  EXPECT_THAT(facts.values, Contains(Pair("attrib/emulate_write_cache", "1")));
  EXPECT_THAT(facts.values, Contains(Pair("attrib/max_unmap_lba_count", "1048576")));
  EXPECT_THAT(facts.values, Contains(Pair("attrib/unmap_granularity", "8")));
  EXPECT_THAT(facts.settings, Contains(Pair("major", "8")));
  EXPECT_THAT(facts.settings, Contains(Pair("device", "sdb")));
}

TEST(DeviceFacts, LeavesTheDefaultsOfWhatNobodyTells) {
  backstore::Properties properties;
  properties.block_bytes = 4096;
  const auto facts = facts_of(properties);
  EXPECT_THAT(facts.values, Contains(Pair("attrib/block_size", "4096")));
  for (const char* file : {"optimal_sectors", "hw_queue_depth", "max_unmap_lba_count"}) {
    EXPECT_THAT(facts.values, Not(Contains(Key(std::string("attrib/") + file))));
  }
}

TEST(DeviceFacts, DescribesPhysicalBlocks) {
  scsi::Unit unit;
  backstore::Properties properties = solid_state_disk();
  properties.limits.alignment_offset_bytes = 3584;
  describe_device(properties, unit);
  EXPECT_EQ(unit.physical_block_exponent, 3);
  EXPECT_EQ(unit.lowest_aligned_lba, 7);
  EXPECT_EQ(unit.optimal_granularity_blocks, 8);
  unit = {};
  unit.attributes.block_size = 4096;
  describe_device(backstore::Properties{}, unit);
  EXPECT_EQ(unit.physical_block_exponent, 0);
  EXPECT_EQ(unit.optimal_granularity_blocks, 1);
}

}  // namespace lunet::control
