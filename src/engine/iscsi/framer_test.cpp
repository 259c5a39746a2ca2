// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/framer.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace lunet::iscsi {
namespace {

/// Writes down what arrives. Data goes to `store`, in rooms of at most room_max bytes.
struct Recorder : PduHandler {
  std::vector<std::string> seen;
  std::string store;
  std::size_t room_max = 1 << 20;
  bool wanted = true;
  bool going_on = true;

  bool header_arrived(const Header& header, Bytes ahs) override {
    seen.push_back("header " + std::to_string(header.task_tag()) + " ahs " + std::to_string(ahs.size()));
    store.assign(header.data_bytes(), '?');
    return going_on;
  }
  MutableBytes room(std::uint32_t offset) override {
    if (!wanted) return {};
    const std::size_t rest = store.size() - offset;
    return {reinterpret_cast<std::uint8_t*>(store.data()) + offset, std::min(rest, room_max)};
  }
  bool direct(std::uint32_t) override { return true; }
  bool pdu_arrived(const Header&) override {
    seen.push_back("pdu " + store);
    return true;
  }
  void header_digest_failed() override { seen.emplace_back("header digest"); }
  bool data_digest_failed(const Header&) override {
    seen.emplace_back("data digest");
    return false;
  }
};

struct Wire {
  bool header_digest = false;
  bool data_digest = false;

  [[nodiscard]] std::string pdu(std::uint32_t tag, const std::string& data, std::size_t ahs_words = 0) const {
    Header header(Opcode::data_out, flag::final);
    header.set_u32(field::task_tag, tag);
    header.set_data_bytes(static_cast<std::uint32_t>(data.size()));
    header.raw[4] = static_cast<std::uint8_t>(ahs_words);
    std::string bytes(as_text(header.raw));
    bytes.append(ahs_words * 4, 'a');
    if (header_digest) bytes += digest(bytes);
    std::string segment = data;
    segment.append(pad_bytes(static_cast<std::uint32_t>(data.size())), '\0');
    bytes += segment;
    if (data_digest && !data.empty()) bytes += digest(segment);
    return bytes;
  }
  static std::string digest(const std::string& bytes) {
    Crc32c crc;
    crc.add(as_bytes(bytes));
    std::string wire(4, '\0');
    store_digest(reinterpret_cast<std::uint8_t*>(wire.data()), crc.value());
    return wire;
  }
};

class Chunks : public testing::TestWithParam<std::size_t> {};

TEST_P(Chunks, DoNotMatter) {
  for (const bool digests : {false, true}) {
    const Wire wire{digests, digests};
    const std::string bytes =
        wire.pdu(1, "") + wire.pdu(2, "hello") + wire.pdu(3, "", 255) + wire.pdu(4, std::string(100, 'x'), 1);
    Recorder recorder;
    recorder.room_max = 7;
    Framer framer(recorder);
    framer.use_digests(digests, digests);
    for (std::size_t at = 0; at < bytes.size(); at += GetParam()) {
      framer.receive(as_bytes(bytes).subspan(at, std::min(GetParam(), bytes.size() - at)));
    }
    EXPECT_EQ(recorder.seen, (std::vector<std::string>{"header 1 ahs 0", "pdu ", "header 2 ahs 0",
                                                       "pdu hello", "header 3 ahs 1020", "pdu ",
                                                       "header 4 ahs 4", "pdu " + std::string(100, 'x')}));
  }
}

INSTANTIATE_TEST_SUITE_P(Framer, Chunks, testing::Values(1, 2, 3, 5, 47, 48, 49, 52, 100, 10000));

TEST(Framer, NoticesAWrongHeaderDigest) {
  std::string bytes = Wire{true, false}.pdu(1, "data");
  bytes[20] ^= 1;
  Recorder recorder;
  Framer framer(recorder);
  framer.use_digests(true, false);
  framer.receive(as_bytes(bytes));
  framer.receive(as_bytes(bytes));
  EXPECT_EQ(recorder.seen, std::vector<std::string>{"header digest"});
}

TEST(Framer, NoticesAWrongDataDigest) {
  for (const std::size_t place : {std::size_t{48}, std::size_t{54}}) {  // in the data, in its padding
    std::string bytes = Wire{false, true}.pdu(1, "hello");
    bytes[place] ^= 1;
    Recorder recorder;
    Framer framer(recorder);
    framer.use_digests(false, true);
    framer.receive(as_bytes(bytes));
    EXPECT_EQ(recorder.seen, (std::vector<std::string>{"header 1 ahs 0", "data digest"}));
  }
}

TEST(Framer, StopsWhenToldTo) {
  Recorder recorder;
  recorder.going_on = false;
  Framer framer(recorder);
  framer.receive(as_bytes(Wire().pdu(1, "data") + Wire().pdu(2, "")));
  EXPECT_EQ(recorder.seen, std::vector<std::string>{"header 1 ahs 0"});
}

TEST(Framer, SkipsDataThatNobodyWants) {
  Recorder recorder;
  recorder.wanted = false;
  Framer framer(recorder);
  framer.receive(as_bytes(Wire().pdu(1, "data") + Wire().pdu(2, "")));
  EXPECT_EQ(recorder.seen,
            (std::vector<std::string>{"header 1 ahs 0", "pdu ????", "header 2 ahs 0", "pdu "}));
}

TEST(Framer, TakesLargeDataDirectly) {
  const std::string data = std::string(40000, 'd') + "end";
  for (const bool digest : {false, true}) {
    const std::string bytes = Wire{false, digest}.pdu(1, data);
    Recorder recorder;
    Framer framer(recorder);
    framer.use_digests(false, digest);
    EXPECT_TRUE(framer.direct_room().empty());
    framer.receive(as_bytes(bytes).first(48 + 100));
    std::size_t at = 48 + 100;
    while (true) {
      const MutableBytes room = framer.direct_room();
      if (room.empty()) break;
      EXPECT_GE(room.size(), Framer::direct_bytes_min);
      const std::size_t some = std::min<std::size_t>(room.size(), 9999);
      std::memcpy(room.data(), bytes.data() + at, some);
      framer.direct_received(some);
      at += some;
    }
    EXPECT_LT(bytes.size() - at, Framer::direct_bytes_min + 8);
    framer.receive(as_bytes(bytes).subspan(at));
    EXPECT_EQ(recorder.seen, (std::vector<std::string>{"header 1 ahs 0", "pdu " + data}));
  }
}

TEST(Framer, HasNoDirectRoomForSmallData) {
  Recorder recorder;
  Framer framer(recorder);
  framer.receive(as_bytes(Wire().pdu(1, std::string(16000, 'x'))).first(60));
  EXPECT_TRUE(framer.direct_room().empty());
}

}  // namespace
}  // namespace lunet::iscsi
