// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/response.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace lunet::iscsi {

namespace {

struct Residual {
  std::uint8_t flags = 0;
  std::uint32_t count = 0;
};

Residual residual(std::uint64_t expected, std::uint64_t moves, std::uint8_t over, std::uint8_t under) {
  if (moves == expected) return {};
  const std::uint64_t count = moves > expected ? moves - expected : expected - moves;
  return {moves > expected ? over : under, static_cast<std::uint32_t>(std::min<std::uint64_t>(
                                               count, std::numeric_limits<std::uint32_t>::max()))};
}

Residual residual_of(const Task& task, const Completion& completion) {
  const std::uint32_t expected = task.reads || task.writes ? task.expected_bytes : 0;
  return residual(expected, completion.transfer_bytes, flag::overflow, flag::underflow);
}

/// Sends the data; the last PDU takes `status` when that is given. Returns ExpDataSN.
std::uint32_t send_data(Core& core, const Task& task, const Payload& data, const Residual* status) {
  const Negotiated& agreed = core.agreed();
  // R2Ts and Data-In of one command share the numbers.
  std::uint32_t data_sn = task.data.solicitations();
  std::size_t offset = 0;
  while (offset < data.bytes.size()) {
    const std::size_t rest = data.bytes.size() - offset;
    const std::size_t burst_rest = agreed.max_burst_bytes - offset % agreed.max_burst_bytes;
    const std::size_t size = std::min<std::size_t>({rest, burst_rest, agreed.send_segment_bytes});
    const bool last = size == rest;
    Header header(Opcode::data_in, last || size == burst_rest ? flag::final : 0);
    header.set_u32(field::task_tag, task.initiator_task_tag);
    header.set_u32(field::transfer_tag, no_tag);
    header.set_u32(field::data_sn, data_sn++);
    header.set_u32(field::buffer_offset, static_cast<std::uint32_t>(offset));
    const Payload piece{.bytes = data.bytes.subspan(offset, size), .owner = data.owner};
    if (last && status != nullptr) {
      header.raw[1] |= flag::status | status->flags;
      header.set_u32(field::residual, status->count);
      core.send_status(header, piece, task.immediate ? Account::immediate : Account::command);
    } else {
      // A Data-In without status has no StatSN, but the field may carry anything.
      core.send(header, piece, Account::none);
    }
    offset += size;
  }
  return offset > 0 ? data_sn : 0;
}

void send_response(Core& core, const Task& task, const Completion& completion, std::uint32_t exp_data_sn) {
  Header header(Opcode::scsi_response, flag::final);
  header.raw[3] = completion.status;
  header.set_u32(field::task_tag, task.initiator_task_tag);
  header.set_u32(field::data_sn, exp_data_sn);
  const Residual main = residual_of(task, completion);
  header.raw[1] |= main.flags;
  header.set_u32(field::residual, main.count);
  if (task.reads && task.writes) {
    const Residual read = residual(task.expected_read_bytes, completion.data_in.bytes.size(),
                                   flag::read_overflow, flag::read_underflow);
    header.raw[1] |= read.flags;
    header.set_u32(40, read.count);
  }
  const Account account = task.immediate ? Account::immediate : Account::command;
  if (completion.sense.empty()) return core.send_status(header, {}, account);
  std::string segment(2 + completion.sense.size(), '\0');
  store_be16(reinterpret_cast<std::uint8_t*>(segment.data()),
             static_cast<std::uint16_t>(completion.sense.size()));
  std::copy(completion.sense.begin(), completion.sense.end(), segment.begin() + 2);
  core.send_status(header, owned_payload(segment), account);
}

}  // namespace

void send_completion(Core& core, const Task& task, const Completion& completion) {
  Payload data = completion.data_in;
  data.bytes =
      data.bytes.first(std::min<std::size_t>(data.bytes.size(), task.reads ? task.expected_read_bytes : 0));
  const bool bidirectional = task.reads && task.writes;
  if (completion.status == 0 && completion.sense.empty() && !bidirectional && !data.bytes.empty()) {
    const Residual status = residual_of(task, completion);
    send_data(core, task, data, &status);
    return;
  }
  send_response(core, task, completion, send_data(core, task, data, nullptr));
}

}  // namespace lunet::iscsi
