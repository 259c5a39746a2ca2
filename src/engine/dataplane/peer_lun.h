// SPDX-License-Identifier: Apache-2.0
// A LUN of a session that a command sent to another LUN copies from or to. While it is there, the disk counts
// as in use, as it does by a command of its own.
#pragma once

#include <memory>

#include "engine/dataplane/lun_table.h"

namespace lunet::dataplane {

class PeerLun final : public scsi::Peer, private TaskSet::Member {
 public:
  explicit PeerLun(std::shared_ptr<SessionLun> lun);
  ~PeerLun() override;
  PeerLun(const PeerLun&) = delete;
  PeerLun& operator=(const PeerLun&) = delete;

  [[nodiscard]] const LunMapping& mapping() const { return lun_->mapping; }
  [[nodiscard]] Disk& disk() const { return *lun_->mapping.disk; }
  [[nodiscard]] bool is(const SessionLun& lun) const { return lun_.get() == &lun; }

 private:
  void admitted() override {}

  std::shared_ptr<SessionLun> lun_;
};

}  // namespace lunet::dataplane
