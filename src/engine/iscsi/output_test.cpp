// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/output.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace lunet::iscsi {
namespace {

/// Everything that waits, `vector_max` entries and at most `step` bytes at a time.
std::string drain(Output& output, std::size_t vector_max, std::size_t step) {
  std::string bytes;
  std::vector<iovec> vector(vector_max);
  while (!output.empty()) {
    const std::size_t entries = output.gather(vector);
    EXPECT_GT(entries, 0u);
    if (entries == 0) break;
    std::string batch;
    for (std::size_t i = 0; i < entries; i++) {
      batch.append(static_cast<const char*>(vector[i].iov_base), vector[i].iov_len);
    }
    batch.resize(std::min(batch.size(), step));
    bytes += batch;
    output.sent(batch.size());
  }
  return bytes;
}

Payload payload(const std::string& text) {
  auto owner = std::make_shared<const std::string>(text);
  return {as_bytes(*owner), owner};
}

Header tagged(std::uint32_t tag) {
  Header header(Opcode::data_in, flag::final);
  header.set_u32(field::task_tag, tag);
  return header;
}

TEST(Output, LaysOutAPdu) {
  CommandWindow window;
  window.open(100, 10);
  Output output(window);
  output.push(tagged(7), payload("hello"), Account::none);
  const std::string bytes = drain(output, 16, 1000);
  ASSERT_EQ(bytes.size(), 48u + 8u);
  const auto* raw = reinterpret_cast<const std::uint8_t*>(bytes.data());
  EXPECT_EQ(load_be24(raw + 5), 5u);
  EXPECT_EQ(load_be32(raw + field::exp_command_sn), 100u);
  EXPECT_EQ(load_be32(raw + field::max_command_sn), 109u);
  EXPECT_EQ(bytes.substr(48), std::string("hello\0\0\0", 8));
}

TEST(Output, IsTheSameHoweverItIsSent) {
  const auto fill = [](Output& output) {
    output.use_digests(true, true);
    for (std::uint32_t i = 0; i < 20; i++) {
      output.push(tagged(i), payload(std::string(i * 13, static_cast<char>('a' + i))), Account::none);
    }
  };
  CommandWindow window;
  window.open(1, 1);
  Output reference(window);
  fill(reference);
  const std::string expected = drain(reference, 1000, 1 << 20);
  for (const std::size_t vector_max : {1u, 2u, 3u, 7u}) {
    for (const std::size_t step : {1u, 5u, 48u, 100u, 5000u}) {
      Output output(window);
      fill(output);
      EXPECT_EQ(drain(output, vector_max, step), expected) << vector_max << " " << step;
    }
  }
}

TEST(Output, ReferencesLargeDataUntilItIsSent) {
  CommandWindow window;
  Output output(window);
  Payload data = payload(std::string(4096, 'x'));
  const std::weak_ptr<const void> owner = data.owner;
  const void* address = data.bytes.data();
  output.push(tagged(1), data, Account::none);
  data = {};
  EXPECT_FALSE(owner.expired());
  std::vector<iovec> vector(4);
  ASSERT_EQ(output.gather(vector), 2u);
  EXPECT_EQ(vector[1].iov_base, address);
  output.sent(48 + 4095);
  EXPECT_FALSE(owner.expired());
  ASSERT_EQ(output.gather(vector), 1u);
  EXPECT_EQ(vector[0].iov_len, 1u);
  output.sent(1);
  EXPECT_TRUE(owner.expired());
  EXPECT_TRUE(output.empty());
}

TEST(Output, GivesPlacesBackWhenTheAnswerLeaves) {
  CommandWindow window;
  window.open(1, 2);
  Output output(window);
  output.push(tagged(1), Account::command);
  output.push(tagged(2), Account::command);
  EXPECT_EQ(window.max(), 2u);
  std::vector<iovec> vector(1);
  ASSERT_EQ(output.gather(vector), 1u);
  EXPECT_EQ(window.max(), 3u);
  ASSERT_EQ(output.gather(vector), 1u);  // the same PDU again
  EXPECT_EQ(window.max(), 3u);
  EXPECT_EQ(load_be32(static_cast<const std::uint8_t*>(vector[0].iov_base) + field::max_command_sn), 3u);
}

TEST(Output, CountsWhatNoWindowLimits) {
  CommandWindow window;
  Output output(window);
  output.push(tagged(1), payload(std::string(1000, 'x')), Account::immediate);
  output.push(tagged(2), Account::immediate);
  EXPECT_EQ(output.immediate_pdus(), 2u);
  EXPECT_EQ(output.immediate_bytes(), 1000u);
  drain(output, 8, 100000);
  EXPECT_EQ(output.immediate_pdus(), 0u);
  EXPECT_EQ(output.immediate_bytes(), 0u);
}

TEST(Output, AppliesDigestsFromThenOn) {
  CommandWindow window;
  Output output(window);
  output.push(tagged(1), payload("abcd"), Account::none);
  output.use_digests(true, true);
  output.push(tagged(2), payload("abcd"), Account::none);
  output.push(tagged(3), Account::none);
  EXPECT_EQ(drain(output, 8, 1000).size(), 52u + 60u + 52u);
}

}  // namespace
}  // namespace lunet::iscsi
