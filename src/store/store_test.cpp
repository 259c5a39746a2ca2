// SPDX-License-Identifier: Apache-2.0
#include "store/store.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <ctime>

#include "store/test_folder.h"

namespace lunet::store {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST(Store, StartsEmptyAtGenerationZero) {
  const TestFolder folder;
  const auto store = opened(folder);
  const auto head = store->head();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->generation.number, 0U);
  EXPECT_EQ(head->tree, config::Tree{});
  EXPECT_EQ(head->runtime, "");
  EXPECT_THAT(numbers(*store, 0), IsEmpty());
  EXPECT_EQ(*store->at(0), config::Tree{});
}

TEST(Store, KeepsWhoWhenAndWhy) {
  const TestFolder folder;
  const auto before = std::time(nullptr);
  const Generation made = set_size(*opened(folder), 7);
  EXPECT_EQ(made.number, 1U);
  EXPECT_EQ(made.why, "size 7");
  EXPECT_THAT(made.who, HasSubstr("(" + std::to_string(::getuid()) + ")"));
  const auto head = opened(folder)->head();
  ASSERT_TRUE(head);
  EXPECT_EQ(head->generation.number, 1U);
  EXPECT_EQ(head->generation.who, made.who);
  EXPECT_EQ(head->generation.why, "size 7");
  EXPECT_GE(head->generation.time_s, before);
  EXPECT_EQ(head->tree, tree_of_size(7));
}

TEST(Store, NamesTheUserBehindSudo) {
  if (::getuid() != 0) GTEST_SKIP() << "only root's environment is believed";
  const TestFolder folder;
  ::setenv("SUDO_USER", "alice", 1);
  const Generation made = set_size(*opened(folder), 1);
  ::unsetenv("SUDO_USER");
  EXPECT_EQ(made.who, "root (0) for alice");
}

TEST(Store, HistoryListsTheNewestOnesAndAtGivesEach) {
  const TestFolder folder;
  const auto store = opened(folder);
  for (std::uint64_t i = 1; i <= 5; ++i) set_size(*store, i * 10);
  EXPECT_THAT(numbers(*store, 0), ElementsAre(1, 2, 3, 4, 5));
  EXPECT_THAT(numbers(*store, 2), ElementsAre(4, 5));
  for (std::uint64_t i = 1; i <= 5; ++i) EXPECT_EQ(*store->at(i), tree_of_size(i * 10));
  EXPECT_EQ(*store->at(0), config::Tree{});
  const auto none = store->at(6);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().errnum, ENOENT);
  EXPECT_EQ(none.error().message, "generation 6 is not kept; 0 to 5 are");
}

TEST(Store, TheJournalHasTheChangesOnlyAndReadsAsText) {
  const TestFolder folder;
  const auto store = opened(folder);
  edit(*store, "two disks", [](config::Tree& tree) {
    tree.ensure(disk_a).attributes = {{"path", "/srv/my disk"}, {"size", "1"}};
    tree.ensure({disk_a[0], {config::ObjectClass::disk, "b"}});
  });
  edit(*store, "one\nless", [](config::Tree& tree) {
    ASSERT_TRUE(tree.remove({disk_a[0], {config::ObjectClass::disk, "b"}}));
    tree.ensure(disk_a).attributes = {{"size", "2"}};
  });
  const std::string journal = folder.read("journal.lio");
  EXPECT_THAT(journal, StartsWith("# lunet store 1 journal base 0\n#@ crc "));
  EXPECT_THAT(journal, HasSubstr("why \"two disks\"\n"
                                 "storage fileio {\n"
                                 "    disk a {\n"
                                 "        path \"/srv/my disk\"\n"
                                 "        size 1\n"
                                 "    }\n"
                                 "    disk b\n"
                                 "}\n"));
  EXPECT_THAT(journal, HasSubstr(" generation 2 base 1 time "));
  EXPECT_THAT(journal, HasSubstr("why $\"one\\nless\"\n"
                                 "delete storage fileio disk b\n"
                                 "storage fileio disk a {\n"
                                 "    size 2\n"
                                 "    path ~~~\n"
                                 "}\n"));
  EXPECT_EQ(*opened(folder)->at(2), tree_of_size(2));
}

TEST(Store, AnOpenStoreSeesWhatOthersCommit) {
  const TestFolder folder;
  const auto reader = opened(folder);
  const auto writer = opened(folder);
  ASSERT_EQ(reader->head()->generation.number, 0U);
  for (std::uint64_t i = 1; i <= 3; ++i) {
    set_size(*writer, i);
    const auto head = reader->head();
    ASSERT_TRUE(head);
    EXPECT_EQ(head->generation.number, i);
    EXPECT_EQ(head->tree, tree_of_size(i));
  }
  set_size(*reader, 4);
  EXPECT_EQ(writer->head()->tree, tree_of_size(4));
}

TEST(Store, RefusesACommitOnAnOldGeneration) {
  const TestFolder folder;
  const auto store = opened(folder);
  const auto old = store->head();
  set_size(*store, 1);
  const auto lock = store->lock("t", 0);
  const auto made = store->commit(*old, tree_of_size(2), "late");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().errnum, ESTALE);
  EXPECT_EQ(store->head()->tree, tree_of_size(1));
}

TEST(Store, RefusesWhatTheLanguageCannotWriteAndStaysUsable) {
  const TestFolder folder;
  const auto store = opened(folder);
  set_size(*store, 1);
  {
    const auto lock = store->lock("t", 0);
    const auto head = store->head();
    config::Tree tree = head->tree;
    tree.ensure(disk_a).attributes["a-b"] = "1";
    const auto made = store->commit(*head, tree, "x");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().errnum, EINVAL);
    EXPECT_THAT(made.error().message, HasSubstr("an attribute named a-b"));
  }
  set_size(*store, 2);
  EXPECT_THAT(numbers(*store, 0), ElementsAre(1, 2));
}

TEST(Store, RecordsTheRuntime) {
  const TestFolder folder;
  ASSERT_TRUE(opened(folder)->record_runtime("kernel"));
  EXPECT_EQ(opened(folder)->head()->runtime, "kernel");
  ASSERT_TRUE(opened(folder)->record_runtime("lunetd"));
  EXPECT_EQ(opened(folder)->head()->runtime, "lunetd");
  EXPECT_EQ(folder.read("runtime"), "# lunet store 1 runtime\nlunetd\n");
}

TEST(Store, FilesAndFolderAreTheOwnersAlone) {
  const TestFolder folder;
  const mode_t mask = ::umask(0);
  const std::string path = folder.file("above/state");
  const auto store = open(path, {.snapshot_bytes = 100});
  ASSERT_TRUE(store);
  for (std::uint64_t i = 1; i <= 5; ++i) set_size(**store, i);
  ASSERT_TRUE((*store)->record_runtime("lunetd"));
  ::umask(mask);
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0700U);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U) << entry.path();
    ++files;
  }
  EXPECT_GE(files, 5U);
}

TEST(Store, RefusesAFolderThatCannotBeOne) {
  const TestFolder folder;
  folder.write("file", "");
  EXPECT_EQ(open(folder.file("file")).error().errnum, ENOTDIR);
  EXPECT_EQ(open(folder.file("file/below")).error().errnum, ENOTDIR);
  EXPECT_THAT(open(folder.file("file")).error().message, HasSubstr(folder.file("file")));
  ASSERT_EQ(::chmod(folder.path().c_str(), 0777), 0);
  EXPECT_EQ(open(folder.path()).error().errnum, EPERM);
}

TEST(Store, RefusesALaterVersionsFiles) {
  for (const char* name : {"journal.lio", "snapshot.lio", "runtime"}) {
    const TestFolder folder;
    folder.write(name, "# lunet store 2 something\n");
    const auto store = open(folder.path());
    ASSERT_FALSE(store) << name;
    EXPECT_EQ(store.error().errnum, EINVAL);
    EXPECT_EQ(
        store.error().message,
        folder.file(name) + " was written by a later version of Lunet: format 2, this one reads up to 1");
  }
}

}  // namespace lunet::store
