// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/command_table.h"

#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

/// CDB length by the opcode's group (SPC-4 4.2.5.1).
std::uint8_t group_length(std::uint8_t opcode) {
  constexpr std::uint8_t lengths[] = {6, 10, 10, 0, 16, 12, 0, 0};
  return lengths[opcode >> 5];
}

TEST(CommandTable, HasSoundRows) {
  for (const Command& command : commands()) {
    SCOPED_TRACE(static_cast<int>(command.opcode));
    EXPECT_EQ(command.cdb_bytes, group_length(command.opcode));
    EXPECT_EQ(command.usage[0], command.opcode);
    EXPECT_TRUE(command.run);
    EXPECT_TRUE(!command.writes || command.direction == Direction::out);
    EXPECT_TRUE(!command.has_service_action() || (command.usage[1] & 0x1F) == command.service_action);
    for (std::size_t i = command.cdb_bytes; i < command.usage.size(); ++i) EXPECT_EQ(command.usage[i], 0);
  }
}

TEST(CommandTable, FindsEachRowByItsOpcode) {
  Unit unit;
  unit.attributes.emulate_tpu = true;
  unit.knows_allocation = true;
  for (const Command& command : commands()) {
    const auto action =
        static_cast<std::uint16_t>(command.has_service_action() ? command.service_action : 0x1F);
    EXPECT_EQ(find_command(&unit, command.opcode, action), &command);
  }
}

TEST(CommandTable, KnowsOtherServiceActionsAsMissing) {
  const Unit unit;
  EXPECT_EQ(find_command(&unit, 0x9E, 0x13), nullptr);
  EXPECT_EQ(commands_of(0x9E).size(), 2U);
  EXPECT_TRUE(commands_of(0xFF).empty());
}

TEST(CommandTable, HidesCommandsThatTheUnitDoesNotHave) {
  Unit unit;
  unit.attributes.emulate_rsoc = false;
  EXPECT_EQ(find_command(&unit, 0x42), nullptr);
  EXPECT_EQ(find_command(&unit, 0xA3, 0x0C), nullptr);
  EXPECT_EQ(find_command(nullptr, 0x42), nullptr);
  unit.attributes.emulate_tpu = true;
  EXPECT_NE(find_command(&unit, 0x42), nullptr);
}

TEST(CommandTable, TakesFuaOnlyWithAWriteCache) {
  Unit unit;
  EXPECT_FALSE(takes_dpo_fua(unit));
  unit.write_cache = true;
  EXPECT_TRUE(takes_dpo_fua(unit));
  unit.attributes.emulate_fua_write = false;
  EXPECT_FALSE(takes_dpo_fua(unit));
}

}  // namespace
}  // namespace lunet::scsi
