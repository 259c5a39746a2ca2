// SPDX-License-Identifier: Apache-2.0
#include "store/in_sync.h"

#include <gtest/gtest.h>

#include "store/test_folder.h"

namespace lunet::store {

TEST(InSync, IsReadAsItWasWrittenAlsoOverALongerOne) {
  const TestFolder folder;
  const auto store = opened(folder);
  EXPECT_FALSE(store->in_sync());
  for (const InSync& each : {InSync{1234567, "0123456789abcdef 98765", true}, InSync{7, "a 1", false}}) {
    ASSERT_TRUE(store->record_in_sync(each));
    EXPECT_EQ(opened(folder)->in_sync(), each);
  }
}

TEST(InSync, OfWhichAPartIsMissingCountsAsNone) {
  const TestFolder folder;
  ASSERT_TRUE(write_in_sync(folder.path(), {12, "0123456789abcdef 98765", true}));
  const std::string whole = folder.read("in-sync");
  for (std::size_t size = 0; size + 1 < whole.size(); ++size) {
    folder.write("in-sync", whole.substr(0, size));
    EXPECT_FALSE(read_in_sync(folder.path())) << size;
  }
}

}  // namespace lunet::store
