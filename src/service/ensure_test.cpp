// SPDX-License-Identifier: Apache-2.0
#include "service/ensure.h"

#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::HasSubstr;

class Ensure : public ServiceFixture {
 protected:
  Ensure() {
    context_.ensure = true;
    service_ = make_service(context_);
  }
  /// Made once, there the second time, and nothing is written then.
  template <class Create>
  void expect_once(const Create& create) {
    EXPECT_TRUE(must(create()).changed);
    const std::uint64_t before = generation();
    operations();
    const Report again = must(create());
    EXPECT_FALSE(again.changed);
    ASSERT_EQ(again.lines.size(), 1U);
    EXPECT_THAT(again.lines[0], HasSubstr("is there already"));
    EXPECT_EQ(generation(), before);
    EXPECT_EQ(operations(), "");
  }
  template <class Create>
  void expect_different(const Create& create, std::string_view what) {
    const std::string before = text();
    const Error error = error_of(create());
    EXPECT_EQ(error.errnum, ENOTUNIQ);
    EXPECT_THAT(error.message, HasSubstr(std::string(what)));
    EXPECT_EQ(text(), before);
  }
};

TEST_F(Ensure, KnowsFileDisks) {
  expect_once([&] { return service_->create_fileio(fileio("f")); });
  FileioOptions other = fileio("f", 2097152);
  other.write_back = false;
  expect_different([&] { return service_->create_fileio(other); }, "size is 1048576, not 2097152");
  expect_different([&] { return service_->create_fileio(other); }, "buffered is yes, not no");
  other = fileio("f");
  other.path = file("other.img");
  expect_different([&] { return service_->create_fileio(other); }, "path is");
  EXPECT_FALSE(files().contains("other.img"));
  // What is left to Lunet is no wish.
  other = fileio("f");
  other.wwn = "";
  other.size_bytes.reset();
  EXPECT_FALSE(must(service_->create_fileio(other)).changed);
}

TEST_F(Ensure, KnowsRamDisks) {
  expect_once([&] { return service_->create_ramdisk(ramdisk("r", 1000000)); });
  expect_different([&] { return service_->create_ramdisk(ramdisk("r", 9000000)); }, "size is 999424");
}

TEST_F(Ensure, KnowsTargetsGroupsAndPortals) {
  expect_once([&] { return service_->create_target(wwn); });
  EXPECT_EQ(error_of(service_->create_target("")).errnum, EINVAL);
  expect_once([&] { return service_->create_tpg(wwn, 2); });
  EXPECT_EQ(error_of(service_->create_tpg(wwn, std::nullopt)).errnum, EINVAL);
  expect_once([&] { return service_->create_portal(tpg(), "192.0.2.1", 3261); });
  // In another portal group of the target it is another thing.
  EXPECT_EQ(error_of(service_->create_portal(tpg(2), "192.0.2.1", 3261)).errnum, EEXIST);
}

TEST_F(Ensure, KnowsLunsAclsAndMappedLuns) {
  must(service_->create_ramdisk(ramdisk("r")));
  must(service_->create_ramdisk(ramdisk("s")));
  must(service_->create_target(wwn));
  LunOptions lun = lun_of("ramdisk", "r");
  expect_once([&] { return service_->create_lun(tpg(), lun); });
  lun.lun = 5;
  expect_different([&] { return service_->create_lun(tpg(), lun); }, "the disk is LUN 0, not 5");
  lun = lun_of("ramdisk", "s");
  lun.lun = 0;
  expect_different([&] { return service_->create_lun(tpg(), lun); }, "backend is rd_mcp:r, not rd_mcp:s");
  expect_once([&] { return service_->create_acl(tpg(), initiator, false); });
  expect_once([&] { return service_->create_mapped_lun(tpg(), initiator, {3, 0, true}); });
  expect_different([&] { return service_->create_mapped_lun(tpg(), initiator, {3, 0, false}); },
                   "write_protect is yes, not no");
}

TEST_F(Ensure, ADryRunChecksAndChangesNothing) {
  context_.dry_run = true;
  service_ = make_service(context_);
  const Report report = must(service_->create_fileio(fileio("f")));
  EXPECT_TRUE(report.changed);
  EXPECT_THAT(report.lines.back(), HasSubstr("dry run"));
  EXPECT_EQ(generation(), 0U);
  EXPECT_FALSE(files().contains("f.img"));
  EXPECT_EQ(operations(), "");
  EXPECT_EQ(error_of(service_->create_lun(tpg(), lun_of("ramdisk", "r"))).errnum, ENOENT);
  EXPECT_EQ(error_of(service_->restore()).errnum, EOPNOTSUPP);
  EXPECT_EQ(error_of(service_->adopt(Scope{})).errnum, EOPNOTSUPP);
}

}  // namespace
}  // namespace lunet::service
