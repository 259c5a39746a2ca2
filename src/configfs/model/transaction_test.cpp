// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/transaction.h"

#include <gtest/gtest.h>

namespace lunet::configfs {
namespace {

TEST(Transaction, RollsBackToTheMarkNewestFirst) {
  Model model(Flavour::kernel);
  Transaction transaction(model);
  Object& root = model.root();
  transaction.set(root, "dbroot", "/a");
  const std::size_t mark = transaction.mark();
  transaction.set(root, "dbroot", "/b");
  transaction.reset(root, root.type->file("dbroot"));
  EXPECT_EQ(model.stored_value(root, "dbroot"), "/var/target");
  transaction.roll_back(mark);
  EXPECT_EQ(model.stored_value(root, "dbroot"), "/a");
  transaction.roll_back(0);
  EXPECT_EQ(root.stored(root.type->file("dbroot")), nullptr);
}

TEST(Transaction, BringsBackRemovedObjectsAsTheyWere) {
  Model model(Flavour::kernel);
  {
    Transaction transaction(model);
    Object& hba = transaction.make(model.root(), 1, "rd_mcp_0", model.schema().type(TypeId::hba, "rd_mcp"));
    EXPECT_EQ(hba.path, "core/rd_mcp_0");
    transaction.append(model.root().members, &hba);
    const std::size_t mark = transaction.mark();
    transaction.erase(model.root().members, &hba);
    transaction.assign(hba.index, 7);
    transaction.remove(hba);
    EXPECT_FALSE(model.exists("core/rd_mcp_0"));
    transaction.roll_back(mark);
    EXPECT_EQ(model.object_at("core/rd_mcp_0"), &hba);
    EXPECT_EQ(hba.index, 0U);
    EXPECT_EQ(model.root().members.size(), 1U);
    transaction.roll_back(0);
  }
  EXPECT_FALSE(model.exists("core/rd_mcp_0"));
  EXPECT_TRUE(model.root().members.empty());
}

}  // namespace
}  // namespace lunet::configfs
