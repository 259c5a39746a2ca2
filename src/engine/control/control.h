// SPDX-License-Identifier: Apache-2.0
// The engine as a target tree: LIO's rules (configfs/model) with the data plane behind them. Turns changes of
// the tree into open disks, listening portals and a snapshot for the data plane. Knows no SCSI command and no
// PDU.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "configfs/model/effects.h"
#include "configfs/tree.h"
#include "engine/control/target_builder.h"
#include "engine/dataplane/engine.h"

namespace lunet::control {

/// Effects of the tree on the engine. The engine outlives it.
class Control final : public configfs::Effects {
 public:
  explicit Control(dataplane::Engine& engine) : engine_(engine) {}

  Result<> apply(const configfs::Change& change, const configfs::ModelView& view) override;
  void undo(const configfs::Change& change, const configfs::ModelView& view) override;
  void publish(std::span<const configfs::Change> changes, const configfs::ModelView& view) override;
  std::optional<std::string> read(configfs::ObjectKind kind, std::string_view object, std::string_view file,
                                  const configfs::ModelView& view) override;

 private:
  Result<> apply_to_disk(const configfs::Change& change, const configfs::ModelView& view);
  Result<> open_disk(const std::string& path, const configfs::ModelView& view);
  void count_exports(const configfs::Change& change, std::set<std::string>& disks);
  [[nodiscard]] std::set<std::string> touched_targets(std::span<const configfs::Change> changes,
                                                      const configfs::ModelView& view);
  void rebuild_target(const std::string& name, const configfs::ModelView& view);

  dataplane::Engine& engine_;
  DiskTable disks_;
  std::map<std::string, std::shared_ptr<dataplane::Disk>> leaving_;  // removed in this batch
  std::vector<std::string> closing_portals_;                         // removed in this batch
  dataplane::Snapshot current_;
};

}  // namespace lunet::control
