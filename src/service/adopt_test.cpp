// SPDX-License-Identifier: Apache-2.0
#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Adopt : public BothRuntimes {
 protected:
  void SetUp() override { make_exported(); }
  const std::string tpg_ = "fabric iscsi target iqn.2026-11.com.example:t tpgt 1";
  const std::string directory_ = "iscsi/iqn.2026-11.com.example:t/tpgt_1";
};

TEST_P(Adopt, WhatDiffersBecomesAGenerationAndTheRuntimeStays) {
  ASSERT_TRUE(memory_->write(directory_ + "/attrib/authentication", "1"));
  ASSERT_TRUE(memory_->make_dir(directory_ + "/acls/iqn.2026-11.com.example:other"));
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_8"));
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_8/foreign"));
  ASSERT_TRUE(memory_->write("core/rd_mcp_8/foreign/control", "rd_pages=16"));
  ASSERT_TRUE(memory_->write("core/rd_mcp_8/foreign/enable", "1"));
  const std::string before = dump();
  const std::uint64_t number = generation();
  const Report report = must(service_->adopt(Scope{}));
  EXPECT_EQ(report.lines.size(), 3U);
  EXPECT_EQ(dump(), before);
  EXPECT_EQ(generation(), number + 1);
  EXPECT_THAT(must(service_->drift()), IsEmpty());
  EXPECT_NE(recorded(tpg_ + " acl iqn.2026-11.com.example:other"), nullptr);
  EXPECT_EQ(recorded("storage rd_mcp disk foreign")->attribute("size"), "65536");
  EXPECT_THAT(must(service_->adopt(Scope{})).lines, ElementsAre(HasSubstr("Nothing to adopt")));
  must(service_->delete_disk("ramdisk", "foreign"));
}

TEST_P(Adopt, OfOneObjectLeavesTheOthersDifferent) {
  ASSERT_TRUE(memory_->write(directory_ + "/attrib/authentication", "1"));
  ASSERT_TRUE(memory_->make_dir(directory_ + "/acls/iqn.2026-11.com.example:other"));
  must(service_->adopt({path_of(tpg_ + " acl iqn.2026-11.com.example:other"), {}}));
  EXPECT_THAT(must(service_->drift()), ElementsAre(HasSubstr("attribute authentication is '1'")));
}

TEST_P(Adopt, WhatIsGoneIsForgottenWithWhatStoodOnIt) {
  const std::string luns = directory_ + "/acls/iqn.2026-11.com.example:ini/lun_0";
  const auto entries = *memory_->list(luns);
  for (const configfs::Entry& entry : entries) {
    if (entry.kind != configfs::EntryKind::link) continue;
    ASSERT_TRUE(memory_->unlink(luns + "/" + entry.name));
  }
  ASSERT_TRUE(memory_->remove_dir(luns));
  must(service_->adopt(Scope{}));
  EXPECT_THAT(must(service_->drift()), IsEmpty());
  EXPECT_EQ(recorded(tpg_ + " acl iqn.2026-11.com.example:ini mapped_lun 0"), nullptr);
}

INSTANTIATE_TEST_SUITE_P(Runtimes, Adopt, testing::Values(Kind::transactional, Kind::stepping), kind_name);

}  // namespace
}  // namespace lunet::service
