// SPDX-License-Identifier: Apache-2.0
#include "schema/builder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "schema/test_schemas.h"

namespace lunet::schema {
namespace {

std::string builder_mistake(std::string_view text) {
  Schema schema;
  const PolicyText one{"t", text};
  const auto added = schema.add({&one, 1});
  return added ? "none" : added.error().message.substr(0, added.error().message.find('\n'));
}

Schema schema_of(std::string_view text) {
  Schema schema;
  const PolicyText one{"t", text};
  const auto added = schema.add({&one, 1});
  EXPECT_TRUE(added) << added.error().message;
  return schema;
}

}  // namespace

TEST(Builder, ReadsThePolicyOfTheOriginal) {
  const Schema schema = schema_of(
      "storage fileio disk %str { path %str; size %bytes; buffered %bool(yes); attribute { block_size "
      "%int(512) } }\n"
      "fabric f target %naa tpgt %int {\n"
      "    lun %int backend %backend\n"
      "    acl %str mapped_lun %int { target_lun @(-3 lun); write_protect %bool(no) }\n"
      "    x %str(\"a b\")\n"
      "    empty %str(\"\")\n"
      "}\n");
  const Kind& disk = test_kind(schema, "storage fileio disk a");
  EXPECT_TRUE(disk.attribute("", "path")->required);
  EXPECT_EQ(disk.attribute("", "path")->kernel_change, Change::recreate);
  EXPECT_FALSE(disk.attribute("", "buffered")->required);
  EXPECT_EQ(disk.attribute("", "buffered")->default_on(Runtime::lunetd), "yes");
  EXPECT_EQ(disk.attribute("", "buffered")->kernel_change, Change::in_place);
  const Kind& tpg = test_kind(schema, "fabric f target t tpgt 1");
  EXPECT_EQ(tpg.attribute("", "x")->kernel_default, "a b");
  EXPECT_EQ(tpg.attribute("", "empty")->kernel_default, "");
}

TEST(Builder, MergesWhatStandsInSeveralPlaces) {
  const Schema schema = schema_of(
      "fabric f target %naa x %int\nfabric f { y %int(1) }\nfabric f target %naa { x %bool(yes) }\nfabric "
      "g|f2 {}\n");
  EXPECT_EQ(schema.root().children.size(), 2U);
  EXPECT_EQ(test_kind(schema, "fabric f target t").attribute("", "x")->kernel_default, "yes")
      << "the later rule";
  EXPECT_NE(test_kind(schema, "fabric f").attribute("", "y"), nullptr);
}

TEST(Builder, KeepsFlags) {
  const Schema schema = schema_of(
      "storage s directory(d) only(kernel) disk %name {\n"
      "  a %int(1) kernel(2) lunetd(3) unexported since(6.12)\n  b %int recreate optional also(c) secret\n  "
      "d %int state\n"
      "  e %int(1) recreate\n  f %int in_place\n  g %int optional obsolete only(lunetd)\n  h %int "
      "counter\n  i %int(1) recreate(kernel)\n}");
  const Kind& disk = test_kind(schema, "storage s disk x");
  EXPECT_EQ(test_kind(schema, "storage s").fact("directory"), "d");
  EXPECT_EQ(disk.attribute("", "a")->default_on(Runtime::kernel), "2");
  EXPECT_EQ(disk.attribute("", "a")->default_on(Runtime::lunetd), "3");
  EXPECT_EQ(disk.attribute("", "a")->lunetd_change, Change::unexported);
  EXPECT_EQ(disk.attribute("", "a")->since, "6.12");
  EXPECT_FALSE(disk.attribute("", "b")->required);
  EXPECT_EQ(disk.attribute("", "b")->lunetd_change, Change::recreate);
  EXPECT_TRUE(disk.attribute("", "c")->secret);
  EXPECT_FALSE(disk.attribute("", "d")->required);
  EXPECT_EQ(disk.attribute("", "e")->kernel_change, Change::recreate);
  EXPECT_EQ(disk.attribute("", "f")->kernel_change, Change::in_place);
  EXPECT_TRUE(disk.attribute("", "f")->required);
  EXPECT_FALSE(disk.attribute("", "g")->on_kernel);
  EXPECT_TRUE(disk.attribute("", "g")->obsolete);
  EXPECT_EQ(disk.attribute("", "h")->attribute_class, AttributeClass::counter);
  EXPECT_EQ(disk.attribute("", "i")->change_on(Runtime::kernel), Change::recreate);
  EXPECT_EQ(disk.attribute("", "i")->change_on(Runtime::lunetd), Change::in_place);
}

TEST(Builder, RefusesWhatMakesNoSense) {
  EXPECT_EQ(builder_mistake("storage s x %int(a)"), "t:1:18: the default 'a' is not a whole number");
  EXPECT_EQ(builder_mistake("storage s x %int optionl"),
            "t:1:18: there is no flag 'optionl'; did you mean 'optional'?");
  EXPECT_EQ(builder_mistake("storage s x %int since"), "t:1:18: 'since' needs a value: since(...)");
  EXPECT_EQ(builder_mistake("storage s x %int secret(1)"), "t:1:18: 'secret' has no value");
  EXPECT_EQ(builder_mistake("storage s x %int only(both)"), "t:1:18: 'only' is only(kernel) or only(lunetd)");
  EXPECT_EQ(builder_mistake("storage s x %int recreate(x)"),
            "t:1:18: 'recreate' is recreate(kernel) or recreate(lunetd)");
  EXPECT_EQ(builder_mistake("storage s modul(x) {}"),
            "t:1:11: there is no flag 'modul'; did you mean 'module'?");
  EXPECT_EQ(builder_mistake("fabric f target %naa\nfabric f target %iqn"),
            "t:2:18: the identifier of this target is %naa already");
  EXPECT_EQ(builder_mistake("storage s group { disk %name }"), "t:1:19: a group holds attributes only");
  EXPECT_EQ(builder_mistake("storage s disk %name x @(-2 lun)"),
            "policy: 'x' of disk refers to a lun 2 levels above, which may not exist there");
  EXPECT_EQ(builder_mistake("storage s disk %name x @(-9 disk)"),
            "policy: 'x' of disk refers to a disk 9 levels above, which may not exist there");
}

TEST(Builder, SurvivesAnyPolicy) {
  const auto seed = std::random_device()();
  std::mt19937 random(seed);
  constexpr std::string_view parts[] = {"storage s ",
                                        "disk %name ",
                                        "disk a|b ",
                                        "{ ",
                                        "}\n",
                                        "x %int ",
                                        "x %bool(yes) ",
                                        "optional ",
                                        "y @(-1 disk) ",
                                        "group ",
                                        "also(x) ",
                                        "%word[a b](a) ",
                                        "\n",
                                        ";",
                                        "z %int[1..2](3) ",
                                        "lunetd(1) ",
                                        "numbered "};
  std::size_t good = 0;
  for (int i = 0; i < 2000; ++i) {
    std::string text;
    for (std::size_t n = random() % 10; n > 0; --n) text += parts[random() % std::size(parts)];
    Schema schema;
    const PolicyText one{"t", text};
    good += schema.add({&one, 1}) ? 1U : 0U;
  }
  EXPECT_GT(good, 10U) << "seed " << seed;
}

}  // namespace lunet::schema
