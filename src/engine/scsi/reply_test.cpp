// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/reply.h"

#include "engine/scsi/test_disk.h"

namespace lunet::scsi {
namespace {

std::string after(const Octets& cdb, std::size_t data_out_bytes, int result) {
  TestDisk disk;
  disk.io_result = result;
  const Outcome outcome = data_out_bytes == 0 ? disk.run(cdb, 512) : disk.send(cdb, Octets(data_out_bytes));
  EXPECT_TRUE(outcome.data_in.empty());
  EXPECT_EQ(outcome.transfer_bytes, 0U);
  return verdict(outcome);
}

TEST(Reply, TellsWhyAReadFailed) {
  const Octets read{0x28, 0, 0, 0, 0, 0, 0, 0, 1};
  EXPECT_EQ(after(read, 0, -EIO), "3/1100");
  EXPECT_EQ(after(read, 0, -ENODEV), "2/0800");
}

TEST(Reply, TellsWhyAWriteFailed) {
  const Octets write{0x2A, 0, 0, 0, 0, 0, 0, 0, 1};
  EXPECT_EQ(after(write, 512, -EIO), "3/0C00");
  EXPECT_EQ(after(write, 512, -ENOSPC), "7/2707");
  EXPECT_EQ(after(write, 512, -EROFS), "7/2700");
  EXPECT_EQ(after(write, 512, -EINTR), "2/0800");
}

TEST(Reply, AsksToTryAgainWhenMemoryIsShort) {
  TestDisk disk;
  disk.io_result = -ENOMEM;
  const Outcome outcome = disk.run({0x28, 0, 0, 0, 0, 0, 0, 0, 1}, 512);
  EXPECT_EQ(outcome.status, Status::task_set_full);
  EXPECT_FALSE(outcome.sense);
  EXPECT_TRUE(outcome.data_in.empty());
}

TEST(Reply, CutsToTheAllocationLength) {
  Task task;
  reply(task, {1, 2, 3}, 2);
  EXPECT_THAT(task.parameters, testing::ElementsAre(1, 2));
  EXPECT_EQ(task.transfer_bytes, 2U);
}

TEST(Reply, ShowsNoBytesThatNobodyRead) {
  Octets buffer(512, 0xEE);
  Task task;
  task.data = buffer;
  finish(task);
  EXPECT_TRUE(task.data_in().empty());
  task.io = {.kind = Io::Kind::read, .length = 100};
  EXPECT_EQ(task.data_in().size(), 100U);
  illegal(task, asc_invalid_field_in_cdb);
  EXPECT_TRUE(task.data_in().empty());
}

}  // namespace
}  // namespace lunet::scsi
