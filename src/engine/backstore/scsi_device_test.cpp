// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <cerrno>

#include "engine/backstore/pass_through.h"

namespace lunet::backstore {

// What a device that is there answers is tested in tests/kernel/pscsi.test.sh.

TEST(ScsiDevice, MustBeThere) {
  const ScsiAddress address{97, 98, 99, 100};
  EXPECT_EQ(address.text(), "97:98:99:100");
  const auto found = find_scsi_device(address);
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().errnum, ENODEV);
  EXPECT_THAT(found.error().message, testing::HasSubstr("97:98:99:100"));
  EXPECT_EQ(open_scsi(address).error().errnum, ENODEV);
}

TEST(ScsiDevice, CommandsHaveTheLengthOfTheirGroup) {
  const auto length = [](std::uint8_t opcode, std::uint8_t additional = 0) {
    std::array<std::uint8_t, 32> cdb{};
    cdb[0] = opcode;
    cdb[7] = additional;
    return cdb_length(cdb);
  };
  EXPECT_EQ(length(0x12), 6);
  EXPECT_EQ(length(0x28), 10);
  EXPECT_EQ(length(0x5E), 10);
  EXPECT_EQ(length(0x88), 16);
  EXPECT_EQ(length(0xA0), 12);
  EXPECT_EQ(length(0xC1), 10);
  EXPECT_EQ(length(0x7F, 24), 32);
  EXPECT_EQ(length(0x7F, 250), 32);
}

}  // namespace lunet::backstore
