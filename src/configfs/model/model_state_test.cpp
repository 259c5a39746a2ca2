// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/model_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "configfs/model/transaction.h"

namespace lunet::configfs {
namespace {

class ModelStateTest : public testing::Test {
 protected:
  ModelStateTest() {
    Object& fabric = add(model_.root(), 0, "iscsi", TypeId::fabric);
    Object& target = add(fabric, 0, "t", TypeId::target);
    tpg_ = &add(target, 0, "tpgt_1", TypeId::tpg);
    lun_ = &add(*tpg_, 1, "lun_0", TypeId::lun);
    acl_ = &add(*tpg_, 0, "i", TypeId::acl);
    mapped_lun_ = &add(*acl_, 0, "lun_0", TypeId::mapped_lun);
    mapped_lun_->link_name = "m";
    mapped_lun_->link_target = lun_;
  }
  Object& add(Object& parent, std::size_t container, std::string_view name, TypeId id) {
    return transaction_.make(parent, container, name, model_.schema().type(id, "iscsi"));
  }

  Model model_{Flavour::kernel};
  Transaction transaction_{model_};
  Object* tpg_ = nullptr;
  Object* lun_ = nullptr;
  Object* acl_ = nullptr;
  Object* mapped_lun_ = nullptr;
};

TEST_F(ModelStateTest, PathsLeadToDirectoriesFilesAndLinks) {
  EXPECT_EQ(model_.object_at("iscsi/t/tpgt_1"), tpg_);
  EXPECT_EQ(model_.object_at("iscsi/t/tpgt_1/lun"), nullptr);
  EXPECT_EQ(model_.resolve("iscsi/t/tpgt_1/lun").object, tpg_);
  EXPECT_EQ(model_.resolve("iscsi/t/tpgt_1/attrib/authentication").kind, EntryKind::file);
  EXPECT_EQ(model_.resolve("iscsi/t/tpgt_1/acls/i/lun_0/m").kind, EntryKind::link);
  EXPECT_EQ(model_.resolve("iscsi/t/tpgt_1/acls/i/lun_0/m/statistics").object, lun_);
  EXPECT_EQ(model_.resolve("iscsi/t/missing").errnum, ENOENT);
  EXPECT_EQ(model_.resolve("version/x").errnum, ENOTDIR);
}

TEST_F(ModelStateTest, TheViewTellsOfADeadMappingAsOfNone) {
  EXPECT_EQ(model_.link_target("iscsi/t/tpgt_1/acls/i/lun_0"), "");
  mapped_lun_->live = true;
  EXPECT_EQ(model_.link_target("iscsi/t/tpgt_1/acls/i/lun_0"), "iscsi/t/tpgt_1/lun/lun_0");
  EXPECT_EQ(model_.value("iscsi/t/tpgt_1/acls/i/lun_0/write_protect"), "0");
}

TEST_F(ModelStateTest, TheViewReadsFilesOfAnObjectThatWasFoundOnce) {
  const Object* tpg = model_.object("iscsi/t/tpgt_1");
  ASSERT_EQ(tpg, tpg_);
  transaction_.set(*tpg_, "attrib/login_timeout", "7");
  EXPECT_EQ(model_.value(*tpg, "attrib/login_timeout"), "7");
  EXPECT_EQ(model_.value(*tpg, "attrib/default_cmdsn_depth"),
            model_.value("iscsi/t/tpgt_1/attrib/default_cmdsn_depth"));
  mapped_lun_->live = true;
  EXPECT_EQ(model_.value(*tpg, "acls/i/lun_0/write_protect"), "0");
  EXPECT_EQ(model_.value(*tpg, "attrib/missing"), "");
  EXPECT_EQ(model_.object("iscsi/t/tpgt_1/attrib"), nullptr);
  EXPECT_EQ(model_.object("iscsi/t/missing"), nullptr);
}

TEST_F(ModelStateTest, TheViewSortsNaturally) {
  add(*tpg_, 1, "lun_10", TypeId::lun);
  add(*tpg_, 1, "lun_9", TypeId::lun);
  EXPECT_THAT(model_.directories("iscsi/t/tpgt_1/lun"), testing::ElementsAre("lun_0", "lun_9", "lun_10"));
  EXPECT_THAT(model_.directories("iscsi/t/tpgt_1"),
              testing::ElementsAre("acls", "attrib", "auth", "lun", "np", "param"));
  EXPECT_TRUE(model_.directories("version").empty());
}

}  // namespace
}  // namespace lunet::configfs
