// SPDX-License-Identifier: Apache-2.0
// Random requests of several initiators at once, each on a part of the disk of its own, against a model in
// memory.
#include <gmock/gmock.h>

#include <functional>
#include <random>

#include "engine/backstore/backstore_test_support.h"

namespace lunet::backstore {
namespace {

constexpr std::uint64_t initiators = 4;
constexpr std::uint64_t part_bytes = 700'001;  // so the parts share pages and blocks
constexpr int requests = 300;
constexpr std::uint64_t request_bytes_max = 100'000;

/// One initiator's part and what it must hold.
class Part {
 public:
  Part(Backstore& backstore, const reactor::ReactorMaker& make, std::uint64_t number, std::uint32_t seed)
      : client_(backstore, make),
        begin_(number * part_bytes),
        random_(seed + static_cast<std::uint32_t>(number)) {}

  void perform_all() {
    for (int i = 0; i < requests && !testing::Test::HasFailure(); ++i) perform_one();
    EXPECT_TRUE(client_.content(begin_, part_bytes) == model_);
  }
  [[nodiscard]] const std::vector<std::uint8_t>& model() const { return model_; }

 private:
  std::uint64_t below(std::uint64_t limit) {
    return std::uniform_int_distribution<std::uint64_t>(0, limit - 1)(random_);
  }

  void perform_one() {
    const std::uint64_t length = 1 + below(below(4) == 0 ? request_bytes_max : 5000);
    const std::uint64_t at = below(part_bytes - length);
    const bool durable = below(8) == 0;
    const auto place = model_.begin() + static_cast<std::ptrdiff_t>(at);
    switch (below(8)) {
      case 0:
        EXPECT_EQ(client_.unmap(begin_ + at, length, durable), 0);
        std::fill_n(place, length, std::uint8_t{0});
        break;
      case 1: return fill(at, length, durable);
      case 2: EXPECT_EQ(client_.flush(), 0); break;
      case 3:
      case 4: {
        const auto content = client_.content(begin_ + at, length);
        EXPECT_TRUE(std::equal(content.begin(), content.end(), place))
            << "read " << begin_ + at << "+" << length;
        break;
      }
      default: {
        const auto bytes = pattern(length, static_cast<std::uint32_t>(random_()));
        EXPECT_EQ(client_.write(begin_ + at, bytes, durable), 0);
        std::copy(bytes.begin(), bytes.end(), place);
      }
    }
  }
  void fill(std::uint64_t at, std::uint64_t length, bool durable) {
    const auto block =
        pattern(1 + below(std::min<std::uint64_t>(length, 700)), static_cast<std::uint32_t>(random_()));
    const std::uint64_t blocks = length / block.size();
    EXPECT_EQ(client_.fill(begin_ + at, blocks * block.size(), block, durable), 0);
    for (std::uint64_t i = 0; i < blocks * block.size(); ++i) model_[at + i] = block[i % block.size()];
  }

  Client client_;
  const std::uint64_t begin_;
  std::mt19937 random_;
  std::vector<std::uint8_t> model_ = std::vector<std::uint8_t>(part_bytes);
};

void compare_with_model(Backstore& backstore, const reactor::ReactorMaker& make) {
  const std::uint32_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::vector<std::unique_ptr<Part>> parts;
  for (std::uint64_t i = 0; i < initiators; ++i)
    parts.push_back(std::make_unique<Part>(backstore, make, i, seed));
  std::vector<std::thread> threads;
  for (auto& part : parts) threads.emplace_back([&part] { part->perform_all(); });
  for (auto& thread : threads) thread.join();
  Client reader(backstore);
  for (std::uint64_t i = 0; i < initiators; ++i) {
    EXPECT_TRUE(reader.content(i * part_bytes, part_bytes) == parts[i]->model()) << "part " << i;
  }
}

using BackstoreModel = testing::TestWithParam<reactor::Engine>;
INSTANTIATE_TEST_SUITE_P(Engines, BackstoreModel, testing::ValuesIn(reactor::chosen_engines()),
                         reactor::engine_name);

TEST_P(BackstoreModel, AgreesWithARamDisk) {
  auto disk = open_ram({.size_bytes = initiators * part_bytes});
  ASSERT_TRUE(disk) << disk.error().message;
  compare_with_model(**disk, GetParam().make);
}

TEST_P(BackstoreModel, AgreesWithAWriteBackFile) {
  const TemporaryFolder folder;
  auto disk = open_file({.path = folder.file("disk", initiators * part_bytes), .write_back = true});
  ASSERT_TRUE(disk) << disk.error().message;
  compare_with_model(**disk, GetParam().make);
}

TEST_P(BackstoreModel, AgreesWithAWriteThroughFile) {
  const TemporaryFolder folder;
  auto disk = open_file({.path = folder.file("disk", initiators * part_bytes)});
  ASSERT_TRUE(disk) << disk.error().message;
  compare_with_model(**disk, GetParam().make);
}

/// Two initiators on one block race, and that is theirs; ThreadSanitizer must not call it ours.
TEST_P(BackstoreModel, LetsInitiatorsRaceOnARamDisk) {
  auto disk = open_ram({.size_bytes = 64 * 1024});
  ASSERT_TRUE(disk) << disk.error().message;
  std::vector<std::thread> threads;
  for (std::uint32_t i = 0; i < initiators; ++i) {
    threads.emplace_back([&disk, i] {
      Client client(**disk, GetParam().make);
      const auto bytes = pattern(64 * 1024, i);
      for (int round = 0; round < 50; ++round) {
        EXPECT_EQ(client.write(0, bytes), 0);
        EXPECT_EQ(client.content(0, bytes.size()).size(), bytes.size());
        EXPECT_EQ(client.unmap(100, 30'000), 0);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace lunet::backstore
