// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/rules_table_checks.h"

namespace lunet::configfs {
namespace {

TEST(CoreRules, EveryRowIsSound) {
  for (const TypeRule& type : core_rules()) expect_sound(type);
}

TEST(CoreRules, EveryDifferingDefaultNamesARowAndPasses) {
  for (const DefaultRule& row : default_rules()) {
    bool found = false;
    for (const auto types : {core_rules(), fabric_rules()})
      for (const TypeRule& type : types)
        for (const FileRule& file : type.files) {
          if (type.id != row.id || file.path != row.path) continue;
          found = true;
          if ((file.mode & 0222) != 0) {
            EXPECT_TRUE(normalise(file.accept, row.initial)) << row.path;
          }
        }
    EXPECT_TRUE(found) << row.path;
  }
}

TEST(CoreRules, PluginsAreFoundWhereTheyExist) {
  EXPECT_NE(find_plugin(Flavour::lunetd, "fileio"), nullptr);
  EXPECT_NE(find_plugin(Flavour::kernel, "iblock"), nullptr);
  EXPECT_NE(find_plugin(Flavour::lunetd, "iblock"), nullptr);
  EXPECT_EQ(find_plugin(Flavour::kernel, "nosuch"), nullptr);
}

}  // namespace
}  // namespace lunet::configfs
