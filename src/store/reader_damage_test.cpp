// SPDX-License-Identifier: Apache-2.0
// What a power cut and a bad disk leave behind.
#include <gmock/gmock.h>

#include "store/store.h"
#include "store/test_folder.h"

namespace lunet::store {

using testing::HasSubstr;

/// Generations 1 to 3; the places where their records end.
static std::vector<std::size_t> three_generations(const TestFolder& folder) {
  std::vector<std::size_t> ends;
  const auto store = opened(folder);
  for (std::uint64_t i = 1; i <= 3; ++i) {
    set_size(*store, i);
    ends.push_back(folder.read("journal.lio").size());
  }
  return ends;
}

TEST(TornTail, IsIgnoredByReadersWhereverItWasCut) {
  const TestFolder folder;
  const auto ends = three_generations(folder);
  const std::string whole = folder.read("journal.lio");
  for (std::size_t size = ends[1]; size < whole.size(); ++size) {
    folder.write("journal.lio", whole.substr(0, size));
    const auto head = opened(folder)->head();
    ASSERT_TRUE(head) << size;
    ASSERT_EQ(head->generation.number, 2U) << size;
    ASSERT_EQ(head->tree, tree_of_size(2)) << size;
    ASSERT_EQ(folder.read("journal.lio").size(), size) << "a reader cut it";
    ASSERT_EQ(opened(folder)->history(0)->size(), 2U);
  }
}

TEST(TornTail, IsCutUnderTheLockAndTheNextGenerationFollows) {
  const TestFolder folder;
  const auto ends = three_generations(folder);
  const std::string whole = folder.read("journal.lio");
  for (std::size_t size = ends[1]; size < whole.size(); ++size) {
    folder.write("journal.lio", whole.substr(0, size));
    const auto store = opened(folder);
    ASSERT_EQ(set_size(*store, 33).number, 3U) << size;
    ASSERT_EQ(size_in(opened(folder)->head()->tree), "33");
    if (size == ends[1]) continue;
    ASSERT_EQ(folder.read("journal.torn"), whole.substr(ends[1], size - ends[1]));
  }
}

TEST(TornTail, MayBeOfAnyBytes) {
  const TestFolder folder;
  const auto ends = three_generations(folder);
  const std::string whole = folder.read("journal.lio");
  for (const std::string& tail :
       {std::string(500, '\0'), std::string("\n#@ crc 00000000 length 9\n"), std::string("#@ crc "),
        "#@ crc 12345678 length 99999999999 generation 4 base 3 time 1 who a why b\n" +
            std::string(80, 'x')}) {
    folder.write("journal.lio", whole + tail);
    EXPECT_EQ(opened(folder)->head()->generation.number, 3U) << tail;
  }
  // All blocks but one of the last record reached the disk.
  std::string holed = whole;
  holed.replace(ends[1] + 40, 20, 20, '\0');
  folder.write("journal.lio", holed);
  EXPECT_EQ(opened(folder)->head()->generation.number, 2U);
}

TEST(TornTail, DisappearsForAReaderThatHadSeenIt) {
  const TestFolder folder;
  three_generations(folder);
  const std::string whole = folder.read("journal.lio");
  folder.write("journal.lio", whole + "#@ crc 00");
  const auto reader = opened(folder);
  ASSERT_EQ(reader->head()->generation.number, 3U);
  set_size(*opened(folder), 4);
  const auto head = reader->head();
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->tree, tree_of_size(4));
}

TEST(Damage, InTheMiddleIsAnErrorThatNamesThePlace) {
  const TestFolder folder;
  const auto ends = three_generations(folder);
  const std::string whole = folder.read("journal.lio");
  for (std::size_t at = ends[0]; at < ends[1]; ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    folder.write("journal.lio", damaged);
    const auto store = opened(folder);
    ASSERT_FALSE(store->head()) << at;
    ASSERT_FALSE(store->history(0)) << at;
    ASSERT_FALSE(store->at(1)) << at;
    for (const auto& error : {store->head().error(), store->history(0).error(), store->at(1).error()}) {
      ASSERT_EQ(error.errnum, EBADMSG) << at;
      ASSERT_EQ(error.message, folder.file("journal.lio") + " is damaged: the record at byte " +
                                   std::to_string(ends[0]) + " is not what was written");
    }
    const auto lock = store->lock("t", 0);
    ASSERT_FALSE(store->head());
    ASSERT_EQ(folder.read("journal.lio"), damaged) << "nothing is cut";
  }
}

TEST(Damage, AMissingRecordIsAnError) {
  const TestFolder folder;
  const auto ends = three_generations(folder);
  std::string text = folder.read("journal.lio");
  folder.write("journal.lio", text.erase(ends[0], ends[1] - ends[0]));
  const auto head = opened(folder)->head();
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().errnum, EBADMSG);
  EXPECT_THAT(head.error().message, HasSubstr("goes on with generation 3 where 2 is expected"));
}

TEST(Damage, OfASnapshotOrAMissingJournalIsAnError) {
  const TestFolder folder;
  const auto store = opened(folder, {.snapshot_bytes = 1000});
  for (std::uint64_t i = 1; i <= 20; ++i) set_size(*store, i);
  const std::string snapshot = folder.read("snapshot.lio");
  folder.write("snapshot.lio", snapshot.substr(0, snapshot.size() - 1));
  EXPECT_EQ(opened(folder)->head().error().errnum, EBADMSG);
  folder.write("snapshot.lio", "");
  EXPECT_EQ(opened(folder)->head().error().errnum, EBADMSG);
  std::filesystem::remove(folder.file("snapshot.lio"));
  EXPECT_EQ(opened(folder)->head().error().errnum, EBADMSG);
  folder.write("snapshot.lio", snapshot);
  ASSERT_TRUE(opened(folder)->head());
  std::filesystem::remove(folder.file("journal.lio"));
  const auto head = opened(folder)->head();
  ASSERT_FALSE(head);
  EXPECT_THAT(head.error().message, HasSubstr("journal.lio"));
}

}  // namespace lunet::store
