// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/rules_table_checks.h"

namespace lunet::configfs {
namespace {

TEST(FabricRules, EveryRowIsSound) {
  for (const TypeRule& type : fabric_rules()) expect_sound(type);
}

TEST(FabricRules, FabricsAreFoundWhereTheyExist) {
  EXPECT_NE(find_fabric(Flavour::lunetd, "iscsi"), nullptr);
  EXPECT_NE(find_fabric(Flavour::kernel, "loopback"), nullptr);
  EXPECT_EQ(find_fabric(Flavour::lunetd, "loopback"), nullptr);
}

}  // namespace
}  // namespace lunet::configfs
