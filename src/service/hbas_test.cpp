// SPDX-License-Identifier: Apache-2.0
// HBAs as objects of their own: the legacy hierarchy of backstores.
#include "service/hbas.h"

#include "service/outline.h"
#include "service/service_test_support.h"
#include "service/tasks.h"
#include "service/view.h"

namespace lunet::service {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Hbas : public BothRuntimes {
 protected:
  Hbas() { tasks_ = make_tasks(context_); }

  RamdiskOptions on(unsigned hba, std::string_view name) const {
    RamdiskOptions options = ramdisk(name);
    options.wwn += std::to_string(hba);
    options.hba = hba;
    return options;
  }
  /// "/backstores" of the legacy hierarchy: name and summary of each node.
  std::string shown() {
    const ViewNode root = must(read_view(*memory_, device_bytes_from_sysfs, Hierarchy::hbas));
    std::string text = root.children[0].summary + "\n";
    for (const ViewNode& hba : root.children[0].children) {
      text += hba.name + " [" + hba.summary + "]\n";
      for (const ViewNode& disk : hba.children) text += "  " + disk.name + " [" + disk.summary + "]\n";
    }
    return text;
  }
  std::unique_ptr<Tasks> tasks_;
};
INSTANTIATE_TEST_SUITE_P(, Hbas, testing::Values(Kind::transactional, Kind::stepping), kind_name);

TEST_P(Hbas, EachPluginCountsItsOwn) {
  const Report report = must(tasks_->create_hba("fileio"));
  EXPECT_THAT(report.lines, ElementsAre("Created backstore fileio0."));
  EXPECT_EQ(report.created, "/backstores/fileio0");
  EXPECT_EQ(operations(), "mkdir core/fileio_0\n");
  EXPECT_EQ(must(tasks_->create_hba("ramdisk")).created, "/backstores/rd_mcp0");
  EXPECT_EQ(must(tasks_->create_hba("fileio")).created, "/backstores/fileio1");
  EXPECT_EQ(text(), "storage fileio hbas \"0,1\"\nstorage rd_mcp hbas 0\n");
  EXPECT_EQ(shown(),
            "3 Backstores (legacy mode)\n"
            "fileio0 [0 Storage Object]\nfileio1 [0 Storage Object]\nrd_mcp0 [0 Storage Object]\n");
  must(tasks_->delete_hba("fileio", 0));
  EXPECT_EQ(must(tasks_->create_hba("fileio")).created, "/backstores/fileio0");
  EXPECT_THAT(must(service_->drift()), ElementsAre());
}

TEST_P(Hbas, SeveralDisksAreOnOneAndItOutlivesThem) {
  must(tasks_->create_hba("rd_mcp"));
  must(service_->create_ramdisk(on(0, "a")));
  must(service_->create_ramdisk(on(0, "b")));
  EXPECT_EQ(shown(),
            "1 Backstore (legacy mode)\nrd_mcp0 [2 Storage Objects]\n"
            "  a [ramdisk deactivated]\n  b [ramdisk deactivated]\n");
  must(service_->delete_disk("rd_mcp", "a"));
  must(service_->delete_disk("rd_mcp", "b"));
  EXPECT_EQ(shown(), "1 Backstore (legacy mode)\nrd_mcp0 [0 Storage Object]\n");
  EXPECT_THAT(must(service_->drift()), ElementsAre());
}

TEST_P(Hbas, OneOfADiskStaysWhenTheDiskIsDeletedThere) {
  must(service_->create_ramdisk(ramdisk("goes")));
  must(service_->delete_disk("rd_mcp", "goes"));
  EXPECT_EQ(shown(), "0 Backstore (legacy mode)\n");
  must(service_->create_ramdisk(ramdisk("stays")));
  must(service_->delete_disk("rd_mcp", "stays", EmptyHba::stays));
  EXPECT_EQ(shown(), "1 Backstore (legacy mode)\nrd_mcp0 [0 Storage Object]\n");
  EXPECT_EQ(text(), "storage rd_mcp hbas 0\n");
}

TEST_P(Hbas, DisksOfOneNameAreOnTwo) {
  must(service_->create_ramdisk(on(1, "r")));
  must(service_->create_ramdisk(on(2, "r")));
  EXPECT_THAT(shown(), HasSubstr("rd_mcp1 [1 Storage Object]\n  r [ramdisk"));
  EXPECT_THAT(shown(), HasSubstr("rd_mcp2 [1 Storage Object]\n  r [ramdisk"));
  EXPECT_EQ(recorded("storage rd_mcp disk r.hba2")->attribute("name"), "r");
  EXPECT_EQ(error_of(service_->create_ramdisk(on(2, "r"))).errnum, EEXIST);
  // The plain name belongs to the lowest.
  EXPECT_EQ(error_of(service_->create_ramdisk(on(0, "r"))).errnum, EEXIST);
  const config::Tree tree = store_->head()->tree;
  EXPECT_EQ(must(disk_on_hba(*memory_, tree, "rd_mcp", 2, "r")), "r.hba2");
  EXPECT_EQ(must(disk_on_hba(*memory_, tree, "rd_mcp", 1, "r")), "r");
  EXPECT_EQ(must(disk_on_hba(*memory_, {}, "rd_mcp", 2, "r")), "r.hba2");
  EXPECT_EQ(error_of(disk_on_hba(*memory_, tree, "rd_mcp", 3, "r")).errnum, ENOENT);
  EXPECT_THAT(must(disk_paths(*memory_, Hierarchy::hbas)),
              ElementsAre("/backstores/rd_mcp1/r", "/backstores/rd_mcp2/r"));
  EXPECT_THAT(must(service_->drift()), ElementsAre());
}

TEST_P(Hbas, GoesWithItsDisksAndTheirLuns) {
  must(tasks_->create_hba("rd_mcp"));
  must(service_->create_ramdisk(on(0, "a")));
  must(service_->create_ramdisk(on(0, "b")));
  must(service_->create_ramdisk(ramdisk("other")));
  must(service_->create_target(wwn));
  must(service_->create_lun(tpg(), lun_of("ramdisk", "a")));
  must(service_->create_lun(tpg(), lun_of("ramdisk", "other")));
  EXPECT_THAT(
      must(tasks_->delete_hba("rd_mcp", 0)).lines,
      ElementsAre("Deleted storage object a.", "Deleted storage object b.", "Deleted backstore rd_mcp0."));
  EXPECT_EQ(shown(), "1 Backstore (legacy mode)\nrd_mcp1 [1 Storage Object]\n  other [ramdisk activated]\n");
  EXPECT_THAT(text(), testing::Not(HasSubstr("lun 0")));
  EXPECT_THAT(text(), HasSubstr("lun 1"));
  EXPECT_THAT(must(service_->drift()), ElementsAre());
  EXPECT_EQ(error_of(tasks_->delete_hba("rd_mcp", 0)).errnum, ENOENT);
}

TEST_P(Hbas, OneThatNobodyRecordedIsDeletedUnlessItHoldsDisks) {
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_4"));
  EXPECT_TRUE(must(tasks_->delete_hba("rd_mcp", 4)).changed);
  EXPECT_EQ(shown(), "0 Backstore (legacy mode)\n");
  must(tasks_->create_hba("rd_mcp"));
  ASSERT_TRUE(memory_->make_dir("core/rd_mcp_0/stranger"));
  EXPECT_EQ(error_of(tasks_->delete_hba("rd_mcp", 0)).errnum, ESTALE);
}

TEST_P(Hbas, ARestoreMakesThoseThatAreRecorded) {
  must(tasks_->create_hba("fileio"));
  must(tasks_->create_hba("rd_mcp"));
  must(service_->create_ramdisk(on(0, "a")));
  const std::string before = shown();
  auto empty = configfs::make_memory_tree(GetParam() == Kind::transactional ? configfs::Flavour::lunetd
                                                                            : configfs::Flavour::kernel);
  target::SteppingTree stepping(*empty);
  context_.live = GetParam() == Kind::transactional ? empty.get() : &stepping;
  const auto restarted = make_service(context_);
  EXPECT_THAT(must(restarted->drift()).front(), HasSubstr("storage fileio: its HBAs 0 do not run"));
  must(restarted->restore());
  EXPECT_THAT(must(restarted->drift()), ElementsAre());
  memory_.swap(empty);
  EXPECT_EQ(shown(), before);
}

TEST_P(Hbas, NamesOfNodesAreThoseOfTheTree) {
  must(tasks_->create_hba("fileio"));
  must(service_->create_ramdisk(on(10, "a")));
  must(service_->create_ramdisk(on(9, "b")));
  NodeAddress at{NodeKind::backstores, {}, {}, {}, {}, 0, {}, {}, Hierarchy::hbas};
  EXPECT_THAT(must(child_names(*memory_, at)), ElementsAre("fileio0", "rd_mcp9", "rd_mcp10"));
  at.kind = NodeKind::hba;
  at.plugin = "rd_mcp";
  at.hba = 10;
  EXPECT_THAT(must(child_names(*memory_, at)), ElementsAre("a"));
  at.hba = 3;
  EXPECT_EQ(error_of(child_names(*memory_, at)).errnum, ENOENT);
}

TEST_P(Hbas, LunsNameTheHbaOfTheirDisk) {
  must(service_->create_ramdisk(on(3, "r")));
  must(service_->create_fileio(fileio("f")));
  must(service_->create_target(wwn));
  must(service_->create_lun(tpg(), lun_of("ramdisk", "r")));
  must(service_->create_lun(tpg(), lun_of("fileio", "f")));
  must(service_->create_acl(tpg(), initiator, true));
  const ViewNode root = must(read_view(*memory_, device_bytes_from_sysfs, Hierarchy::hbas));
  const ViewNode& group = root.children.back().children[0].children[0];
  EXPECT_EQ(group.children[1].children[0].summary, "rd_mcp3/r (ramdisk)");
  EXPECT_EQ(group.children[1].children[1].summary, "fileio0/f (" + file("f.img") + ")");
  EXPECT_EQ(group.children[0].children[0].children[0].summary, "lun0 rd_mcp3/r (rw)");
}

}  // namespace
}  // namespace lunet::service
