// SPDX-License-Identifier: Apache-2.0
#include "engine/dataplane/peer_lun.h"

#include <gmock/gmock.h>

namespace lunet::dataplane {

TEST(PeerLun, KeepsItsDiskInUseEvenBesideAnOrderedCommand) {
  struct Ordered final : TaskSet::Member {
    Ordered() { attribute = TaskAttribute::ordered; }
    void admitted() override {}
  } ordered;
  auto lun = std::make_shared<SessionLun>();
  lun->mapping.disk = std::make_shared<Disk>();
  lun->mapping.unit = std::make_shared<scsi::Unit>();
  lun->mapping.write_protected = true;
  const std::shared_ptr<Disk> disk = lun->mapping.disk;
  ASSERT_TRUE(disk->tasks.enter(ordered));
  {
    const PeerLun peer(lun);
    EXPECT_TRUE(peer.is(*lun));
    EXPECT_EQ(peer.unit, lun->mapping.unit.get());
    EXPECT_TRUE(peer.write_protected);
    disk->tasks.leave(ordered);
    EXPECT_FALSE(disk->tasks.idle());
  }
  EXPECT_TRUE(disk->tasks.idle());
}

}  // namespace lunet::dataplane
