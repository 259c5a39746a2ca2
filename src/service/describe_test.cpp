// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "service/service_test_support.h"
#include "service/whole.h"

namespace lunet::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

config::Tree tree_of(std::string_view text) {
  return *config::parse(text, "test");
}

TEST(DescribeChanges, NamesObjectsAndValues) {
  const auto changes = describe_changes(
      tree_of("storage rd_mcp { disk a size 1M; disk b { size 1M; attribute block_size 512; } }"),
      tree_of("storage rd_mcp { disk b { size 2M; attribute emulate_tpu 1; }; disk c size 1M; }"),
      schema::Runtime::lunetd);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].kind, PlannedStep::Kind::removed);
  EXPECT_EQ(config::path_text(changes[1].object), "storage rd_mcp disk b");
  EXPECT_THAT(changes[1].values, ElementsAre("size '1M' becomes '2M'", "attribute block_size '512' is unset",
                                             "attribute emulate_tpu becomes '1'"));
  EXPECT_EQ(changes[2].kind, PlannedStep::Kind::created);
  EXPECT_THAT(describe_changes(tree_of("storage x disk a size 1"), tree_of("storage x disk a size 1"),
                               schema::Runtime::lunetd),
              IsEmpty());
}

TEST(DescribeChanges, HaveNoSecrets) {
  const auto changes = describe_changes(
      tree_of("fabric iscsi discovery_auth { userid a; password canary1; }"),
      tree_of("fabric iscsi discovery_auth { userid b; password canary2; }"), schema::Runtime::lunetd);
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_THAT(changes[0].values, ElementsAre("discovery_auth password *** becomes ***",
                                             "discovery_auth userid 'a' becomes 'b'"));
}

TEST(DescribeChanges, TellWhatIsMadeAgain) {
  const auto changes = describe_changes(
      tree_of("storage rd_mcp { disk a { size 1M; wwn x; }; disk b { size 1M; attribute emulate_caw 1; } }"),
      tree_of("storage rd_mcp { disk a { size 1M; wwn y; }; disk b { size 1M; attribute emulate_caw 0; } }"),
      schema::Runtime::lunetd);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_TRUE(changes[0].made_again) << "a serial is given when a disk is made";
  EXPECT_FALSE(changes[1].made_again);
}

class PlanReports : public ServiceFixture {};

TEST_F(PlanReports, SayWhatIsWrittenAndWhatIsLost) {
  make_exported();
  const std::string acl =
      "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl iqn.2026-11.com.example:ini";
  Source source = text_source(acl + " auth { userid u; password canary-secret; }");
  source.merge = true;
  const PlanReport plan = must(whole_->plan(source));
  ASSERT_EQ(plan.steps.size(), 1U);
  EXPECT_EQ(plan.steps[0].object, acl);
  const std::string writes = testing::PrintToString(plan.steps[0].writes);
  EXPECT_THAT(writes, HasSubstr("auth/userid = u"));
  EXPECT_THAT(writes, HasSubstr("auth/password = ***"));
  EXPECT_THAT(writes, HasSubstr("attrib/authentication = 1"));
  EXPECT_EQ(writes.find("canary"), std::string::npos);
  const PlanReport empty = must(whole_->plan(text_source("")));
  EXPECT_THAT(empty.concerns, ElementsAre("the data in RAM disk rd0 is lost"));
  EXPECT_EQ(empty.steps.back().loses, "the data in RAM disk rd0 is lost");
}

}  // namespace
}  // namespace lunet::service
