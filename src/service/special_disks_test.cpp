// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"
#include "configfs/model/memory_tree.h"
#include "service/service_test_support.h"
#include "service/tasks.h"

namespace lunet::service {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class SpecialDisks : public BothRuntimes {
 protected:
  void SetUp() override { tasks_ = make_tasks(context_); }
  std::unique_ptr<Tasks> tasks_;
};
INSTANTIATE_TEST_SUITE_P(Runtimes, SpecialDisks, testing::Values(Kind::transactional, Kind::stepping),
                         kind_name);

TEST_P(SpecialDisks, OfUserSpaceHandlersAreTheKernels) {
  UserOptions options;
  options.name = "u";
  options.size_bytes = 1048576;
  options.handler = "qcow";
  options.config = "srv/a.qcow2";
  const auto made = tasks_->create_user(options);
  if (GetParam() == Kind::transactional) {
    EXPECT_EQ(error_of(made).errnum, EOPNOTSUPP);
    return;
  }
  EXPECT_THAT(must(made).lines.back(), HasSubstr("Created user-backed storage object u size 1048576."));
  EXPECT_EQ(recorded("storage user disk u")->attribute("config"), "qcow/srv/a.qcow2");
  options.name = "v";
  options.config = "a:b";
  EXPECT_EQ(error_of(tasks_->create_user(options)).errnum, EINVAL);
}

TEST_P(SpecialDisks, PassedThroughNeedADeviceThatIsThere) {
  const auto made = tasks_->create_pscsi({"p", "/dev/no-such-device"});
  EXPECT_EQ(error_of(made).errnum, ENOENT);
  const auto by_address = tasks_->create_pscsi({"p", "97:98:99:0"});
  EXPECT_EQ(error_of(by_address).errnum, ENODEV);
}

TEST_P(SpecialDisks, TransportsOfAPortal) {
  must(service_->create_target(wwn));
  must(service_->create_portal(tpg(), "127.0.0.1", 3299));
  const PortalRef portal{tpg(), "127.0.0.1", 3299};
  const auto set = tasks_->set_transport(portal, Transport::iser, true);
  EXPECT_EQ(error_of(tasks_->set_transport({tpg(), "127.0.0.1", 1}, Transport::iser, true)).errnum, ENOENT);
  if (GetParam() == Kind::transactional) {
    EXPECT_EQ(error_of(set).errnum, EOPNOTSUPP);
    return;
  }
  // The rules of Linux 6.1 on a machine without RDMA: asked for, and refused.
  EXPECT_THAT(error_of(set).message, HasSubstr("iser: Invalid argument"));
  EXPECT_EQ(recorded("fabric iscsi target iqn.2026-11.com.example:t tpgt 1 portal 127.0.0.1:3299")
                ->attribute("iser"),
            "");
  EXPECT_FALSE(must(tasks_->set_transport(portal, Transport::offload, false)).changed);
  EXPECT_THAT(must(service_->compare(Scope{})).differences, IsEmpty());

  // On a machine that has the adapter it is recorded, and comes back with a start.
  Context context = context_;
  const auto with_adapter = configfs::make_memory_tree(configfs::Flavour::kernel, {.transports = true});
  context.live = with_adapter.get();
  must(make_service(context)->restore());
  EXPECT_TRUE(must(make_tasks(context)->set_transport(portal, Transport::offload, true)).changed);
  const auto started = configfs::make_memory_tree(configfs::Flavour::kernel, {.transports = true});
  context.live = started.get();
  must(make_service(context)->restore());
  const std::string file = "iscsi/" + std::string(wwn) + "/tpgt_1/np/127.0.0.1:3299/cxgbit";
  EXPECT_EQ(trim(must(started->read(file))), "1");
  EXPECT_TRUE(must(make_tasks(context)->set_transport(portal, Transport::offload, false)).changed);
  EXPECT_EQ(trim(must(started->read(file))), "0");
}

TEST_P(SpecialDisks, TargetsOfOtherFabricsAreTheKernels) {
  must(service_->create_ramdisk(ramdisk("rd0")));
  struct Row {
    const char* fabric;
    const char* wwn;
    bool flat;
  };
  for (const Row& row :
       {Row{"loopback", "naa.5001405000000001", true}, Row{"vhost", "naa.5001405000000002", false},
        Row{"xen-pvscsi", "naa.5001405000000003", false}, Row{"sbp", "eui.0123456789abcdef", true},
        Row{"srpt", "0xfe800000000000000002c9030002e4f1", true},
        Row{"qla2xxx", "21:00:00:24:ff:31:4c:48", true}}) {
    TpgOptions options;
    options.fabric = row.fabric;
    const auto made = service_->create_target(row.wwn, options);
    if (GetParam() == Kind::transactional) {
      EXPECT_EQ(error_of(made).errnum, EOPNOTSUPP) << row.fabric;
      continue;
    }
    const Report report = must(made, row.fabric);
    EXPECT_EQ(report.lines.size(), row.flat ? 1U : 2U) << row.fabric;
    const TpgRef ref{row.wwn, 1, row.fabric};
    EXPECT_EQ(must(service_->create_lun(ref, lun_of("ramdisk", "rd0")), row.fabric).lines.front(),
              "Created LUN 0.");
    EXPECT_THAT(must(service_->compare(Scope{}), row.fabric).differences, IsEmpty()) << row.fabric;
    must(service_->delete_target(row.wwn, row.fabric), row.fabric);
  }
}

TEST_P(SpecialDisks, NamesOfOtherFabricsAreTheirs) {
  if (GetParam() == Kind::transactional) return;
  TpgOptions options;
  options.fabric = "loopback";
  EXPECT_EQ(error_of(service_->create_target("iqn.2026-11.com.example:x", options)).errnum, EINVAL);
  EXPECT_THAT(must(service_->create_target("", options)).lines.front(), HasSubstr("naa.5001405"));
  options.fabric = "qla2xxx";
  EXPECT_EQ(error_of(service_->create_target("", options)).errnum, EINVAL);
}

}  // namespace
}  // namespace lunet::service
