// SPDX-License-Identifier: Apache-2.0
#include "store/reader.h"

#include <gmock/gmock.h>

#include "store/test_folder.h"

namespace lunet::store {

using testing::ElementsAre;

TEST(Reader, SeesWholeGenerationsBesideAWriterThatFoldsAndPrunes) {
  constexpr std::uint64_t last = 300;
  const TestFolder folder;
  set_size(*opened(folder), 1);
  Child writer([&] {
    const auto store = opened(folder, {.snapshot_bytes = 600, .keep_generations = 5, .keep_days = -1});
    for (std::uint64_t i = 2; i <= last; ++i) set_size(*store, i);
    return 0;
  });
  const auto kept_open = opened(folder);
  std::uint64_t seen = 0;
  while (seen < last) {
    const auto head = kept_open->head();
    ASSERT_TRUE(head) << head.error().message;
    ASSERT_GE(head->generation.number, seen);
    seen = head->generation.number;
    ASSERT_EQ(size_in(head->tree), std::to_string(seen));
    const auto fresh = opened(folder)->head();
    ASSERT_TRUE(fresh) << fresh.error().message;
    ASSERT_EQ(size_in(fresh->tree), std::to_string(fresh->generation.number));
    const auto history = kept_open->history(3);
    ASSERT_TRUE(history) << history.error().message;
    ASSERT_GE(history->back().number, seen);
    const auto tree = kept_open->at(fresh->generation.number);
    const std::string found = tree ? size_in(*tree) : "not kept any more";
    ASSERT_TRUE(tree || tree.error().errnum == ENOENT) << tree.error().message;
    ASSERT_TRUE(!tree || found == std::to_string(fresh->generation.number)) << found;
  }
  EXPECT_EQ(writer.wait(), 0);
}

TEST(Reader, ReadsOnlyWhatWasAppended) {
  const TestFolder folder;
  const auto store = opened(folder);
  set_size(*store, 1);
  const Reader reader(folder.path());
  auto known = reader.newest({});
  ASSERT_TRUE(known);
  set_size(*store, 2);
  // Damage in what was read already cannot be noticed, so that part was not read again.
  std::string journal = folder.read("journal.lio");
  journal[3] = 'X';
  folder.write("journal.lio", journal);
  auto newer = reader.newest(*known);
  ASSERT_TRUE(newer) << newer.error().message;
  EXPECT_EQ(newer->generation.number, 2U);
  EXPECT_EQ(newer->tree, tree_of_size(2));
  EXPECT_FALSE(reader.newest({}));
}

TEST(Reader, NoticesThatTheJournalIsAnotherOne) {
  const TestFolder folder;
  set_size(*opened(folder), 1);
  const Reader reader(folder.path());
  auto known = reader.newest({});
  ASSERT_TRUE(known);
  const TestFolder other;
  set_size(*opened(other), 5);
  folder.write("journal.lio", other.read("journal.lio"));
  const auto newest = reader.newest(*known);
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->tree, tree_of_size(5));
}

TEST(Reader, ListsFoldedJournalsOnly) {
  const TestFolder folder;
  for (const char* name :
       {"journal-10.lio", "journal-9.lio", "journal-x.lio", "journal.lio", "snapshot-9.lio"}) {
    folder.write(name, "");
  }
  EXPECT_THAT(*Reader(folder.path()).folded_bases(), ElementsAre(9, 10));
}

}  // namespace lunet::store
