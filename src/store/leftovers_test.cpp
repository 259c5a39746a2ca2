// SPDX-License-Identifier: Apache-2.0
#include "store/leftovers.h"

#include <gmock/gmock.h>

#include "store/test_folder.h"

namespace lunet::store {

TEST(Leftovers, AreReadBackAndGoWhenThereAreNone) {
  const TestFolder folder;
  const auto store = opened(folder);
  EXPECT_TRUE(store->leftovers()->empty());
  ASSERT_TRUE(store->record_leftovers({{true, disk_a, "/srv/a b.img: No such file"},
                                       {false, {disk_a[0]}, "it says \"no\"\nand more", true}}));
  const auto found = *opened(folder)->leftovers();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_TRUE(found[0].pending);
  EXPECT_EQ(found[0].object, disk_a);
  EXPECT_EQ(found[0].reason, "/srv/a b.img: No such file");
  EXPECT_FALSE(found[0].runs);
  EXPECT_FALSE(found[1].pending);
  EXPECT_TRUE(found[1].runs);
  EXPECT_EQ(found[1].reason, "it says \"no\"\nand more");
  ASSERT_TRUE(store->record_leftovers({}));
  EXPECT_FALSE(folder.has("leftovers"));
  ASSERT_TRUE(store->record_leftovers({}));
}

TEST(Leftovers, DamagedAreNone) {
  const TestFolder folder;
  const auto store = opened(folder);
  folder.write("leftovers", "# lunet store 1 leftovers\npending \"storage");
  EXPECT_TRUE(store->leftovers()->empty());
  folder.write("leftovers", "x");
  EXPECT_TRUE(store->leftovers()->empty());
}

}  // namespace lunet::store
