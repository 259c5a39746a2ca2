// SPDX-License-Identifier: Apache-2.0
#include "service/port_holder.h"
#include "service/service_test_support.h"

namespace lunet::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class Targets : public ServiceFixture {
 protected:
  std::string default_id() const { return host_has_ipv6() ? "[::0]:3260" : "0.0.0.0:3260"; }
  std::string default_line() const {
    return std::string("Created default portal listening on all IPs (") +
           (host_has_ipv6() ? "::0" : "0.0.0.0") + "), port 3260.";
  }
};

TEST_F(Targets, ATargetComesWithAnEnabledTpgAndTheDefaultPortal) {
  const bool has_fabric = static_cast<bool>(memory_->list("iscsi"));
  const Report report = must(service_->create_target("IQN.2026-11.com.example:t"));
  EXPECT_THAT(report.lines,
              ElementsAre("Created target iqn.2026-11.com.example:t.", "Created TPG 1.", default_line()));
  EXPECT_EQ(report.created, "/iscsi/iqn.2026-11.com.example:t");
  const std::string tpg_directory = "iscsi/iqn.2026-11.com.example:t/tpgt_1";
  EXPECT_EQ(operations(), std::string(has_fabric ? "" : "mkdir iscsi\n") +
                              "mkdir iscsi/iqn.2026-11.com.example:t\n"
                              "mkdir " +
                              tpg_directory +
                              "\n"
                              "write " +
                              tpg_directory +
                              "/attrib/authentication 0\n"
                              "mkdir " +
                              tpg_directory + "/np/" + default_id() +
                              "\n"
                              "write " +
                              tpg_directory + "/enable 1\n");
}

class HardwareTargets : public ServiceFixture {
 protected:
  HardwareTargets() : ServiceFixture(Kind::stepping) {}
  static TpgOptions of(const std::string& fabric) {
    TpgOptions options;
    options.fabric = fabric;
    return options;
  }
};

// No machine has a port of that name.
TEST_F(HardwareTargets, WithoutThePortOneIsWarned) {
  const Report report = must(service_->create_target("naa.500140500000dead", of("tcm_fc")));
  EXPECT_THAT(report.warnings,
              ElementsAre(HasSubstr("no hardware of tcm_fc here is called naa.500140500000dead")));
  EXPECT_THAT(must(service_->create_target("naa.500140500000dead", of("loopback"))).warnings, IsEmpty());
}

TEST_F(HardwareTargets, ARefusalOfTheDriverSaysWhy) {
  fault_.fail_at(1, ENODEV);
  const Error error = error_of(service_->create_target("naa.500140500000dead", of("qla2xxx")));
  EXPECT_THAT(error.hint, HasSubstr("a Fibre Channel port was looked for in /sys/class/fc_host"));
}

TEST_F(Targets, WithoutANameOneIsGenerated) {
  const Report report = must(service_->create_target(""));
  EXPECT_THAT(report.created, testing::StartsWith("/iscsi/iqn.2003-01.org.linux-iscsi."));
}

TEST_F(Targets, ATakenPortLeavesOnlyThePortalOut) {
  class TakenPort : public target::SteppingTree {
   public:
    using SteppingTree::SteppingTree;
    configfs::BatchResult batch(std::span<const configfs::Operation> operations) override {
      for (std::size_t i = 0; i < operations.size(); ++i) {
        if (operations[i].path.find("/np/") == std::string::npos) continue;
        configfs::BatchResult result = SteppingTree::batch(operations.first(i));
        result.failure =
            std::make_unique<configfs::BatchFailure>(configfs::BatchFailure{i, Error{EINVAL, "", ""}});
        return result;
      }
      return SteppingTree::batch(operations);
    }
  } taken{*memory_};
  context_.live = &taken;
  const Report report = must(make_service(context_)->create_target(wwn));
  EXPECT_THAT(report.lines, ElementsAre("Created target iqn.2026-11.com.example:t.", "Created TPG 1."));
  ASSERT_EQ(report.warnings.size(), 1U);
  EXPECT_THAT(report.warnings[0], HasSubstr("Default portal not created"));
  EXPECT_EQ(recorded("fabric iscsi target iqn.2026-11.com.example:t tpgt 1")->children.size(), 0U);
  EXPECT_THAT(dump(), testing::Not(HasSubstr(":3260")));
  EXPECT_THAT(must(service_->drift()), IsEmpty());
}

TEST_F(Targets, TpgsGetTheLowestFreeTag) {
  must(service_->create_target(wwn));
  const Report second = must(service_->create_tpg(wwn, std::nullopt));
  EXPECT_THAT(second.lines,
              ElementsAre("Created TPG 2.",
                          "Default portal not created, TPGs within a target cannot share ip:port."));
  EXPECT_EQ(second.created, "/iscsi/iqn.2026-11.com.example:t/tpg2");
  EXPECT_EQ(error_of(service_->create_tpg(wwn, 2)).errnum, EEXIST);
  EXPECT_EQ(error_of(service_->create_tpg("iqn.2026-11.com.example:other", 1)).errnum, ENOENT);
  EXPECT_THAT(must(service_->delete_tpg(tpg(1))).lines, ElementsAre("Deleted TPGT 1."));
  EXPECT_EQ(error_of(service_->delete_tpg(tpg(1))).errnum, ENOENT);
  EXPECT_THAT(must(service_->create_tpg(wwn, std::nullopt)).lines,
              ElementsAre("Created TPG 1.", default_line()));
}

TEST_F(Targets, EnablingIsIdempotent) {
  must(service_->create_target(wwn));
  operations();
  EXPECT_THAT(must(service_->enable_tpg(tpg(), true)).lines, ElementsAre("The TPGT is already enabled."));
  EXPECT_EQ(operations(), "");
  EXPECT_THAT(must(service_->enable_tpg(tpg(), false)).lines, ElementsAre("The TPGT has been disabled."));
  EXPECT_EQ(operations(), "write iscsi/iqn.2026-11.com.example:t/tpgt_1/enable 0\n");
  EXPECT_EQ(generation(), 2U);
}

TEST_F(Targets, PortalsAreOnePerTargetInAnySpelling) {
  must(service_->create_target(wwn));
  must(service_->delete_portal(tpg(), host_has_ipv6() ? "0:0::0" : "0.0.0.0", 3260));
  const Report report = must(service_->create_portal(tpg(), "127.0.0.1", 3261));
  EXPECT_THAT(report.lines, ElementsAre("Created network portal 127.0.0.1:3261."));
  EXPECT_EQ(report.created, "/iscsi/iqn.2026-11.com.example:t/tpg1/portals/127.0.0.1:3261");
  must(service_->create_portal(tpg(), "::1", 3261));
  EXPECT_EQ(error_of(service_->create_portal(tpg(), "[0::1]", 3261)).errnum, EEXIST);
  EXPECT_EQ(error_of(service_->create_portal(tpg(), "nowhere", 3261)).errnum, EINVAL);
  EXPECT_EQ(error_of(service_->create_portal(tpg(7), "127.0.0.1", 3261)).errnum, ENOENT);
  EXPECT_THAT(must(service_->delete_portal(tpg(), "127.0.0.1", 3261)).lines,
              ElementsAre("Deleted network portal 127.0.0.1:3261"));
  EXPECT_EQ(error_of(service_->delete_portal(tpg(), "127.0.0.1", 3261)).errnum, ENOENT);
}

TEST_F(Targets, DeletingATargetTakesEverythingBelowItInOrder) {
  make_exported();
  operations();
  EXPECT_THAT(must(service_->delete_target(wwn)).lines,
              ElementsAre("Deleted Target iqn.2026-11.com.example:t."));
  const std::string done = operations();
  EXPECT_THAT(done, testing::StartsWith("write iscsi/iqn.2026-11.com.example:t/tpgt_1/enable 0\n"
                                        "rmdir iscsi/iqn.2026-11.com.example:t/tpgt_1/np/"));
  EXPECT_THAT(done, testing::EndsWith("rmdir iscsi/iqn.2026-11.com.example:t/tpgt_1\n"
                                      "rmdir iscsi/iqn.2026-11.com.example:t\n"));
  EXPECT_NE(recorded("storage rd_mcp disk rd0"), nullptr);
  EXPECT_EQ(error_of(service_->delete_target(wwn)).errnum, ENOENT);
}

TEST_F(Targets, ATargetThatExistsOrHasABadNameIsRefused) {
  must(service_->create_target(wwn));
  EXPECT_EQ(error_of(service_->create_target(wwn)).errnum, EEXIST);
  EXPECT_EQ(error_of(service_->create_target("disk")).errnum, EINVAL);
  EXPECT_EQ(generation(), 1U);
}

TEST_F(Targets, BeginAsAsked) {
  must(service_->create_target(wwn, {.enable = false, .default_portal = false}));
  const config::Object* tpg = recorded("fabric iscsi target iqn.2026-11.com.example:t tpgt 1");
  ASSERT_NE(tpg, nullptr);
  EXPECT_EQ(tpg->attribute("enable"), "no");
  EXPECT_TRUE(tpg->children.empty());
}

}  // namespace
}  // namespace lunet::service
