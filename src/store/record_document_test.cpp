// SPDX-License-Identifier: Apache-2.0
// docs/store.md: the record it shows is one.
#include <gmock/gmock.h>

#include <fstream>

#include "base/test_files.h"
#include "store/record.h"
#include "store/test_folder.h"

namespace lunet::store {

TEST(StoreDocument, ItsRecordIsReadAndGivesWhatItSays) {
  std::ifstream document(test::source_file("docs/store.md"));
  std::string text;
  bool inside = false;
  for (std::string line; std::getline(document, line);) {
    inside = line.starts_with("    #@ crc ") || (inside && line.starts_with("    "));
    if (inside) text += line.substr(4) + "\n";
  }
  const auto found = scan(text, 0, "docs/store.md");
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->records.size(), 1U) << text;
  EXPECT_EQ(found->records[0].generation.number, 13U);
  auto tree = config::parse("storage fileio { disk vm1 { size 1; wwn x }; disk vm2 }", "t");
  ASSERT_TRUE(tree);
  ASSERT_TRUE(apply_change(*tree, found->records[0].body, "t"));
  EXPECT_EQ(config::print(*tree), "storage fileio disk vm1 size 1\n");
}

TEST(StoreDocument, TheWayToGoOnFromASnapshotWorks) {
  const TestFolder folder;
  const auto store = opened(folder, {.snapshot_bytes = 500});
  for (std::uint64_t i = 1; i <= 10; ++i) set_size(*store, i);
  const std::string snapshot = folder.read("snapshot.lio");
  const auto at = snapshot.find(" generation ") + 12;
  const std::string number = snapshot.substr(at, snapshot.find(' ', at) - at);
  folder.write("journal.lio", "# lunet store 1 journal base " + number + "\n");
  const auto again = opened(folder);
  EXPECT_EQ(size_in(again->head()->tree), number);
  EXPECT_EQ(set_size(*again, 99).number, std::stoull(number) + 1);
}

}  // namespace lunet::store
