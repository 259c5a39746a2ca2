// SPDX-License-Identifier: Apache-2.0
// EXTENDED COPY(LID1) (SPC-4 6.4) from blocks to blocks, and what RECEIVE COPY RESULTS (6.26) tells of it. A
// copy reads and writes as the initiator itself might: only units of its own session, with its reservations,
// access states and write protection, looked at again for every piece. It is done when the command ends, so
// there is nothing to ask for later.
#include <algorithm>
#include <memory>
#include <vector>

#include "base/bytes.h"
#include "engine/scsi/block_range.h"
#include "engine/scsi/commands.h"
#include "engine/scsi/logical_unit.h"
#include "engine/scsi/port_groups.h"
#include "engine/scsi/reply.h"

namespace lunet::scsi {
namespace {

// What RECEIVE COPY RESULTS promises.
constexpr std::uint16_t targets_max = 32;
constexpr std::uint16_t segments_max = 64;
constexpr std::uint32_t list_bytes_max = 4096;
constexpr std::uint32_t segment_bytes_max = 256U << 20;

constexpr std::size_t copy_header_bytes = 16;
constexpr std::size_t target_bytes = 32;
constexpr std::size_t segment_bytes = 28;
constexpr std::uint8_t target_type = 0xE4;   // identification descriptor
constexpr std::uint8_t segment_type = 0x02;  // block device to block device
/// Read at once, then written.
constexpr std::uint32_t piece_bytes = 1U << 20;

/// One segment, in bytes.
struct Segment {
  const Peer* source = nullptr;
  const Peer* destination = nullptr;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::uint64_t length = 0;

  /// Blocks that are still to be read would be overwritten.
  [[nodiscard]] bool backwards() const {
    return source->shared == destination->shared && to > from && to - from < length;
  }
};

struct Piece {
  std::uint64_t at = 0;  ///< in the segment
  std::uint64_t length = 0;
};

struct Copy {
  std::vector<Segment> segments;
  std::size_t current = 0;
  std::uint64_t done = 0;  ///< of the current segment

  [[nodiscard]] Piece piece() const {
    const Segment& segment = segments[current];
    const std::uint64_t length = std::min<std::uint64_t>(piece_bytes, segment.length - done);
    return {segment.backwards() ? segment.length - done - length : done, length};
  }
};

Copy& copy_of(const Task& task) {
  return *static_cast<Copy*>(task.kept.get());
}

/// The parameter list (SPC-4 table 100).
class List {
 public:
  explicit List(Bytes bytes) : bytes_(bytes) {}
  [[nodiscard]] std::size_t target_list_bytes() const { return load_be16(&bytes_[2]); }
  [[nodiscard]] std::size_t segment_list_bytes() const { return load_be32(&bytes_[8]); }
  [[nodiscard]] std::size_t inline_bytes() const { return load_be32(&bytes_[12]); }
  [[nodiscard]] std::size_t targets() const { return target_list_bytes() / target_bytes; }
  [[nodiscard]] Bytes target(std::size_t index) const {
    return bytes_.subspan(copy_header_bytes + index * target_bytes, target_bytes);
  }
  [[nodiscard]] Bytes segments() const { return bytes_.subspan(copy_header_bytes + target_list_bytes()); }

 private:
  Bytes bytes_;
};

/// asc_none when the list is well formed.
std::uint16_t list_error(const List& list, std::size_t list_bytes) {
  if (list.inline_bytes() != 0) return asc_inline_data_length_exceeded;
  if (list.targets() > targets_max) return asc_too_many_target_descriptors;
  if (list.segment_list_bytes() > std::size_t{segments_max} * segment_bytes)
    return asc_too_many_segment_descriptors;
  if (copy_header_bytes + list.target_list_bytes() + list.segment_list_bytes() != list_bytes)
    return asc_parameter_list_length_error;
  if (list.target_list_bytes() % target_bytes != 0) return asc_invalid_field_in_parameter_list;
  for (std::size_t i = 0; i < list.targets(); ++i)
    if (list.target(i)[0] != target_type) return asc_unsupported_target_descriptor;
  return asc_none;
}

// LU ID TYPE beside it is to be ignored (SPC-4 6.4.3.1).
constexpr std::uint8_t null_bit = 0x20;

/// The NAA designator in an identification descriptor (SPC-4 table 107); empty when it names its unit
/// otherwise.
Bytes naa_of(Bytes target) {
  constexpr std::uint8_t binary = 0x01;
  constexpr std::uint8_t naa_of_unit = 0x03;  // ASSOCIATION 0, DESIGNATOR TYPE 3
  constexpr std::uint8_t naa_bytes = 16;
  const bool fits =
      (target[4] & 0x0F) == binary && (target[5] & 0x3F) == naa_of_unit && target[7] == naa_bytes;
  return fits ? target.subspan(8, naa_bytes) : Bytes();
}

/// What a command of this nexus to that unit would meet; nothing: it may.
std::optional<Sense> refusal(const Peer& peer, bool writes) {
  const std::uint16_t state = access_error(peer.shared->port_groups.state_at(*peer.port), Reachable::active);
  if (state != 0) return Sense{SenseKey::copy_aborted, asc_copy_target_not_reachable};
  if (peer.shared->reservations.conflicts(*peer.nexus, Access::by_transfer, writes))
    return Sense{SenseKey::copy_aborted, asc_third_party_device_failure};
  if (writes && (peer.write_protected || peer.unit->read_only))
    return Sense{SenseKey::data_protect, asc_write_protected};
  return std::nullopt;
}

Step ended_by(Task& task, int result) {
  // Those that initiators act upon keep their names: no space, no memory.
  if (result == -ENOSPC || result == -ENOMEM) return finish_io(task, result);
  return fail(task, {SenseKey::copy_aborted, asc_third_party_device_failure});
}

Step copy_next(Task& task, int result);

Step piece_read(Task& task, int result) {
  if (result != 0) return ended_by(task, result);
  const Copy& copy = copy_of(task);
  const Segment& segment = copy.segments[copy.current];
  if (const auto sense = refusal(*segment.destination, true)) return fail(task, *sense);
  const Piece piece = copy.piece();
  return want_io(task,
                 {.kind = Io::Kind::write,
                  .durable = !segment.destination->unit->write_cache,
                  .offset = segment.to + piece.at,
                  .length = piece.length,
                  .into_room = true,
                  .peer = segment.destination},
                 copy_next);
}

Step copy_piece(Task& task) {
  Copy& copy = copy_of(task);
  while (copy.current < copy.segments.size() && copy.done == copy.segments[copy.current].length) {
    ++copy.current;
    copy.done = 0;
  }
  if (copy.current == copy.segments.size()) return finish_without_data(task);
  const Segment& segment = copy.segments[copy.current];
  if (const auto sense = refusal(*segment.source, false)) return fail(task, *sense);
  const Piece piece = copy.piece();
  return want_io(task,
                 {.kind = Io::Kind::read,
                  .offset = segment.from + piece.at,
                  .length = piece.length,
                  .into_room = true,
                  .peer = segment.source},
                 piece_read);
}

/// A piece is written.
Step copy_next(Task& task, int result) {
  if (result != 0) return ended_by(task, result);
  copy_of(task).done += task.io.length;
  return copy_piece(task);
}

/// A segment descriptor (SPC-4 table 114), of the units that `peers` has; what is wrong with it.
std::optional<Sense> add_segment(Bytes text, const std::vector<const Peer*>& peers, Copy& copy) {
  if (text[0] != segment_type) return Sense{SenseKey::illegal_request, asc_unsupported_segment_descriptor};
  if (load_be16(&text[2]) != segment_bytes - 4)
    return Sense{SenseKey::illegal_request, asc_invalid_field_in_parameter_list};
  const std::size_t from = load_be16(&text[4]);
  const std::size_t to = load_be16(&text[6]);
  const Peer* source = from < peers.size() ? peers[from] : nullptr;
  const Peer* destination = to < peers.size() ? peers[to] : nullptr;
  if (source == nullptr || destination == nullptr)
    return Sense{SenseKey::copy_aborted, asc_copy_target_not_reachable};
  // With blocks of one size it does not matter whose are counted (DC).
  if (source->unit->attributes.block_size != destination->unit->attributes.block_size)
    return Sense{SenseKey::copy_aborted, asc_third_party_device_failure};
  const std::uint64_t blocks = load_be16(&text[10]);
  const BlockRange read{load_be64(&text[12]), blocks};
  const BlockRange written{load_be64(&text[20]), blocks};
  if (!read.inside(*source->unit) || !written.inside(*destination->unit))
    return Sense{SenseKey::copy_aborted, asc_copy_target_not_reachable};  // as LIO
  copy.segments.push_back({source, destination, read.offset(*source->unit),
                           written.offset(*destination->unit), read.bytes(*source->unit)});
  return std::nullopt;
}

/// Nothing is copied by a list that has something wrong in it.
Step list_arrived(Task& task, int /*result*/) {
  const List list(task.data.first(task.data_wanted));
  if (const std::uint16_t error = list_error(list, task.data_wanted); error != asc_none)
    return illegal(task, error);
  std::vector<const Peer*> peers;
  for (std::size_t i = 0; i < list.targets(); ++i) {
    const Bytes target = list.target(i);
    const bool null = (target[1] & null_bit) != 0 || task.context.neighbours == nullptr;
    const Bytes naa = naa_of(target);
    if (naa.empty() && !null) return illegal(task, asc_invalid_field_in_parameter_list);
    peers.push_back(null ? nullptr : task.context.neighbours->find(naa));
  }
  auto copy = std::make_shared<Copy>();
  const Bytes segments = list.segments();
  for (std::size_t at = 0; at < segments.size(); at += segment_bytes) {
    if (segments.size() - at < segment_bytes) {
      return illegal(task, segments[at] == segment_type ? asc_invalid_field_in_parameter_list
                                                        : asc_unsupported_segment_descriptor);
    }
    if (const auto sense = add_segment(segments.subspan(at, segment_bytes), peers, *copy))
      return fail(task, *sense);
  }
  task.kept = copy;
  return copy_piece(task);
}

}  // namespace

Step extended_copy(Task& task) {
  const std::uint32_t list_bytes = load_be32(&task.cdb[10]);
  if (list_bytes == 0) return finish(task);
  if (list_bytes < copy_header_bytes || list_bytes > list_bytes_max || list_bytes > task.data_out_bytes)
    return illegal(task, asc_parameter_list_length_error);
  task.transfer_bytes = list_bytes;
  return want_data_and_room(task, list_bytes, piece_bytes, list_arrived);
}

/// OPERATING PARAMETERS (SPC-4 table 209).
Step receive_copy_parameters(Task& task) {
  constexpr std::uint8_t without_list_id = 0x01;
  constexpr std::uint8_t granularity_exponent = 9;
  std::vector<std::uint8_t> data(46);
  store_be32(&data[0], static_cast<std::uint32_t>(data.size() - 4));
  data[4] = without_list_id;
  store_be16(&data[8], targets_max);
  store_be16(&data[10], segments_max);
  store_be32(&data[12], list_bytes_max);
  store_be32(&data[16], segment_bytes_max);
  store_be16(&data[34], 1);  // copies at the same time, of all initiators: as LIO says
  data[36] = 1;              // and of one
  data[37] = data[38] = data[39] = granularity_exponent;
  data[43] = 2;
  data[44] = segment_type;
  data[45] = target_type;
  return reply(task, std::move(data), load_be32(&task.cdb[10]));
}

}  // namespace lunet::scsi
