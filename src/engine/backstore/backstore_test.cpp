// SPDX-License-Identifier: Apache-2.0
// What every backstore does, run for each kind and each engine.
#include "engine/backstore/backstore.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>

#include "engine/backstore/backstore_test_support.h"
#include "engine/backstore/loop_device_test_support.h"

namespace lunet::backstore {
namespace {

constexpr std::uint64_t size_bytes = 4U << 20;

using KindAndEngine = std::tuple<std::string, reactor::Engine>;

struct AnyBackstore : testing::TestWithParam<KindAndEngine> {
  void SetUp() override {
    const std::string& kind = std::get<0>(GetParam());
    if (kind == "ram") {
      accept(open_ram({.size_bytes = size_bytes}));
    } else if (kind == "device") {
      device = LoopDevice::attach(folder.file("disk", size_bytes));
      if (!device) GTEST_SKIP() << "no loop device can be set up here";
      accept(open_file({.path = device->path()}));
    } else {
      accept(open_file({.path = folder.file("disk", size_bytes), .write_back = kind == "write_back"}));
    }
  }
  void TearDown() override {
    client.reset();
    backstore.reset();
  }
  void accept(Result<std::unique_ptr<Backstore>> opened) {
    ASSERT_TRUE(opened) << opened.error().message;
    backstore = *std::move(opened);
    client = std::make_unique<Client>(*backstore, std::get<1>(GetParam()).make);
  }

  TemporaryFolder folder;
  std::optional<LoopDevice> device;
  std::unique_ptr<Backstore> backstore;
  std::unique_ptr<Client> client;
};
INSTANTIATE_TEST_SUITE_P(Kinds, AnyBackstore,
                         testing::Combine(testing::Values("ram", "write_through", "write_back", "device"),
                                          testing::ValuesIn(reactor::chosen_engines())),
                         [](const auto& info) {
                           return std::get<0>(info.param) + "_" + std::get<1>(info.param).name;
                         });

TEST_P(AnyBackstore, TellsItsSize) {
  EXPECT_EQ(backstore->properties().size_bytes, size_bytes);
}

TEST_P(AnyBackstore, ReadsZerosWhereNothingWasWritten) {
  EXPECT_TRUE(all_zero(client->content(0, size_bytes)));
}

TEST_P(AnyBackstore, ReadsBackWhatWasWrittenAtOddPlaces) {
  const std::vector<std::pair<std::uint64_t, std::size_t>> places{
      {0, 1}, {511, 1025}, {8191, 2}, {65536, 65536}, {size_bytes - 100'001, 100'001}};
  std::uint32_t seed = 0;
  for (const auto& [offset, size] : places) EXPECT_EQ(client->write(offset, pattern(size, ++seed)), 0);
  seed = 0;
  for (const auto& [offset, size] : places)
    EXPECT_TRUE(client->content(offset, size) == pattern(size, ++seed));
  EXPECT_EQ(client->content(1, 1)[0], 0);
  EXPECT_EQ(client->content(8190, 1)[0], 0);
}

TEST_P(AnyBackstore, KeepsDurableWritesAndFlushes) {
  EXPECT_EQ(client->write(4096, pattern(4096, 1), true), 0);
  EXPECT_EQ(client->flush(), 0);
  EXPECT_TRUE(client->content(4096, 4096) == pattern(4096, 1));
}

TEST_P(AnyBackstore, ReadsZerosWhereItWasUnmapped) {
  auto expected = pattern(1U << 20, 1);
  ASSERT_EQ(client->write(0, expected), 0);
  const std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges{
      {512, 512}, {8192, 4096}, {20'480 - 512, 12'288 + 1024}, {262'144, 524'288}, {1'048'575, 1}};
  for (const auto& [offset, length] : ranges) {
    EXPECT_EQ(client->unmap(offset, length, offset == 8192), 0);
    std::fill_n(expected.begin() + static_cast<std::ptrdiff_t>(offset), length, std::uint8_t{0});
  }
  EXPECT_TRUE(client->content(0, expected.size()) == expected);
}

TEST_P(AnyBackstore, RepeatsABlock) {
  const auto block = pattern(512, 7);
  constexpr std::uint64_t offset = 1536;
  constexpr std::uint64_t length = 5000 * 512;  // more than one piece of work
  EXPECT_EQ(client->fill(offset, length, block, true), 0);
  const auto content = client->content(0, size_bytes);
  const auto begin = content.begin() + offset;
  for (auto at = begin; at != begin + length; at += 512) {
    ASSERT_TRUE(std::equal(block.begin(), block.end(), at)) << "at " << at - begin;
  }
  EXPECT_TRUE(all_zero({content.begin(), begin}));
  EXPECT_TRUE(all_zero({begin + length, content.end()}));
}

TEST_P(AnyBackstore, TellsHolesFromData) {
  using Run = std::pair<std::uint64_t, bool>;
  // Memory comes in large pages, and goes in small ones.
  ASSERT_EQ(client->write(0, pattern(size_bytes, 1)), 0);
  ASSERT_EQ(client->flush(), 0);
  ASSERT_EQ(client->unmap(0, 65536), 0);
  ASSERT_EQ(client->unmap(131072, size_bytes - 131072), 0);
  if (!backstore->properties().knows_allocation) {
    EXPECT_EQ(client->map(0, size_bytes), Run(size_bytes, true));
    return;
  }
  EXPECT_EQ(client->map(0, size_bytes), Run(65536, false));
  EXPECT_EQ(client->map(65536, size_bytes - 65536), Run(65536, true));
  EXPECT_EQ(client->map(65536 + 512, 1024), Run(1024, true));
  EXPECT_EQ(client->map(131072, size_bytes - 131072), Run(size_bytes - 131072, false));
  ASSERT_EQ(client->unmap(65536, 32768), 0);
  EXPECT_EQ(client->map(0, size_bytes), Run(98304, false));
}

TEST_P(AnyBackstore, RefusesWhatIsNotInsideTheDisk) {
  std::vector<std::uint8_t> bytes(1024);
  EXPECT_EQ(client->read(size_bytes - 1024, bytes), 0);
  EXPECT_EQ(client->read(size_bytes - 1023, bytes), -EINVAL);
  EXPECT_EQ(client->write(size_bytes, bytes), -EINVAL);
  EXPECT_EQ(client->write(~std::uint64_t{0} - 511, bytes), -EINVAL);
  EXPECT_EQ(client->unmap(1, size_bytes), -EINVAL);
  EXPECT_EQ(client->fill(size_bytes, 1024, bytes), -EINVAL);
  EXPECT_EQ(client->fill(0, 1023, bytes), -EINVAL) << "no whole number of blocks";
  EXPECT_EQ(client->fill(0, 1024, {}), -EINVAL);
}

TEST_P(AnyBackstore, AcceptsEmptyRanges) {
  EXPECT_EQ(client->read(size_bytes, {}), 0);
  EXPECT_EQ(client->write(size_bytes, {}), 0);
  EXPECT_EQ(client->unmap(0, 0), 0);
  EXPECT_EQ(client->fill(0, 0, pattern(512, 1)), 0);
}

}  // namespace
}  // namespace lunet::backstore
