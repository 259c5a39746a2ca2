// SPDX-License-Identifier: Apache-2.0
#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

class Disks : public ServiceFixture {};

TEST_F(Disks, AFileDiskIsMadeRecordedAndRuns) {
  const Report report = must(service_->create_fileio(fileio("f0", 67108864)));
  EXPECT_THAT(report.lines, ElementsAre("Created fileio f0 with size 67108864"));
  EXPECT_EQ(report.created, "/backstores/fileio/f0");
  EXPECT_EQ(operations(),
            "mkdir core/fileio_0\n"
            "mkdir core/fileio_0/f0\n"
            "write core/fileio_0/f0/control fd_dev_name=" +
                file("f0.img") +
                ",fd_dev_size=67108864\n"
                "write core/fileio_0/f0/attrib/emulate_write_cache 1\n"
                "write core/fileio_0/f0/control fd_buffered_io=1\n"
                "write core/fileio_0/f0/udev_path " +
                file("f0.img") +
                "\n"
                "write core/fileio_0/f0/enable 1\\n\n"
                "write core/fileio_0/f0/wwn/vpd_unit_serial serial-of-f0\\n\n");
  EXPECT_EQ(config::print(store_->head()->tree),
            config::print(*config::parse("storage fileio disk f0 { buffered yes; hba 0; path " +
                                             file("f0.img") + "; size 67108864; wwn serial-of-f0; }\n",
                                         "test")));
  EXPECT_EQ(std::filesystem::file_size(file("f0.img")), 67108864U);
}

TEST_F(Disks, ARamDiskIsWholePagesAndHasASerialUnlessToldOtherwise) {
  RamdiskOptions options = ramdisk("rd0", 67108864);
  options.wwn = "";
  const Report report = must(service_->create_ramdisk(options));
  EXPECT_THAT(report.lines, ElementsAre("Created ramdisk rd0 with size 64M."));
  EXPECT_EQ(report.created, "/backstores/ramdisk/rd0");
  EXPECT_EQ(recorded("storage rd_mcp disk rd0")->attribute("wwn").size(), 36U);
  options = ramdisk("null0", 5000);
  options.nullio = true;
  options.wwn = "";
  options.generate_wwn = false;
  const Report rounded = must(service_->create_ramdisk(options));
  EXPECT_EQ(rounded.lines.size(), 2U);
  const config::Object* disk = recorded("storage rd_mcp disk null0");
  EXPECT_EQ(disk->attribute("size"), "4096");
  EXPECT_EQ(disk->attribute("nullio"), "yes");
  EXPECT_EQ(disk->attribute("wwn"), "");
  EXPECT_EQ(disk->attribute("hba"), "1");
}

TEST_F(Disks, AnUnbufferedFileSaysSo) {
  FileioOptions options = fileio("f1");
  options.write_back = false;
  must(service_->create_fileio(options));
  EXPECT_EQ(recorded("storage fileio disk f1")->attribute("buffered"), "no");
  EXPECT_THAT(operations(), testing::Not(HasSubstr("fd_buffered_io")));
}

TEST_F(Disks, NotesComeBeforeTheResult) {
  write_file("f0.img", 4096);
  const Report report = must(service_->create_fileio(fileio("f0")));
  ASSERT_EQ(report.lines.size(), 2U);
  EXPECT_THAT(report.lines[0], HasSubstr("keeps its size of 4096 bytes"));
  EXPECT_EQ(report.lines[1], "Created fileio f0 with size 4096");
}

TEST_F(Disks, RefusedDisksLeaveNothingBehind) {
  must(service_->create_ramdisk(ramdisk("rd0")));
  must(service_->create_fileio(fileio("f0")));
  const std::string before = dump();
  const std::string configuration = text();
  const auto present = files();
  const auto refused = [&](const Error& error, int errnum, std::string_view word) {
    EXPECT_EQ(error.errnum, errnum) << error.message;
    EXPECT_THAT(error.message, HasSubstr(std::string(word)));
    EXPECT_EQ(target::first_difference(dump(), before), "");
    EXPECT_EQ(text(), configuration);
    EXPECT_EQ(files(), present);
  };
  refused(error_of(service_->create_ramdisk(ramdisk("rd0"))), EEXIST, "rd0");
  refused(error_of(service_->create_fileio(fileio("f0"))), EEXIST, "f0");
  refused(error_of(service_->create_ramdisk(ramdisk("a/b"))), EINVAL, "a/b");
  refused(error_of(service_->create_ramdisk(ramdisk("empty", 0))), EINVAL, "empty");
  refused(error_of(service_->create_fileio(fileio("f1", 0))), EINVAL, "f1");
  FileioOptions same_file = fileio("f2");
  same_file.path = file("f0.img");
  refused(error_of(service_->create_fileio(same_file)), EBUSY, "'f0'");
  RamdiskOptions same_serial = ramdisk("rd1");
  same_serial.wwn = "serial-of-f0";
  refused(error_of(service_->create_ramdisk(same_serial)), EEXIST, "serial-of-f0");
  refused(error_of(service_->delete_disk("ramdisk", "gone")), ENOENT, "gone");
}

TEST_F(Disks, ATargetThatOpenedAnotherFileIsNotTrusted) {
  // The model's control string knows no quoting either: a path that it cuts reads back differently.
  class CuttingTree : public target::SteppingTree {
   public:
    using SteppingTree::SteppingTree;
    configfs::BatchResult batch(std::span<const configfs::Operation> operations) override {
      configfs::BatchResult result = SteppingTree::batch(operations);
      if (result && operations.size() == 1 && operations[0].path.ends_with("/info")) {
        result.answers[0].text =
            "TCM FILEIO ID: 0        File: /tmp/other  Size: 512  Mode: O_DSYNC Async: 0\n";
      }
      return result;
    }
  } cutting{*memory_};
  context_.live = &cutting;
  const std::string before = dump();
  const Error error = error_of(make_service(context_)->create_fileio(fileio("f0")));
  EXPECT_THAT(error.message, AllOf(HasSubstr("/tmp/other"), HasSubstr("f0")));
  EXPECT_EQ(target::first_difference(dump(), before), "");
  EXPECT_FALSE(std::filesystem::exists(file("f0.img")));
  EXPECT_EQ(generation(), 0U);
}

TEST_F(Disks, DeletingTakesLunsAndMappedLunsAlongButNotTheFile) {
  make_exported();
  must(service_->create_fileio(fileio("f0")));
  must(service_->create_lun(tpg(), lun_of("fileio", "f0")));
  operations();
  const Report report = must(service_->delete_disk("fileio", "f0"));
  EXPECT_THAT(report.lines, ElementsAre("Deleted storage object f0."));
  const std::string done = operations();
  EXPECT_THAT(done, AllOf(testing::StartsWith("unlink "), HasSubstr("/acls/"), HasSubstr("lun/lun_1"),
                          testing::EndsWith("rmdir core/fileio_1/f0\nrmdir core/fileio_1\n")));
  EXPECT_THAT(done, testing::Not(HasSubstr("lun_0")));
  EXPECT_TRUE(std::filesystem::exists(file("f0.img")));
  must(service_->delete_disk("ramdisk", "rd0"));
  EXPECT_TRUE(recorded("fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl iqn.2026-11.com.example:ini")
                  ->children.empty());
}

}  // namespace
}  // namespace lunet::service
