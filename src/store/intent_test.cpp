// SPDX-License-Identifier: Apache-2.0
#include "store/intent.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "store/test_folder.h"

namespace lunet::store {
namespace {

using testing::HasSubstr;

Intent sample_intent() {
  Intent intent;
  intent.generation.why = "/backstores/fileio create \"a b\"";
  intent.runtime = "lunetd";
  intent.files = {{"/srv/a b.img", 2049, 77, 1700000000123456789, "1:0a0b"}};
  intent.rewrites = {{"iscsi/iqn.x/tpgt_1/enable", "1", "0", "1"}, {"core/x/attrib/y", "", "a\nb", "NULL"}};
  intent.candidate = tree_of_size(2);
  return intent;
}

/// Records it at the newest generation, which gets a disk of size 1 first.
void record_sample(Store& store) {
  set_size(store, 1);
  const auto lock = store.lock("test", 0);
  ASSERT_TRUE(store.record_intent(*store.head(), sample_intent()));
}

TEST(Intent, IsReadBackByTheNextOne) {
  const TestFolder folder;
  record_sample(*opened(folder));
  const auto store = opened(folder);
  const auto found = store->open_intent(*store->head());
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_TRUE(*found);
  const Intent& intent = **found;
  const Intent sample = sample_intent();
  EXPECT_EQ(intent.generation.number, 2U);
  EXPECT_EQ(intent.generation.why, sample.generation.why);
  EXPECT_THAT(intent.generation.who, HasSubstr("("));
  EXPECT_GT(intent.generation.time_s, 0);
  EXPECT_EQ(intent.runtime, "lunetd");
  ASSERT_EQ(intent.files.size(), 1U);
  EXPECT_EQ(intent.files[0].path, "/srv/a b.img");
  EXPECT_EQ(intent.files[0].inode, 77U);
  EXPECT_EQ(intent.files[0].handle, "1:0a0b");
  EXPECT_EQ(intent.files[0].born_ns, 1700000000123456789);
  ASSERT_EQ(intent.rewrites.size(), 2U);
  EXPECT_EQ(intent.rewrites[1].during, "a\nb");
  EXPECT_EQ(size_in(intent.candidate), "2");
}

TEST(Intent, IsClosedByACommitAndByClosing) {
  const TestFolder folder;
  const auto store = opened(folder);
  record_sample(*store);
  set_size(*store, 2);
  EXPECT_FALSE(*store->open_intent(*store->head()));
  record_sample(*store);
  EXPECT_TRUE(*store->open_intent(*store->head()));
  ASSERT_TRUE(store->close_intent());
  EXPECT_FALSE(*store->open_intent(*store->head()));
}

TEST(Intent, TornAnywhereIsNone) {
  const TestFolder folder;
  const auto store = opened(folder);
  record_sample(*store);
  const std::string closed = folder.read("intent");
  record_sample(*store);
  const std::string open = folder.read("intent");
  const std::size_t same = static_cast<std::size_t>(
      std::mismatch(closed.begin(), closed.end(), open.begin(), open.end()).first - closed.begin());
  for (const std::string& old : {std::string(), closed}) {
    for (std::size_t cut = same; cut < open.size() - 1; ++cut) {
      const std::string torn = open.substr(0, cut) + (cut < old.size() ? old.substr(cut) : "");
      if (torn == open) continue;
      folder.write("intent", torn);
      const auto found = store->open_intent(*store->head());
      ASSERT_TRUE(found) << found.error().message;
      ASSERT_FALSE(*found) << cut;
    }
  }
  folder.write("intent", open + "\nwhat an earlier one left");
  EXPECT_TRUE(*store->open_intent(*store->head()));
}

TEST(Intent, OfALaterVersionIsRefused) {
  const TestFolder folder;
  const auto store = opened(folder);
  record_sample(*store);
  folder.write("intent", "# lunet store 2 intent\n");
  EXPECT_EQ(store->open_intent(*store->head()).error().errnum, EINVAL);
}

}  // namespace
}  // namespace lunet::store
