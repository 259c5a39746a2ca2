// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/running_task.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/check.h"

namespace lunet::dataplane {

namespace {

constexpr std::uint8_t wire_ordered = 2;
constexpr std::uint8_t wire_head_of_queue = 3;
constexpr std::uint8_t wire_aca = 4;
constexpr std::uint16_t asc_invalid_field_in_cdb = 0x2400;

// SPC-4 6.4, 6.33, 6.39: these may overtake everything, and initiators scan with them.
bool overtakes(std::uint8_t opcode) {
  constexpr std::uint8_t request_sense = 0x03;
  constexpr std::uint8_t inquiry = 0x12;
  constexpr std::uint8_t report_luns = 0xA0;
  return opcode == request_sense || opcode == inquiry || opcode == report_luns;
}

TaskAttribute attribute_of(const iscsi::Command& command) {
  if (command.attribute == wire_head_of_queue || overtakes(command.cdb[0])) {
    return TaskAttribute::head_of_queue;
  }
  return command.attribute == wire_ordered ? TaskAttribute::ordered : TaskAttribute::simple;
}

// One command of so many is timed: looking at the clock twice for each would cost more than it tells.
constexpr std::uint64_t timed_one_of = 16;

std::uint64_t now_us() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

std::uint64_t commands_of(const LunUse& use) {
  return use.reads + use.writes + use.others;
}

}  // namespace

RunningTask::RunningTask(TaskOwner& owner, iscsi::Command& command, std::shared_ptr<SessionLun> lun,
                         std::shared_ptr<const std::vector<std::uint16_t>> luns, scsi::Port port)
    : owner_(owner),
      command_(&command),
      lun_(std::move(lun)),
      luns_(std::move(luns)),
      port_(std::move(port)) {
  attribute = attribute_of(command);
  task_.cdb = command.cdb;
  task_.cdb_bytes = command.cdb_bytes;
  task_.data_out_bytes = command.writes ? command.expected_bytes : 0;
  task_.data_in_bytes = command.reads ? command.expected_read_bytes : 0;
  task_.context.luns = luns_.get();
  task_.context.port = &port_;
  task_.context.well_known = command.lun == report_luns_well_known;
  if (lun_ != nullptr) {
    task_.context.unit = lun_->mapping.unit.get();
    task_.context.nexus = &lun_->nexus;
    task_.context.shared = &lun_->mapping.disk->logical_unit;
    task_.context.surroundings = &owner.surroundings();
    task_.context.neighbours = this;
    task_.context.port = &lun_->port;
    task_.context.write_protected = lun_->mapping.write_protected;
  }
}

RunningTask::~RunningTask() {
  leave_disk();
}

void RunningTask::leave_disk() {
  if (lun_ == nullptr) return;
  // A copy: the set must not outlive the disk, and control closes the disk when the set is idle.
  const std::shared_ptr<Disk> disk = lun_->mapping.disk;
  release_range();
  peers_.clear();
  if (std::exchange(turn_.held, false)) disk->changes.leave(turn_);
  lun_.reset();
  if (std::exchange(entered_, false)) disk->tasks.leave(*this);
}

void RunningTask::start() {
  self_ = shared_from_this();
  if (command_->attribute == wire_aca) {  // without an ACA condition, which we never have (SAM-5 8.6.5)
    task_.status = scsi::Status::check_condition;
    task_.sense = {scsi::SenseKey::illegal_request, asc_invalid_field_in_cdb};
    return finish();
  }
  if (lun_ != nullptr) {
    if (commands_of(lun_->use) % timed_one_of == 0) started_us_ = now_us();
    entered_ = lun_->mapping.disk->tasks.enter(*this);
    blocked_ = !entered_;
    if (blocked_) return;
  }
  begin();
}

// Through a port that is not optimized commands wait a moment, so that initiators prefer the others (LIO's
// nonop_delay_msecs).
void RunningTask::begin() {
  const std::uint32_t delay_ms =
      lun_ == nullptr ? 0 : lun_->mapping.disk->logical_unit.port_groups.delay_ms(lun_->port);
  if (delay_ms == 0) return run(scsi::begin(task_));
  owner_.reactor().after(delay_ms, [self = shared_from_this()] {
    if (self->over_) return;
    if (!self->aborted_) return self->run(scsi::begin(self->task_));
    self->task_.status = scsi::Status::task_aborted;
    self->finish();
  });
}

// The set is locked and this waits in it, so the owner is there.
void RunningTask::admitted() {
  owner_.reactor().post([self = shared_from_this()] { self->resume(); });
}

void RunningTask::resume() {
  if (over_) return;  // aborted meanwhile
  blocked_ = false;
  entered_ = true;
  begin();
}

void RunningTask::abort() {
  aborted_ = true;
  if (spreading_) return effects_done();  // what it changed stays changed; nobody waits for the others
  if (!end_waiting()) return;
  task_.status = scsi::Status::task_aborted;
  finish();
}

// True: the command waited for others, and does not any more.
bool RunningTask::end_waiting() {
  if (range_.waits && range_.disk->ranges.withdraw(range_)) {
    range_.waits = false;
    return true;
  }
  if (turn_.waits && lun_->mapping.disk->changes.withdraw(turn_)) {
    turn_.waits = false;
    return true;
  }
  if (!std::exchange(blocked_, false)) return false;
  entered_ = !lun_->mapping.disk->tasks.withdraw(*this);
  return true;
}

void RunningTask::data_arrived() {
  run(scsi::data_arrived(task_));
}

void RunningTask::discard() {
  end();
}

// Follows the steps until the command waits for somebody or is finished.
void RunningTask::run(scsi::Step step) {
  for (;;) {
    // Effects are of a change that was made: the others learn it all the same.
    if (aborted_ && step != scsi::Step::finish && step != scsi::Step::need_effects) {
      task_.status = scsi::Status::task_aborted;
      step = scsi::Step::finish;
    }
    switch (step) {
      case scsi::Step::finish: finish(); return;
      case scsi::Step::need_data:
        if (!take_data_buffer()) {
          task_.status = scsi::Status::task_set_full;
          finish();
          return;
        }
        owner_.protocol().want_data(*command_, task_.data.first(task_.data_wanted));
        return;
      case scsi::Step::need_effects: start_effects(); return;
      case scsi::Step::need_turn:
        if (!take_turn()) return;
        step = scsi::io_done(task_, 0);
        break;
      case scsi::Step::need_lock:
        if (!acquire(*lun_->mapping.disk, task_.lock.offset, task_.lock.length, true)) return;
        step = scsi::io_done(task_, 0);
        break;
      case scsi::Step::need_pass:
        if (start_passing()) return;
        task_.status = scsi::Status::task_set_full;
        step = scsi::Step::finish;
        break;
      case scsi::Step::need_io:
        if (!may_change() || !submit_io()) return;
        step = scsi::io_done(task_, inline_result_);
        break;
    }
  }
}

// False: granted_turn() follows.
bool RunningTask::take_turn() {
  turn_.waits = true;  // before others see it
  if (!lun_->mapping.disk->changes.enter(turn_)) return false;
  turn_.waits = false;
  turn_.held = true;
  return true;
}

// The set is locked and this waits in it, so the owner is there.
void RunningTask::granted_turn() {
  owner_.reactor().post([self = shared_from_this()] {
    self->turn_.waits = false;
    self->turn_.held = true;
    self->run(scsi::io_done(self->task_, 0));
  });
}

const scsi::Peer* RunningTask::find(Bytes naa) {
  const std::shared_ptr<SessionLun> lun = owner_.luns().find_naa(naa);
  if (lun == nullptr) return nullptr;
  const auto known = [&](const auto& peer) { return peer->is(*lun); };
  const auto place = std::find_if(peers_.begin(), peers_.end(), known);
  if (place != peers_.end()) return place->get();
  peers_.push_back(std::make_unique<PeerLun>(lun));
  return peers_.back().get();
}

Disk& RunningTask::disk_of(const scsi::Io& io) const {
  return io.peer == nullptr ? *lun_->mapping.disk : static_cast<const PeerLun*>(io.peer)->disk();
}

void RunningTask::start_effects() {
  if (!task_.effects.save) return spread_effects();
  owner_.save_reservations(*lun_->mapping.unit, *task_.effects.save,
                           [self = shared_from_this()](int result) { self->saved(result); });
}

void RunningTask::saved(int result) {
  if (result != 0) return run(scsi::io_done(task_, result));
  spread_effects();
}

void RunningTask::spread_effects() {
  spreading_ = true;
  reactor::Reactor& reactor = owner_.reactor();
  // The last one to let go may be on another thread.
  const std::shared_ptr<void> barrier(nullptr, [&reactor, self = shared_from_this()](void*) mutable {
    reactor.post([self = std::move(self)] { self->effects_done(); });
  });
  if (task_.effects.delay_ms > 0) reactor.after(task_.effects.delay_ms, [barrier] {});
  owner_.spread(lun_->mapping.disk, task_.effects, barrier);
  if (aborted_) effects_done();
}

void RunningTask::effects_done() {
  if (!std::exchange(spreading_, false)) return;
  run(scsi::io_done(task_, 0));
}

bool RunningTask::take_data_buffer() {
  buffer_ = owner_.take_buffer(task_.data_bytes());
  task_.data = buffer_ ? buffer_.bytes() : MutableBytes();
  return static_cast<bool>(buffer_);
}

// False: granted_range() follows.
bool RunningTask::acquire(Disk& disk, std::uint64_t from, std::uint64_t bytes, bool exclusive) {
  release_range();
  range_.disk = &disk;
  range_.offset = from;
  range_.length = bytes;
  range_.exclusive = exclusive;
  range_.waits = true;  // before others see it
  if (!disk.ranges.acquire(range_)) return false;
  range_.waits = false;
  range_.held = true;
  return true;
}

// What changes blocks has its share of them while it does, or all of them already.
bool RunningTask::may_change() {
  const scsi::Io& io = task_.io;
  const bool changes =
      io.kind != scsi::Io::Kind::read && io.kind != scsi::Io::Kind::flush && io.kind != scsi::Io::Kind::map;
  if (!changes || task_.lock.length != 0) return true;
  Disk& disk = disk_of(io);
  const bool has =
      range_.held && range_.disk == &disk && range_.offset == io.offset && range_.length == io.length;
  return has || acquire(disk, io.offset, io.length, false);
}

// The locks are locked and this waits for them, so the owner is there.
void RunningTask::granted_range() {
  owner_.reactor().post([self = shared_from_this()] {
    self->range_.waits = false;
    self->range_.held = true;
    self->run(self->range_.exclusive ? scsi::io_done(self->task_, 0) : scsi::Step::need_io);
  });
}

void RunningTask::release_range() {
  if (std::exchange(range_.held, false)) range_.disk->ranges.release(range_);
}

// True: the I/O ended at once, with inline_result_.
bool RunningTask::submit_io() {
  const scsi::Io& io = task_.io;
  if (io.kind == scsi::Io::Kind::read && !io.into_room) {
    if (buffer_.bytes().size() < io.length) buffer_ = owner_.take_buffer(io.length);
    if (!buffer_) {
      inline_result_ = -ENOMEM;
      return true;
    }
    task_.data = buffer_.bytes();
  }
  kind = static_cast<backstore::Request::Kind>(io.kind);
  durable = io.durable;
  offset = io.offset;
  length = io.length;
  switch (io.kind) {
    case scsi::Io::Kind::read:
    case scsi::Io::Kind::write:
      CHECK(task_.data.size() >= io.length);
      data = (io.into_room ? task_.room() : task_.data).first(io.length);
      break;
    case scsi::Io::Kind::fill:
      data = {const_cast<std::uint8_t*>(io.pattern.data()),
              io.pattern.size()};  // the backstore only reads it
      break;
    case scsi::Io::Kind::flush:
    case scsi::Io::Kind::map:
    case scsi::Io::Kind::unmap: data = {}; break;
  }
  completed_inline_ = false;
  submitting_ = true;
  disk_of(io).backstore->submit(owner_.reactor(), *this);
  submitting_ = false;
  return completed_inline_;
}

// False: there is no memory. Else passed() follows.
bool RunningTask::start_passing() {
  if (task_.data_in_bytes > 0) {
    buffer_ = owner_.take_buffer(task_.data_in_bytes);
    if (!buffer_) return false;
    task_.data = buffer_.bytes();
  }
  using Direction = backstore::ScsiRequest::Direction;
  passing_ = std::make_unique<Passing>(*this);
  passing_->cdb = task_.cdb;
  passing_->cdb_bytes = std::min(backstore::cdb_length(task_.cdb), task_.cdb_bytes);
  passing_->direction = task_.data_out_bytes > 0  ? Direction::out
                        : task_.data_in_bytes > 0 ? Direction::in
                                                  : Direction::none;
  passing_->data = task_.data.first(std::max(task_.data_out_bytes, task_.data_in_bytes));
  backstore::PassThrough* device = lun_->mapping.disk->backstore->pass_through();
  CHECK(device != nullptr);
  device->pass(owner_.reactor(), *passing_);
  return true;
}

void RunningTask::passed(int result) {
  const Passing& answer = *passing_;
  run(scsi::passed(task_, {.result = result,
                           .status = static_cast<scsi::Status>(answer.status),
                           .sense = Bytes(answer.sense).first(answer.sense_bytes),
                           .residual = answer.residual}));
}

void RunningTask::done(int result) {
  if (kind == Kind::map) {
    task_.io.length = length;
    task_.io.mapped = mapped;
  }
  if (submitting_) {
    completed_inline_ = true;
    inline_result_ = result;
    return;
  }
  run(scsi::io_done(task_, result));
}

// What the session's LUN has moved, and the portal group's.
void RunningTask::count() {
  if (lun_ == nullptr) return;
  LunUse use;
  const bool moved =
      task_.status == scsi::Status::good && task_.transfer_bytes > 0 && task_.io.peer == nullptr;
  if (moved && task_.io.kind == scsi::Io::Kind::read && command_->reads && task_.parameters.empty()) {
    use.reads = 1;
    use.read_bytes = task_.transfer_bytes;
  } else if (moved && command_->writes && task_.io.kind == scsi::Io::Kind::write) {
    use.writes = 1;
    use.write_bytes = task_.transfer_bytes;
  } else {
    use.others = 1;
  }
  if (started_us_ != 0) {
    use.timed = 1;
    use.timed_us = now_us() - started_us_;
  }
  lun_->use += use;
  if (lun_->total != nullptr) *lun_->total += use;
}

void RunningTask::finish() {
  count();
  iscsi::Completion completion;
  completion.status = static_cast<std::uint8_t>(task_.status);
  completion.transfer_bytes = task_.transfer_bytes;
  std::vector<std::uint8_t> sense;
  if (task_.sense) {
    const bool descriptor = task_.context.unit != nullptr && task_.context.unit->large();
    sense = scsi::encode_sense(*task_.sense, descriptor);
    completion.sense = sense;
  } else {
    completion.sense = task_.device_sense;
  }
  const std::shared_ptr<RunningTask> keep = self_;
  completion.data_in = {task_.data_in(), keep};
  leave_disk();
  owner_.answering(completion.data_in.bytes.size() + 48);
  iscsi::Command& command = *command_;
  end();
  owner_.protocol().finish(command, completion);
}

void RunningTask::end() {
  over_ = true;
  command_->context = nullptr;
  leave_disk();
  owner_.task_ended(*this);
  holds_.clear();
  // Last: may destroy this.
  const std::shared_ptr<RunningTask> keep = std::move(self_);
}

}  // namespace lunet::dataplane
