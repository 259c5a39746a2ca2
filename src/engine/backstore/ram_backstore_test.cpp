// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>

#include "engine/backstore/backstore_test_support.h"

namespace lunet::backstore {
namespace {

using testing::Each;

std::unique_ptr<Backstore> open(const RamOptions& options) {
  auto opened = open_ram(options);
  EXPECT_TRUE(opened) << opened.error().message;
  return *std::move(opened);
}

/// Memory of this process that is really there.
std::int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  std::int64_t total = 0;
  std::int64_t resident = 0;
  file >> total >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

TEST(RamBackstore, HasNoCacheAndTakesUnmaps) {
  const auto properties = open({.size_bytes = 512})->properties();
  EXPECT_EQ(properties.size_bytes, 512U);
  EXPECT_FALSE(properties.write_cache);
  EXPECT_FALSE(properties.rotational);
  EXPECT_TRUE(properties.can_unmap);
}

TEST(RamBackstore, TakesMemoryOnlyWhereItWasWritten) {
  // Far more than the machine has, and still inside the addresses that ThreadSanitizer leaves.
  constexpr std::uint64_t size_bytes = 1ULL << 39;
  const auto disk = open({.size_bytes = size_bytes});
  Client client(*disk);
  const auto bytes = pattern(4096, 1);
  for (const std::uint64_t offset : {std::uint64_t{0}, size_bytes / 2 + 1, size_bytes - 4096}) {
    EXPECT_EQ(client.write(offset, bytes), 0);
    EXPECT_TRUE(client.content(offset, bytes.size()) == bytes);
  }
}

TEST(RamBackstore, GivesUnmappedMemoryBack) {
  constexpr std::int64_t size_bytes = 256 << 20;
  const auto disk = open({.size_bytes = size_bytes});
  Client client(*disk);
  const auto before = resident_bytes();
  EXPECT_EQ(client.fill(0, size_bytes, pattern(65536, 1)), 0);
  const auto filled = resident_bytes();
  EXPECT_GE(filled - before, size_bytes * 3 / 4);
  EXPECT_EQ(client.unmap(0, size_bytes), 0);
  EXPECT_LE(resident_bytes(), filled - size_bytes * 3 / 4);
}

TEST(RamBackstore, NeedsASize) {
  const auto opened = open_ram({});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().errnum, EINVAL);
}

TEST(RamBackstore, SaysWhenTheSystemRefusesTheSpace) {
  for (const std::uint64_t size_bytes : {std::uint64_t{1} << 60, ~std::uint64_t{0}}) {
    const auto opened = open_ram({.size_bytes = size_bytes});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().errnum, ENOMEM);
    EXPECT_THAT(opened.error().message, testing::HasSubstr("RAM disk"));
    EXPECT_THAT(opened.error().hint, testing::HasSubstr("smaller size"));
  }
}

TEST(NullBackstore, DropsWritesAndReadsZeros) {
  const auto disk = open({.size_bytes = 1ULL << 50, .nullio = true});
  Client client(*disk);
  EXPECT_EQ(client.write(4096, pattern(4096, 1)), 0);
  EXPECT_EQ(client.unmap(0, 1ULL << 50), 0);
  EXPECT_EQ(client.flush(), 0);
  EXPECT_THAT(client.content(0, 16384), Each(0));
  std::vector<std::uint8_t> bytes(512);
  EXPECT_EQ(client.read(1ULL << 50, bytes), -EINVAL);
}

}  // namespace
}  // namespace lunet::backstore
