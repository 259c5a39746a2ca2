// SPDX-License-Identifier: Apache-2.0
// An initiator that can do what libraries cannot: task attributes, many commands on their way, any task
// management.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "base/fd.h"
#include "engine/iscsi/pdu.h"

namespace lunet::dataplane {

/// One connection on loopback, without digests. Each answer is taken by next().
class RawSession {
 public:
  struct Answer {
    iscsi::Opcode opcode = iscsi::Opcode::reject;
    std::uint32_t tag = 0;
    std::uint8_t status = 0;  ///< of a SCSI command, or the response of task management
    std::uint16_t sense = 0;  ///< ASC << 8 | ASCQ
  };

  RawSession(std::uint16_t port, const std::string& initiator, const std::string& target)
      : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    iscsi::Header login(iscsi::Opcode::login, 0x87);  // transit from operational negotiation to full feature
    login.raw[0] |= 0x40;
    login.raw[8] = 0x80;
    static std::atomic<std::uint8_t> last_isid = 0;
    login.raw[13] = ++last_isid;
    login.set_u32(iscsi::field::command_sn, command_sn_);
    const std::string zero(1, '\0');
    send(login,
         "InitiatorName=" + initiator + zero + "TargetName=" + target + zero + "SessionType=Normal" + zero);
    EXPECT_EQ(receive().opcode(), iscsi::Opcode::login_response);
    EXPECT_EQ(last_.raw[36], 0) << "login refused";
  }

  /// SAM-5 attributes as iSCSI numbers them.
  enum Attribute : std::uint8_t { simple = 1, ordered, head_of_queue, aca };

  void test_unit_ready(std::uint32_t tag, Attribute attribute, std::uint8_t lun = 0) {
    command(tag, attribute, lun, {0x00}, 0);
  }
  void inquiry(std::uint32_t tag) { command(tag, simple, 0, {0x12, 0, 0, 0, 36}, 36); }
  /// One block of 512 bytes.
  void read(std::uint32_t tag, Attribute attribute, std::uint8_t lun = 0) {
    command(tag, attribute, lun, {0x28, 0, 0, 0, 0, 0, 0, 0, 1}, 512);
  }
  /// So many reads of one block in one system call, and all their answers.
  void read_together(std::uint32_t first_tag, std::uint32_t count) {
    std::string commands;
    for (std::uint32_t i = 0; i < count; ++i) {
      iscsi::Header header(iscsi::Opcode::scsi_command, static_cast<std::uint8_t>(0x80U | 0x40U | simple));
      header.set_u32(iscsi::field::task_tag, first_tag + i);
      header.set_u32(20, 512);
      header.set_u32(iscsi::field::command_sn, command_sn_++);
      header.raw[32] = 0x28;
      header.raw[40] = 1;
      commands.append(header.raw.begin(), header.raw.end());
    }
    EXPECT_EQ(::send(socket_.get(), commands.data(), commands.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(commands.size()));
    for (std::uint32_t i = 0; i < count; ++i) EXPECT_EQ(receive().opcode(), iscsi::Opcode::data_in);
  }
  /// Sends its data with the command.
  void write(std::uint32_t tag, const std::vector<std::uint8_t>& cdb, const std::string& data) {
    iscsi::Header header(iscsi::Opcode::scsi_command, static_cast<std::uint8_t>(0x80U | 0x20U | simple));
    header.set_u32(iscsi::field::task_tag, tag);
    header.set_u32(20, static_cast<std::uint32_t>(data.size()));
    header.set_u32(iscsi::field::command_sn, command_sn_++);
    std::copy(cdb.begin(), cdb.end(), &header.raw[32]);
    send(header, data);
  }
  /// RESERVE(6), RELEASE(6).
  void plain(std::uint32_t tag, std::uint8_t opcode) { command(tag, simple, 0, {opcode}, 0); }
  void persistent_out(std::uint32_t tag, std::uint8_t action, std::uint8_t key, std::uint8_t new_key,
                      std::uint8_t type = 0) {
    std::string list(24, '\0');
    list[7] = static_cast<char>(key);
    list[15] = static_cast<char>(new_key);
    write(tag, {0x5F, action, type, 0, 0, 0, 0, 0, 24}, list);
  }
  void manage(std::uint32_t tag, iscsi::TaskManagement::Function function, std::uint32_t referenced_tag = 0) {
    iscsi::Header request(iscsi::Opcode::task_management,
                          static_cast<std::uint8_t>(0x80U | static_cast<unsigned>(function)));
    request.raw[0] |= 0x40;
    request.set_u32(iscsi::field::task_tag, tag);
    request.set_u32(iscsi::field::transfer_tag, referenced_tag);
    request.set_u32(iscsi::field::command_sn, command_sn_);
    send(request, {});
  }

  Answer next() {
    receive();
    Answer answer{last_.opcode(), last_.task_tag(), last_.raw[3], 0};
    if (answer.opcode == iscsi::Opcode::task_management_response) answer.status = last_.raw[2];
    if (answer.opcode == iscsi::Opcode::scsi_response && data_.size() >= 16) {
      answer.sense = load_be16(&data_[14]);
    }
    return answer;
  }
  /// next(), which must be the status of this command.
  std::uint8_t status_of(std::uint32_t tag) {
    const Answer answer = next();
    EXPECT_EQ(answer.tag, tag);
    EXPECT_NE(answer.opcode, iscsi::Opcode::task_management_response);
    return answer.status;
  }
  /// next(), which must be the answer to this request.
  std::uint8_t response_to(std::uint32_t tag) {
    const Answer answer = next();
    EXPECT_EQ(answer.tag, tag);
    EXPECT_EQ(answer.opcode, iscsi::Opcode::task_management_response);
    return answer.status;
  }
  /// Asks until there is one.
  std::uint16_t next_unit_attention() {
    for (;;) {
      test_unit_ready(0x70000000, head_of_queue);
      const Answer answer = next();
      if (answer.status != 0) return answer.sense;
    }
  }
  /// Unit attentions that are pending, and are not any more.
  std::vector<std::uint16_t> unit_attentions(std::uint8_t lun = 0) {
    std::vector<std::uint16_t> codes;
    for (;;) {
      test_unit_ready(0x70000000, head_of_queue, lun);
      const Answer answer = next();
      if (answer.status == 0) return codes;
      codes.push_back(answer.sense);
    }
  }

 private:
  void command(std::uint32_t tag, Attribute attribute, std::uint8_t lun, const std::vector<std::uint8_t>& cdb,
               std::uint32_t bytes) {
    iscsi::Header header(iscsi::Opcode::scsi_command,
                         static_cast<std::uint8_t>(0x80U | (bytes != 0 ? 0x40U : 0U) | attribute));
    header.raw[9] = lun;
    header.set_u32(iscsi::field::task_tag, tag);
    header.set_u32(20, bytes);
    header.set_u32(iscsi::field::command_sn, command_sn_++);
    std::copy(cdb.begin(), cdb.end(), &header.raw[32]);
    send(header, {});
  }
  void send(iscsi::Header header, std::string data) {
    header.set_data_bytes(static_cast<std::uint32_t>(data.size()));
    data.resize(data.size() + iscsi::pad_bytes(static_cast<std::uint32_t>(data.size())));
    data.insert(data.begin(), header.raw.begin(), header.raw.end());
    EXPECT_EQ(::send(socket_.get(), data.data(), data.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(data.size()));
  }
  void receive_exactly(std::uint8_t* data, std::size_t size) {
    if (size == 0) return;
    EXPECT_EQ(::recv(socket_.get(), data, size, MSG_WAITALL), static_cast<ssize_t>(size));
  }
  const iscsi::Header& receive() {
    receive_exactly(last_.raw.data(), last_.raw.size());
    data_.resize(last_.data_bytes() + iscsi::pad_bytes(last_.data_bytes()));
    receive_exactly(data_.data(), data_.size());
    return last_;
  }

  Fd socket_;
  std::uint32_t command_sn_ = 1;
  iscsi::Header last_;
  std::vector<std::uint8_t> data_;
};

}  // namespace lunet::dataplane
