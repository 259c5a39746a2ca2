// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>
#include <set>

#include "forgetfs/volume.h"

namespace lunet::forgetfs {
namespace {

constexpr std::uint32_t sector = 512;

std::string block(char fill) {
  return std::string(sector, fill);
}

/// The states that many power losses leave of the same history.
template <class Make>
std::set<std::string> states(Make make, std::uint64_t offset) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Image image = make();
    Random random(seed);
    Loss loss;
    image.forget(random, 0.5, loss);
    seen.insert(image.read(offset, sector));
  }
  return seen;
}

}  // namespace

TEST(Image, KeepsWhatWasSynced) {
  const auto make = [] {
    Image image(sector);
    image.write(0, block('a'));
    image.sync();
    return image;
  };
  EXPECT_EQ(states(make, 0), std::set<std::string>{block('a')});
}

TEST(Image, LeavesAnyStateSinceTheLastSyncAndNoOther) {
  const auto make = [] {
    Image image(sector);
    image.write(0, block('x'));
    image.write(0, block('a'));
    image.sync();
    image.write(0, block('b'));
    image.write(0, block('c'));
    return image;
  };
  EXPECT_EQ(states(make, 0), (std::set<std::string>{block('a'), block('b'), block('c')}));
}

TEST(Image, MakesOnlyTheRangeDurable) {
  const auto make = [] {
    Image image(sector);
    image.write(0, block('a') + block('a'));
    image.sync();
    image.write(0, block('b') + block('b'));
    image.sync_range(sector, sector);
    return image;
  };
  EXPECT_EQ(states(make, sector), std::set<std::string>{block('b')});
  EXPECT_EQ(states(make, 0), (std::set<std::string>{block('a'), block('b')}));
}

TEST(Image, ForgetsAHoleAndASize) {
  const auto make = [] {
    Image image(sector);
    image.write(0, block('a'));
    image.sync();
    image.zero(0, sector);
    image.write(sector, block('b'));
    return image;
  };
  EXPECT_EQ(states(make, 0), (std::set<std::string>{block('a'), block('\0')}));
  EXPECT_EQ(states(make, sector), (std::set<std::string>{"", block('\0'), block('b')}));
}

TEST(Image, ShowsWhatAFailedSyncLostAndNeverWritesIt) {
  Image image(sector);
  image.write(0, block('a'));
  image.sync();
  image.write(0, block('b'));
  image.lose();
  image.sync();
  EXPECT_EQ(image.read(0, sector), block('b'));
  Random random(1);
  Loss loss;
  image.forget(random, 1, loss);
  EXPECT_EQ(image.read(0, sector), block('a'));
}

TEST(Image, WritesPartsOfSectors) {
  Image image(sector);
  image.write(510, std::string("abcd"));
  EXPECT_EQ(image.size(), 514U);
  EXPECT_EQ(image.read(509, 100), std::string("\0abcd", 5));
  image.resize(511);
  image.resize(600);
  EXPECT_EQ(image.read(509, 4), std::string("\0a\0\0", 4));
}

TEST(Volume, KeepsANameOnlyAfterItsFolderWasSynced) {
  for (const bool synced : {false, true}) {
    std::size_t kept = 0;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      Volume volume({});
      Node* file = nullptr;
      ASSERT_EQ(volume.make(1, "f", S_IFREG | 0600, file), 0);
      ASSERT_EQ(volume.sync(file->id, 1), 0);
      if (synced) {
        ASSERT_EQ(volume.sync(1, 1), 0);
      }
      volume.command("forget " + std::to_string(seed));
      kept += volume.child(1, "f") == nullptr ? 0 : 1;
    }
    EXPECT_EQ(kept == 40, synced) << kept;
  }
}

TEST(Volume, RenamesWithinAFolderOnly) {
  Volume volume({});
  Node* file = nullptr;
  Node* folder = nullptr;
  ASSERT_EQ(volume.make(1, "f", S_IFREG | 0600, file), 0);
  ASSERT_EQ(volume.make(1, "d", S_IFDIR | 0700, folder), 0);
  EXPECT_EQ(volume.rename(1, "f", folder->id, "f", false), EXDEV);
  EXPECT_EQ(volume.rename(1, "f", 1, "g", false), 0);
  EXPECT_EQ(volume.child(1, "g"), file);
  EXPECT_EQ(volume.remove(1, "f", false), ENOENT);
}

TEST(Volume, FailsTheOrderedSyncOnce) {
  Volume volume({});
  Node* file = nullptr;
  ASSERT_EQ(volume.make(1, "f", S_IFREG | 0600, file), 0);
  EXPECT_EQ(volume.command("fail sync 2 5"), "ok");
  EXPECT_EQ(volume.sync(file->id, 1), 0);
  EXPECT_EQ(volume.sync(file->id, 1), EIO);
  EXPECT_EQ(volume.sync(file->id, 1), 0);
  EXPECT_EQ(volume.command("fail sync"), "error: a number is missing");
}

TEST(Volume, IsOffFromTheOrderedChangeUntilItForgets) {
  Volume volume({});
  EXPECT_EQ(volume.command("cut 2"), "ok");
  EXPECT_EQ(volume.power(true), 0);
  EXPECT_EQ(volume.power(false), 0);
  EXPECT_EQ(volume.power(true), EIO);
  EXPECT_EQ(volume.power(false), EIO);
  volume.command("forget 1");
  EXPECT_EQ(volume.power(true), 0);
}

TEST(Volume, ASyncThatFollowsADurableWriteCoversThatWriteOnly) {
  Volume volume({});
  Node* file = nullptr;
  ASSERT_EQ(volume.make(1, "f", S_IFREG | 0600, file), 0);
  file->data.write(0, block('a'));
  file->data.write(sector, block('b'));
  volume.owe_sync(file->id, 7, sector, sector);
  ASSERT_EQ(volume.sync(file->id, 7), 0);
  Random random(1);
  Loss loss;
  file->data.forget(random, 0, loss);
  EXPECT_EQ(file->data.read(0, 2 * sector), block('\0') + block('b'));
}

}  // namespace lunet::forgetfs
