// SPDX-License-Identifier: Apache-2.0
// KernelTree over a plain folder: the system calls, their errno, links, classes of files, inotify.
#include "configfs/kernel_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/support/scratch_dir.h"

namespace lunet::configfs {
namespace {

namespace fs = std::filesystem;

class KernelTreeTest : public testing::Test {
 protected:
  KernelTreeTest() : tree_(dir_.path()) {
    fs::create_directories(dir_ / "core/rd_mcp_0/rd0/attrib");
    fs::create_directories(dir_ / "core/rd_mcp_0/rd0/statistics/scsi_dev");
    fs::create_directories(dir_ / "lun_0");
    put("core/rd_mcp_0/rd0/attrib/block_size", "512\n", 0644);
    put("core/rd_mcp_0/rd0/info", "Status: ACTIVATED\n", 0444);
    put("core/rd_mcp_0/rd0/control", "", 0200);
    put("core/rd_mcp_0/rd0/statistics/scsi_dev/indx", "1\n", 0444);
  }
  void put(const std::string& path, const std::string& text, unsigned mode) {
    std::ofstream(dir_ / path) << text;
    fs::permissions(dir_ / path, static_cast<fs::perms>(mode));
  }

  test::ScratchDir dir_;
  KernelTree tree_;
};

TEST_F(KernelTreeTest, ListsWithKindsAndModes) {
  const auto entries = tree_.list("core/rd_mcp_0/rd0");
  ASSERT_TRUE(entries) << entries.error().message;
  std::vector<std::string> names;
  for (const Entry& entry : *entries) names.push_back(entry.name);
  EXPECT_THAT(names, testing::ElementsAre("attrib", "control", "info", "statistics"));
  EXPECT_EQ((*entries)[1].mode, 0200);
  EXPECT_EQ((*entries)[0].kind, EntryKind::directory);
}

TEST_F(KernelTreeTest, WritesExactlyTheText) {
  ASSERT_TRUE(tree_.write("core/rd_mcp_0/rd0/attrib/block_size", "4096"));
  EXPECT_EQ(*tree_.read("core/rd_mcp_0/rd0/attrib/block_size"), "4096");
  ASSERT_TRUE(tree_.write("core/rd_mcp_0/rd0/attrib/block_size", "1\n"));
  EXPECT_EQ(*tree_.read("core/rd_mcp_0/rd0/attrib/block_size"), "1\n");
}

TEST_F(KernelTreeTest, ErrorsAreTheSystemsWithVerbAndPath) {
  EXPECT_EQ(tree_.make_dir("core").error().errnum, EEXIST);
  EXPECT_EQ(tree_.remove_dir("core").error().errnum, ENOTEMPTY);
  EXPECT_EQ(tree_.read("missing").error().errnum, ENOENT);
  EXPECT_EQ(tree_.read("core").error().errnum, EISDIR);
  EXPECT_EQ(tree_.write("missing", "1").error().errnum, ENOENT);
  EXPECT_EQ(tree_.list("core/rd_mcp_0/rd0/info").error().errnum, ENOTDIR);
  EXPECT_EQ(tree_.unlink("missing").error().errnum, ENOENT);
  EXPECT_EQ(tree_.read("../etc/passwd").error().errnum, EINVAL);
  EXPECT_EQ(tree_.make_dir("core").error().message, "mkdir core: File exists");
}

TEST_F(KernelTreeTest, LinksPointIntoTheTree) {
  ASSERT_TRUE(tree_.link("lun_0/alias", "core/rd_mcp_0/rd0"));
  fs::create_symlink("../core/rd_mcp_0/rd0", dir_ / "lun_0/relative");
  fs::create_symlink("/nowhere", dir_ / "lun_0/outside");
  const auto entries = tree_.list("lun_0");
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 3U);
  EXPECT_EQ((*entries)[0].link_target, "core/rd_mcp_0/rd0");
  EXPECT_EQ((*entries)[1].link_target, "/nowhere");
  EXPECT_EQ((*entries)[2].link_target, "core/rd_mcp_0/rd0");
  EXPECT_EQ((*entries)[0].mode, 0777);
  ASSERT_TRUE(tree_.unlink("lun_0/alias"));
  EXPECT_EQ(tree_.list("lun_0")->size(), 2U);
}

TEST_F(KernelTreeTest, ReadsATreeOfWhatIsAskedFor) {
  const auto config = tree_.read_tree("core", {});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->value("rd_mcp_0/rd0/attrib/block_size"), "512");
  EXPECT_EQ(config->at("rd_mcp_0/rd0/info"), nullptr);
  EXPECT_EQ(config->at("rd_mcp_0/rd0/statistics"), nullptr);
  const auto all = tree_.read_tree("", {.state = true, .counters = true});
  ASSERT_TRUE(all);
  EXPECT_EQ(all->value("core/rd_mcp_0/rd0/info"), "Status: ACTIVATED");
  EXPECT_EQ(all->value("core/rd_mcp_0/rd0/statistics/scsi_dev/indx"), "1");
  const auto shallow = tree_.read_tree("core", {.depth = 0});
  ASSERT_TRUE(shallow);
  ASSERT_NE(shallow->find("rd_mcp_0"), nullptr);
  EXPECT_TRUE(shallow->find("rd_mcp_0")->nodes.empty());
  EXPECT_EQ(tree_.read_tree("missing", {}).error().errnum, ENOENT);
}

TEST_F(KernelTreeTest, FindsADirectoryByItsName) {
  const auto found = tree_.read_tree("core", {.depth = 1, .leaf = "rd0"});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_NE(found->at("rd_mcp_0/rd0"), nullptr);
  EXPECT_EQ(found->nodes.size(), 1U);
  EXPECT_EQ(found->nodes[0].nodes.size(), 1U);
  EXPECT_TRUE(tree_.read_tree("core", {.depth = 1, .leaf = "rd1"})->nodes.empty());
  EXPECT_EQ(tree_.read_tree("", {.depth = 2, .leaf = "rd0"})->at("core/rd_mcp_0/rd0")->entry.mode, 0755);
  put("core/rd_mcp_0/file", "", 0644);
  for (const std::string leaf : {"file", "rd0/attrib", "..", "."})
    EXPECT_TRUE(tree_.read_tree("core", {.depth = 1, .leaf = leaf})->nodes.empty()) << leaf;
}

TEST_F(KernelTreeTest, ReadsOnlyTheFilesThatAreNamed) {
  const auto some = tree_.read_tree("core", {.state = true, .files = {"info", "indx"}});
  ASSERT_TRUE(some) << some.error().message;
  EXPECT_EQ(some->value("rd_mcp_0/rd0/info"), "Status: ACTIVATED");
  EXPECT_EQ(some->at("rd_mcp_0/rd0/attrib/block_size"), nullptr);
  EXPECT_EQ(some->at("rd_mcp_0/rd0/statistics"), nullptr);
  EXPECT_EQ(tree_.read_tree("core", {.files = {"info"}})->at("rd_mcp_0/rd0/info"), nullptr);
}

TEST_F(KernelTreeTest, ABatchStopsAtTheFirstFailureAndKeepsWhatWasDone) {
  const std::vector<Operation> operations = {
      {Verb::make_dir, "iscsi", {}}, {Verb::make_dir, "core", {}}, {Verb::make_dir, "loopback", {}}};
  const BatchResult result = tree_.batch(operations);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.failure->index, 1U);
  EXPECT_EQ(result.answers.size(), 1U);
  EXPECT_TRUE(fs::exists(dir_ / "iscsi"));
  EXPECT_FALSE(fs::exists(dir_ / "loopback"));
  EXPECT_FALSE(tree_.transactional());
}

TEST_F(KernelTreeTest, PreparesOnlyWhatIsMissingNearTheRoot) {
  std::vector<std::string> prepared;
  KernelTree tree(dir_.path(), nullptr, [&](std::string_view path) -> Result<> {
    prepared.emplace_back(path);
    if (path == "loopback") return Error{EPERM, "module tcm_loop is not loaded", "load it"};
    return {};
  });
  const auto refused = tree.make_dir("loopback");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().errnum, EPERM);
  EXPECT_EQ(refused.error().hint, "load it");
  EXPECT_FALSE(fs::exists(dir_ / "loopback"));
  ASSERT_TRUE(tree.make_dir("core/iblock_1"));
  ASSERT_TRUE(tree.make_dir("core/iblock_1/b0"));
  EXPECT_EQ(tree.make_dir("core/iblock_1").error().errnum, EEXIST);
  EXPECT_THAT(prepared, testing::ElementsAre("loopback", "core/iblock_1"));
  (void)tree.read("version");
  (void)tree.read("dbroot");
  EXPECT_EQ(prepared.back(), "dbroot");
  EXPECT_EQ(prepared.size(), 3U);
  (void)tree.write("core/iblock_1/b0/alua/slow/alua_write_metadata", "1");
  EXPECT_EQ(prepared.back(), "core/iblock_1/b0/alua/slow/alua_write_metadata");
  (void)tree.write("loopback/naa.1/tpgt_1/lun/lun_0/alua_tg_pt_write_md", "1");
  EXPECT_EQ(prepared.back(), "loopback/naa.1/tpgt_1/lun/lun_0/alua_tg_pt_write_md");
  (void)tree.write("core/iblock_1/b0/alua/slow/alua_write_metadata", "0");
  (void)tree.write("core/iblock_1/b0/alua/slow/alua_access_state", "1");
  EXPECT_EQ(prepared.size(), 5U);
}

TEST_F(KernelTreeTest, ADirectoryThatTheKernelMakesWithoutItsModuleIsThere) {
  KernelTree tree(dir_.path(), nullptr, [](std::string_view) -> Result<> {
    return Error{ENOENT, "no modules are installed", "install them"};
  });
  EXPECT_TRUE(tree.make_dir("loopback")) << "it is built in";
  const auto refused = tree.make_dir("missing/one");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "no modules are installed");
}

}  // namespace
}  // namespace lunet::configfs
