// SPDX-License-Identifier: Apache-2.0
#include "shell/table.h"

#include <gmock/gmock.h>

namespace lunet::shell {

using testing::ElementsAre;

namespace {

Table sample_table() {
  return {{{"name", ColumnKind::text}, {"size", ColumnKind::bytes}, {"luns", ColumnKind::number}},
          {{"d1", "1048576", "2"}, {"a long\tname", "", "10"}}};
}

}  // namespace

TEST(Table, ColumnsStandBelowEachOther) {
  EXPECT_THAT(
      table_lines(sample_table(), {}),
      ElementsAre("NAME           SIZE  LUNS", "d1           1.0MiB     2", "a long name       -    10"));
}

TEST(Table, ForAwkThereAreTabsNoHeaderAndExactBytes) {
  EXPECT_THAT(table_lines(sample_table(), {.header = false, .exact = true}),
              ElementsAre("d1\t1048576\t2", "a long name\t-\t10"));
  EXPECT_THAT(table_lines(sample_table(), {.header = false}),
              ElementsAre("d1\t1.0MiB\t2", "a long name\t-\t10"));
}

TEST(Table, ColumnsAreChosenInTheWantedOrder) {
  const auto chosen = select(sample_table(), "luns,name");
  ASSERT_TRUE(chosen);
  EXPECT_THAT(table_lines(*chosen, {.header = false}), ElementsAre("2\td1", "10\ta long name"));
}

TEST(Table, AnUnknownColumnNamesThoseThatThereAre) {
  const auto chosen = select(sample_table(), "name,bytes");
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().message, "there is no column 'bytes'");
  EXPECT_EQ(chosen.error().hint, "the columns are name,size,luns");
}

TEST(Table, NoRowsIsTheHeaderAloneOrNothing) {
  Table empty = sample_table();
  empty.rows.clear();
  EXPECT_THAT(table_lines(empty, {}), ElementsAre("NAME  SIZE  LUNS"));
  EXPECT_TRUE(table_lines(empty, {.header = false}).empty());
}

}  // namespace lunet::shell
