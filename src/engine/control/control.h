// SPDX-License-Identifier: Apache-2.0
// The engine as a target tree: LIO's rules (configfs/model) with the data plane behind them. Turns changes of
// the tree into open disks, listening portals and a snapshot for the data plane. Knows no SCSI command and no
// PDU.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "configfs/model/effects.h"
#include "configfs/tree.h"
#include "engine/control/graveyard.h"
#include "engine/control/open_backstore.h"
#include "engine/control/slow_calls.h"
#include "engine/control/target_builder.h"
#include "engine/dataplane/engine.h"

namespace lunet::control {

struct ControlOptions {
  /// How long a removal waits for commands that are on their way (ruling 3).
  std::uint64_t settle_ms = 30000;
  OpenBackstore open = open_backstore;
  /// How long a batch waits for a disk to be opened, without holding up readers.
  std::uint64_t open_ms = 10000;
};

/// Effects of the tree on the engine. The engine outlives it.
class Control final : public configfs::Effects {
 public:
  explicit Control(dataplane::Engine& engine, ControlOptions options = {})
      : engine_(engine), options_(std::move(options)), storage_(20, options_.open_ms) {}

  Result<> apply(const configfs::Change& change, const configfs::ModelView& view) override;
  configfs::DeviceFacts device_facts(const configfs::Change& change) override;
  void undo(const configfs::Change& change, const configfs::ModelView& view) override;
  void publish(std::span<const configfs::Change> changes, const configfs::ModelView& view) override;
  std::optional<configfs::Unsettled> settle(std::span<const configfs::Change> changes) override;
  void settled(std::span<const configfs::Change> changes, const configfs::ModelView& view) override;
  void withdraw(std::span<const configfs::Change> changes, const configfs::ModelView& view) override;
  bool wait_to_retry() override;
  std::optional<std::string> read(configfs::ObjectKind kind, std::string_view object, std::string_view file,
                                  const configfs::ModelView& view) override;

 private:
  Result<> apply_to_disk(const configfs::Change& change, const configfs::ModelView& view);
  Result<> open_disk(const std::string& path, const configfs::ModelView& view);
  void note_export(const configfs::Change& change, bool shows);
  void close_disk(const std::string& path);
  void show(std::span<const configfs::Change> changes, const configfs::ModelView& view);
  // successor.cpp
  [[nodiscard]] std::vector<backstore::Holding> held_by_leaving();
  void note_successor(const std::string& path, backstore::Backstore& opened,
                      const std::vector<backstore::Holding>& held);
  void hide_successors();
  void take_successors_back();
  [[nodiscard]] std::optional<std::string> info_of_degraded(std::string_view object,
                                                            const configfs::ModelView& view) const;
  void load_reservations(const std::string& disk_path, const configfs::ModelView& view);
  void announce_access_states(std::span<const configfs::Change> changes, const configfs::ModelView& view);
  void configure_port_groups(const std::set<std::string>& disks, const configfs::ModelView& view);
  void add_ports(const std::set<std::string>& targets,
                 std::map<const dataplane::Disk*, std::vector<scsi::PortGroup>>& groups) const;
  std::uint16_t relative_port(const std::string& tpg_path);
  [[nodiscard]] std::optional<std::string> read_of_disk(std::string_view object, std::string_view file,
                                                        const configfs::ModelView& view) const;
  void restore_write_cache(const configfs::Change& change);
  Result<> resize(OpenDisk& open, const configfs::Change& change);
  void restore_size(const configfs::Change& change);
  Result<> check_session(const configfs::Change& change);
  void end_sessions(std::span<const configfs::Change> changes);
  /// Of a target whose snapshot has to change: all of it, or only ACLs of its portal groups.
  struct Touched {
    bool whole = false;
    std::map<std::string, std::set<std::string>> acls;  ///< initiators, by path of their portal group
  };
  using TouchedTargets = std::map<std::string, Touched>;
  [[nodiscard]] TouchedTargets touched_targets(std::span<const configfs::Change> changes,
                                               const configfs::ModelView& view);
  void rebuild_target(const std::string& name, const configfs::ModelView& view,
                      dataplane::TargetMap& targets);
  void rebuild_acls(const Touched& touched, const configfs::ModelView& view, dataplane::TpgMap& tpgs) const;
  [[nodiscard]] std::set<std::string> disks_used_by(const configfs::Change& change,
                                                    const configfs::ModelView& view) const;
  [[nodiscard]] configfs::Unsettled unsettled(std::span<const configfs::Change> changes);

  dataplane::Engine& engine_;
  const ControlOptions options_;
  DiskTable disks_;
  std::map<std::string, OpenDisk> leaving_;  // removed in this batch
  std::set<std::string> successors_;         // disks that take over a file of a leaving one
  DiskTable waiting_;                        // those, from publish() to settled()
  std::vector<std::shared_ptr<dataplane::Disk>>
      withdrawn_;                             // opened in a batch that was published and undone
  std::vector<std::string> closing_portals_;  // removed in this batch
  std::vector<std::pair<std::string, std::uint64_t>> sizes_before_;  // of disks resized in this batch
  std::shared_ptr<dataplane::Drain> drain_;  // of this batch, from publish() to settle() or withdraw()
  SlowCalls storage_;
  Graveyard graveyard_{[this](SlowCalls::Closing closing) { storage_.close(std::move(closing)); }};
  std::map<std::string, std::uint16_t> relative_ports_;  // by path of the portal group
  dataplane::Snapshot current_;
};

}  // namespace lunet::control
