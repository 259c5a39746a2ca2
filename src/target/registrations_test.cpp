// SPDX-License-Identifier: Apache-2.0
#include "target/registrations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "configfs/model/memory_tree.h"
#include "configfs/record_tree.h"
#include "target/target.h"
#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::string_view block = R"(PR_REG_START: 0
initiator_fabric=iSCSI
initiator_node=iqn.2026-11.com.example:i
initiator_sid=80123456789a
sa_res_key=171
res_holder=1
res_type=08
res_scope=00
res_all_tg_pt=0
mapped_lun=0
target_fabric=iSCSI
target_node=iqn.2026-11.com.example:t
tpgt=1
port_rtpi=1
target_lun=0
PR_REG_END: 0
)";
constexpr std::string_view joined =
    "initiator_fabric=iSCSI,initiator_node=iqn.2026-11.com.example:i,initiator_sid=80123456789a,sa_res_key="
    "171,"
    "res_holder=1,res_type=8,res_scope=00,res_all_tg_pt=0,mapped_lun=0,target_fabric=iSCSI,"
    "target_node=iqn.2026-11.com.example:t,tpgt=1,port_rtpi=1,target_lun=0";

TEST(Registrations, AreTheBlocksOfTheKernelsFileOrOfLunetds) {
  const std::string one(block);
  EXPECT_THAT(registrations_in(one + '\0'), ElementsAre(joined));
  EXPECT_THAT(registrations_in("lunet-reservations 1 0123456789abcdef\n" + one + one),
              ElementsAre(joined, joined));
  EXPECT_THAT(registrations_in("No Registrations or Reservations\n"), IsEmpty());
}

TEST(Registrations, OfADamagedFileOneIsLeftThatIsRefused) {
  const std::string one(block);
  const auto refused = ElementsAre("damaged");
  EXPECT_THAT(registrations_in(""), refused);  // as a crash leaves it, between truncating and writing
  EXPECT_THAT(registrations_in(one.substr(0, one.size() / 2)), refused);
  EXPECT_THAT(registrations_in(one + "PR_REG_START: 1\n"), refused);
  EXPECT_THAT(registrations_in(one + one.substr(one.find('\n') + 1)), refused);
  EXPECT_THAT(registrations_in("something else\n"), refused);
}

class RegistrationsTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string made = testing::TempDir() + "/lunet-registrations-XXXXXX";
    ASSERT_NE(::mkdtemp(made.data()), nullptr);
    folder_ = made;
    std::filesystem::create_directory(folder_ / "pr");
    ASSERT_TRUE(memory_->write("dbroot", folder_.string()));
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void save(std::string_view text) {
    std::ofstream(folder_ / "pr" / "aptpl_serial-1", std::ios::binary) << text;
  }
  Result<> make(configfs::Tree& live) {
    const auto plan =
        make_plan({}, tree_of("storage rd_mcp disk r { size 4096; hba 0; wwn serial-1; }"), live);
    return plan ? apply(live, *plan) : Result<>(plan.error());
  }

  std::filesystem::path folder_;
  std::unique_ptr<configfs::Tree> memory_ = configfs::make_memory_tree(configfs::Flavour::kernel);
  SteppingTree kernel_{*memory_};
  configfs::RecordTree record_{kernel_};
};

TEST_F(RegistrationsTest, AreHandedBackToADiskThatIsMadeAgain) {
  save(std::string(block) + std::string(block));
  ASSERT_TRUE(make(record_));
  std::vector<std::string> written;
  for (const auto& operation : record_.changes()) {
    if (operation.path.ends_with("/res_aptpl_metadata")) written.push_back(operation.text);
  }
  EXPECT_THAT(written, ElementsAre(joined, joined));
}

TEST_F(RegistrationsTest, ADiskWhoseReservationsAreDamagedIsNotMade) {
  save(block.substr(0, block.size() / 2));
  const auto made = make(kernel_);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, testing::HasSubstr("persistent reservations"));
  EXPECT_FALSE(memory_->read("core/rd_mcp_0/r/enable"));
}

TEST_F(RegistrationsTest, ASerialThatIsTooLongForAFileHasNone) {
  EXPECT_THAT(Registrations(kernel_).of(std::string(254, 's')), IsEmpty());
}

TEST_F(RegistrationsTest, NobodyElsesFileIsLookedAt) {
  ASSERT_TRUE(make(record_));
  for (const auto& operation : record_.changes())
    EXPECT_FALSE(operation.path.ends_with("/res_aptpl_metadata"));
}

}  // namespace
}  // namespace lunet::target
