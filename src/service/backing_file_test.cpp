// SPDX-License-Identifier: Apache-2.0
#include "service/backing_file.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/fd.h"

namespace lunet::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class BackingFileTest : public testing::Test {
 protected:
  BackingFileTest() {
    std::string name = "/tmp/lunet-file-XXXXXX";
    folder_ = ::mkdtemp(name.data());
  }
  ~BackingFileTest() override { std::filesystem::remove_all(folder_); }

  std::string path(std::string_view name) const { return (folder_ / name).string(); }
  std::string make(std::string_view name, std::size_t size) const {
    const std::ofstream created(path(name));
    std::filesystem::resize_file(path(name), size);
    return path(name);
  }
  FileRequest request(std::string_view name, std::optional<std::uint64_t> size = std::nullopt) const {
    FileRequest wanted;
    wanted.disk = "d";
    wanted.path = path(name);
    wanted.size_bytes = size;
    return wanted;
  }
  static Error refused(const FileRequest& wanted) {
    const auto file = prepare_backing_file(wanted);
    EXPECT_FALSE(file);
    if (file) return {};
    EXPECT_THAT(file.error().message, HasSubstr("creating fileio 'd'"));
    return file.error();
  }
  static struct ::stat status(const std::string& name) {
    struct ::stat result{};
    EXPECT_EQ(::stat(name.c_str(), &result), 0) << name;
    return result;
  }

  std::filesystem::path folder_;
};

TEST_F(BackingFileTest, AMissingFileIsMadeSparseAndRemovedAgain) {
  {
    auto file = prepare_backing_file(request("new", 1048576));
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_FALSE(std::filesystem::exists(path("new")));
    ASSERT_TRUE(file->created.make());
    EXPECT_EQ(file->size_bytes, 1048576U);
    EXPECT_EQ(status(path("new")).st_size, 1048576);
    EXPECT_EQ(status(path("new")).st_blocks, 0);
    EXPECT_EQ(status(path("new")).st_mode & 0777, 0600U);
    EXPECT_THAT(file->notes, IsEmpty());
  }
  EXPECT_FALSE(std::filesystem::exists(path("new")));
}

TEST_F(BackingFileTest, AKeptFileStays) {
  {
    auto file = prepare_backing_file(request("new", 512));
    ASSERT_TRUE(file);
    ASSERT_TRUE(file->created.make());
    file->created.keep();
  }
  EXPECT_TRUE(std::filesystem::exists(path("new")));
}

TEST_F(BackingFileTest, AFileThatIsNotSparseHasItsBlocks) {
  FileRequest wanted = request("full", 1048576);
  wanted.sparse = false;
  auto file = prepare_backing_file(wanted);
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_TRUE(file->created.make());
  EXPECT_GE(status(path("full")).st_blocks * 512, 1048576);
}

TEST_F(BackingFileTest, AnExistingFileKeepsItsSizeAndIsNeverRemoved) {
  make("old", 4096);
  {
    const auto file = prepare_backing_file(request("old", 1048576));
    ASSERT_TRUE(file) << file.error().message;
    EXPECT_EQ(file->size_bytes, 4096U);
    ASSERT_EQ(file->notes.size(), 1U);
    EXPECT_THAT(file->notes[0],
                testing::AllOf(HasSubstr("4096"), HasSubstr("1048576"), HasSubstr(path("old"))));
  }
  EXPECT_EQ(std::filesystem::file_size(path("old")), 4096U);
  EXPECT_THAT(prepare_backing_file(request("old", 4096))->notes, IsEmpty());
}

TEST_F(BackingFileTest, SizesAreWholeBlocks) {
  make("odd", 1000);
  const auto odd = prepare_backing_file(request("odd"));
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->size_bytes, 512U);
  ASSERT_EQ(odd->notes.size(), 1U);
  EXPECT_THAT(odd->notes[0], HasSubstr("488"));
  const auto rounded = prepare_backing_file(request("rounded", 1025));
  ASSERT_TRUE(rounded);
  EXPECT_EQ(rounded->size_bytes, 1024U);
  EXPECT_EQ(rounded->notes.size(), 1U);
  EXPECT_EQ(refused(request("small", 511)).errnum, EINVAL);
  make("empty", 0);
  EXPECT_EQ(refused(request("empty", 4096)).errnum, EINVAL);
  EXPECT_FALSE(std::filesystem::exists(path("small")));
}

TEST_F(BackingFileTest, AMissingFileNeedsASizeAndItsFolder) {
  const Error no_size = refused(request("gone"));
  EXPECT_EQ(no_size.errnum, ENOENT);
  EXPECT_THAT(no_size.hint, HasSubstr("size"));
  const Error no_folder = refused(request("no/such/file", 4096));
  EXPECT_EQ(no_folder.errnum, ENOENT);
  EXPECT_THAT(no_folder.hint, HasSubstr(path("no/such")));
  EXPECT_EQ(refused(request("zero", 0)).errnum, EINVAL);
}

TEST_F(BackingFileTest, OnlyFilesAndBlockDevicesAreTaken) {
  EXPECT_THAT(refused(request("", 4096)).message, HasSubstr("a folder"));
  FileRequest device;
  device.disk = "d";
  device.path = "/dev/null";
  EXPECT_THAT(refused(device).message, HasSubstr("character device"));
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  EXPECT_THAT(refused(request("pipe", 4096)).message, HasSubstr("a pipe"));
  FileRequest nothing;
  nothing.disk = "d";
  EXPECT_EQ(refused(nothing).errnum, EINVAL);
}

TEST_F(BackingFileTest, PathsThatTheTargetWouldMisreadAreRefused) {
  EXPECT_EQ(refused(request("a,b", 4096)).errnum, EINVAL);
  EXPECT_EQ(refused(request("a\nb", 4096)).errnum, EINVAL);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(BackingFileTest, AFileOfAnotherDiskIsRefusedUnderAnyOfItsNames) {
  make("old", 4096);
  ASSERT_EQ(::link(path("old").c_str(), path("other-name").c_str()), 0);
  FileRequest wanted = request("other-name");
  wanted.users = [&] { return FileUsers{{"gone", path("gone")}, {"first", path("old")}}; };
  const Error error = refused(wanted);
  EXPECT_EQ(error.errnum, EBUSY);
  EXPECT_THAT(error.message, HasSubstr("'first'"));
}

TEST_F(BackingFileTest, AFailedAllocationLeavesNothingBehind) {
  FileRequest wanted = request("huge", std::uint64_t{1} << 62);
  wanted.sparse = false;
  const Error error = refused(wanted);
  EXPECT_NE(error.errnum, 0);
  EXPECT_THAT(error.message, HasSubstr(path("huge")));
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(BackingFileTest, WhereTheRuntimeDoesNotLookLocksAreRespected) {
  make("old", 4096);
  const Fd holder(::open(path("old").c_str(), O_RDWR | O_CLOEXEC));
  struct flock lock{};
  lock.l_type = F_WRLCK;
  ASSERT_EQ(::fcntl(holder.get(), F_OFD_SETLK, &lock), 0);
  FileRequest wanted = request("old");
  EXPECT_TRUE(prepare_backing_file(wanted));
  wanted.check_users = true;
  EXPECT_EQ(refused(wanted).errnum, EBUSY);
}

TEST_F(BackingFileTest, ARelativePathIsMadeAbsolute) {
  make("old", 4096);
  FileRequest wanted;
  wanted.disk = "d";
  wanted.path = std::filesystem::relative(path("old")).string();
  const auto file = prepare_backing_file(wanted);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->path, path("old"));
}

TEST_F(BackingFileTest, ARecordedFileIsMissingShortOrFine) {
  make("old", 4096);
  EXPECT_EQ(check_backing_file(path("old"), 4096), 0);
  EXPECT_EQ(check_backing_file(path("old"), 8192), EFBIG);
  EXPECT_EQ(check_backing_file(path("gone"), 4096), ENOENT);
}

}  // namespace
}  // namespace lunet::service
