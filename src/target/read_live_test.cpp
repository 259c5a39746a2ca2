// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "configfs/model/memory_tree.h"
#include "target/target.h"
#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

constexpr std::string_view text = R"(
storage fileio {
    disk f0 { path "/tmp/with blank.img"; size 1500000256; buffered yes; wwn 4ea41d6b; hba 2; }
    disk f1 { path /tmp/f1.img; size 67108864; buffered no; wwn 5ea41d6b; hba 3; }
}
storage iblock disk b0 { path /dev/sda; readonly yes; wwn 7; hba 4; }
storage rd_mcp disk null0 { size 67108864; nullio yes; wwn 9; hba 1; }
fabric iscsi {
    discovery_auth { enable yes; userid d; mutual_password m; }
    target iqn.2026-11.com.example:t tpgt 1 {
        enable yes
        attribute authentication 0
        parameter InitialR2T No
        lun 0 { backend rd_mcp:null0; alias aaaaaaaaaa; }
        lun 10 { backend fileio:f0; alias bbbbbbbbbb; }
        acl iqn.2026-11.com.example:ini {
            auth { userid user; password secret-of-12ch; userid_mutual back; }
            tag rack-7
            tcq_depth 32
            attribute authentication 1
            mapped_lun 5 { target_lun 10; write_protect yes; alias cccccccccc; }
        }
        portal "[::0]:3260"
    }
}
)";

class ReadLive : public testing::TestWithParam<configfs::Flavour> {
 protected:
  void SetUp() override {
    const auto plan = make_plan({}, tree_of(text), *live_);
    ASSERT_TRUE(plan) << plan.error().message;
    const auto applied = apply(*live_, *plan);
    ASSERT_TRUE(applied) << applied.error().message;
  }
  std::unique_ptr<configfs::Tree> live_ = configfs::make_memory_tree(GetParam());
};

TEST_P(ReadLive, WhatWasMadeIsReadBack) {
  const auto running = read_live(*live_);
  ASSERT_TRUE(running) << running.error().message;
  EXPECT_EQ(config::print(comparable(*running, tree_of(text))), config::print(tree_of(text)));
}

TEST_P(ReadLive, EveryWritableAttributeIsReadButNoReadOnlyOne) {
  const auto running = read_live(*live_);
  ASSERT_TRUE(running);
  const auto* tpg =
      running->find(*config::parse_path("fabric iscsi target iqn.2026-11.com.example:t tpgt 1"));
  ASSERT_NE(tpg, nullptr);
  EXPECT_TRUE(tpg->groups.at("attribute").contains("generate_node_acls"));
  EXPECT_TRUE(tpg->groups.at("parameter").contains("MaxBurstLength"));
  EXPECT_EQ(tpg->groups.count("auth"), 0U) << "credentials that are not set are no values";
  const auto* disk = running->find(*config::parse_path("storage rd_mcp disk null0"));
  ASSERT_NE(disk, nullptr);
  EXPECT_TRUE(disk->groups.at("attribute").contains("emulate_write_cache"));
  EXPECT_FALSE(disk->groups.at("attribute").contains("hw_block_size"));
}

TEST_P(ReadLive, AdoptingAndMakingAgainGivesTheSameTree) {
  const auto running = read_live(*live_);
  ASSERT_TRUE(running);
  const auto other = configfs::make_memory_tree(GetParam());
  const auto plan = make_plan({}, *running, *other);
  ASSERT_TRUE(plan) << plan.error().message;
  const auto applied = apply(*other, *plan);
  ASSERT_TRUE(applied) << applied.error().message;
  EXPECT_EQ(config::print(*read_live(*other)), config::print(*running));
}

TEST_P(ReadLive, ACredentialThatNobodyRecordedIsADifference) {
  config::Tree recorded = tree_of(text);
  recorded
      .find(*config::parse_path(
          "fabric iscsi target iqn.2026-11.com.example:t tpgt 1 acl iqn.2026-11.com.example:ini"))
      ->groups.erase("auth");
  const auto running = read_live(*live_);
  ASSERT_TRUE(running);
  EXPECT_FALSE(comparable(*running, recorded) == recorded);
}

TEST_P(ReadLive, HalfMadeObjectsAreReadAndCanBeRemoved) {
  ASSERT_TRUE(live_->make_dir("core/fileio_9"));
  ASSERT_TRUE(live_->make_dir("core/fileio_9/half"));
  ASSERT_TRUE(live_->make_dir("iscsi/iqn.2026-11.com.example:t/tpgt_1/lun/lun_7"));
  const auto running = read_live(*live_);
  ASSERT_TRUE(running) << running.error().message;
  const auto plan = make_plan(comparable(*running, tree_of(text)), tree_of(text), *live_);
  ASSERT_TRUE(plan) << plan.error().message;
  EXPECT_EQ(operations_of(*plan),
            "rmdir iscsi/iqn.2026-11.com.example:t/tpgt_1/lun/lun_7\n"
            "rmdir core/fileio_9/half\n"
            "rmdir core/fileio_9\n");
}

INSTANTIATE_TEST_SUITE_P(Flavours, ReadLive,
                         testing::Values(configfs::Flavour::kernel, configfs::Flavour::lunetd),
                         [](const auto& each) {
                           return each.param == configfs::Flavour::kernel ? "kernel" : "lunetd";
                         });

TEST(UnknownObjects, AreNamedByTheirPlace) {
  const auto live = configfs::make_memory_tree(configfs::Flavour::kernel);
  EXPECT_THAT(*unknown_objects(*live), testing::IsEmpty());
  for (const char* path : {"loopback", "loopback/naa.5001405000000001",
                           "loopback/naa.5001405000000001/tpgt_1", "loopback/naa.5001405000000001/tpgt_2"})
    ASSERT_TRUE(live->make_dir(path));
  EXPECT_THAT(*unknown_objects(*live), testing::ElementsAre("loopback/naa.5001405000000001/tpgt_2"));
}

}  // namespace
}  // namespace lunet::target
