// SPDX-License-Identifier: Apache-2.0
// UNMAP (SBC-3 5.28) and WRITE SAME (5.43, 5.44).
#include <algorithm>

#include "base/bytes.h"
#include "base/check.h"
#include "engine/scsi/block_range.h"
#include "engine/scsi/commands.h"
#include "engine/scsi/reply.h"

namespace lunet::scsi {
namespace {

constexpr std::size_t unmap_header_bytes = 8;
constexpr std::size_t unmap_descriptor_bytes = 16;

/// The ranges of an UNMAP parameter list, as far as they arrived.
class UnmapList {
 public:
  explicit UnmapList(Bytes list) : list_(list) {
    // A length beyond the list is tolerated, as by LIO.
    const std::size_t told = load_be16(&list_[2]);
    count_ = std::min(told, list_.size() - unmap_header_bytes) / unmap_descriptor_bytes;
  }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] BlockRange operator[](std::size_t index) const {
    const std::uint8_t* descriptor = &list_[unmap_header_bytes + index * unmap_descriptor_bytes];
    return {load_be64(descriptor), load_be32(descriptor + 8)};
  }

 private:
  Bytes list_;
  std::size_t count_ = 0;
};

UnmapList unmap_list(const Task& task) {
  return UnmapList(task.data.first(task.data_wanted));
}

/// asc_none when all of it can be done: nothing is unmapped by a command that fails here.
std::uint16_t unmap_error(const Unit& unit, const UnmapList& list) {
  if (list.count() > unit.attributes.max_unmap_block_desc_count) return asc_invalid_field_in_parameter_list;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < list.count(); ++i) {
    if (!list[i].inside(unit)) return asc_lba_out_of_range;
    total += list[i].count;
  }
  if (total > unit.attributes.max_unmap_lba_count) return asc_invalid_field_in_parameter_list;
  return asc_none;
}

/// Unmaps the next range that is not empty. Task::scratch counts the ranges looked at.
Step unmap_next(Task& task, int result) {
  if (result != 0) return finish_io(task, result);
  const Unit& unit = *task.context.unit;
  const UnmapList list = unmap_list(task);
  while (task.scratch < list.count()) {
    const BlockRange range = list[task.scratch++];
    if (range.count == 0) continue;
    return want_io(task,
                   {.kind = Io::Kind::unmap,
                    .durable = !unit.write_cache,
                    .offset = range.offset(unit),
                    .length = range.bytes(unit)},
                   unmap_next);
  }
  return finish(task);
}

Step unmap_arrived(Task& task, int /*result*/) {
  const std::uint16_t error = unmap_error(*task.context.unit, unmap_list(task));
  if (error != asc_none) return illegal(task, error);
  return unmap_next(task, 0);
}

// Byte 1 of WRITE SAME; the low three bits are PBDATA, LBDATA and, in the 16-byte CDB, NDOB.
constexpr std::uint8_t write_same_unmap = 0x08;

std::uint16_t write_same_error(const Task& task, const BlockRange& range) {
  const UnitAttributes& attributes = task.context.unit->attributes;
  const std::uint8_t flags = task.cdb[1];
  // WRPROTECT, ANCHOR, PBDATA, LBDATA and NDOB are not supported.
  if ((flags & ~write_same_unmap) != 0) return asc_invalid_field_in_cdb;
  if ((flags & write_same_unmap) != 0 && !attributes.emulate_tpws) return asc_invalid_field_in_cdb;
  if (!range.inside(*task.context.unit)) return asc_lba_out_of_range;
  // WSNZ=1: 0 blocks does not mean "to the end".
  if (range.count == 0) return asc_invalid_field_in_cdb;
  // A limit of 0 is none, in VPD B0h as here.
  if (attributes.max_write_same_len != 0 && range.count > attributes.max_write_same_len) {
    return asc_invalid_field_in_cdb;
  }
  if (task.data_out_bytes != attributes.block_size) return asc_invalid_field_in_information_unit;
  return asc_none;
}

Step write_same_arrived(Task& task, int /*result*/) {
  const Unit& unit = *task.context.unit;
  const BlockRange range = block_range(task);
  Io io{.durable = !unit.write_cache, .offset = range.offset(unit), .length = range.bytes(unit)};
  // With UNMAP=1 LIO, and the libiscsi tests that rely on it, unmap whatever the block of data says.
  if ((task.cdb[1] & write_same_unmap) != 0) {
    io.kind = Io::Kind::unmap;
  } else {
    io.kind = Io::Kind::fill;
    io.pattern = task.data.first(task.data_wanted);
  }
  return want_io(task, io, finish_io);
}

}  // namespace

Step unmap(Task& task) {
  if (task.cdb[1] != 0) return illegal(task, asc_invalid_field_in_cdb);  // ANCHOR
  const std::uint32_t list_bytes = load_be16(&task.cdb[7]);
  if (list_bytes == 0) return finish(task);
  const std::uint32_t wanted = std::min(list_bytes, task.data_out_bytes);
  if (wanted < unmap_header_bytes) return illegal(task, asc_parameter_list_length_error);
  task.transfer_bytes = list_bytes;
  return want_data(task, wanted, unmap_arrived);
}

Step write_same(Task& task) {
  const std::uint16_t error = write_same_error(task, block_range(task));
  if (error != asc_none) return illegal(task, error);
  task.transfer_bytes = task.data_out_bytes;
  return want_data(task, task.data_out_bytes, write_same_arrived);
}

}  // namespace lunet::scsi
