// SPDX-License-Identifier: Apache-2.0
// For tests: a disk in memory that follows the steps of a Task as the data plane does.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <deque>
#include <string>
#include <vector>

#include "engine/scsi/logical_unit.h"
#include "engine/scsi/task.h"
#include "engine/scsi/vpd.h"

namespace lunet::scsi {

using Octets = std::vector<std::uint8_t>;

/// How a command ended.
struct Outcome {
  Status status = Status::good;
  std::optional<Sense> sense;
  Octets data_in;
  std::uint64_t transfer_bytes = 0;
  std::uint32_t data_wanted = 0;
  std::vector<Io> ios;  ///< what was asked for, in order
  LockedRange locked;
  std::vector<Effects> effects;
};

/// Key and code of a failed command: "5/2400"; "good" otherwise.
inline std::string verdict(const Outcome& outcome) {
  if (outcome.status == Status::good) return "good";
  if (outcome.status == Status::reservation_conflict) return "conflict";
  if (!outcome.sense) return "no sense";
  char text[16];
  std::snprintf(text, sizeof text, "%X/%04X", static_cast<unsigned>(outcome.sense->key),
                static_cast<unsigned>(outcome.sense->code));
  return text;
}

/// One target port that shows the unit, and one initiator that may not enter.
class TestSurroundings final : public Surroundings {
 public:
  [[nodiscard]] std::vector<Port> target_ports(const LogicalUnit& /*unit*/) const override { return ports; }
  [[nodiscard]] bool may_enter(const std::string& initiator, const Port& /*port*/) const override {
    return initiator != "iqn.2026-11.com.example:stranger";
  }
  std::vector<Port> ports;
};

class TestDisk;

/// Other disks of the session, by their NAA designators.
class TestNeighbours final : public Neighbours {
 public:
  void add(TestDisk& disk);
  const Peer* find(Bytes naa) override;

 private:
  friend class TestDisk;
  struct Entry {
    Peer peer;
    TestDisk* disk;
  };
  std::deque<Entry> entries_;
};

class TestDisk {
 public:
  explicit TestDisk(std::uint64_t blocks = 64) {
    unit.size_bytes = blocks * unit.attributes.block_size;
    unit.identity.product = "TEST";
    unit.identity.serial = "serial";
    port.target_name = "iqn.2026-11.com.example:t";
    surroundings.ports.push_back(port);
    shared = std::make_shared<LogicalUnit>();
    nexus = Nexus({"iqn.2026-11.com.example:a", 0x10, port.target_name, 1});
  }

  Unit unit;
  Nexus nexus;
  Port port;
  std::shared_ptr<LogicalUnit> shared;
  TestSurroundings surroundings;
  TestNeighbours neighbours;
  std::vector<std::pair<std::uint64_t, bool>> runs;  ///< what Io::Kind::map finds, one after the other
  std::vector<std::uint16_t> luns{0};
  bool mapped = true;
  bool well_known = false;
  bool write_protected = false;
  int io_result = 0;        ///< of every I/O
  int save_result = 0;      ///< of Effects::save
  std::size_t fail_at = 0;  ///< the I/O from which on io_result counts

  /// A data-in command.
  Outcome run(const Octets& cdb, std::uint32_t data_in_bytes = 0) {
    return follow(start(cdb, data_in_bytes, 0), {});
  }
  /// A data-out command.
  Outcome send(const Octets& cdb, const Octets& data_out) {
    return follow(start(cdb, 0, static_cast<std::uint32_t>(data_out.size())), data_out);
  }
  Task start(const Octets& cdb, std::uint32_t data_in_bytes, std::uint32_t data_out_bytes) {
    Task task;
    std::copy(cdb.begin(), cdb.end(), task.cdb.begin());
    task.cdb_bytes = 16;
    task.data_in_bytes = data_in_bytes;
    task.data_out_bytes = data_out_bytes;
    task.context = {.unit = mapped ? &unit : nullptr,
                    .nexus = mapped ? &nexus : nullptr,
                    .shared = mapped ? shared.get() : nullptr,
                    .surroundings = mapped ? &surroundings : nullptr,
                    .neighbours = &neighbours,
                    .port = &port,
                    .write_protected = write_protected,
                    .well_known = well_known,
                    .luns = &luns};
    return task;
  }
  Outcome follow(Task task, const Octets& data_out);

  /// What is on the disk; zeros until written.
  Octets blocks(std::uint64_t lba, std::uint64_t count) {
    const std::uint64_t block = unit.attributes.block_size;
    content_.resize(unit.size_bytes);
    const auto at = content_.begin() + static_cast<std::ptrdiff_t>(lba * block);
    return {at, at + static_cast<std::ptrdiff_t>(count * block)};
  }

 private:
  void perform(Task& task, Octets& buffer);

  Octets content_;
};

inline void TestNeighbours::add(TestDisk& disk) {
  Entry& entry = entries_.emplace_back();
  entry.peer.unit = &disk.unit;
  entry.peer.shared = disk.shared.get();
  entry.peer.nexus = &disk.nexus.id();
  entry.peer.port = &disk.port;
  entry.peer.write_protected = disk.write_protected;
  entry.disk = &disk;
}

inline const Peer* TestNeighbours::find(Bytes naa) {
  for (const Entry& entry : entries_) {
    const Octets own = naa_designator(entry.disk->unit);
    if (std::equal(own.begin(), own.end(), naa.begin(), naa.end())) return &entry.peer;
  }
  return nullptr;
}

inline void TestDisk::perform(Task& task, Octets& buffer) {
  Io& io = task.io;
  for (auto& entry : neighbours.entries_) {
    if (io.peer != &entry.peer || entry.disk == this) continue;
    return entry.disk->perform(task, buffer);
  }
  ASSERT_LE(io.offset, unit.size_bytes);
  ASSERT_LE(io.length, unit.size_bytes - io.offset);
  content_.resize(unit.size_bytes);
  std::uint8_t* at = content_.data() + io.offset;
  switch (io.kind) {
    case Io::Kind::read:
      if (io.into_room) {
        ASSERT_GE(task.room().size(), io.length);
        std::memcpy(task.room().data(), at, io.length);
        break;
      }
      if (buffer.size() < io.length) buffer.resize(io.length);
      std::memcpy(buffer.data(), at, io.length);
      task.data = buffer;
      break;
    case Io::Kind::write:
      ASSERT_GE((io.into_room ? task.room() : task.data).size(), io.length);
      std::memcpy(at, io.into_room ? task.room().data() : task.data.data(), io.length);
      break;
    case Io::Kind::map:
      ASSERT_FALSE(runs.empty());
      io.length = std::min(io.length, runs.front().first);
      io.mapped = runs.front().second;
      runs.erase(runs.begin());
      break;
    case Io::Kind::flush: break;
    case Io::Kind::unmap: std::memset(at, 0, io.length); break;
    case Io::Kind::fill:
      ASSERT_EQ(io.pattern.size(), unit.attributes.block_size);
      for (std::uint64_t done = 0; done < io.length; done += io.pattern.size()) {
        std::memcpy(at + done, io.pattern.data(), io.pattern.size());
      }
      break;
  }
}

inline Outcome TestDisk::follow(Task task, const Octets& data_out) {
  Outcome outcome;
  Octets buffer;
  Step step = begin(task);
  while (step != Step::finish && !testing::Test::HasFatalFailure()) {
    if (step == Step::need_data) {
      EXPECT_LE(task.data_wanted, data_out.size());
      outcome.data_wanted = task.data_wanted;
      buffer.assign(data_out.begin(), data_out.begin() + task.data_wanted);
      buffer.resize(task.data_bytes());
      task.data = buffer;
      step = data_arrived(task);
      continue;
    }
    if (step == Step::need_turn || step == Step::need_effects) {
      if (step == Step::need_effects) outcome.effects.push_back(task.effects);
      const bool saves = step == Step::need_effects && task.effects.save.has_value();
      step = io_done(task, saves ? save_result : 0);
      continue;
    }
    if (step == Step::need_lock) {
      outcome.locked = task.lock;
      step = io_done(task, 0);
      continue;
    }
    const bool fails = io_result != 0 && outcome.ios.size() >= fail_at;
    outcome.ios.push_back(task.io);
    if (!fails) perform(task, buffer);
    step = io_done(task, fails ? io_result : 0);
  }
  const Bytes in = task.data_in();
  outcome.status = task.status;
  outcome.sense = task.sense;
  outcome.data_in.assign(in.begin(), in.end());
  outcome.transfer_bytes = task.transfer_bytes;
  return outcome;
}

}  // namespace lunet::scsi
