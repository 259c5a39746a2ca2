// SPDX-License-Identifier: Apache-2.0
#include "service/export.h"

#include <sys/stat.h>

#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Export : public ServiceFixture {
 protected:
  void export_to(const std::string& path) {
    context_.exports = {path};
    service_ = make_service(context_);
  }
  std::string content(std::string_view name) const {
    std::ifstream stream(file(name));
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  }
};

TEST_F(Export, EachChangeIsWrittenForItsOwnerOnly) {
  export_to(file("saveconfig.json"));
  make_exported();
  EXPECT_THAT(content("saveconfig.json"), HasSubstr("\"node_wwn\": \"iqn.2026-11.com.example:ini\""));
  struct stat status{};
  ASSERT_EQ(::stat(file("saveconfig.json").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600U);
  must(service_->delete_target(wwn));
  EXPECT_THAT(content("saveconfig.json"), testing::Not(HasSubstr("node_wwn")));
}

TEST_F(Export, WhereItCannotBeWrittenTheChangeIsMadeAllTheSame) {
  export_to(file("missing/saveconfig.json"));
  const Report report = must(service_->create_ramdisk(ramdisk("r")));
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("is not up to date")));
  EXPECT_NE(recorded("storage rd_mcp disk r"), nullptr);
}

TEST_F(Export, WithoutAChangeNothingIsWritten) {
  must(service_->create_target(wwn));
  export_to(file("saveconfig.json"));
  EXPECT_THAT(must(service_->enable_tpg(tpg(), true)).warnings, IsEmpty());
  EXPECT_FALSE(files().contains("saveconfig.json"));
}

}  // namespace
}  // namespace lunet::service
