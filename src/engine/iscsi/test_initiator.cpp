// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/test_initiator.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "engine/iscsi/digest.h"
#include "engine/iscsi/sequence.h"

namespace lunet::iscsi::test {

namespace {

std::size_t offset_of(const Command& command) {
  return std::size_t{load_be32(&command.cdb[2])} * 512;
}
std::size_t length_of(const Command& command) {
  return std::size_t{load_be16(&command.cdb[7])} * 512;
}

Payload payload_of(std::string_view text) {
  auto owner = std::make_shared<const std::string>(text);
  return {.bytes = as_bytes(*owner), .owner = owner};
}

std::string digest_of(std::string_view bytes) {
  Crc32c crc;
  crc.add(as_bytes(bytes));
  std::string wire(4, '\0');
  store_digest(reinterpret_cast<std::uint8_t*>(wire.data()), crc.value());
  return wire;
}

}  // namespace

std::variant<Admission, Refusal> FakeHost::admit(Connection&, const LoginIdentity& identity) {
  admitted.push_back(identity);
  return admission;
}

bool FakeHost::random(Connection&, MutableBytes bytes) {
  for (std::uint8_t& byte : bytes) byte = next_random++;
  return has_random;
}

void FakeHost::login_refused(Connection&, const LoginIdentity&, const Refusal& refusal) {
  refused.push_back(refusal);
}

void FakeHost::open_session(Connection& connection, const LoginIdentity&) {
  if (!open_at_once) return;
  if (session_refusal) return connection.session_refused(*session_refusal);
  connection.session_opened(7);
}

std::vector<DiscoveredTarget> FakeHost::discover(Connection&, std::string_view only) {
  std::vector<DiscoveredTarget> found;
  for (const auto& target : targets) {
    if (only.empty() || target.name == only) found.push_back(target);
  }
  return found;
}

void FakeHost::command(Connection& connection, Command& command) {
  commands++;
  if (on_command) return on_command(connection, command);
  Completion completion;
  switch (command.cdb[0]) {
    case 0x00: return finish_good(connection, command);
    case 0x03: {
      const std::vector<std::uint8_t> sense(18, 0x5e);
      completion.status = 0x02;
      completion.sense = sense;
      return connection.finish(command, completion);
    }
    case 0x12:
      completion.data_in = payload_of(std::string(36, 'I'));
      completion.transfer_bytes = 36;
      return connection.finish(command, completion);
    case 0x28: return read(connection, command);
    case 0x2a: return want_at_once ? want(connection, command) : held.push_back(&command);
    default: held.push_back(&command);
  }
}

void FakeHost::read(Connection& connection, Command& command) {
  Completion completion;
  completion.data_in = payload_of(std::string_view(disk).substr(offset_of(command), length_of(command)));
  completion.transfer_bytes = length_of(command);
  connection.finish(command, completion);
}

void FakeHost::want(Connection& connection, Command& command, std::optional<std::size_t> bytes) {
  auto& buffer = buffers_[&command];
  buffer.assign(bytes.value_or(std::min<std::size_t>(length_of(command), command.expected_bytes)), 0xdd);
  connection.want_data(command, buffer);
}

void FakeHost::data_arrived(Connection& connection, Command& command) {
  if (!finish_writes) return arrived.push_back(&command);
  finish_write(connection, command);
}

void FakeHost::finish_write(Connection& connection, Command& command) {
  const auto buffer = std::move(buffers_.at(&command));
  buffers_.erase(&command);
  std::copy(buffer.begin(), buffer.end(), disk.begin() + static_cast<std::ptrdiff_t>(offset_of(command)));
  finish_good(connection, command, length_of(command));
}

void FakeHost::finish_good(Connection& connection, Command& command, std::uint64_t transfer_bytes) {
  Completion completion;
  completion.transfer_bytes = transfer_bytes;
  buffers_.erase(&command);
  connection.finish(command, completion);
}

void FakeHost::discard(Connection& connection, Command& command) {
  buffers_.erase(&command);
  discarded.push_back(command.initiator_task_tag);
  if (on_discard) on_discard(connection, command);
}

void FakeHost::manage(Connection& connection, const TaskManagement& request) {
  managed.push_back(request);
  if (manage_at_once) connection.management_done(request, ManagementResponse::complete);
}

void FakeHost::output_ready(Connection& connection) {
  output_calls++;
  if (on_output) on_output(connection);
}

Initiator::Initiator(FakeHost& target, const ConnectionLimits& limits)
    : host(target), connection(target, limits, now_ms) {}

std::string Initiator::encode(Header header, std::string_view data, std::string_view ahs) const {
  header.set_data_bytes(static_cast<std::uint32_t>(data.size()));
  header.raw[4] = static_cast<std::uint8_t>(ahs.size() / 4);
  std::string bytes(as_text(header.raw));
  bytes += ahs;
  if (header_digest) bytes += digest_of(bytes);
  std::string segment(data);
  segment.append(pad_bytes(static_cast<std::uint32_t>(data.size())), '\0');
  bytes += segment;
  if (data_digest && !data.empty()) bytes += digest_of(segment);
  return bytes;
}

void Initiator::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const MutableBytes room = direct ? connection.direct_room() : MutableBytes();
    const std::size_t size = std::min(
        {bytes.size(), chunk == 0 ? bytes.size() : chunk, room.empty() ? bytes.size() : room.size()});
    if (room.empty()) {
      // A copy of its own, so that a sanitizer sees any byte read beyond it.
      const std::vector<std::uint8_t> copy(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
      connection.receive(copy);
    } else {
      std::memcpy(room.data(), bytes.data(), size);
      connection.direct_received(size);
    }
    bytes.remove_prefix(size);
  }
}

std::vector<Pdu> Initiator::receive() {
  std::vector<Pdu> pdus;
  while (connection.has_output()) {
    std::vector<iovec> vector(1 + random_() % 5);
    const std::size_t entries = connection.gather(vector);
    EXPECT_GT(entries, 0u);
    if (entries == 0) break;
    std::string batch;
    for (std::size_t i = 0; i < entries; i++) {
      batch.append(static_cast<const char*>(vector[i].iov_base), vector[i].iov_len);
    }
    batch.resize(1 + random_() % batch.size());
    pending_ += batch;
    connection.sent(batch.size());
  }
  absorb(std::exchange(pending_, {}), pdus);
  return pdus;
}

Pdu Initiator::receive_one() {
  auto pdus = receive();
  EXPECT_EQ(pdus.size(), 1u);
  return pdus.empty() ? Pdu() : pdus.front();
}

void Initiator::absorb(const std::string& bytes, std::vector<Pdu>& pdus) {
  std::string_view rest = bytes;
  const auto take = [&](std::size_t size) {
    EXPECT_GE(rest.size(), size);
    const std::string_view part = rest.substr(0, size);
    rest.remove_prefix(std::min(size, rest.size()));
    return part;
  };
  while (rest.size() >= header_bytes) {
    Pdu pdu;
    const std::string_view header = take(header_bytes);
    std::copy(header.begin(), header.end(), pdu.header.raw.begin());
    EXPECT_EQ(pdu.header.ahs_bytes(), 0u);
    if (header_digest) {
      EXPECT_EQ(take(4), digest_of(header));
    }
    const std::uint32_t size = pdu.header.data_bytes();
    const std::string_view segment = take(size + pad_bytes(size));
    pdu.data = segment.substr(0, size);
    EXPECT_EQ(segment.substr(size), std::string(pad_bytes(size), '\0'));
    if (data_digest && size > 0) {
      EXPECT_EQ(take(4), digest_of(segment));
    }
    check(pdu);
    pdus.push_back(std::move(pdu));
  }
  EXPECT_TRUE(rest.empty());
}

/// What must hold for every PDU of a target.
void Initiator::check(const Pdu& pdu) {
  const bool data_in_without_status = pdu.opcode() == Opcode::data_in && !pdu.header.has(flag::status);
  const bool ping = pdu.opcode() == Opcode::nop_in && pdu.header.task_tag() == no_tag;
  if (!data_in_without_status) {
    if (stat_sn_) {
      EXPECT_EQ(pdu.u32(field::stat_sn), *stat_sn_);
    }
    stat_sn_ = pdu.u32(field::stat_sn) + (ping || pdu.opcode() == Opcode::r2t ? 0 : 1);
  }
  if (exp_command_sn != 0) {
    EXPECT_FALSE(serial_less(pdu.u32(field::exp_command_sn), exp_command_sn));
    EXPECT_FALSE(serial_less(pdu.u32(field::max_command_sn), max_command_sn));
  }
  exp_command_sn = pdu.u32(field::exp_command_sn);
  max_command_sn = pdu.u32(field::max_command_sn);
}

Header Initiator::login_header(std::uint8_t flags, std::uint32_t command_sn) {
  Header header(Opcode::login, flags);
  header.raw[0] |= 0x40;
  const std::uint8_t isid[6] = {0x80, 1, 2, 3, 4, 5};
  std::copy(std::begin(isid), std::end(isid), &header.raw[8]);
  header.set_u32(field::task_tag, 0x1234);
  header.set_u32(field::command_sn, command_sn);
  return header;
}

Pdu Initiator::login(std::uint8_t flags, std::string_view text) {
  send(login_header(flags, command_sn), keys(text));
  return receive_one();
}

void Initiator::log_in(std::string_view more, bool discovery) {
  std::string text =
      discovery ? "InitiatorName=iqn.2026-11.org.example:host|SessionType=Discovery|" : std::string(names);
  text += more;
  const Pdu answer = login(flag::transit | 0x07, text);
  ASSERT_EQ(answer.opcode(), Opcode::login_response);
  ASSERT_EQ(answer.header.u16(36), 0u) << connection.reason();
  ASSERT_TRUE(connection.full_feature());
  header_digest = answer.data.find("HeaderDigest=CRC32C") != std::string::npos;
  data_digest = answer.data.find("DataDigest=CRC32C") != std::string::npos;
}

Header Initiator::request(Opcode opcode, std::uint8_t flags, bool immediate) {
  Header header(opcode, flags);
  header.set_u32(field::task_tag, next_tag++);
  header.set_u32(field::transfer_tag, no_tag);
  header.set_u32(field::command_sn, command_sn);
  if (immediate) {
    header.raw[0] |= 0x40;
  } else {
    command_sn++;
  }
  return header;
}

Header Initiator::command(std::uint8_t flags, std::uint8_t operation, std::uint32_t expected_bytes,
                          bool immediate) {
  Header header = request(Opcode::scsi_command, static_cast<std::uint8_t>(flags | 1), immediate);
  header.set_u32(20, expected_bytes);
  header.raw[32] = operation;
  return header;
}

Header Initiator::read(std::uint32_t block, std::uint16_t blocks, std::uint32_t expected_bytes) {
  Header header = command(flag::final | flag::read, 0x28, expected_bytes);
  header.set_u32(34, block);
  header.set_u16(39, blocks);
  return header;
}

Header Initiator::write(std::uint32_t block, std::uint16_t blocks, std::uint32_t expected_bytes, bool final) {
  Header header =
      command(static_cast<std::uint8_t>((final ? flag::final : 0) | flag::write), 0x2a, expected_bytes);
  header.set_u32(34, block);
  header.set_u16(39, blocks);
  return header;
}

Header Initiator::management(std::uint8_t function, std::uint32_t referenced_tag, std::uint32_t referenced_sn,
                             std::uint64_t lun) {
  Header header = request(Opcode::task_management, static_cast<std::uint8_t>(flag::final | function), true);
  header.set_lun(lun);
  header.set_u32(field::transfer_tag, referenced_tag);
  header.set_u32(32, referenced_sn);
  return header;
}

Header Initiator::data_out(std::uint32_t tag, std::uint32_t transfer_tag, std::uint32_t data_sn,
                           std::uint32_t offset, bool final) {
  Header header(Opcode::data_out, final ? flag::final : 0);
  header.set_u32(field::task_tag, tag);
  header.set_u32(field::transfer_tag, transfer_tag);
  header.set_u32(field::data_sn, data_sn);
  header.set_u32(field::buffer_offset, offset);
  return header;
}

void Initiator::answer_r2t(const Pdu& r2t, std::string_view all_data, std::size_t piece) {
  ASSERT_EQ(r2t.opcode(), Opcode::r2t);
  const std::uint32_t begin = r2t.u32(field::buffer_offset);
  const std::uint32_t end = begin + r2t.u32(44);
  std::uint32_t data_sn = 0;
  for (std::uint32_t at = begin; at < end; at += static_cast<std::uint32_t>(piece)) {
    const auto size = std::min<std::size_t>(piece, end - at);
    send(data_out(r2t.header.task_tag(), r2t.header.transfer_tag(), data_sn++, at, at + size == end),
         all_data.substr(at, size));
  }
}

std::string keys(std::string_view text) {
  std::string bytes(text);
  std::replace(bytes.begin(), bytes.end(), '|', '\0');
  return bytes;
}

std::string readable(std::string_view text) {
  std::string bytes(text);
  std::replace(bytes.begin(), bytes.end(), '\0', '|');
  return bytes;
}

std::string pattern(std::size_t bytes, unsigned seed) {
  std::minstd_rand random(seed);
  std::string text(bytes, '\0');
  for (char& c : text) c = static_cast<char>(random() >> 8);
  return text;
}

}  // namespace lunet::iscsi::test
