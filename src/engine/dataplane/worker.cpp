// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/worker.h"

#include <algorithm>

#include "base/check.h"
#include "engine/dataplane/socket_connection.h"

namespace lunet::dataplane {

namespace {
constexpr std::uint64_t tick_ms = 1000;
}

Worker::Worker(Workplace& workplace, std::unique_ptr<reactor::Reactor> reactor)
    : workplace_(workplace), reactor_(std::move(reactor)) {}

Worker::~Worker() {
  CHECK(!thread_.joinable());
}

void Worker::start() {
  post([this] { tick(); });
  thread_ = std::thread([this] { reactor_->run(); });
}

void Worker::begin_stop(const std::shared_ptr<Drain>& drain) {
  post([this, drain, hold = drain->hold({})] {
    stopping_ = true;
    for (const auto& [id, connection] : connections_) {
      connection->leave(*drain, "the target is shutting down");
    }
    end_if_empty();
  });
}

void Worker::join() {
  if (!thread_.joinable()) return;
  thread_.join();
  lifetime_.reset();
  connections_.clear();
}

void Worker::end_if_empty() {
  if (stopping_ && connections_.empty()) reactor_->stop();
}

void Worker::post_to(std::uint64_t connection, std::function<void(SocketConnection&)> callback) {
  post([this, connection, call = std::move(callback)] {
    const auto found = connections_.find(connection);
    if (found != connections_.end()) call(*found->second);
  });
}

void Worker::adopt(Accepted accepted) {
  if (stopping_) return;
  const std::uint64_t id = ++last_id_;
  auto& place = connections_[id];
  place = std::make_unique<SocketConnection>(*this, id, std::move(accepted));
  place->start();
}

void Worker::use(std::shared_ptr<const Snapshot> snapshot, Drain& drain) {
  snapshot_ = std::move(snapshot);
  lun_totals_.keep_what_is_in(*snapshot_);
  for (const auto& [id, connection] : connections_) connection->refresh(drain);
}

void Worker::spread(const std::shared_ptr<Disk>& disk, const scsi::Effects& effects, std::uint64_t issuer,
                    const std::shared_ptr<void>& barrier) {
  const auto on_this = [disk, effects, issuer, barrier, origin = this](Worker& worker) {
    for (const auto& [id, connection] : worker.connections_) {
      connection->feel(*disk, effects, &worker == origin && id == issuer, barrier);
    }
  };
  on_this(*this);
  workplace_.on_every_worker([on_this, origin = this](Worker& worker) {
    if (&worker != origin) on_this(worker);
  });
}

void Worker::feel(const Disk& disk, const scsi::Effects& effects) {
  for (const auto& [id, connection] : connections_) connection->feel(disk, effects, false, nullptr);
}

void Worker::clear_tasks(const std::shared_ptr<Disk>& disk, Clearing why, std::uint64_t issuer,
                         const std::shared_ptr<void>& barrier) {
  if (why == Clearing::reset) disk->logical_unit.reservations.reset();
  // Here at once: what the initiator sends after its request is not meant.
  for (const auto& [id, connection] : connections_)
    connection->clear_tasks(*disk, why, id == issuer, barrier);
  workplace_.on_every_worker([disk, why, barrier, origin = this](Worker& worker) {
    if (&worker == origin) return;
    for (const auto& [id, connection] : worker.connections_) {
      connection->clear_tasks(*disk, why, false, barrier);
    }
  });
}

void Worker::flush_later(SocketConnection& connection) {
  if (dirty_.empty()) reactor_->at_turn_end([this] { flush_all(); });
  dirty_.push_back(connection.id());
}

void Worker::flush_all() {
  const std::vector<std::uint64_t> dirty = std::exchange(dirty_, {});
  for (const std::uint64_t id : dirty) {
    const auto found = connections_.find(id);
    if (found != connections_.end()) found->second->flush();
  }
}

void Worker::remove(SocketConnection& connection) {
  post([this, id = connection.id()] {
    connections_.erase(id);
    end_if_empty();
  });
}

void Worker::look_again(SocketConnection& connection) {
  post_to(connection.id(), [this](SocketConnection& found) { found.tick(reactor_->now_ms()); });
}

std::vector<SessionInfo> Worker::sessions() const {
  std::vector<SessionInfo> all;
  for (const auto& [id, connection] : connections_) {
    if (auto info = connection->info()) all.push_back(std::move(*info));
  }
  return all;
}

bool Worker::end_session(std::string_view target, std::uint16_t portal_group_tag, std::uint16_t tsih) {
  bool found = false;
  for (const auto& [id, connection] : connections_) {
    const auto info = connection->info();
    if (!info || info->target != target || info->portal_group_tag != portal_group_tag || info->tsih != tsih)
      continue;
    connection->drop("ended by the administrator");
    found = true;
  }
  return found;
}

void Worker::tick() {
  for (const auto& [id, connection] : connections_) connection->tick(reactor_->now_ms());
  reactor_->after(tick_ms, [this] { tick(); });
}

}  // namespace lunet::dataplane
