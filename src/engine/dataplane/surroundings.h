// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include "engine/dataplane/snapshot.h"
#include "engine/scsi/task.h"

namespace lunet::dataplane {

/// The rest of the target as the commands of one session see it: the snapshot of its worker.
class SnapshotSurroundings final : public scsi::Surroundings {
 public:
  explicit SnapshotSurroundings(std::function<const Snapshot&()> snapshot) : snapshot_(std::move(snapshot)) {}

  [[nodiscard]] std::vector<scsi::Port> target_ports(const scsi::LogicalUnit& unit) const override;
  [[nodiscard]] bool may_enter(const std::string& initiator, const scsi::Port& port) const override;

 private:
  std::function<const Snapshot&()> snapshot_;
};

}  // namespace lunet::dataplane
