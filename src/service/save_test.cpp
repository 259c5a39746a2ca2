// SPDX-License-Identifier: Apache-2.0
#include "service/save.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cctype>

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

/// What the earlier tools lost when they saved: how it is written, and where the target has it.
struct Kept {
  std::string_view what;
  std::string_view text;
  std::string_view file;
  std::string_view content;
};
constexpr std::string_view disk = "storage rd_mcp disk d { size 1M; hba 0; wwn serial; ";
constexpr Kept kept[] = {
    {"the nexus of a fabric without ACLs",
     "fabric loopback target naa.5001405000000001 nexus_wwn naa.5001405000000abc",
     "loopback/naa.5001405000000001/tpgt_1/nexus", "naa.5001405000000abc"},
    {"an ACL's depth",
     "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl iqn.2026-11.com.example:i tcq_depth 9",
     "iscsi/iqn.2026-11.com.example:t/tpgt_1/acls/iqn.2026-11.com.example:i/cmdsn_depth", "9"},
    {"an ACL's tag",
     "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl iqn.2026-11.com.example:i tag rack",
     "iscsi/iqn.2026-11.com.example:t/tpgt_1/acls/iqn.2026-11.com.example:i/tag", "rack"},
    {"a port group", "alua { group_1_name fast; group_1_preferred yes; group_1_nonop_delay_msecs 77; } }",
     "core/rd_mcp_0/d/alua/fast/nonop_delay_msecs", "77"},
    {"the port group of a LUN",
     "alua { group_1_name fast; } }\nfabric iscsi target iqn.2026-11.com.example:t tpgt 1 lun 3 { backend "
     "rd_mcp:d; "
     "alua_tg_pt_gp_name fast; }",
     "iscsi/iqn.2026-11.com.example:t/tpgt_1/lun/lun_3/alua_tg_pt_gp", "TG Port Alias: fast"},
    {"the CPUs of a fabric",
     "fabric iscsi { cpus_allowed_list 0; target iqn.2026-11.com.example:t tpgt 1 enable no; }",
     "iscsi/cpus_allowed_list", "0"},
    {"credentials of discovery that is open",
     "fabric iscsi { discovery_auth { enable no; userid u; password secret-of-12ch; }; target "
     "iqn.2026-11.com.example:t "
     "tpgt 1 enable no; }",
     "iscsi/discovery_auth/password", "secret-of-12ch"},
};

class NothingIsLost : public ServiceFixture, public testing::WithParamInterface<Kept> {
 protected:
  NothingIsLost() : ServiceFixture(Kind::stepping) {}
  std::string content() {
    const auto text = memory_->read(GetParam().file);
    return text ? *text : text.error().message;
  }
};

/// Of what runs, without what Lunet has recorded of it.
TEST_P(NothingIsLost, WhenWhatRunsIsSavedAndRestored) {
  const bool of_disk = GetParam().text.starts_with("alua");
  must(apply(text_source(fmt::format("{}{}\n{}", disk, of_disk ? "" : "}", GetParam().text))));
  const std::string before = content();
  ASSERT_THAT(before, HasSubstr(std::string(GetParam().content)));
  const auto other = must(store::open(folder_ / "other"));
  context_.store = other.get();
  const auto adopting = make_configurations(context_);
  must(make_service(context_)->adopt(Scope{}));
  must(adopting->save({.path = file("save.json")}));
  must(adopting->apply(text_source(""), {}));
  if (GetParam().file != "iscsi/cpus_allowed_list" || ::sysconf(_SC_NPROCESSORS_CONF) > 1) {
    ASSERT_NE(content(), before);
  }
  const Report report = must(adopting->apply(text_source(must(read_text(file("save.json")))), {}));
  EXPECT_THAT(report.warnings, testing::IsEmpty());
  EXPECT_EQ(content(), before);
}

std::string kept_name(const testing::TestParamInfo<Kept>& info) {
  std::string name;
  bool upper = true;
  for (const char letter : info.param.what) {
    if (std::isalnum(static_cast<unsigned char>(letter)) != 0)
      name += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(letter))) : letter;
    upper = std::isalnum(static_cast<unsigned char>(letter)) == 0;
  }
  return name;
}
INSTANTIATE_TEST_SUITE_P(Kinds, NothingIsLost, testing::ValuesIn(kept), kept_name);

INSTANTIATE_TEST_SUITE_P(Runtimes, Saving, testing::Values(Kind::transactional, Kind::stepping), kind_name);

}  // namespace
}  // namespace lunet::service
