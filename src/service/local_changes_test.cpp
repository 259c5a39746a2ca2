// SPDX-License-Identifier: Apache-2.0
#include "service/local_changes.h"

#include <gtest/gtest.h>

#include "config/edit.h"
#include "configfs/model/memory_tree.h"
#include "service/complete.h"

namespace lunet::service {
namespace {

config::Tree tree_of(std::string_view text) {
  auto tree = config::parse(text, "t");
  EXPECT_TRUE(tree) << tree.error().message;
  return tree ? *tree : config::Tree{};
}

constexpr std::string_view recorded_text = R"(
storage rd_mcp {
    disk a { hba 0; size 1048576; wwn serial-a; }
    disk b { hba 1; size 1048576; wwn serial-b; }
}
storage fileio disk f { hba 2; path "/srv/f"; size 1048576; wwn serial-f; }
fabric iscsi target iqn.2026-11.org.example:t tpgt 1 {
    enable yes
    lun 0 { backend rd_mcp:a; alias one; }
    acl iqn.2026-11.org.example:i mapped_lun 0 { target_lun 0; write_protect no; alias two; }
    portal 127.0.0.1:3260
}
)";

class LocalChanges : public testing::Test {
 protected:
  bool is_local(std::string_view added) {
    config::Tree written = recorded_;
    EXPECT_TRUE(config::merge(written, added, "t"));
    return is_local_change(recorded_, written);
  }
  bool is_local_without(std::string_view path) {
    config::Tree written = recorded_;
    EXPECT_TRUE(written.remove(*config::parse_path(path)));
    return is_local_change(recorded_, written);
  }
  const config::Tree recorded_ = tree_of(recorded_text);
  std::unique_ptr<configfs::Tree> live_ = configfs::make_memory_tree(configfs::Flavour::lunetd);
};

TEST_F(LocalChanges, AreThoseForWhichTheRestDoesNotCount) {
  EXPECT_TRUE(is_local("storage rd_mcp disk c size 1M"));
  EXPECT_TRUE(is_local("storage rd_mcp disk b size 2M"));
  EXPECT_TRUE(is_local("fabric iscsi target iqn.2026-11.org.example:t tpgt 1 attribute login_timeout 20"));
  EXPECT_TRUE(is_local("fabric iscsi target iqn.2026-11.org.example:t tpgt 1 lun 1 backend rd_mcp:b"));
  EXPECT_TRUE(is_local_without("fabric iscsi target iqn.2026-11.org.example:t"));
}

TEST_F(LocalChanges, AreNotWhatOthersMayHaveOrStandOn) {
  EXPECT_FALSE(is_local("storage rd_mcp disk c { size 1M; wwn serial-b; }")) << "a serial of another";
  EXPECT_FALSE(is_local("storage fileio disk g { path /srv/f; size 1M; }")) << "a file";
  EXPECT_FALSE(is_local("storage fileio disk f path /srv/g"));
  EXPECT_FALSE(is_local("fabric iscsi target iqn.2026-11.org.example:t tpgt 1 portal 127.0.0.1:3261"));
  EXPECT_FALSE(is_local("fabric iscsi target iqn.2026-11.org.example:t tpgt 1 rtpi 5"));
  EXPECT_FALSE(is_local_without("storage rd_mcp disk b")) << "a LUN may stand on it";
  EXPECT_FALSE(is_local_without("fabric iscsi target iqn.2026-11.org.example:t tpgt 1 lun 0"));
}

TEST_F(LocalChanges, AreCompletedAsTheWholeIs) {
  for (const std::string_view added :
       {"storage rd_mcp disk b size 2M",
        "storage rd_mcp disk c { size 1M; wwn serial-c; }\nfabric iscsi target iqn.2026-11.org.example:t "
        "tpgt 1 "
        "{ lun 4 { backend ramdisk:c; alias x; }; acl iqn.2026-11.org.example:j mapped_lun 4 { target_lun 4; "
        "alias y; }; attribute authentication yes; }",
        "fabric iscsi target iqn.2026-11.org.example:t tpgt 1 acl iqn.2026-11.org.example:i auth { userid u; "
        "password secret-of-12ch; }"}) {
    config::Tree written = recorded_;
    ASSERT_TRUE(config::merge(written, added, "t"));
    ASSERT_TRUE(is_local_change(recorded_, written)) << added;
    const auto whole = complete(written, recorded_, *live_, RuntimeKind::lunetd);
    const auto local = complete_local(written, recorded_, *live_, RuntimeKind::lunetd);
    ASSERT_TRUE(whole) << whole.error().message;
    ASSERT_TRUE(local) << local.error().message;
    EXPECT_EQ(config::print(**local), config::print(*whole));
  }
}

TEST_F(LocalChanges, WhatGetsAnotherNameIsCompletedAsAWhole) {
  config::Tree written = recorded_;
  ASSERT_TRUE(config::merge(written, "fabric iscsi target IQN.2026-11.org.example:u tpgt 1 enable no", "t"));
  const auto local = complete_local(written, recorded_, *live_, RuntimeKind::lunetd);
  ASSERT_TRUE(local);
  EXPECT_FALSE(*local);
}

TEST_F(LocalChanges, AnHbaIsOneThatNeitherRunsNorIsRecorded) {
  ASSERT_TRUE(live_->make_dir("core/iblock_3"));
  config::Tree written = recorded_;
  ASSERT_TRUE(config::merge(written, "storage rd_mcp { disk x size 1M\ndisk y size 1M }", "t"));
  const auto local = complete_local(written, recorded_, *live_, RuntimeKind::lunetd);
  ASSERT_TRUE(local && *local);
  const auto hba_of = [&](const char* disk) {
    return std::string(std::as_const(**local)
                           .find(*config::parse_path(std::string("storage rd_mcp disk ") + disk))
                           ->attribute("hba"));
  };
  EXPECT_EQ(hba_of("x"), "4");
  EXPECT_EQ(hba_of("y"), "5");
}

}  // namespace
}  // namespace lunet::service
