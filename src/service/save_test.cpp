// SPDX-License-Identifier: Apache-2.0
#include "service/save.h"

#include <sys/stat.h>

#include "service/convert.h"
#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::HasSubstr;
using testing::Not;

class Saving : public BothRuntimes {
 protected:
  std::string saved() { return must(read_text(file("save.json"))); }
  Report save(std::string_view disk = "") {
    SaveOptions options;
    options.path = file("save.json");
    if (!disk.empty()) options.disk = path_of(disk);
    return must(whole_->save(options));
  }
};

TEST_P(Saving, WhatIsSavedIsRestoredTheSame) {
  must(service_->create_fileio(fileio("f")));
  make_exported();
  const std::string before = text();
  const Report report = save();
  EXPECT_THAT(report.lines.back(), HasSubstr("Configuration saved to " + file("save.json")));
  struct stat status{};
  ASSERT_EQ(::stat(file("save.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
  must(apply(text_source("")));
  must(apply(text_source(saved())));
  EXPECT_EQ(text(), before);
  EXPECT_FALSE(must(whole_->plan(text_source(saved()))).differs());
}

TEST_P(Saving, OfAStoreWithoutGenerationsIsWhatRuns) {
  ASSERT_TRUE(memory_->make_dir("iscsi"));
  ASSERT_TRUE(memory_->make_dir("iscsi/iqn.2026-11.com.example:old"));
  save();
  EXPECT_THAT(saved(), HasSubstr("iqn.2026-11.com.example:old"));
}

TEST_P(Saving, WhatIsNotInTheFileIsNamed) {
  must(service_->create_ramdisk(ramdisk("a")));
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_8"));
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_8/foreign"));
  EXPECT_THAT(save().warnings, testing::Contains(HasSubstr("disk foreign")));
  EXPECT_THAT(saved(), Not(HasSubstr("foreign")));
}

TEST_P(Saving, OneDiskReplacesItselfAndAllTargetsThatExportIt) {
  make_exported();
  must(service_->create_ramdisk(ramdisk("other")));
  save();
  must(service_->create_target("iqn.2026-11.com.example:second"));
  must(service_->create_lun({"iqn.2026-11.com.example:second", 1}, lun_of("ramdisk", "rd0")));
  must(service_->delete_disk("ramdisk", "other"));
  save("storage rd_mcp disk rd0");
  std::string text = saved();
  EXPECT_THAT(text, HasSubstr("\"name\": \"other\"")) << "what is not asked for stays";
  EXPECT_THAT(text, HasSubstr("iqn.2026-11.com.example:second"));
  // Again: no second entry of the same name.
  save("storage rd_mcp disk rd0");
  text = saved();
  EXPECT_EQ(text.find("\"wwn\": \"iqn.2026-11.com.example:t\""),
            text.rfind("\"wwn\": \"iqn.2026-11.com.example:t\""));
  must(service_->delete_disk("ramdisk", "rd0"));
  save("storage rd_mcp disk rd0");
  EXPECT_THAT(saved(), Not(HasSubstr("\"name\": \"rd0\"")));
}

INSTANTIATE_TEST_SUITE_P(Runtimes, Saving, testing::Values(Kind::transactional, Kind::stepping), kind_name);

}  // namespace
}  // namespace lunet::service
