// SPDX-License-Identifier: Apache-2.0
// A sequence of commands of several nexuses to a disk in memory. What they change is worked out a second time
// here; what they answer fits what was asked for; reservations are consistent, told as they are and survive
// as text.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "check.h"
#include "engine/scsi/aptpl.h"
#include "engine/scsi/command_table.h"
#include "engine/scsi/logical_unit.h"
#include "engine/scsi/persistent_out.h"
#include "engine/scsi/task.h"
#include "engine/scsi/transport_id.h"
#include "engine/scsi/vpd.h"
#include "input.h"
#include "scsi_model.h"

namespace lunet::scsi {
namespace {

using fuzz::Input;
using fuzz::Octets;
using fuzz::require;

constexpr std::size_t commands_max = 48;
constexpr std::uint8_t persistent_out_code = 0x5F;
constexpr std::uint8_t extended_copy_code = 0x83;

struct Disk {
  Unit unit;
  LogicalUnit shared;
  Octets content;
  Octets model;  ///< what should be the content
};

/// Demo mode: everybody but the stranger may enter.
class Everybody final : public Surroundings {
 public:
  [[nodiscard]] std::vector<Port> target_ports(const LogicalUnit& /*unit*/) const override { return ports; }
  [[nodiscard]] bool may_enter(const std::string& initiator, const Port& /*port*/) const override {
    return initiator != "iqn.2026-11.com.example:stranger";
  }
  std::vector<Port> ports;
};

/// Both disks, as neighbours of each other and of themselves.
class Both final : public Neighbours {
 public:
  const Peer* find(Bytes naa) override {
    for (const Peer& peer : peers) {
      const Octets own = naa_designator(*peer.unit);
      if (std::equal(own.begin(), own.end(), naa.begin(), naa.end())) return &peer;
    }
    return nullptr;
  }
  std::deque<Peer> peers;
};

/// One command as the input has it.
struct Order {
  explicit Order(Input& input) {
    const std::uint8_t choice = input.byte();
    initiator = choice % 4 % 3;
    port = choice >> 2 & 1;
    io_fails = (choice & 0x18) == 0x08;
    save_fails = (choice & 0x18) == 0x10;
    raw = (choice & 0x20) != 0;
    in_range = (choice & 0x40) != 0;
    helped = (choice & 0x80) != 0;
    row = input.byte();
    const std::uint8_t place = input.byte();
    mapped = place % 8 != 1;
    well_known = place == 9;
    write_protected = place % 16 == 2;
    cdb_bytes = place >= 0xF0 ? place % 33 : 16;
    const Bytes text = input.take(16);
    std::copy(text.begin(), text.end(), cdb.begin());
    data_in_bytes = input.number();
    data_out.resize(input.number() % 16384);
    const Bytes pattern = input.take(input.number());
    for (std::size_t i = 0; i < data_out.size() && !pattern.empty(); ++i)
      data_out[i] = pattern[i % pattern.size()];
  }

  std::size_t initiator;
  std::size_t port;
  bool io_fails, save_fails, raw, in_range, helped;
  std::size_t row;
  bool mapped, well_known, write_protected;
  std::uint8_t cdb_bytes;
  std::array<std::uint8_t, 32> cdb{};
  std::uint32_t data_in_bytes;
  Octets data_out;
};

struct Outcome {
  Octets data_in;
  std::vector<Io> changes;
  std::vector<std::string> saved;
  bool failed = false;  ///< I/O, because the input wants it
};

class World {
 public:
  explicit World(Input& input);
  void run(Input& input);

 private:
  static constexpr std::size_t initiators = 3;
  static constexpr std::size_t port_count = 2;

  void complete(Order& order);
  void help(Order& order);
  void select_what_is_there(Order& order);
  Task task_of(const Order& order);
  Nexus& nexus_of(const Order& order) { return nexuses_[order.initiator * port_count + order.port]; }
  Outcome follow(Task& task, const Order& order);
  Step arrive(Task& task, const Order& order);
  Step take_effects(Task& task, const Order& order, Outcome& outcome);
  Step perform(Task& task, const Order& order, Outcome& outcome);
  static void move(Disk& disk, Task& task, Octets& buffer);
  void check_disks(const Order& order, const Task& task, const Outcome& outcome);
  void check_reservations(const Order& order, const Task& task, const Outcome& outcome,
                          const ReservationState& before);
  Octets ask(const fuzz::Cdb& cdb);
  void check_told(const ReservationState& state);

  std::array<Disk, 2> disks_;
  Everybody surroundings_;
  Both neighbours_;
  std::vector<Nexus> nexuses_;
  std::vector<std::uint16_t> luns_{0, 1};
  Octets buffer_;
  std::uint8_t device_byte_ = 0;
};

World::World(Input& input) {
  const std::uint8_t choice = input.byte();
  const std::uint8_t limits = input.byte();
  device_byte_ = input.byte();
  for (std::size_t i = 0; i < disks_.size(); ++i) {
    Unit& unit = disks_[i].unit;
    UnitAttributes& attributes = unit.attributes;
    attributes.block_size = (choice & 0x01) != 0 ? 4096 : 512;
    unit.write_cache = (choice & 0x02) != 0;
    attributes.emulate_tpu = attributes.emulate_tpws = (choice & 0x04) == 0;
    unit.keeps_reservations = (choice & 0x08) == 0;
    attributes.force_pr_aptpl = (choice & 0x10) != 0;
    attributes.emulate_ua_intlck_ctrl = (choice & 0x20) != 0 ? 1 : 0;
    unit.knows_allocation = (choice & 0x40) != 0;
    unit.passes_commands = choice >= 0xF0;
    attributes.hw_max_sectors = (limits & 0x01) != 0 ? 8 : 16384;
    attributes.max_unmap_block_desc_count = 1U + (limits >> 1U & 7U);
    attributes.max_write_same_len = (limits & 0x10) != 0 ? 8 : 4096;
    unit.identity.product = "FUZZ";
    unit.identity.serial = i == 0 ? "first" : "second";
    unit.size_bytes = fuzz::disk_blocks * attributes.block_size;
    disks_[i].content.assign(unit.size_bytes, static_cast<std::uint8_t>(0xA0 + i));
    disks_[i].model = disks_[i].content;
  }
  std::vector<PortGroup> groups;
  for (std::uint16_t i = 0; i < port_count; ++i) {
    surroundings_.ports.push_back({"iqn.2026-11.com.example:t", static_cast<std::uint16_t>(i + 1),
                                   static_cast<std::uint16_t>(i + 1), i, 0, 0, false});
    groups.push_back({.id = i, .ports = {static_cast<std::uint16_t>(i + 1)}});
  }
  disks_[0].shared.port_groups.configure(groups);
  for (std::size_t i = 0; i < initiators; ++i) {
    const std::string name = "iqn.2026-11.com.example:" + std::string(1, static_cast<char>('a' + i));
    for (const Port& port : surroundings_.ports)
      nexuses_.emplace_back(NexusId{name, 0x10 + i, port.target_name, port.portal_group_tag});
  }
  for (Disk& disk : disks_) {
    Peer& peer = neighbours_.peers.emplace_back();
    peer.unit = &disk.unit;
    peer.shared = &disk.shared;
    peer.port = surroundings_.ports.data();
  }
}

/// Names a command that there is, in the range of the disk.
void World::complete(Order& order) {
  if (!order.raw) {
    const Command& row = commands()[order.row % commands().size()];
    order.cdb[0] = row.opcode;
    if (row.has_service_action())
      order.cdb[1] = static_cast<std::uint8_t>((order.cdb[1] & 0xE0) | row.service_action);
  }
  if (order.in_range) fuzz::bring_into_range(order.cdb);
  if (order.helped) help(order);
}

/// What no input guesses: the sender's key, what is on the disk, names of the disks.
void World::help(Order& order) {
  const std::uint8_t opcode = order.cdb[0];
  if (opcode == persistent_out_code && order.data_out.size() >= 24) {
    const ReservationState state = disks_[0].shared.reservations.state();
    const Registration* sender = state.find(nexuses_[order.initiator * port_count + order.port].id());
    store_be64(order.data_out.data(), sender != nullptr ? sender->key : 0);
    store_be32(&order.cdb[5], static_cast<std::uint32_t>(order.data_out.size()));
    if (order.data_out.size() > 28 && (order.data_out[20] & 0x08) != 0 && order.cdb[1] % 32 == 0)
      store_be32(&order.data_out[24], static_cast<std::uint32_t>(order.data_out.size() - 28));
    if (order.cdb[1] % 32 == 7)
      store_be32(&order.data_out[20], static_cast<std::uint32_t>(order.data_out.size() - 24));
  } else if (opcode == extended_copy_code && order.data_out.size() >= 16) {
    store_be32(&order.cdb[10], static_cast<std::uint32_t>(order.data_out.size()));
    const std::size_t targets = load_be16(&order.data_out[2]) / 32;
    for (std::size_t i = 0; i < targets && 16 + 32 * (i + 1) <= order.data_out.size(); ++i) {
      const Octets naa = naa_designator(disks_[order.data_out[16 + 32 * i + 31] % 2].unit);
      std::copy(naa.begin(), naa.end(), &order.data_out[16 + 32 * i + 8]);
    }
  } else if (opcode == 0x15 || opcode == 0x55) {
    select_what_is_there(order);
  } else {
    fuzz::copy_what_is_there(order.cdb, disks_[0].unit.attributes.block_size, disks_[0].model,
                             order.data_out);
  }
}

/// MODE SELECT takes what MODE SENSE says, and nothing else: the pages, as long as the list is to be.
void World::select_what_is_there(Order& order) {
  const bool long_cdb = order.cdb[0] == 0x55;
  const Octets sensed = ask({0x1A, 0x08, 0x3F, 0, 0xFF});
  if (sensed.size() < 4) return;
  Octets list(long_cdb ? 8 : 4);
  list.insert(list.end(), sensed.begin() + 4, sensed.end());
  if (!order.data_out.empty()) list.resize(std::min(list.size(), order.data_out.size()));
  order.data_out = std::move(list);
  order.cdb[1] = 0x10;
  order.cdb[long_cdb ? 8 : 4] = static_cast<std::uint8_t>(order.data_out.size());
}

Task World::task_of(const Order& order) {
  Task task;
  task.cdb = order.cdb;
  task.cdb_bytes = order.cdb_bytes;
  task.data_in_bytes = order.data_in_bytes;
  task.data_out_bytes = static_cast<std::uint32_t>(order.data_out.size());
  for (Peer& peer : neighbours_.peers) {
    peer.nexus = &nexus_of(order).id();
    peer.write_protected = peer.shared == &disks_[0].shared && order.write_protected;
  }
  task.context = {.unit = order.mapped ? &disks_[0].unit : nullptr,
                  .nexus = order.mapped ? &nexus_of(order) : nullptr,
                  .shared = order.mapped ? &disks_[0].shared : nullptr,
                  .surroundings = order.mapped ? &surroundings_ : nullptr,
                  .neighbours = &neighbours_,
                  .port = &surroundings_.ports[order.port],
                  .write_protected = order.write_protected,
                  .well_known = order.well_known,
                  .luns = &luns_};
  return task;
}

/// As the data plane does it. Buffers are made anew, so that the sanitizer sees what goes beyond them.
Outcome World::follow(Task& task, const Order& order) {
  Outcome outcome;
  buffer_ = {};
  std::size_t steps = 0;
  for (Step step = begin(task); step != Step::finish;) {
    require(++steps < 20000, "a command comes to an end");
    switch (step) {
      case Step::need_data: step = arrive(task, order); break;
      case Step::need_turn:
      case Step::need_lock: step = io_done(task, 0); break;
      case Step::need_effects: step = take_effects(task, order, outcome); break;
      case Step::need_pass: {
        if (task.data.empty()) task.data = buffer_ = Octets(task.data_in_bytes);
        const Octets sense(device_byte_ % 19, 0x70);
        step = passed(task, {.result = device_byte_ == 0xFF ? -EIO : 0,
                             .status = static_cast<Status>(device_byte_ & 0x3E),
                             .sense = sense,
                             .residual = device_byte_ * 37U});
        break;
      }
      default: step = perform(task, order, outcome);
    }
  }
  const Bytes in = task.data_in();
  outcome.data_in.assign(in.begin(), in.end());
  return outcome;
}

Step World::arrive(Task& task, const Order& order) {
  require(task.data_wanted <= order.data_out.size(), "no more data is asked for than the initiator sends");
  Octets fresh(task.data_bytes());
  std::copy_n(order.data_out.begin(), task.data_wanted, fresh.begin());
  buffer_ = std::move(fresh);
  task.data = buffer_;
  return data_arrived(task);
}

Step World::take_effects(Task& task, const Order& order, Outcome& outcome) {
  const Effects effects = std::move(task.effects);
  task.effects = {};
  if (effects.save) outcome.saved.push_back(*effects.save);
  if (effects.save && order.save_fails) return io_done(task, -EIO);
  for (Nexus& nexus : nexuses_) {
    for (const Notice& notice : effects.notices)
      if (notice.nexus == nexus.id()) nexus.raise(notice.code);
    if (effects.to_others != 0 && &nexus != task.context.nexus) nexus.raise(effects.to_others);
  }
  return io_done(task, 0);
}

Step World::perform(Task& task, const Order& order, Outcome& outcome) {
  Io& io = task.io;
  Disk& disk = io.peer != nullptr && io.peer->shared == &disks_[1].shared ? disks_[1] : disks_[0];
  require(io.offset <= disk.unit.size_bytes && io.length <= disk.unit.size_bytes - io.offset,
          "I/O stays inside the unit");
  const bool changes = io.kind == Io::Kind::write || io.kind == Io::Kind::unmap || io.kind == Io::Kind::fill;
  require(!changes || !order.write_protected || &disk == &disks_[1], "what is protected is not written");
  require(!changes || io.durable || disk.unit.write_cache, "without a cache all writes are durable");
  if (order.io_fails) {
    outcome.failed = true;
    return io_done(task, -EIO);
  }
  if (changes) outcome.changes.push_back(io);
  move(disk, task, buffer_);
  return io_done(task, 0);
}

void World::move(Disk& disk, Task& task, Octets& buffer) {
  Io& io = task.io;
  std::uint8_t* at = disk.content.data() + io.offset;
  const MutableBytes memory = io.into_room ? task.room() : task.data;
  switch (io.kind) {
    case Io::Kind::read:
      if (io.into_room) {
        require(memory.size() >= io.length, "there is room for what is read");
        std::memcpy(memory.data(), at, io.length);
        break;
      }
      buffer = Octets(at, at + io.length);
      task.data = buffer;
      break;
    case Io::Kind::write:
      require(memory.size() >= io.length, "there is data for what is written");
      std::memcpy(at, memory.data(), io.length);
      break;
    case Io::Kind::map:
      require(io.length > 0, "something is looked at");
      io.length = std::min<std::uint64_t>(io.length, 700 + io.offset);
      io.mapped = (io.offset / 512) % 2 == 0;
      break;
    case Io::Kind::flush: break;
    case Io::Kind::unmap: std::memset(at, 0, io.length); break;
    case Io::Kind::fill:
      require(io.pattern.size() == disk.unit.attributes.block_size && io.length % io.pattern.size() == 0,
              "blocks are filled with a block");
      for (std::uint64_t done = 0; done < io.length; done += io.pattern.size())
        std::memcpy(at + done, io.pattern.data(), io.pattern.size());
      break;
  }
}

void check_answer(const Order& order, const Task& task, const Outcome& outcome) {
  require(task.passed_in_bytes > 0 || task.status == Status::good || outcome.data_in.empty(),
          "a command that fails has no data");
  if (!task.context.unit || !task.context.unit->passes_commands) {
    require((task.status == Status::check_condition) == task.sense.has_value(),
            "CHECK CONDITION has sense data");
    require(task.status == Status::good || task.status == Status::check_condition ||
                task.status == Status::reservation_conflict,
            "a status that there is");
    fuzz::check_data_in(order.cdb, order.data_in_bytes, task.context.unit, outcome.data_in);
  } else {
    require(outcome.data_in.size() <= std::max<std::size_t>(task.data_in_bytes, 65536),
            "a device sends no more");
  }
  for (const bool descriptors : {false, true})
    if (task.sense) fuzz::check_sense(*task.sense, encode_sense(*task.sense, descriptors), descriptors);
}

/// The disks are as the model has them, which is changed by commands that ended well.
void World::check_disks(const Order& order, const Task& task, const Outcome& outcome) {
  if (outcome.failed) {
    require(task.status != Status::good, "a command whose I/O failed does not end well");
    for (Disk& disk : disks_) disk.model = disk.content;
    return;
  }
  const bool own = task.context.unit != nullptr && !task.context.unit->passes_commands;
  const std::uint32_t block = disks_[0].unit.attributes.block_size;
  if (own && task.status == Status::good && order.cdb[0] == extended_copy_code) {
    const auto model_of = [&](Bytes naa) -> Octets* {
      const Peer* peer = neighbours_.find(naa);
      if (peer == nullptr) return nullptr;
      return peer->shared == &disks_[0].shared ? &disks_[0].model : &disks_[1].model;
    };
    const std::size_t told = load_be32(&order.cdb[10]);
    require(told <= order.data_out.size(), "a list that ends well is sent");
    fuzz::model_copy(Bytes(order.data_out).first(told), block, model_of);
  } else if (own && task.status == Status::good) {
    fuzz::model_change(order.cdb, order.data_out, block, disks_[0].model);
    fuzz::check_read(order.cdb, order.data_in_bytes, block, disks_[0].model, outcome.data_in);
  }
  for (const Disk& disk : disks_)
    require(disk.content == disk.model, "commands change what they say, and nothing when they fail");
  if (!outcome.changes.empty() && order.cdb[0] != extended_copy_code) {
    require(!disks_[0].shared.reservations.conflicts(nexus_of(order).id(), Access::by_transfer, true),
            "who is fenced does not write");
  }
}

/// The answer to a nexus that has nothing to report; none when there is an error.
Octets World::ask(const fuzz::Cdb& cdb) {
  Nexus nexus({"iqn.2026-11.com.example:watcher", 0x77, surroundings_.ports[0].target_name, 1});
  Task task;
  task.cdb = cdb;
  task.data_in_bytes = 0xFFFF;
  task.context = {.unit = &disks_[0].unit,
                  .nexus = &nexus,
                  .shared = &disks_[0].shared,
                  .surroundings = &surroundings_,
                  .neighbours = nullptr,
                  .port = surroundings_.ports.data(),
                  .luns = &luns_};
  if (begin(task) != Step::finish || task.status != Status::good) return {};
  const Bytes in = task.data_in();
  return {in.begin(), in.end()};
}

void World::check_told(const ReservationState& state) {
  const auto told = [this](std::uint8_t action) { return ask({0x5E, action, 0, 0, 0, 0, 0, 0xFF, 0xFF}); };
  const Octets keys = told(0);
  const Octets reservation = told(1);
  const Octets all = told(3);
  if (keys.empty() || reservation.empty() || all.empty()) return;  // another state of the port, or RESERVE
  fuzz::check_keys(keys, state);
  fuzz::check_reservation(reservation, state);
  fuzz::check_full_status(all, state);
}

void World::check_reservations(const Order& order, const Task& task, const Outcome& outcome,
                               const ReservationState& before) {
  const ReservationState after = disks_[0].shared.reservations.state();
  fuzz::check_consistent(after);
  require(after.registrations.size() <= registrations_max, "registrations are bounded");
  if (after == before) return;
  require(order.cdb[0] == persistent_out_code && task.status == Status::good && order.mapped,
          "only PERSISTENT RESERVE OUT that ends well changes registrations");
  const std::uint8_t action = order.cdb[1] & 0x1F;
  const Registration* sender = before.find(nexus_of(order).id());
  const bool knows = sender != nullptr && sender->key == load_be64(order.data_out.data());
  require(knows || action == 6 || (action == 0 && sender == nullptr),
          "only who knows its key changes something");
  require(!after.persists || disks_[0].unit.keeps_reservations, "what cannot be kept is not said to be");
  if (after.persists || before.persists) {
    require(outcome.saved.size() == 1, "what has to last is saved");
    const auto kept = parse_aptpl(outcome.saved[0]);
    require(kept && (after.persists ? fuzz::same_kept(*kept, after) : kept->registrations.empty()),
            "what is saved is what is so");
  }
  const auto back = parse_aptpl(aptpl_text(after));
  require(back && fuzz::same_kept(*back, after), "reservations survive as text");
  check_told(after);
}

void World::run(Input& input) {
  for (std::size_t i = 0; i < commands_max && !input.empty(); ++i) {
    Order order(input);
    complete(order);
    Task task = task_of(order);
    const ReservationState before = disks_[0].shared.reservations.state();
    const Outcome outcome = follow(task, order);
    check_answer(order, task, outcome);
    check_disks(order, task, outcome);
    check_reservations(order, task, outcome, before);
  }
}

}  // namespace
}  // namespace lunet::scsi

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  lunet::fuzz::Input input(data, size);
  lunet::scsi::World world(input);
  world.run(input);
  return 0;
}
