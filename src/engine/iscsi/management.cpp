// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/management.h"

#include <algorithm>

namespace lunet::iscsi {

void send_management_response(Core& core, const Header& request, ManagementResponse response) {
  Header header(Opcode::task_management_response, flag::final);
  header.raw[2] = static_cast<std::uint8_t>(response);
  header.set_u32(field::task_tag, request.task_tag());
  core.send_status(header, {}, request.immediate() ? Account::immediate : Account::command);
}

void Management::receive(const Header& request) {
  using Function = TaskManagement::Function;
  const auto function = static_cast<Function>(request.flags() & 0x7f);
  if (function == Function::abort_task) return commands_.abort_task(request);
  if (function == Function::reassign) {
    return send_management_response(core_, request, ManagementResponse::reassign_unsupported);
  }
  if (function < Function::abort_task || function > Function::reassign) {
    return send_management_response(core_, request, ManagementResponse::unsupported);
  }
  if (with_host_.size() >= core_.limits.commands_max) {
    return core_.reject(request, RejectReason::too_many_immediate,
                        request.immediate() ? Account::immediate : Account::command);
  }
  with_host_.push_back(request);
  core_.host.manage(core_.connection,
                    {.function = function, .lun = request.lun(), .initiator_task_tag = request.task_tag()});
}

void Management::done(const TaskManagement& request, ManagementResponse response) {
  const auto found = std::find_if(with_host_.begin(), with_host_.end(), [&](const Header& header) {
    return header.task_tag() == request.initiator_task_tag;
  });
  if (found == with_host_.end()) return;
  const Header header = *found;
  with_host_.erase(found);
  send_management_response(core_, header, response);
}

}  // namespace lunet::iscsi
