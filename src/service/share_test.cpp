// SPDX-License-Identifier: Apache-2.0
#include "service/service_test_support.h"
#include "service/tasks.h"

namespace lunet::service {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class Share : public BothRuntimes {
 protected:
  void SetUp() override { tasks_ = make_tasks(context_); }
  ShareOptions options(std::string_view name = "vm.img") const {
    ShareOptions options;
    options.path = file(name);
    options.size_bytes = 1048576;
    options.initiators = {std::string(initiator)};
    options.target = wwn;
    options.ip = "127.0.0.1";
    return options;
  }
  std::unique_ptr<Tasks> tasks_;
};
INSTANTIATE_TEST_SUITE_P(Runtimes, Share, testing::Values(Kind::transactional, Kind::stepping), kind_name);

TEST_P(Share, IsOneChangeFromNothingToALun) {
  must(service_->create_ramdisk(ramdisk("before")));
  const std::uint64_t before = generation();
  const Report report = must(tasks_->share(options()));
  EXPECT_EQ(generation(), before + 1);
  EXPECT_EQ(report.created, "/iscsi/iqn.2026-11.com.example:t/tpg1/luns/lun0");
  EXPECT_NE(recorded("fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl iqn.2026-11.com.example:ini "
                     "mapped_lun 0"),
            nullptr);
  EXPECT_NE(recorded("fabric iscsi target iqn.2026-11.com.example:t tpgt 1 portal 127.0.0.1:3260"), nullptr);
  EXPECT_THAT(must(service_->compare(Scope{})).differences, IsEmpty());
}

TEST_P(Share, UnshareIsItsInverse) {
  must(service_->create_ramdisk(ramdisk("before")));
  const std::string text_before = text();
  const std::string tree_before = dump();
  must(tasks_->share(options()));
  ShareOptions gone;
  gone.path = file("vm.img");
  must(tasks_->unshare(gone));
  EXPECT_EQ(text(), text_before);
  // The fabric's directory stays, as always.
  std::string after = dump();
  after = after.substr(0, after.find("iscsi"));
  EXPECT_EQ(after, tree_before.substr(0, after.size()));
  EXPECT_TRUE(std::filesystem::exists(file("vm.img")));
}

TEST_P(Share, AgainChangesNothing) {
  must(tasks_->share(options()));
  EXPECT_FALSE(must(tasks_->share(options())).changed);
}

TEST_P(Share, EachStepThatFailsLeavesNothing) {
  for (std::uint64_t step = 1; step <= 40; ++step) {
    const std::string before = text();
    fault_.fail_at(step, EIO);
    const auto shared = tasks_->share(options());
    if (shared) {
      EXPECT_GT(step, 1U);
      return;
    }
    EXPECT_EQ(text(), before) << step;
    EXPECT_FALSE(std::filesystem::exists(file("vm.img"))) << step;
    EXPECT_THAT(dump(), Not(HasSubstr("vm.img"))) << step;
  }
  FAIL() << "it never succeeded";
}

TEST_P(Share, ASecondInitiatorJoinsAndOneLeavesAlone) {
  must(tasks_->share(options()));
  ShareOptions more = options();
  more.size_bytes = std::nullopt;
  more.target.clear();
  more.initiators = {"iqn.2026-11.com.example:two"};
  more.read_only = true;
  must(tasks_->share(more));
  const std::string acl =
      "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl iqn.2026-11.com.example:two";
  EXPECT_EQ(recorded(acl + " mapped_lun 0")->attribute("write_protect"), "yes");
  must(tasks_->unshare(more));
  EXPECT_EQ(recorded(acl), nullptr);
  EXPECT_NE(recorded("fabric iscsi target iqn.2026-11.com.example:t tpgt 1 lun 0"), nullptr);
}

TEST_P(Share, ASecretIsAskedForAndNeverInTheHistory) {
  ShareOptions secret = options();
  secret.userid = "user";
  secret.password = "a-long-secret";
  must(tasks_->share(secret));
  const config::Object* acl =
      recorded("fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl iqn.2026-11.com.example:ini");
  EXPECT_EQ(acl->groups.at("attribute").at("authentication"), "1");
  secret.userid.clear();
  EXPECT_EQ(error_of(tasks_->share(secret)).errnum, EINVAL);
}

TEST_P(Share, WrongWordsAreRefused) {
  ShareOptions nobody = options();
  nobody.initiators.clear();
  EXPECT_EQ(error_of(tasks_->share(nobody)).errnum, EINVAL);
  ShareOptions none;
  none.disk = {"fileio", "none"};
  none.initiators = {std::string(initiator)};
  EXPECT_EQ(error_of(tasks_->share(none)).errnum, ENOENT);
  EXPECT_EQ(error_of(tasks_->unshare(none)).errnum, ENOENT);
}

}  // namespace
}  // namespace lunet::service
