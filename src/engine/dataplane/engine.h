// SPDX-License-Identifier: Apache-2.0
// The running data plane: workers, portals, sessions. Told what to export by snapshots (engine/control makes
// them from the target tree); knows no tree and no configuration.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/dataplane/drain.h"
#include "engine/dataplane/listener.h"
#include "engine/dataplane/worker.h"

namespace lunet::dataplane {

struct EngineOptions {
  static constexpr std::size_t connection_memory_default = std::size_t{64} << 20;

  unsigned threads = 0;  ///< 0: one a processor this process may use, at most 4
  /// Makes the reactor of each worker.
  reactor::ReactorMaker make_reactor;
  GateLimits limits = {};
  /// Bytes that the commands of one connection may hold for data; more at once end with TASK SET FULL.
  std::size_t connection_memory = connection_memory_default;
  /// Where reservations survive a restart (APTPL); "": nowhere.
  std::string reservations_folder = {};
};

/// Thread-safe, but for publish(): one call at a time.
class Engine final : public Workplace {
 public:
  static Result<std::unique_ptr<Engine>> start(const EngineOptions& options);
  /// Ends all sessions and threads.
  ~Engine() override;
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  /// Binds a portal ("ADDRESS:PORT", port 0 takes a free one); it accepts nothing before publish(). The same
  /// address may be asked for by several portal groups; each call is undone by one unlisten(). EINVAL: cannot
  /// be bound.
  Result<std::uint16_t> listen(const std::string& portal);
  /// Returns when the socket is closed.
  void unlisten(const std::string& portal);
  /// The port a portal really has; 0 when it is not open.
  [[nodiscard]] std::uint16_t port(const std::string& portal) const;

  /// Makes the snapshot what initiators see, on all workers at once. Fills in Snapshot::ports. The answer is
  /// done when every worker has left the old snapshot, and everything that used what the new one does not
  /// have is over: sessions that may not stay, commands to a LUN that shows another disk or none, or that
  /// has become write-protected. No command that starts later uses it.
  [[nodiscard]] std::shared_ptr<Drain> publish(Snapshot snapshot);

  /// Lets every nexus of the disk feel what the target did by itself. When it returns they have: the next
  /// command of each is told.
  void spread(const std::shared_ptr<Disk>& disk, const scsi::Effects& effects);

  [[nodiscard]] std::vector<SessionInfo> sessions();
  /// What went through each LUN of a portal group since it is there.
  [[nodiscard]] LunUses lun_uses(std::string_view target, std::uint16_t portal_group_tag);
  /// Ends a session, as if its connection were lost: its initiator may log in again at once. False: there is
  /// none of that number in the portal group.
  bool end_session(const std::string& target, std::uint16_t portal_group_tag, std::uint16_t tsih);
  /// Of all workers together.
  [[nodiscard]] reactor::Reactor::Counters counters() const;

  /// Asks all sessions and threads to end; the answer is done when all commands have. The engine is of no use
  /// any more. The destructor does this too, and waits.
  std::shared_ptr<Drain> begin_stop();

  // Workplace
  SessionRegistry& registry() override { return registry_; }
  LoginGuard& login_guard() override { return login_guard_; }
  StateFiles& state_files() override { return state_files_; }
  [[nodiscard]] std::size_t connection_memory() const override { return connection_memory_; }
  void on_every_worker(const std::function<void(Worker&)>& visit) override;

 private:
  explicit Engine(const EngineOptions& options)
      : gate_(options.limits),
        connection_memory_(options.connection_memory),
        state_files_(options.reservations_folder) {}
  void visit_all(const std::function<void(Worker&)>& visit);

  struct Portal {
    std::shared_ptr<Listener> listener;
    unsigned users = 0;
  };
  void accepted(Fd socket, const std::string& portal);

  ConnectionGate gate_;
  const std::size_t connection_memory_;
  StateFiles state_files_;
  SessionRegistry registry_;
  LoginGuard login_guard_;
  std::vector<std::unique_ptr<Worker>> workers_;
  mutable std::mutex portals_mutex_;
  std::map<std::string, Portal> portals_;  ///< guarded by portals_mutex_
  std::shared_ptr<Drain> stopping_;
  std::size_t next_listener_ = 0;
  std::atomic<std::size_t> next_worker_ = 0;
};

}  // namespace lunet::dataplane
