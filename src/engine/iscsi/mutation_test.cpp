// SPDX-License-Identifier: Apache-2.0
// Sessions with damaged bytes, strange hosts and any chunking. Whatever happens, nothing crashes, leaks or is
// answered twice, what we send is well-formed, and each command ends exactly once. The seed is printed with a
// failure.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "engine/iscsi/test_initiator.h"

namespace lunet::iscsi::test {
namespace {

class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}
  std::uint32_t operator()() { return static_cast<std::uint32_t>(engine_()); }

 private:
  std::mt19937 engine_;
};

bool chance(Random& random, unsigned percent) {
  return random() % 100 < percent;
}

/// Answers now, later or never, asks for any amount, aborts, drops. Knows which calls are allowed.
class ChaosHost : public FakeHost {
 public:
  explicit ChaosHost(Random& source) : random_(source) {}

  void command(Connection& connection, Command& command) override {
    ASSERT_FALSE(mine_.contains(&command));
    mine_[&command] = State::idle;
    if (chance(random_, 60)) act(connection, command);
    if (chance(random_, 1)) connection.drop("chaos in command");
  }
  void data_arrived(Connection& connection, Command& command) override {
    ASSERT_EQ(mine_.at(&command), State::waiting);
    mine_[&command] = State::arrived;
    if (chance(random_, 60)) act(connection, command);
  }
  void discard(Connection& connection, Command& command) override {
    ASSERT_EQ(mine_.at(&command), State::waiting);
    forget(command);
    if (chance(random_, 3)) connection.drop("chaos in discard");
    if (chance(random_, 5)) connection.abort_commands(0, chance(random_, 50));
  }
  void manage(Connection& connection, const TaskManagement& request) override {
    if (chance(random_, 50)) connection.abort_commands(request.lun, chance(random_, 50));
    if (chance(random_, 50)) return connection.management_done(request, ManagementResponse::complete);
    later_.push_back(request);
  }
  void output_ready(Connection& connection) override {
    if (chance(random_, 1) && chance(random_, 20)) connection.drop("chaos in output_ready");
  }
  /// One thing that was left for later.
  void go_on(Connection& connection) {
    if (!later_.empty() && chance(random_, 50)) {
      const TaskManagement request = later_.back();
      later_.pop_back();
      connection.management_done(request, ManagementResponse::complete);
    }
    for (const auto& [command, state] : mine_) {
      if (state != State::waiting) return act(connection, *command);
    }
  }
  void finish_all(Connection& connection) {
    while (!mine_.empty()) end(connection, *mine_.begin()->first);
  }
  [[nodiscard]] std::size_t has() const { return mine_.size(); }
  /// Buffers of commands that have ended; a reception into them may be under way.
  void bury() { graves_.clear(); }

 private:
  enum class State : std::uint8_t { idle, waiting, arrived };

  void act(Connection& connection, Command& command) {
    if (mine_.at(&command) == State::idle && command.writes && chance(random_, 80)) {
      auto& buffer = buffers_[&command];
      buffer.resize(chance(random_, 80) ? command.expected_bytes : random_() % (command.expected_bytes + 1));
      // The state first: data may arrive, or the command be discarded, before the call returns.
      mine_[&command] = State::waiting;
      connection.want_data(command, buffer);
      return;
    }
    end(connection, command);
  }
  void end(Connection& connection, Command& command) {
    forget(command);
    const std::vector<std::uint8_t> sense(random_() % 3 == 0 ? 18 : 0, 0x70);
    auto owner = std::make_shared<const std::string>(random_() % 20000, 'd');
    Completion completion;
    completion.status = sense.empty() ? 0 : 2;
    completion.sense = sense;
    completion.data_in = {as_bytes(*owner), owner};
    completion.transfer_bytes = owner->size();
    connection.finish(command, completion);
  }
  void forget(Command& command) {
    mine_.erase(&command);
    graves_.push_back(std::move(buffers_[&command]));
    buffers_.erase(&command);
  }

  Random& random_;
  std::map<Command*, State> mine_;
  std::map<Command*, std::vector<std::uint8_t>> buffers_;
  std::vector<std::vector<std::uint8_t>> graves_;
  std::vector<TaskManagement> later_;
};

/// An initiator that mostly keeps to the rules.
class ChaosSession {
 public:
  explicit ChaosSession(unsigned seed) : random_(seed), host_(random_), initiator_(host_) {}

  void run() {
    damage_percent_ = random_() % 3 == 0 ? 0 : random_() % 8;
    Admission admission;
    admission.parameters.max_recv_data_segment_length = 40000;
    admission.parameters.nopin_timeout_s = 5;
    host_.admission = admission;
    log_in();
    for (int step = 0; step < 60 && !initiator_.connection.finished(); step++) {
      request();
      if (chance(random_, 40)) host_.go_on(initiator_.connection);
      if (chance(random_, 5)) initiator_.tick(random_() % 6);
      if (chance(random_, 2)) initiator_.connection.abort_commands(0, chance(random_, 50));
      if (chance(random_, 70)) take_answers();
    }
    end();
  }

 private:
  void log_in() {
    std::string text(names);
    if (chance(random_, 50)) text += "HeaderDigest=CRC32C,None|DataDigest=CRC32C|";
    if (chance(random_, 50)) text += "InitialR2T=No|MaxOutstandingR2T=4|FirstBurstLength=8192|";
    if (chance(random_, 50)) text += "MaxRecvDataSegmentLength=1024|MaxBurstLength=4096|X-a=b|";
    if (chance(random_, 10)) text += "SessionType=Discovery|";
    const std::string bytes = keys(text);
    if (chance(random_, 50)) {
      send(Initiator::login_header(0x04 | flag::resume), bytes.substr(0, 30));
      send(Initiator::login_header(0x04 | flag::transit | 0x03), bytes.substr(30));
    } else {
      send(Initiator::login_header(0x04 | flag::transit | 0x03), bytes);
    }
    std::string answers;
    for (const Pdu& pdu : initiator_.receive()) answers += pdu.data;
    initiator_.header_digest = answers.find("HeaderDigest=CRC32C") != std::string::npos;
    initiator_.data_digest = answers.find("DataDigest=CRC32C") != std::string::npos;
  }

  void request() {
    const std::uint32_t expected = random_() % 3 == 0 ? random_() % 60000 : 512 * (random_() % 8);
    const std::uint32_t past = initiator_.next_tag > 4 ? initiator_.next_tag - 1 - random_() % 4 : 1;
    switch (random_() % 10) {
      case 0:
      case 1: return send(initiator_.read(0, 1, expected), {});
      case 2:
      case 3:
      case 4: return write(expected);
      case 5: return answer_r2t();
      case 6:
        return send(initiator_.request(Opcode::nop_out, flag::final, chance(random_, 50)),
                    pattern(random_() % 2000));
      case 7:
        return send(initiator_.request(Opcode::text, chance(random_, 70) ? flag::final : flag::resume),
                    keys("SendTargets=All|X-a=1|"));
      case 8:
        return send(initiator_.management(chance(random_, 80) ? 1 : 5, past, initiator_.command_sn - 1), {});
      default: break;
    }
    if (chance(random_, 5)) return send(initiator_.request(Opcode::logout, flag::final), {});
    Header header = initiator_.command(flag::final, 0xff, expected, chance(random_, 30));
    if (chance(random_, 20)) header.set_u32(field::command_sn, header.command_sn() + random_() % 5 - 2);
    send(header, {});
  }

  void write(std::uint32_t expected) {
    const std::uint32_t immediate =
        std::min<std::uint32_t>(expected, chance(random_, 70) ? random_() % 33000 : 0);
    const bool more = chance(random_, 30) && immediate < expected;
    const Header header = initiator_.write(0, 8, expected, !more);
    send(header, pattern(immediate));
    if (!more) return;
    const std::uint32_t rest = std::min<std::uint32_t>(expected - immediate, 5000);
    send(Initiator::data_out(header.task_tag(), no_tag, 0, immediate, true), pattern(rest));
  }

  void answer_r2t() {
    if (r2ts_.empty()) return;
    const Pdu r2t = r2ts_.front();
    r2ts_.erase(r2ts_.begin());
    const std::uint32_t end = r2t.u32(field::buffer_offset) + r2t.u32(44);
    const std::uint32_t piece = 1 + random_() % 39000;
    std::uint32_t data_sn = 0;
    for (std::uint32_t at = r2t.u32(field::buffer_offset); at < end; at += piece) {
      const std::uint32_t size = std::min(piece, end - at);
      send(Initiator::data_out(r2t.header.task_tag(), r2t.header.transfer_tag(), data_sn++, at,
                               at + size == end),
           pattern(size));
    }
  }

  void take_answers() {
    for (Pdu& pdu : initiator_.receive()) {
      if (pdu.opcode() == Opcode::r2t) r2ts_.push_back(std::move(pdu));
    }
    host_.bury();
  }

  void send(const Header& header, std::string_view data) {
    std::string bytes = initiator_.encode(header, data);
    if (chance(random_, damage_percent_)) damage(bytes);
    std::string_view rest = bytes;
    while (!rest.empty()) {
      const std::size_t size =
          std::min<std::size_t>(rest.size(), 1 + random_() % (chance(random_, 50) ? 100 : 30000));
      rest.remove_prefix(chance(random_, 50) ? receive_directly(rest.substr(0, size))
                                             : receive(rest.substr(0, size)));
      if (chance(random_, 3)) host_.go_on(initiator_.connection);
    }
    host_.bury();
  }

  std::size_t receive(std::string_view bytes) {
    const std::vector<std::uint8_t> copy(bytes.begin(), bytes.end());
    initiator_.connection.receive(copy);
    return bytes.size();
  }
  /// As with a reception that is under way for a while.
  std::size_t receive_directly(std::string_view bytes) {
    const MutableBytes room = initiator_.connection.direct_room();
    if (room.empty()) return receive(bytes);
    if (chance(random_, 10)) initiator_.connection.abort_commands(0, chance(random_, 50));
    const std::size_t size = std::min(bytes.size(), room.size());
    std::memcpy(room.data(), bytes.data(), size);
    initiator_.connection.direct_received(size);
    return size;
  }

  void damage(std::string& bytes) {
    const std::size_t at =
        random_() % std::min<std::size_t>(bytes.size(), chance(random_, 80) ? 48 : bytes.size());
    switch (random_() % 5) {
      case 0: bytes[at] = static_cast<char>(random_()); break;
      case 1: bytes[at] = static_cast<char>(bytes[at] ^ (1 << random_() % 8)); break;
      case 2: bytes.erase(at, 1 + random_() % 8); break;
      case 3: bytes.insert(at, 1 + random_() % 8, static_cast<char>(random_())); break;
      default: bytes += bytes.substr(0, at); break;
    }
  }

  void end() {
    take_answers();
    // All that the initiator may have left open.
    if (chance(random_, 50)) {
      EXPECT_EQ(initiator_.connection.running(), host_.has());
    }
    if (!chance(random_, 30)) initiator_.connection.drop("the end");
    host_.finish_all(initiator_.connection);
    EXPECT_EQ(initiator_.connection.running(), 0u);
    take_answers();
  }

  Random random_;
  ChaosHost host_;
  Initiator initiator_;
  unsigned damage_percent_ = 0;
  std::vector<Pdu> r2ts_;
};

TEST(Mutation, NeverBreaksAnything) {
  for (unsigned seed = 1; seed <= 1500 && !testing::Test::HasFailure(); seed++) {
    SCOPED_TRACE(testing::Message() << "seed " << seed);
    ChaosSession(seed).run();
  }
}

TEST(Mutation, OfPureNoiseEndsTheConnection) {
  Random random(4711);
  for (int round = 0; round < 300; round++) {
    FakeHost host;
    Initiator initiator(host);
    if (chance(random, 50)) initiator.log_in();
    std::string noise(5000, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    initiator.chunk = 1 + random() % 100;
    initiator.feed(noise);
    initiator.connection.drop("");
  }
}

}  // namespace
}  // namespace lunet::iscsi::test
