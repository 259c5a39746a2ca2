// SPDX-License-Identifier: Apache-2.0
#include "engine/backstore/block_queue.h"

#include <gtest/gtest.h>
#include <sys/sysmacros.h>

#include "engine/backstore/backstore_test_support.h"
#include "engine/backstore/loop_device_test_support.h"

namespace lunet::backstore {
namespace {

/// Bytes where direct I/O takes them from.
struct AlignedBuffer {
  static constexpr std::size_t page = 4096;
  explicit AlignedBuffer(std::size_t size)
      : bytes(static_cast<std::uint8_t*>(std::aligned_alloc(page, (size + page - 1) / page * page)),
              &std::free),
        all(bytes.get(), size) {
    std::fill(all.begin(), all.end(), std::uint8_t{0xA5});
  }
  std::unique_ptr<std::uint8_t, void (*)(void*)> bytes;
  MutableBytes all;
};

/// A block device without the page cache, for each size of sector.
struct DirectDisk : testing::TestWithParam<std::uint32_t> {
  void SetUp() override {
    device = LoopDevice::attach(folder.file("disk", disk_size), false, sector);
    if (!device) GTEST_SKIP() << "no loop device can be set up here";
    auto opened = open_file({.path = device->path(), .direct = true});
    ASSERT_TRUE(opened) << opened.error().message;
    backstore = *std::move(opened);
    client = std::make_unique<Client>(*backstore);
  }
  void TearDown() override {
    client.reset();
    backstore.reset();
  }
  std::vector<std::uint8_t> on_medium() const {
    std::vector<std::uint8_t> content(disk_size);
    const Fd file(::open((folder.path() + "/disk").c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_EQ(::pread(file.get(), content.data(), content.size(), 0), static_cast<ssize_t>(disk_size));
    return content;
  }

  static constexpr std::uint64_t disk_size = 8U << 20;
  const std::uint32_t sector = GetParam();
  TemporaryFolder folder;
  std::optional<LoopDevice> device;
  std::unique_ptr<Backstore> backstore;
  std::unique_ptr<Client> client;
};
INSTANTIATE_TEST_SUITE_P(Sectors, DirectDisk, testing::Values(512U, 4096U),
                         [](const auto& sector) { return std::to_string(sector.param); });

}  // namespace

TEST(BlockQueue, KnowsNothingOfADeviceThatIsNotThere) {
  const BlockQueue queue = read_block_queue(makedev(4000, 1));
  EXPECT_EQ(queue.logical_block_bytes, 512U);
  EXPECT_TRUE(queue.write_back) << "the careful answer";
  EXPECT_EQ(queue.limits.discard_bytes_max, 0U);
}

TEST_P(DirectDisk, WritesAndReadsSectors) {
  AlignedBuffer data(4U * sector);
  const auto bytes = pattern(4U * sector, 3);
  std::copy(bytes.begin(), bytes.end(), data.all.begin());
  EXPECT_EQ(client->write(sector, data.all), 0);
  EXPECT_EQ(client->write(8U * sector, data.all, true), 0);
  EXPECT_EQ(client->flush(), 0);
  AlignedBuffer read(4U * sector);
  EXPECT_EQ(client->read(8U * sector, read.all), 0);
  EXPECT_TRUE(std::equal(read.all.begin(), read.all.end(), bytes.begin()));
  EXPECT_TRUE(std::equal(bytes.begin(), bytes.end(), on_medium().begin() + sector));
}

TEST_P(DirectDisk, ZeroesRepeatsAndUnmaps) {
  const auto block = pattern(sector, 5);
  const std::vector<std::uint8_t> zeros(sector);
  auto expected = std::vector<std::uint8_t>(disk_size);
  for (std::uint64_t at = 0; at < 600U * sector; at += sector) {
    std::copy(block.begin(), block.end(), expected.begin() + static_cast<std::ptrdiff_t>(at));
  }
  EXPECT_EQ(client->fill(0, 600U * sector, block), 0);
  EXPECT_EQ(client->fill(sector, 3U * sector, zeros, true), 0);
  EXPECT_EQ(client->unmap(9U * sector, 100U * sector, true), 0);
  std::fill_n(expected.begin() + sector, 3U * sector, std::uint8_t{0});
  std::fill_n(expected.begin() + 9 * sector, 100U * sector, std::uint8_t{0});
  EXPECT_TRUE(on_medium() == expected);
}

TEST_P(DirectDisk, SeesThatItsDeviceGrew) {
  ASSERT_EQ(::truncate((folder.path() + "/disk").c_str(), 2 * disk_size), 0);
  ASSERT_TRUE(device->take_new_size());
  EXPECT_EQ(backstore->properties().size_bytes, disk_size);
  backstore->refresh();
  EXPECT_EQ(backstore->properties().size_bytes, 2 * disk_size);
  AlignedBuffer data(sector);
  EXPECT_EQ(client->write(2 * disk_size - sector, data.all), 0);
}

TEST_P(DirectDisk, LeavesTheWriteCacheToTheDevice) {
  const auto changed = backstore->set_write_cache(false);
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().errnum, EINVAL);
}

}  // namespace lunet::backstore
