// SPDX-License-Identifier: Apache-2.0
#include <ctime>

#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

class Confirmations : public BothRuntimes {
 protected:
  Confirmations() {
    context_.notice = [this](const std::string& text) { said_.push_back(text); };
    service_ = make_service(context_);
    whole_ = make_configurations(context_);
    must(service_->create_ramdisk(ramdisk("before")));
  }
  Result<Report> apply_unconfirmed(std::int64_t seconds = 3600) {
    Source more = text_source("storage ramdisk disk risky size 1M");
    more.merge = true;
    return whole_->apply(more, {.confirm_within_s = seconds});
  }
  /// As if its time had passed.
  void let_time_pass() {
    store::Confirmation waiting = *must(store_->confirmation());
    waiting.deadline_s = std::time(nullptr) - 1;
    EXPECT_TRUE(store_->record_confirmation(waiting));
  }
  bool has_risky() { return recorded("storage rd_mcp disk risky") != nullptr; }

  std::vector<std::string> said_;
};

TEST_P(Confirmations, AConfirmedChangeStays) {
  const Report report = must(apply_unconfirmed());
  EXPECT_TRUE(report.confirm_until_s.has_value());
  const auto waiting = must(whole_->confirmation());
  ASSERT_TRUE(waiting);
  EXPECT_EQ(waiting->generation, 2U);
  EXPECT_EQ(waiting->back_to, 1U);
  must(whole_->confirm());
  EXPECT_FALSE(must(whole_->confirmation()).has_value());
  EXPECT_TRUE(has_risky());
  EXPECT_EQ(error_of(whole_->confirm()).errnum, ENOENT);
}

TEST_P(Confirmations, NothingElseIsChangedMeanwhile) {
  must(apply_unconfirmed());
  const Error error = error_of(service_->create_ramdisk(ramdisk("other")));
  EXPECT_EQ(error.errnum, EBUSY);
  EXPECT_THAT(error.message, HasSubstr("generation 2 waits to be confirmed until"));
  EXPECT_EQ(error_of(apply(text_source(""))).errnum, EBUSY);
  EXPECT_EQ(error_of(service_->adopt(Scope{})).errnum, EBUSY);
  EXPECT_TRUE(service_->restore());
  // Going back is what it is for.
  must(apply(generation_source(1)));
  EXPECT_FALSE(has_risky());
  EXPECT_FALSE(must(whole_->confirmation()).has_value());
  must(service_->create_ramdisk(ramdisk("other")));
}

TEST_P(Confirmations, WhoeverComesAfterTheDeadlineGoesBackFirst) {
  const std::string before = dump();
  must(apply_unconfirmed());
  let_time_pass();
  must(service_->create_ramdisk(ramdisk("later")));
  EXPECT_THAT(said_, Contains(HasSubstr("generation 2 was not confirmed until")));
  EXPECT_FALSE(has_risky());
  EXPECT_NE(recorded("storage rd_mcp disk later"), nullptr);
  EXPECT_EQ(generation(), 4U);
  must(service_->delete_disk("ramdisk", "later"));
  EXPECT_EQ(target::first_difference(dump(), before), "");
}

TEST_P(Confirmations, ExpireGoesBackOnce) {
  must(apply_unconfirmed());
  EXPECT_FALSE(must(whole_->expire()).has_value());
  let_time_pass();
  EXPECT_TRUE(must(whole_->expire()).has_value());
  EXPECT_FALSE(must(whole_->expire()).has_value());
  EXPECT_FALSE(has_risky());
  EXPECT_EQ(must(store_->history(1)).back().why, "not confirmed in time: generation 1 again");
  EXPECT_THAT(must(service_->drift()), IsEmpty());
}

TEST_P(Confirmations, ARestoreOfAnEmptyRuntimeGoesBackFirst) {
  must(apply_unconfirmed());
  let_time_pass();
  const auto empty = configfs::make_memory_tree(
      GetParam() == Kind::transactional ? configfs::Flavour::lunetd : configfs::Flavour::kernel);
  context_.live = empty.get();
  const auto service = make_service(context_);
  must(service->restore());
  EXPECT_FALSE(has_risky());
  EXPECT_THAT(must(service->drift()), IsEmpty());
  EXPECT_EQ(target::dump(*empty).find("risky"), std::string::npos);
}

TEST_P(Confirmations, AChangeThatFailsLeavesNothingToTakeBack) {
  fault_.fail_at(1, EIO);
  EXPECT_FALSE(apply_unconfirmed(1));
  fault_.fail_at(1'000'000, EIO);
  EXPECT_FALSE(must(whole_->confirmation()).has_value());
  // Its number is another change's now, which nobody takes back.
  must(service_->create_ramdisk(ramdisk("other")));
  EXPECT_FALSE(must(store_->confirmation()).has_value());
  EXPECT_NE(recorded("storage rd_mcp disk other"), nullptr);
}

INSTANTIATE_TEST_SUITE_P(Runtimes, Confirmations, testing::Values(Kind::transactional, Kind::stepping),
                         kind_name);

}  // namespace
}  // namespace lunet::service
