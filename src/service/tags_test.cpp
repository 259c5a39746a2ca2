// SPDX-License-Identifier: Apache-2.0
#include "service/tags.h"

#include "service/service_test_support.h"
#include "service/tasks.h"

namespace lunet::service {
namespace {

using testing::HasSubstr;

class Tags : public ServiceFixture {
 protected:
  void SetUp() override {
    make_exported();
    must(service_->create_acl(tpg(), other_, false));
    tasks_ = make_tasks(context_);
  }
  static std::string acl(std::string_view name) {
    return "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl " + std::string(name);
  }
  const std::string other_ = "iqn.2026-11.com.example:other";
  std::unique_ptr<Tasks> tasks_;
};

TEST_F(Tags, AMemberThatJoinsTakesOverWhatTheFirstHas) {
  must(service_->set_group({path_of(acl(initiator)), "auth"},
                           {{"userid", "u"}, {"password", "secret-secret"}}));
  must(tasks_->tag_acl(tpg(), initiator, "cluster"));
  must(tasks_->tag_acl(tpg(), other_, "cluster"));
  const config::Object* joined = recorded(acl(other_));
  EXPECT_EQ(joined->attribute("tag"), "cluster");
  EXPECT_EQ(joined->children.size(), 1U);
  EXPECT_EQ(joined->groups.at("auth").at("userid"), "u");
  EXPECT_EQ(joined->groups.at("attribute").at("authentication"), "1");
}

TEST_F(Tags, WhatIsDoneToTheTagIsDoneToAllMembers) {
  must(tasks_->tag_acl(tpg(), initiator, "cluster"));
  must(tasks_->tag_acl(tpg(), other_, "cluster"));
  must(service_->create_mapped_lun(tpg(), "cluster", {7, 0, true}));
  must(service_->set_group({path_of(acl("cluster")), "attribute"}, {{"nopin_timeout", "20"}}));
  for (const std::string& member : {std::string(initiator), other_}) {
    EXPECT_NE(recorded(acl(member) + " mapped_lun 7"), nullptr);
    EXPECT_EQ(recorded(acl(member))->groups.at("attribute").at("nopin_timeout"), "20");
  }
  must(service_->delete_mapped_lun(tpg(), "cluster", 7));
  EXPECT_EQ(recorded(acl(other_) + " mapped_lun 7"), nullptr);
  EXPECT_THAT(must(service_->get_group({path_of(acl("cluster")), "attribute"})),
              testing::Contains(testing::Field(&GroupValue::value, "20")));
}

TEST_F(Tags, UntaggingKeepsTheRest) {
  must(tasks_->tag_acl(tpg(), initiator, "cluster"));
  must(tasks_->untag_acl(tpg(), "cluster"));
  EXPECT_EQ(recorded(acl(initiator))->attribute("tag"), "");
  EXPECT_NE(recorded(acl(initiator) + " mapped_lun 0"), nullptr);
}

TEST_F(Tags, WrongOnesAreRefused) {
  EXPECT_THAT(error_of(tasks_->tag_acl(tpg(), initiator, "a.b")).message, HasSubstr("it has a dot"));
  EXPECT_EQ(error_of(tasks_->tag_acl(tpg(), "nobody", "x")).errnum, ENOENT);
  must(tasks_->tag_acl(tpg(), initiator, "x"));
  EXPECT_THAT(error_of(service_->delete_acl(tpg(), "x")).message, HasSubstr("is a tag of 1 ACLs"));
  EXPECT_THAT(must(tasks_->tag_acl(tpg(), "x", "x")).changed, false);
}

}  // namespace
}  // namespace lunet::service
