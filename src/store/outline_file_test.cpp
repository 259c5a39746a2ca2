// SPDX-License-Identifier: Apache-2.0
#include "store/outline_file.h"

#include <gmock/gmock.h>

#include "store/reader.h"
#include "store/test_folder.h"

namespace lunet::store {
namespace {

constexpr unsigned many = 1500;

config::Path disk_at(unsigned i) {
  return {{config::ObjectClass::storage, "fileio"}, {config::ObjectClass::disk, "d" + std::to_string(i)}};
}

/// A store whose snapshot is large enough to have an outline, and a journal behind it.
void fill(const TestFolder& folder, const Options& options = {.snapshot_bytes = 1000}) {
  const auto store = opened(folder, options);
  edit(*store, "many", [](config::Tree& tree) {
    for (unsigned i = 0; i < many; ++i) {
      tree.ensure(disk_at(i)).attributes = {{"path", "/srv/vm" + std::to_string(i)}, {"size", "65536"}};
    }
  });
  edit(*store, "one", [](config::Tree& tree) { tree.ensure(disk_at(7)).attributes["size"] = "1"; });
}

std::size_t unread_in(const config::Tree& tree) {
  return tree.find({{config::ObjectClass::storage, "fileio"}})->children.unread_count();
}

}  // namespace

TEST(OutlineFile, IsWrittenWithTheSnapshotAndRead) {
  const TestFolder folder;
  fill(folder);
  ASSERT_TRUE(folder.has("snapshot.outline"));
  EXPECT_LT(folder.read("snapshot.outline").size(), folder.read("snapshot.lio").size() / 50);
  const auto head = opened(folder)->head();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->tree.find(disk_at(7))->attribute("size"), "1");
  EXPECT_GT(unread_in(head->tree), many - 200);
  std::filesystem::remove(folder.file("snapshot.outline"));
  EXPECT_TRUE(opened(folder)->head()->tree == head->tree);
}

TEST(OutlineFile, IsMadeAgainByWhoHoldsTheLock) {
  const TestFolder folder;
  fill(folder);
  const std::string kept = folder.read("snapshot.outline");
  std::filesystem::remove(folder.file("snapshot.outline"));
  ASSERT_TRUE(opened(folder)->head());
  EXPECT_FALSE(folder.has("snapshot.outline")) << "a reader changes nothing";
  const auto store = opened(folder);
  const auto lock = store->lock("a test", 60'000);
  ASSERT_TRUE(store->head());
  EXPECT_EQ(folder.read("snapshot.outline"), kept);
}

TEST(OutlineFile, DamagedOrOfAnotherSnapshotIsNotUsed) {
  const TestFolder folder;
  fill(folder);
  const TestFolder other;
  {
    const auto store = opened(other, {.snapshot_bytes = 1000});
    edit(*store, "others", [](config::Tree& tree) {
      for (unsigned i = 0; i < many; ++i) tree.ensure(disk_at(i)).attributes["path"] = "/other";
    });
  }
  const std::string kept = folder.read("snapshot.outline");
  const config::Tree tree = opened(folder)->head()->tree;
  const auto expect_the_same = [&] {
    const auto head = opened(folder)->head();
    ASSERT_TRUE(head) << head.error().message;
    EXPECT_TRUE(head->tree == tree);
  };
  folder.write("snapshot.outline", other.read("snapshot.outline"));
  expect_the_same();
  for (const std::string& text :
       {std::string(), kept.substr(0, kept.size() / 2), "# lunet store 9 outline\n" + kept}) {
    folder.write("snapshot.outline", text);
    expect_the_same();
  }
  for (std::size_t at = 0; at < kept.size(); at += kept.size() / 40) {
    std::string damaged = kept;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    folder.write("snapshot.outline", damaged);
    expect_the_same();
  }
}

TEST(OutlineFile, HidesNoDamageOfTheSnapshot) {
  const TestFolder folder;
  fill(folder);
  const std::string snapshot = folder.read("snapshot.lio");
  for (std::size_t at = 30; at < snapshot.size(); at += snapshot.size() / 40) {
    std::string damaged = snapshot;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    folder.write("snapshot.lio", damaged);
    const auto head = opened(folder)->head();
    ASSERT_FALSE(head) << at;
    EXPECT_EQ(head.error().errnum, EBADMSG);
  }
}

TEST(OutlineFile, ASmallSnapshotHasNone) {
  const TestFolder folder;
  const auto store = opened(folder, {.snapshot_bytes = 1000});
  for (std::uint64_t i = 1; i <= 20; ++i) set_size(*store, i);
  ASSERT_TRUE(folder.has("snapshot.lio"));
  EXPECT_FALSE(folder.has("snapshot.outline"));
}

}  // namespace lunet::store
