// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/peer_lun.h"

#include <utility>

#include "base/check.h"

namespace lunet::dataplane {

PeerLun::PeerLun(std::shared_ptr<SessionLun> lun) : lun_(std::move(lun)) {
  unit = lun_->mapping.unit.get();
  shared = &disk().logical_unit;
  nexus = &lun_->nexus.id();
  port = &lun_->port;
  write_protected = lun_->mapping.write_protected;
  // Two copies that waited for each other's disks would wait for ever: this one waits for nothing.
  attribute = TaskAttribute::head_of_queue;
  const bool entered = disk().tasks.enter(*this);
  CHECK(entered);
}

PeerLun::~PeerLun() {
  // A copy: the set must not outlive the disk, and control closes the disk when the set is idle.
  const std::shared_ptr<Disk> disk = lun_->mapping.disk;
  lun_.reset();
  disk->tasks.leave(*this);
}

}  // namespace lunet::dataplane
