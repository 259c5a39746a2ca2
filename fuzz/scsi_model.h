// SPDX-License-Identifier: Apache-2.0
// What SCSI commands change and answer, worked out from the CDB without the engine's code, for scsi.cpp.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "check.h"
#include "engine/scsi/reservation_state.h"
#include "engine/scsi/task.h"

namespace lunet::fuzz {

using Octets = std::vector<std::uint8_t>;
using Cdb = std::array<std::uint8_t, 32>;

inline constexpr std::uint64_t disk_blocks = 48;

enum class Effect : std::uint8_t { none, read, write, merge, compare_and_write, same, unmap, verify };

inline Effect effect_of(std::uint8_t opcode) {
  switch (opcode) {
    case 0x08:
    case 0x28:
    case 0x88:
    case 0xA8: return Effect::read;
    case 0x0A:
    case 0x2A:
    case 0x8A:
    case 0xAA:
    case 0x2E:
    case 0x8E:
    case 0xAE: return Effect::write;
    case 0x8B: return Effect::merge;
    case 0x89: return Effect::compare_and_write;
    case 0x41:
    case 0x93: return Effect::same;
    case 0x42: return Effect::unmap;
    case 0x2F:
    case 0x8F:
    case 0xAF: return Effect::verify;
    default: return Effect::none;
  }
}

struct Blocks {
  std::uint64_t lba = 0;
  std::uint64_t count = 0;
};

inline Blocks blocks_of(const Cdb& cdb) {
  if (cdb[0] == 0x89) return {load_be64(&cdb[2]), cdb[13]};
  if (cdb[0] < 0x20) return {load_be24(&cdb[1]) & 0x1FFFFF, cdb[4] == 0 ? 256U : cdb[4]};
  if (cdb[0] < 0x60) return {load_be32(&cdb[2]), load_be16(&cdb[7])};
  if (cdb[0] < 0xA0) return {load_be64(&cdb[2]), load_be32(&cdb[10])};
  return {load_be32(&cdb[2]), load_be32(&cdb[6])};
}

/// The range of a block command made one that the disk has, or nearly so.
inline void bring_into_range(Cdb& cdb) {
  const Effect effect = effect_of(cdb[0]);
  if (effect == Effect::none || effect == Effect::unmap) return;
  const auto [lba, count] = blocks_of(cdb);
  const std::uint64_t first = lba % (disk_blocks + 1);
  const std::uint64_t blocks = count % 9;
  if (cdb[0] < 0x20) {
    cdb[1] = cdb[2] = 0;
    cdb[3] = static_cast<std::uint8_t>(first);
    cdb[4] = static_cast<std::uint8_t>(blocks);
  } else if (cdb[0] < 0x60) {
    store_be32(&cdb[2], static_cast<std::uint32_t>(first));
    store_be16(&cdb[7], static_cast<std::uint16_t>(blocks));
  } else if (cdb[0] < 0xA0) {
    store_be64(&cdb[2], first);
    store_be32(&cdb[10], static_cast<std::uint32_t>(blocks));
  } else {
    store_be32(&cdb[2], static_cast<std::uint32_t>(first));
    store_be32(&cdb[6], static_cast<std::uint32_t>(blocks));
  }
}

/// Makes the data of a command that compares what is on the disk.
inline void copy_what_is_there(const Cdb& cdb, std::uint32_t block, const Octets& disk, Octets& data) {
  const Effect effect = effect_of(cdb[0]);
  if (effect != Effect::compare_and_write && effect != Effect::verify) return;
  const auto [lba, count] = blocks_of(cdb);
  if (lba > disk_blocks || count > disk_blocks - lba || count > 8) return;
  const std::size_t bytes = count * block;
  data.resize(effect == Effect::compare_and_write ? 2 * bytes : bytes);
  std::copy_n(disk.begin() + static_cast<std::ptrdiff_t>(lba * block), bytes, data.begin());
}

inline void model_unmap(Bytes list, std::uint32_t block, Octets& disk) {
  const std::size_t told = std::min<std::size_t>(load_be16(&list[2]), list.size() - 8);
  for (std::size_t at = 8; at + 16 <= 8 + told; at += 16) {
    const std::uint64_t lba = load_be64(&list[at]);
    const std::uint64_t count = load_be32(&list[at + 8]);
    require(lba <= disk_blocks && count <= disk_blocks - lba, "what is unmapped is on the disk");
    std::fill_n(disk.begin() + static_cast<std::ptrdiff_t>(lba * block), count * block, std::uint8_t{0});
  }
}

/// A command that ended well.
inline void model_change(const Cdb& cdb, const Octets& data, std::uint32_t block, Octets& disk) {
  const Effect effect = effect_of(cdb[0]);
  if (effect == Effect::none) return;
  if (effect == Effect::unmap) {
    const std::size_t told = load_be16(&cdb[7]);
    if (told > 0) model_unmap(Bytes(data).first(std::min(told, data.size())), block, disk);
    return;
  }
  const auto [lba, count] = blocks_of(cdb);
  require(lba <= disk_blocks && count <= disk_blocks - lba, "a range that ends well is on the disk");
  const std::size_t sent = std::min<std::size_t>(data.size() / block, count) * block;
  const auto at = disk.begin() + static_cast<std::ptrdiff_t>(lba * block);
  switch (effect) {
    case Effect::write: std::copy_n(data.begin(), sent, at); break;
    case Effect::merge:
      for (std::size_t i = 0; i < sent; ++i) at[static_cast<std::ptrdiff_t>(i)] |= data[i];
      break;
    case Effect::compare_and_write:
      if (count == 0) break;
      require(data.size() == 2 * count * block &&
                  std::equal(at, at + static_cast<std::ptrdiff_t>(count * block), data.begin()),
              "what is written was compared");
      std::copy_n(data.begin() + static_cast<std::ptrdiff_t>(count * block), count * block, at);
      break;
    case Effect::same:
      for (std::size_t i = 0; i < count * block; ++i)
        at[static_cast<std::ptrdiff_t>(i)] = (cdb[1] & 0x08) != 0 ? std::uint8_t{0} : data[i % block];
      break;
    case Effect::verify:
      if ((cdb[1] >> 1 & 3) == 1)
        require(std::equal(data.begin(), data.begin() + static_cast<std::ptrdiff_t>(sent), at),
                "what is verified is so");
      break;
    default: break;
  }
}

/// EXTENDED COPY; `model_of` has the disk of an NAA designator.
template <class ModelOf>
void model_copy(Bytes list, std::uint32_t block, const ModelOf& model_of) {
  if (list.empty()) return;
  require(list.size() >= 16, "a list that ends well has a header");
  const std::size_t targets = load_be16(&list[2]);
  const std::size_t end = 16 + targets + load_be32(&list[8]);
  for (std::size_t at = 16 + targets; at + 28 <= std::min(end, list.size()); at += 28) {
    const auto disk_of = [&](std::size_t field) {
      const std::size_t target = 16 + std::size_t{load_be16(&list[at + field])} * 32;
      require(target + 32 <= 16 + targets, "what is copied from or to is in the list");
      return model_of(list.subspan(target + 8, 16));
    };
    Octets* source = disk_of(4);
    Octets* destination = disk_of(6);
    require(source != nullptr && destination != nullptr, "what is copied from or to is there");
    const std::size_t bytes = load_be16(&list[at + 10]) * std::size_t{block};
    const std::uint64_t from = load_be64(&list[at + 12]) * block;
    const std::uint64_t to = load_be64(&list[at + 20]) * block;
    require(from + bytes <= source->size() && to + bytes <= destination->size(),
            "copies stay on their disks");
    std::memmove(destination->data() + to, source->data() + from, bytes);
  }
}

inline void check_read(const Cdb& cdb, std::uint32_t data_in_bytes, std::uint32_t block, const Octets& disk,
                       const Octets& data_in) {
  if (effect_of(cdb[0]) != Effect::read) return;
  const auto [lba, count] = blocks_of(cdb);
  const std::uint64_t room = (std::uint64_t{data_in_bytes} + block - 1) / block * block;
  require(data_in.size() == std::min<std::uint64_t>(count * block, room), "a read has its blocks");
  require(std::equal(data_in.begin(), data_in.end(), disk.begin() + static_cast<std::ptrdiff_t>(lba * block)),
          "a read has what was written");
}

/// The most that a command may answer; the block commands are check_read()'s.
inline std::uint64_t allocation_length(const Cdb& cdb) {
  switch (cdb[0]) {
    case 0x03:
    case 0x1A: return cdb[4];
    case 0x12: return load_be16(&cdb[3]);
    case 0x25: return 8;
    case 0x37:
    case 0x4D:
    case 0x5A:
    case 0x5E: return load_be16(&cdb[7]);
    case 0x84:
    case 0x9E: return load_be32(&cdb[10]);
    case 0xA0:
    case 0xA3:
    case 0xB7: return load_be32(&cdb[6]);
    default: return 0;
  }
}

inline void check_data_in(const Cdb& cdb, std::uint32_t data_in_bytes, const scsi::Unit* unit,
                          const Octets& data_in) {
  if (effect_of(cdb[0]) == Effect::read) {
    const std::uint32_t block = unit != nullptr ? unit->attributes.block_size : 1;
    require(data_in.size() < std::uint64_t{data_in_bytes} + block, "a read has what is expected");
  } else {
    require(data_in.size() <= allocation_length(cdb), "an answer fits the allocation length");
  }
}

inline void check_sense(const scsi::Sense& sense, const Octets& data, bool descriptors) {
  require(data.size() >= (descriptors ? 8U : 18U) && data[7] == data.size() - 8,
          "sense data have their length");
  require((data[0] & 0x7F) == (descriptors ? 0x72 : 0x70), "sense data are of current errors");
  require((data[descriptors ? 1 : 2] & 0x0F) == static_cast<std::uint8_t>(sense.key),
          "sense data have their key");
  require(load_be16(&data[descriptors ? 2 : 12]) == sense.code, "sense data have their code");
  require(sense.code != 0 && sense.key != scsi::SenseKey::no_sense, "an error says which");
  for (std::size_t at = 8; descriptors && at < data.size(); at += 2U + data[at + 1])
    require(at + 2 <= data.size() && at + 2 + data[at + 1] <= data.size(), "descriptors fill the sense data");
}

inline void check_consistent(const scsi::ReservationState& state) {
  for (std::size_t i = 0; i < state.registrations.size(); ++i) {
    const scsi::Registration& one = state.registrations[i];
    require(one.key != 0, "a registration has a key");
    require(!one.nexus.initiator.empty(), "a registration has an initiator");
    // The first that is found is this one: there is no second of the nexus.
    require(state.find(one.nexus) == &one, "a nexus is registered once");
  }
  if (state.reservation) require(state.find(state.reservation->holder) != nullptr, "who holds is registered");
}

/// APTPL is not in the text: it is there because of it.
inline bool same_kept(scsi::ReservationState kept, const scsi::ReservationState& state) {
  kept.persists = state.persists;
  return kept == state;
}

inline void check_length(const Octets& data) {
  require(data.size() >= 8 && load_be32(&data[4]) + 8 >= data.size(), "an answer has its length");
}

inline void check_keys(const Octets& data, const scsi::ReservationState& state) {
  check_length(data);
  require(load_be32(&data[0]) == state.generation, "the generation is told");
  require(load_be32(&data[4]) == 8 * state.registrations.size(), "all keys are told");
  for (std::size_t i = 0; 16 + 8 * i <= data.size(); ++i)
    require(load_be64(&data[8 + 8 * i]) == state.registrations[i].key, "keys are told as they are");
}

inline void check_reservation(const Octets& data, const scsi::ReservationState& state) {
  check_length(data);
  require(data.size() == (state.reservation ? 24U : 8U), "a reservation is told");
  if (!state.reservation) return;
  const bool of_all = scsi::all_registrants(state.reservation->type);
  const scsi::Registration* holder = state.find(state.reservation->holder);
  require(load_be64(&data[8]) == (of_all ? 0 : holder->key), "the key of the holder is told");
  require(data[21] == static_cast<std::uint8_t>(state.reservation->type), "scope and type are told");
}

inline void check_full_status(const Octets& data, const scsi::ReservationState& state) {
  check_length(data);
  if (load_be32(&data[4]) + 8 != data.size()) return;  // cut
  std::size_t at = 8;
  for (const scsi::Registration& one : state.registrations) {
    require(at + 24 <= data.size() && at + 24 + load_be32(&data[at + 20]) <= data.size(),
            "descriptors are whole");
    require(load_be64(&data[at]) == one.key && load_be16(&data[at + 18]) == one.relative_port,
            "who is registered is told");
    require(((data[at + 12] & 0x01) != 0) == state.holds(one.nexus), "holders are told");
    at += 24 + load_be32(&data[at + 20]);
  }
  require(at == data.size(), "nobody else is told");
}

}  // namespace lunet::fuzz
