// SPDX-License-Identifier: Apache-2.0
#include "store/fold.h"

#include <gmock/gmock.h>
#include <sys/time.h>

#include "store/test_folder.h"

namespace lunet::store {

using testing::ElementsAre;
using testing::SizeIs;

TEST(Fold, FoldsAnOutgrownJournalAndKeepsItsHistory) {
  const TestFolder folder;
  const Options small{.snapshot_bytes = 2000};
  const auto store = opened(folder, small);
  const auto reader = opened(folder, small);
  for (std::uint64_t i = 1; i <= 100; ++i) {
    ASSERT_EQ(set_size(*store, i).number, i);
    ASSERT_EQ(reader->head()->tree, tree_of_size(i));
  }
  EXPECT_TRUE(folder.has("snapshot.lio"));
  EXPECT_TRUE(folder.has("journal-0.lio"));
  EXPECT_LT(folder.read("journal.lio").size(), 3000U);
  const auto fresh = opened(folder);
  for (Store* each : {store.get(), reader.get(), fresh.get()}) {
    EXPECT_THAT(numbers(*each, 0), SizeIs(100));
    EXPECT_THAT(numbers(*each, 3), ElementsAre(98, 99, 100));
  }
  for (std::uint64_t i = 1; i <= 100; ++i) ASSERT_EQ(size_in(*store->at(i)), std::to_string(i));
  EXPECT_EQ(opened(folder)->head()->tree, tree_of_size(100));
}

TEST(Fold, PrunesWhatIsBothOldAndBeyondTheCount) {
  const TestFolder folder;
  const auto age = [&] {
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
      const timeval old[2] = {{1, 0}, {1, 0}};
      ASSERT_EQ(::utimes(entry.path().c_str(), old), 0);
    }
  };
  const auto commit = [&](const Options& options, std::uint64_t from, std::uint64_t to) {
    const auto store = opened(folder, options);
    for (std::uint64_t i = from; i <= to; ++i) set_size(*store, i);
  };
  const Options options{.snapshot_bytes = 1000, .keep_generations = 20, .keep_days = 90};
  commit(options, 1, 50);
  EXPECT_THAT(numbers(*opened(folder), 0), SizeIs(50)) << "young ones stay, however many";
  age();
  commit({.snapshot_bytes = 1000, .keep_generations = 1000, .keep_days = 90}, 51, 60);
  EXPECT_THAT(numbers(*opened(folder), 0), SizeIs(60)) << "few ones stay, however old";
  age();
  commit(options, 61, 70);
  const auto store = opened(folder);
  const auto kept = numbers(*store, 0);
  EXPECT_GE(kept.size(), 20U);
  EXPECT_LT(kept.size(), 60U);
  EXPECT_EQ(kept.back(), 70U);
  for (const std::uint64_t number : kept) ASSERT_EQ(size_in(*store->at(number)), std::to_string(number));
  EXPECT_EQ(store->at(kept.front() - 1).error().errnum, ENOENT);
  EXPECT_EQ(store->at(0).error().errnum, ENOENT);
}

/// Commits until the journal was folded twice; gives the number of the newest generation, and of the first
/// fold's.
static std::pair<std::uint64_t, std::uint64_t> two_folds(const TestFolder& folder, const Options& options) {
  const auto store = opened(folder, options);
  std::vector<std::uint64_t> folds;
  std::size_t size = 0;
  for (std::uint64_t number = 1;; ++number) {
    set_size(*store, number);
    const std::size_t grown = folder.read("journal.lio").size();
    if (grown < size) folds.push_back(number);
    if (folds.size() == 2) return {number, folds[0]};
    size = grown;
  }
}

/// Puts a file's second name back as its first.
static void put_back(const TestFolder& folder, const std::string& from, const std::string& to) {
  std::filesystem::remove(folder.file(to));
  std::filesystem::create_hard_link(folder.file(from), folder.file(to));
}

/// The states in which a kill may leave a fold, made from the finished one: each must read as before and go
/// on.
TEST(Fold, MayBeInterruptedAnywhere) {
  const Options small{.snapshot_bytes = 1000};
  for (int done = 0; done < 4; ++done) {
    const TestFolder folder;
    auto [number, base] = two_folds(folder, small);
    const std::string folded_journal = "journal-" + std::to_string(base) + ".lio";
    const std::string folded_snapshot = "snapshot-" + std::to_string(base) + ".lio";
    put_back(folder, folded_journal, "journal.lio");
    if (done < 3) put_back(folder, folded_snapshot, "snapshot.lio");
    if (done < 2) std::filesystem::remove(folder.file(folded_journal));
    if (done < 1) std::filesystem::remove(folder.file(folded_snapshot));
    const auto store = opened(folder, small);
    ASSERT_EQ(store->head()->generation.number, number) << done;
    ASSERT_EQ(store->history(0)->size(), number) << done;
    for (int more = 0; more < 30; ++more) set_size(*store, ++number);
    ASSERT_EQ(opened(folder)->history(0)->size(), number) << done;
    for (std::uint64_t i = 1; i <= number; ++i) {
      const auto tree = opened(folder)->at(i);
      ASSERT_TRUE(tree) << done << " " << tree.error().message;
      ASSERT_EQ(size_in(*tree), std::to_string(i)) << done;
    }
  }
}

}  // namespace lunet::store
