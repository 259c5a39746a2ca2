// SPDX-License-Identifier: Apache-2.0
// One thread of the data plane: a reactor, the connections that live on it, and its view of the snapshot. A
// connection stays on its worker for life; any worker drives any disk.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/fd.h"
#include "engine/dataplane/buffer_pool.h"
#include "engine/dataplane/connection_gate.h"
#include "engine/dataplane/drain.h"
#include "engine/dataplane/login_guard.h"
#include "engine/dataplane/lun_totals.h"
#include "engine/dataplane/session_info.h"
#include "engine/dataplane/session_registry.h"
#include "engine/dataplane/snapshot.h"
#include "engine/dataplane/state_files.h"
#include "engine/reactor/reactor.h"
#include "engine/scsi/effects.h"

namespace lunet::dataplane {

class SocketConnection;
enum class Clearing : std::uint8_t;

/// What a worker asks of the engine it belongs to. Thread-safe.
class Workplace {
 public:
  virtual ~Workplace() = default;
  virtual SessionRegistry& registry() = 0;
  virtual LoginGuard& login_guard() = 0;
  virtual StateFiles& state_files() = 0;
  /// Bytes that the commands of one connection may hold for data.
  [[nodiscard]] virtual std::size_t connection_memory() const = 0;
  /// Runs `visit` on every worker's thread.
  virtual void on_every_worker(const std::function<void(class Worker&)>& visit) = 0;
};

class Worker {
 public:
  Worker(Workplace& workplace, std::unique_ptr<reactor::Reactor> reactor);
  /// join() was called before.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void start();
  /// Asks every connection and then the thread to end; what has not ended holds the drain.
  void begin_stop(const std::shared_ptr<Drain>& drain);
  /// Returns when the thread is gone.
  void join();
  /// From any thread; runs in order of posting.
  void post(std::function<void()> callback) { reactor_->post(std::move(callback)); }
  /// From any thread: calls with the connection if it still exists.
  void post_to(std::uint64_t connection, std::function<void(SocketConnection&)> callback);
  /// Expires when the worker has stopped: nothing may be posted after that.
  [[nodiscard]] std::weak_ptr<void> lifetime() const { return lifetime_; }

  /// From any thread.
  [[nodiscard]] reactor::Reactor::Counters counters() const { return reactor_->counters(); }

  // On the worker's thread.
  void adopt(Accepted accepted);
  void use(std::shared_ptr<const Snapshot> snapshot, Drain& drain);
  /// On every worker: the commands to the disk are over.
  void clear_tasks(const std::shared_ptr<Disk>& disk, Clearing why, std::uint64_t issuer,
                   const std::shared_ptr<void>& barrier);
  /// On every worker: the other nexuses of the disk feel what a command of `issuer` did.
  void spread(const std::shared_ptr<Disk>& disk, const scsi::Effects& effects, std::uint64_t issuer,
              const std::shared_ptr<void>& barrier);
  /// The nexuses of the disk on this worker feel what the target did.
  void feel(const Disk& disk, const scsi::Effects& effects);
  void flush_later(SocketConnection& connection);
  /// Removes the connection after this turn of the loop; it has nothing under way.
  void remove(SocketConnection& connection);
  /// Asks a closing connection to check in the next turn whether it is over.
  void look_again(SocketConnection& connection);
  [[nodiscard]] std::vector<SessionInfo> sessions() const;
  /// Ends the session; false: it is not here.
  bool end_session(std::string_view target, std::uint16_t portal_group_tag, std::uint16_t tsih);
  [[nodiscard]] const Snapshot& snapshot() const { return *snapshot_; }
  [[nodiscard]] reactor::Reactor& reactor() { return *reactor_; }
  [[nodiscard]] LunTotals& lun_totals() { return lun_totals_; }
  [[nodiscard]] BufferPool& buffers() { return buffers_; }
  [[nodiscard]] SessionRegistry& registry() { return workplace_.registry(); }
  [[nodiscard]] LoginGuard& login_guard() { return workplace_.login_guard(); }
  [[nodiscard]] StateFiles& state_files() { return workplace_.state_files(); }
  [[nodiscard]] std::size_t connection_memory() const { return workplace_.connection_memory(); }

 private:
  void tick();
  void flush_all();
  void end_if_empty();

  Workplace& workplace_;
  std::unique_ptr<reactor::Reactor> reactor_;
  BufferPool buffers_;
  std::shared_ptr<const Snapshot> snapshot_ = std::make_shared<Snapshot>();
  LunTotals lun_totals_;
  std::unordered_map<std::uint64_t, std::unique_ptr<SocketConnection>> connections_;
  std::vector<std::uint64_t> dirty_;
  std::uint64_t last_id_ = 0;
  bool stopping_ = false;
  std::shared_ptr<void> lifetime_ = std::make_shared<char>();
  std::thread thread_;
};

}  // namespace lunet::dataplane
