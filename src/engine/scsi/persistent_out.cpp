// SPDX-License-Identifier: Apache-2.0
// PERSISTENT RESERVE OUT (SPC-4 6.16): the parameter list, then the change, durable first and told to
// everybody before GOOD.
#include "engine/scsi/persistent_out.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/bytes.h"
#include "engine/scsi/aptpl.h"
#include "engine/scsi/commands.h"
#include "engine/scsi/logical_unit.h"
#include "engine/scsi/reply.h"
#include "engine/scsi/transport_id.h"

namespace lunet::scsi {
namespace {

using Action = PersistentOut::Action;

constexpr std::uint32_t list_bytes = 24;
constexpr std::uint8_t aptpl_bit = 0x01;
constexpr std::uint8_t all_ports_bit = 0x04;
constexpr std::uint8_t names_others_bit = 0x08;
constexpr std::uint8_t unregister_bit = 0x02;

Action action_of(const Task& task) {
  return static_cast<Action>(task.cdb[1] & 0x1F);
}

std::uint32_t list_length(const Task& task) {
  return load_be32(&task.cdb[5]);
}

bool takes_type(Action action) {
  return action == Action::reserve || action == Action::release || action == Action::preempt ||
         action == Action::preempt_and_abort;
}

Registration registration_at(const Port& port, const std::string& initiator, std::uint64_t isid) {
  return {{initiator, isid, port.target_name, port.portal_group_tag},
          0,
          port.relative_port,
          port.lun,
          port.target_lun,
          false};
}

/// The ports that REGISTER is about: the one it came through, or with ALL_TG_PT every one that shows the
/// unit.
std::vector<Port> ports_meant(const Task& task, bool all) {
  const Context& context = task.context;
  if (all) return context.surroundings->target_ports(*context.shared);
  return {*context.port};
}

/// Registrations for the initiators in the list of TransportIDs. Or what is wrong: it is malformed, names
/// somebody who cannot log in there, or too many.
std::uint16_t read_named(const Task& task, Bytes ids, bool all, std::vector<Registration>& others) {
  while (!ids.empty()) {
    const auto id = parse_transport_id(ids);
    if (!id) return asc_invalid_field_in_parameter_list;
    ids = ids.subspan(id->bytes);
    for (const Port& port : ports_meant(task, all)) {
      if (!task.context.surroundings->may_enter(id->initiator, port))
        return asc_invalid_field_in_parameter_list;
      if (others.size() == registrations_max) return asc_insufficient_registration_resources;
      Registration one = registration_at(port, id->initiator, id->isid.value_or(0));
      one.all_target_ports = all;
      const bool twice = std::any_of(others.begin(), others.end(),
                                     [&](const Registration& other) { return other.nexus == one.nexus; });
      if (twice) return asc_invalid_field_in_parameter_list;
      others.push_back(std::move(one));
    }
  }
  return asc_none;
}

std::uint16_t read_register(const Task& task, Bytes list, PersistentOut& out) {
  const bool all = (list[20] & all_ports_bit) != 0;
  out.persists = (list[20] & aptpl_bit) != 0;
  out.names_others = (list[20] & names_others_bit) != 0;
  if (!out.names_others && list.size() != list_bytes) return asc_parameter_list_length_error;
  for (const Port& port : ports_meant(task, all)) {
    Registration one = registration_at(port, out.sender.nexus.initiator, out.sender.nexus.isid);
    one.all_target_ports = all;
    if (one.nexus == out.sender.nexus) {
      out.sender.all_target_ports = all;
    } else {
      out.others.push_back(std::move(one));
    }
  }
  if (!out.names_others) return asc_none;
  if (list.size() < list_bytes + 4 || load_be32(&list[24]) != list.size() - list_bytes - 4) {
    return asc_parameter_list_length_error;
  }
  return read_named(task, list.subspan(list_bytes + 4), all, out.others);
}

std::uint16_t read_move(const Task& task, Bytes list, PersistentOut& out) {
  out.persists = (list[17] & aptpl_bit) != 0;
  out.unregister = (list[17] & unregister_bit) != 0;
  if (load_be32(&list[20]) != list.size() - list_bytes) return asc_parameter_list_length_error;
  const std::uint16_t wanted = load_be16(&list[18]);
  const auto id = parse_transport_id(list.subspan(list_bytes));
  if (!id || id->bytes != list.size() - list_bytes) return asc_invalid_field_in_parameter_list;
  const auto ports = task.context.surroundings->target_ports(*task.context.shared);
  const auto port =
      std::find_if(ports.begin(), ports.end(), [&](const Port& one) { return one.relative_port == wanted; });
  if (port == ports.end() || !task.context.surroundings->may_enter(id->initiator, *port)) {
    return asc_invalid_field_in_parameter_list;
  }
  out.target = registration_at(*port, id->initiator, id->isid.value_or(0));
  return asc_none;
}

/// asc_none, or why the list is none.
std::uint16_t read_list(const Task& task, PersistentOut& out) {
  const Bytes list = task.data.first(task.data_wanted);
  const Context& context = task.context;
  out.action = action_of(task);
  out.key = load_be64(&list[0]);
  out.new_key = load_be64(&list[8]);
  out.sender = registration_at(*context.port, context.nexus->id().initiator, context.nexus->id().isid);
  out.type = reservation_type(task.cdb[2] & 0x0F).value_or(out.type);
  std::uint16_t error = asc_none;
  if (out.action == Action::register_key || out.action == Action::register_and_ignore) {
    error = read_register(task, list, out);
  } else if (out.action == Action::register_and_move) {
    error = read_move(task, list, out);
  } else if (list.size() != list_bytes) {
    error = asc_parameter_list_length_error;
  }
  if (error == asc_none && out.persists && !context.unit->keeps_reservations)
    error = asc_invalid_field_in_parameter_list;
  out.persists |= context.unit->attributes.force_pr_aptpl && context.unit->keeps_reservations;
  return error;
}

Step told(Task& task, int result) {
  if (result == 0) return finish(task);
  return fail(task, {SenseKey::not_ready, asc_communication_failure});
}

/// What a command is about to change. Worked out once: who may enter where can be different a moment later.
struct Change {
  ReservationState after;
  PersistentResult result;
};

/// The change is durable, if it has to be: from here on it counts.
Step commit(Task& task) {
  auto& [after, result] = *static_cast<Change*>(task.kept.get());
  task.context.shared->reservations.replace(std::move(after));
  task.effects = {.notices = std::move(result.notices), .aborted = std::move(result.preempted)};
  if (task.effects.notices.empty() && task.effects.aborted.empty()) return finish(task);
  return want_effects(task, told);
}

Step saved(Task& task, int result) {
  // Nothing has changed: neither here nor, as far as it is known, on stable storage.
  if (result != 0) return fail(task, {SenseKey::not_ready, asc_communication_failure});
  return commit(task);
}

Step on_turn(Task& task, int /*result*/) {
  const Reservations& reservations = task.context.shared->reservations;
  if (reservations.reserved_by() || reservations.locked_out()) return conflict(task);
  const ReservationState before = reservations.state();
  PersistentOut out;
  if (const std::uint16_t error = read_list(task, out); error != asc_none) return illegal(task, error);
  const auto change = std::make_shared<Change>();
  auto& [after, result] = *change;
  after = before;
  result = perform(out, after);
  if (result.kind == PersistentResult::Kind::conflict) return conflict(task);
  if (result.kind == PersistentResult::Kind::illegal) return illegal(task, result.code);
  // Those that are there may become fewer, however many they are.
  if (after.registrations.size() > std::max(registrations_max, before.registrations.size()))
    return illegal(task, asc_insufficient_registration_resources);
  if (after == before) return finish(task);
  task.kept = change;
  // What was durable has to be replaced even when the new state need not be.
  if (!before.persists && !after.persists) return commit(task);
  task.effects = {.save = after.persists ? aptpl_text(after) : aptpl_text({})};
  return want_effects(task, saved);
}

Step list_arrived(Task& task, int /*result*/) {
  return want_turn(task, on_turn);
}

}  // namespace

Step persistent_reserve_out(Task& task) {
  const Action action = action_of(task);
  const bool lu_scope = (task.cdb[2] & 0xF0) == 0;
  if (takes_type(action) && (!lu_scope || !reservation_type(task.cdb[2] & 0x0F))) {
    return illegal(task, asc_invalid_field_in_cdb);
  }
  const std::uint32_t bytes = list_length(task);
  constexpr std::uint32_t bytes_max = 65536;
  if (bytes < list_bytes || bytes > bytes_max || task.data_out_bytes < bytes) {
    return illegal(task, asc_parameter_list_length_error);
  }
  task.transfer_bytes = bytes;
  return want_data(task, bytes, list_arrived);
}

}  // namespace lunet::scsi
