// SPDX-License-Identifier: Apache-2.0
// PERSISTENT RESERVE IN (SPC-4 6.15).
#include "base/bytes.h"
#include "engine/scsi/commands.h"
#include "engine/scsi/logical_unit.h"
#include "engine/scsi/reply.h"
#include "engine/scsi/transport_id.h"

namespace lunet::scsi {
namespace {

using Buffer = std::vector<std::uint8_t>;

constexpr std::size_t reservation_header_bytes = 8;

/// PRGENERATION, and the length of what follows.
Buffer finished(Buffer data, const ReservationState& state) {
  store_be32(&data[0], state.generation);
  store_be32(&data[4], static_cast<std::uint32_t>(data.size() - reservation_header_bytes));
  return data;
}

Buffer keys(const ReservationState& state) {
  Buffer data(reservation_header_bytes + 8 * state.registrations.size());
  for (std::size_t i = 0; i < state.registrations.size(); ++i) {
    store_be64(&data[reservation_header_bytes + 8 * i], state.registrations[i].key);
  }
  return finished(std::move(data), state);
}

Buffer reservation(const ReservationState& state) {
  Buffer data(reservation_header_bytes);
  if (!state.reservation) return finished(std::move(data), state);
  data.resize(reservation_header_bytes + 16);
  // The key of nobody in particular where every registrant is a holder.
  const Registration* holder = state.find(state.reservation->holder);
  if (holder && !all_registrants(state.reservation->type))
    store_be64(&data[reservation_header_bytes], holder->key);
  data[reservation_header_bytes + 13] = static_cast<std::uint8_t>(state.reservation->type);
  return finished(std::move(data), state);
}

void append_status(Buffer& data, const Registration& one, const ReservationState& state) {
  const std::size_t at = data.size();
  data.resize(at + 24);
  store_be64(&data[at], one.key);
  if (one.all_target_ports) data[at + 12] |= 0x02;
  if (state.holds(one.nexus)) {
    data[at + 12] |= 0x01;  // R_HOLDER
    data[at + 13] = static_cast<std::uint8_t>(state.reservation->type);
  }
  store_be16(&data[at + 18], one.relative_port);
  const Buffer id = transport_id(one.nexus.initiator, one.nexus.isid);
  store_be32(&data[at + 20], static_cast<std::uint32_t>(id.size()));
  data.insert(data.end(), id.begin(), id.end());
}

Buffer full_status(const ReservationState& state) {
  Buffer data(reservation_header_bytes);
  for (const Registration& one : state.registrations) append_status(data, one, state);
  return finished(std::move(data), state);
}

/// CRH, SIP_C, ATP_C and, where there is a place to keep them, PTPL_C; all six types.
Buffer capabilities(const Context& context, const ReservationState& state) {
  Buffer data{0, 8, 0x1C, 0x90, 0xEA, 0x01, 0, 0};
  if (context.unit->keeps_reservations) data[2] |= 0x01;  // PTPL_C
  if (state.persists) data[3] |= 0x01;                    // PTPL_A
  return data;
}

}  // namespace

Step persistent_reserve_in(Task& task) {
  const Reservations& reservations = task.context.shared->reservations;
  if (reservations.reserved_by()) return conflict(task);
  const ReservationState state = reservations.state();
  const std::uint16_t allocation_length = load_be16(&task.cdb[7]);
  switch (task.cdb[1] & 0x1F) {
    case 0: return reply(task, keys(state), allocation_length);
    case 1: return reply(task, reservation(state), allocation_length);
    case 2: return reply(task, capabilities(task.context, state), allocation_length);
    default: return reply(task, full_status(state), allocation_length);
  }
}

}  // namespace lunet::scsi
