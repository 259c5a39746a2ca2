// SPDX-License-Identifier: Apache-2.0
// REPORT TARGET PORT GROUPS (SPC-4 6.37) and SET TARGET PORT GROUPS (6.45).
#include "base/bytes.h"
#include "engine/scsi/commands.h"
#include "engine/scsi/logical_unit.h"
#include "engine/scsi/reply.h"

namespace lunet::scsi {
namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr std::size_t list_header_bytes = 4;
constexpr std::size_t list_descriptor_bytes = 4;

void append_group(Buffer& data, const PortGroup& group) {
  const std::size_t at = data.size();
  data.resize(at + 8 + 4 * group.ports.size());
  data[at] = static_cast<std::uint8_t>(group.state);
  if (group.preferred) data[at] |= 0x80;
  data[at + 1] = group.supported;
  store_be16(&data[at + 2], group.id);
  data[at + 5] = static_cast<std::uint8_t>(group.status);
  data[at + 7] = static_cast<std::uint8_t>(group.ports.size());
  for (std::size_t i = 0; i < group.ports.size(); ++i) store_be16(&data[at + 8 + 4 * i + 2], group.ports[i]);
}

std::size_t descriptors(const Task& task) {
  return (task.data_wanted - list_header_bytes) / list_descriptor_bytes;
}

struct Wanted {
  AccessState state;
  std::uint16_t group;
};

Wanted wanted(const Task& task, std::size_t index) {
  const std::uint8_t* descriptor = &task.data[list_header_bytes + index * list_descriptor_bytes];
  return {static_cast<AccessState>(descriptor[0] & 0x0F), load_be16(descriptor + 2)};
}

/// All of the list can be done: a command that fails has changed nothing.
bool possible(const Task& task) {
  for (std::size_t i = 0; i < descriptors(task); ++i) {
    const auto [state, id] = wanted(task, i);
    const auto group = task.context.shared->port_groups.find(id);
    if (!group || !group->by_command || !group->supports(state)) return false;
  }
  return true;
}

Step set_next(Task& task, int result);

Step transition_over(Task& task, int /*result*/) {
  const auto [state, id] = wanted(task, task.scratch++);
  task.context.shared->port_groups.set(id, state, AccessStatus::by_command);
  task.effects = {.to_others = ua_access_state_changed};
  return want_effects(task, set_next);
}

/// Takes the next group through its transition. Task::scratch: groups that are done.
Step set_next(Task& task, int /*result*/) {
  PortGroups& groups = task.context.shared->port_groups;
  while (task.scratch < descriptors(task)) {
    const auto [state, id] = wanted(task, task.scratch);
    const auto group = groups.find(id);
    if (!group || group->state == state) {
      if (group) groups.set(id, state, AccessStatus::by_command);
      ++task.scratch;
      continue;
    }
    groups.set(id, AccessState::transitioning, group->status);
    task.effects = {.to_others = ua_access_state_changed, .delay_ms = group->transition_delay_ms};
    return want_effects(task, transition_over);
  }
  return finish(task);
}

Step states_on_turn(Task& task, int /*result*/) {
  if (!possible(task)) return illegal(task, asc_invalid_field_in_parameter_list);
  return set_next(task, 0);
}

Step states_arrived(Task& task, int /*result*/) {
  return want_turn(task, states_on_turn);
}

}  // namespace

Step report_target_port_groups(Task& task) {
  const bool extended = (task.cdb[1] & 0xE0) == 0x20;
  const auto groups = task.context.shared->port_groups.groups();
  Buffer data(extended ? 8 : 4);
  if (extended) {
    data[4] = 0x10;
    for (const PortGroup& group : groups) {
      if (group.id == task.context.port->port_group) data[5] = group.implicit_transition_s;
    }
  }
  for (const PortGroup& group : groups) append_group(data, group);
  store_be32(&data[0], static_cast<std::uint32_t>(data.size() - 4));
  return reply(task, std::move(data), load_be32(&task.cdb[6]));
}

Step set_target_port_groups(Task& task) {
  const auto own = task.context.shared->port_groups.find(task.context.port->port_group);
  if (own && !own->by_command) return illegal(task, asc_invalid_opcode);
  const std::uint32_t bytes = load_be32(&task.cdb[6]);
  if (bytes == 0) return finish(task);
  constexpr std::uint32_t bytes_max = 65536;
  if (bytes < list_header_bytes || bytes > bytes_max || task.data_out_bytes < bytes) {
    return illegal(task, asc_parameter_list_length_error);
  }
  task.transfer_bytes = bytes;
  return want_data(task, bytes, states_arrived);
}

}  // namespace lunet::scsi
