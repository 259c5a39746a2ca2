// SPDX-License-Identifier: Apache-2.0
#include "engine/backstore/open_disk.h"

#include <gmock/gmock.h>
#include <sys/fsuid.h>

#include <thread>

#include "engine/backstore/backstore_test_support.h"
#include "engine/backstore/loop_device_test_support.h"

namespace lunet::backstore {
namespace {

using testing::AllOf;
using testing::HasSubstr;

struct OpenDiskTest : testing::Test {
  static Error refused(const FileOptions& options) {
    const auto opened = open_disk(options);
    EXPECT_FALSE(opened);
    if (opened) return {};
    EXPECT_THAT(opened.error().message, HasSubstr(options.path));
    EXPECT_FALSE(opened.error().hint.empty());
    return opened.error();
  }
  static OpenDisk opened(const FileOptions& options) {
    auto disk = open_disk(options);
    EXPECT_TRUE(disk) << disk.error().message;
    return disk ? *std::move(disk) : OpenDisk{};
  }

  TemporaryFolder folder;
};

TEST_F(OpenDiskTest, ExportsAllOfAFileOrItsBeginning) {
  const std::string path = folder.file("disk", 1'000'000);
  EXPECT_EQ(opened({.path = path}).properties.size_bytes, 1'000'000U);
  EXPECT_EQ(opened({.path = path, .size_bytes = 512'000}).properties.size_bytes, 512'000U);
}

TEST_F(OpenDiskTest, WritesThroughUnlessToldOtherwise) {
  const std::string path = folder.file("disk", 4096);
  {
    const OpenDisk disk = opened({.path = path});
    EXPECT_FALSE(disk.properties.write_cache);
  }
  const OpenDisk disk = opened({.path = path, .write_back = true});
  EXPECT_EQ(::fcntl(disk.file.get(), F_GETFL) & O_NONBLOCK, 0);
  EXPECT_TRUE(disk.properties.write_cache);
}

TEST_F(OpenDiskTest, LeavesTheFileAsItIs) {
  const std::string path = folder.file("disk", 10'000);
  opened({.path = path});
  struct stat file{};
  ASSERT_EQ(::stat(path.c_str(), &file), 0);
  EXPECT_EQ(file.st_size, 10'000);
  EXPECT_EQ(file.st_blocks, 0);
}

TEST_F(OpenDiskTest, CreatesNoFile) {
  const std::string path = folder.path() + "/missing";
  EXPECT_EQ(refused({.path = path, .size_bytes = 4096}).errnum, ENOENT);
  EXPECT_NE(::access(path.c_str(), F_OK), 0);
}

TEST_F(OpenDiskTest, RefusesOtherTypesOfFilesWithoutTouchingThem) {
  const std::string pipe = folder.path() + "/pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const std::vector<std::pair<std::string, std::string>> others{
      {folder.path(), "a directory"}, {"/dev/null", "a character device"}, {pipe, "a pipe"}};
  for (const auto& [path, type] : others) {
    const Error error = refused({.path = path});
    EXPECT_EQ(error.errnum, EINVAL);
    EXPECT_THAT(error.message, HasSubstr(type));
  }
}

TEST_F(OpenDiskTest, RefusesAFileThatIsTooShort) {
  const Error error = refused({.path = folder.file("disk", 4096), .size_bytes = 4097});
  EXPECT_EQ(error.errnum, EINVAL);
  EXPECT_THAT(error.message, AllOf(HasSubstr("4096"), HasSubstr("4097")));
  EXPECT_EQ(refused({.path = folder.file("empty", 0)}).errnum, EINVAL);
}

TEST_F(OpenDiskTest, RefusesAFileWithoutPermission) {
  const std::string path = folder.file("disk", 4096);
  ASSERT_EQ(::chmod(path.c_str(), 0444), 0);
  ASSERT_EQ(::chmod(folder.path().c_str(), 0755), 0);
  // Root may everything; a thread with another file system user may not (setfsuid(2) is per thread).
  std::thread([&] {
    constexpr uid_t nobody = 65534;
    if (::geteuid() == 0) ::setfsuid(nobody);
    const Error error = refused({.path = path});
    EXPECT_EQ(error.errnum, EACCES);
    EXPECT_THAT(error.hint, HasSubstr("user that runs lunetd"));
  }).join();
}

TEST_F(OpenDiskTest, ServesAFileOnce) {
  const std::string path = folder.file("disk", 4096);
  const std::string link = folder.path() + "/other-name";
  ASSERT_EQ(::link(path.c_str(), link.c_str()), 0);
  {
    const OpenDisk first = opened({.path = path});
    const Error error = refused({.path = link});
    EXPECT_EQ(error.errnum, EBUSY);
    EXPECT_THAT(error.message, HasSubstr("this process, for another disk"));
  }
  opened({.path = link});
}

TEST_F(OpenDiskTest, AFileThatAnotherDiskLeavesIsTakenOverLockedAllTheTime) {
  const std::string path = folder.file("disk", 4096);
  auto leaving = *open_file({.path = path});
  const Holding holding = leaving->hold();
  ASSERT_NE(holding.file, nullptr);
  const std::string other = folder.file("other", 4096);
  const auto elsewhere = *open_file({.path = other});
  EXPECT_EQ(refused({.path = path, .held = {elsewhere->hold()}}).errnum, EBUSY) << "it is held by another";
  auto next = open_file({.path = path, .write_back = true, .held = {elsewhere->hold(), holding}});
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_EQ((*next)->hold().file, holding.file);
  leaving.reset();
  EXPECT_EQ(refused({.path = path}).errnum, EBUSY);
  auto last = open_file({.path = path, .held = {(*next)->hold()}});
  ASSERT_TRUE(last) << last.error().message;
  next->reset();
  EXPECT_EQ(refused({.path = path}).errnum, EBUSY) << "the lock passes on";
}

TEST_F(OpenDiskTest, TakesABlockDeviceForItself) {
  const auto device = LoopDevice::attach(folder.file("disk", 8U << 20));
  if (!device) GTEST_SKIP() << "no loop device can be set up here";
  {
    const OpenDisk disk = opened({.path = device->path(), .size_bytes = 4096});
    EXPECT_EQ(disk.properties.size_bytes, 8U << 20) << "a device's size is its own";
    EXPECT_TRUE(disk.properties.can_unmap);
    const Error error = refused({.path = device->path()});
    EXPECT_EQ(error.errnum, EBUSY);
    EXPECT_THAT(error.message, HasSubstr("in use by"));
  }
  opened({.path = device->path()});
}

TEST_F(OpenDiskTest, TellsWhatABlockDeviceSaysOfItself) {
  for (const std::uint32_t sector : {512U, 4096U}) {
    const auto device = LoopDevice::attach(folder.file(std::to_string(sector), 8U << 20), false, sector);
    if (!device) GTEST_SKIP() << "no loop device can be set up here";
    const Properties properties = opened({.path = device->path(), .direct = true}).properties;
    EXPECT_EQ(properties.block_bytes, sector);
    EXPECT_EQ(properties.size_bytes, 8U << 20);
    EXPECT_TRUE(properties.write_cache) << "the loop driver's";
    EXPECT_GE(properties.limits.physical_block_bytes, sector);
    EXPECT_EQ("/dev/" + properties.limits.name, device->path());
    EXPECT_EQ(properties.limits.major, 7U);
  }
}

TEST_F(OpenDiskTest, OpensAReadOnlyBlockDeviceWhenAsked) {
  const auto device = LoopDevice::attach(folder.file("disk", 8U << 20), true);
  if (!device) GTEST_SKIP() << "no loop device can be set up here";
  const OpenDisk disk = opened({.path = device->path(), .direct = true, .read_only = true});
  EXPECT_TRUE(disk.properties.read_only);
  EXPECT_EQ(::fcntl(disk.file.get(), F_GETFL) & O_ACCMODE, O_RDONLY);
}

TEST_F(OpenDiskTest, TakesNoFileWhereADeviceIsWanted) {
  const Error error = refused({.path = folder.file("disk", 4096), .direct = true});
  EXPECT_EQ(error.errnum, EINVAL);
  EXPECT_THAT(error.message, HasSubstr("a regular file"));
  EXPECT_THAT(error.hint, HasSubstr("fileio"));
}

TEST_F(OpenDiskTest, RefusesAReadOnlyBlockDevice) {
  const auto device = LoopDevice::attach(folder.file("disk", 8U << 20), true);
  if (!device) GTEST_SKIP() << "no loop device can be set up here";
  const Error error = refused({.path = device->path()});
  EXPECT_EQ(error.errnum, EACCES);
  EXPECT_THAT(error.hint, HasSubstr("blockdev"));
}

}  // namespace
}  // namespace lunet::backstore
