// SPDX-License-Identifier: Apache-2.0
// One suite over the contract (tree.h) for every implementation of LIO's rules: the model itself, and through
// a socket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "configfs/fault_tree.h"
#include "configfs/model/memory_tree.h"
#include "configfs/remote_tree.h"
#include "configfs/server.h"
#include "tests/support/lio_differences.h"
#include "tests/support/lio_replay.h"
#include "tests/support/scratch_dir.h"

namespace lunet::configfs {
namespace {

using testing::ElementsAre;

/// A tree to test, with what it needs.
class Subject {
 public:
  virtual ~Subject() = default;
  virtual Tree& tree() = 0;
};

class InMemory : public Subject {
 public:
  explicit InMemory(Flavour flavour) : tree_(make_memory_tree(flavour)) {}
  Tree& tree() override { return *tree_; }

 private:
  std::unique_ptr<Tree> tree_;
};

class OverSocket : public Subject {
 public:
  explicit OverSocket(Flavour flavour) : served_(make_memory_tree(flavour)) {
    auto server = Server::listen({.socket_path = dir_ / "socket", .group = {}}, *served_);
    EXPECT_TRUE(server) << server.error().message;
    server_ = *std::move(server);
    auto remote = connect_remote(dir_ / "socket", 60000);
    EXPECT_TRUE(remote) << remote.error().message;
    remote_ = *std::move(remote);
  }
  Tree& tree() override { return *remote_; }

 private:
  test::ScratchDir dir_;
  std::unique_ptr<Tree> served_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<Tree> remote_;
};

struct Implementation {
  const char* name;
  std::unique_ptr<Subject> (*make)(Flavour flavour);
};

class Conformance : public testing::TestWithParam<Implementation> {
 protected:
  Tree& make(Flavour flavour) {
    subject_ = GetParam().make(flavour);
    return subject_->tree();
  }
  /// A RAM disk, a target with a TPG, a LUN and an ACL.
  Tree& make_target() {
    Tree& tree = make(Flavour::lunetd);
    const BatchResult result = tree.batch(target_operations());
    EXPECT_TRUE(result) << result.failure->error.message;
    return tree;
  }
  static std::vector<Operation> target_operations() {
    return {{Verb::make_dir, "core/rd_mcp_0", {}},
            {Verb::make_dir, "core/rd_mcp_0/d", {}},
            {Verb::write, "core/rd_mcp_0/d/control", "rd_pages=16"},
            {Verb::write, "core/rd_mcp_0/d/enable", "1"},
            {Verb::make_dir, "iscsi", {}},
            {Verb::make_dir, "iscsi/iqn.x:t", {}},
            {Verb::make_dir, "iscsi/iqn.x:t/tpgt_1", {}},
            {Verb::make_dir, "iscsi/iqn.x:t/tpgt_1/lun/lun_0", {}},
            {Verb::link, "iscsi/iqn.x:t/tpgt_1/lun/lun_0/l", "core/rd_mcp_0/d"},
            {Verb::make_dir, "iscsi/iqn.x:t/tpgt_1/acls/iqn.x:i", {}},
            {Verb::make_dir, "iscsi/iqn.x:t/tpgt_1/acls/iqn.x:i/lun_0", {}},
            {Verb::link, "iscsi/iqn.x:t/tpgt_1/acls/iqn.x:i/lun_0/m", "iscsi/iqn.x:t/tpgt_1/lun/lun_0"}};
  }

  std::unique_ptr<Subject> subject_;
};

std::vector<std::string> names(const Result<std::vector<Entry>>& entries) {
  std::vector<std::string> found;
  EXPECT_TRUE(entries);
  if (entries)
    for (const Entry& entry : *entries) found.push_back(entry.name);
  return found;
}

/// Everything the tree shows, as one text.
std::string everything(Tree& tree) {
  std::string text;
  const auto add = [&text](const auto& self, const Node& node, const std::string& path) -> void {
    // It tells of a batch that was undone, too.
    if (path == "/" && node.entry.name == "revision") return;
    text += path + "/" + node.entry.name + " " + node.entry.link_target + " " + node.text + "\n";
    for (const Node& child : node.nodes) self(self, child, path + "/" + node.entry.name);
  };
  const auto root = tree.read_tree("", {.state = true, .counters = true});
  EXPECT_TRUE(root);
  if (root) add(add, *root, "");
  return text;
}

/// What was handed over, and how many entries of a directory have not come yet.
class Handed : public NodeSink {
 public:
  void add(const NodeView& node) override {
    text += std::string(node.name) + " " + std::to_string(node.mode) + " " + std::string(node.link_target) +
            " " + std::string(node.text) + " " + std::to_string(node.errnum) + "\n";
    open += node.nodes;
    if (!first) --open;
    first = false;
  }
  std::string text;
  std::size_t open = 0;

 private:
  bool first = true;
};

TEST_P(Conformance, HandsOverWhatItReads) {
  Tree& tree = make_target();
  for (const ReadFilter& filter :
       {ReadFilter{}, ReadFilter{.state = true, .counters = true}, ReadFilter{.state = true, .depth = 2},
        ReadFilter{.depth = 2, .leaf = "d"}, ReadFilter{.files = {"enable"}}}) {
    Handed expected;
    const auto node = tree.read_tree("core", filter);
    ASSERT_TRUE(node);
    hand_over(*node, expected);
    Handed handed;
    ASSERT_TRUE(tree.visit_tree("core", filter, handed));
    EXPECT_EQ(handed.text, expected.text);
    EXPECT_EQ(handed.open, 0U);
  }
  Handed handed;
  EXPECT_EQ(tree.visit_tree("core/none", {}, handed).error().errnum, ENOENT);
  EXPECT_EQ(handed.text, "");
}

TEST_P(Conformance, AFreshTreeHasTheKernelsRoot) {
  Tree& tree = make(Flavour::kernel);
  EXPECT_THAT(names(tree.list("")), ElementsAre("core", "dbroot", "version"));
  EXPECT_THAT(names(tree.list("core/alua/lu_gps")), ElementsAre("default_lu_gp"));
  EXPECT_TRUE(tree.transactional());
}

TEST_P(Conformance, RebuildsTheGoldenTreeAndItsErrors) {
  Tree& tree = make(Flavour::kernel);
  const test::LioOptions options;
  const auto golden = [](const char* name) { return test::golden_text(name); };
  ASSERT_TRUE(tree.batch(test::lio_setup(options)));
  const auto tree_left = test::unexplained(
      test::compare_with_lio(tree, golden("lio-tree.txt"), golden("lio-values.txt"), options),
      {test::kernel_model_differences(), test::kernel_only_differences()});
  EXPECT_EQ(test::describe(tree_left), "");
  const auto errors_left = test::unexplained(test::replay_lio_errors(tree, golden("lio-errors.txt"), options),
                                             {test::errors_differences()});
  EXPECT_EQ(test::describe(errors_left), "");
}

TEST_P(Conformance, BadPathsAreRefusedByEveryVerb) {
  Tree& tree = make(Flavour::kernel);
  for (const char* path : {"/core", "core/", "core/../core", "core//alua", "."}) {
    EXPECT_EQ(tree.list(path).error().errnum, EINVAL) << path;
    EXPECT_EQ(tree.read(path).error().errnum, EINVAL) << path;
    EXPECT_EQ(tree.write(path, "1").error().errnum, EINVAL) << path;
    EXPECT_EQ(tree.make_dir(path).error().errnum, EINVAL) << path;
    EXPECT_EQ(tree.remove_dir(path).error().errnum, EINVAL) << path;
    EXPECT_EQ(tree.unlink(path).error().errnum, EINVAL) << path;
    EXPECT_EQ(tree.link("core/x", path).error().errnum, EINVAL) << path;
    EXPECT_EQ(tree.read_tree(path, {}).error().errnum, EINVAL) << path;
    EXPECT_EQ(tree.watch(path).error().errnum, EINVAL) << path;
  }
}

TEST_P(Conformance, VerbsOnTheWrongKindAnswerAsFileSystemsDo) {
  Tree& tree = make_target();
  EXPECT_EQ(tree.list("version").error().errnum, ENOTDIR);
  EXPECT_EQ(tree.list("missing").error().errnum, ENOENT);
  EXPECT_EQ(tree.list("version/x").error().errnum, ENOTDIR);
  EXPECT_EQ(tree.read("core").error().errnum, EISDIR);
  EXPECT_EQ(tree.read("core/rd_mcp_0/d/control").error().errnum, EACCES);
  EXPECT_EQ(tree.write("core", "1").error().errnum, EISDIR);
  EXPECT_EQ(tree.write("version", "1").error().errnum, EACCES);
  EXPECT_EQ(tree.write("missing", "1").error().errnum, ENOENT);
  EXPECT_EQ(tree.make_dir("version").error().errnum, EEXIST);
  EXPECT_EQ(tree.make_dir("missing/x").error().errnum, ENOENT);
  EXPECT_EQ(tree.make_dir("version/x").error().errnum, ENOTDIR);
  EXPECT_EQ(tree.make_dir("core/rd_mcp_0/d/attrib/x").error().errnum, EPERM);
  EXPECT_EQ(tree.make_dir("core/rd_mcp_0/d/statistics/x").error().errnum, ENOSYS);
  EXPECT_EQ(tree.remove_dir("version").error().errnum, ENOTDIR);
  EXPECT_EQ(tree.remove_dir("core").error().errnum, EPERM);
  EXPECT_EQ(tree.remove_dir("").error().errnum, EPERM);
  EXPECT_EQ(tree.remove_dir("iscsi/discovery_auth").error().errnum, EPERM);
  EXPECT_EQ(tree.unlink("version").error().errnum, EPERM);
  EXPECT_EQ(tree.unlink("core").error().errnum, EISDIR);
  EXPECT_EQ(tree.link("core/x", "iscsi").error().errnum, EPERM);
  EXPECT_EQ(tree.read_tree("version", {}).error().errnum, ENOTDIR);
}

/// What a filter of file names leaves of the whole: paths of the wanted files, of links and of what was made.
std::set<std::string> wanted_of(const Node& node, const ReadFilter& filter, const std::string& path = "") {
  std::set<std::string> found;
  for (const Node& child : node.nodes) {
    const std::string at = path + "/" + child.entry.name;
    if (child.entry.kind == EntryKind::link) found.insert(at + " -> " + child.entry.link_target);
    if (child.entry.kind == EntryKind::file && filter.wants(child.entry.name))
      found.insert(at + " " + child.text);
    if (child.entry.name == "lun_0" || child.entry.name == "d" || child.entry.name == "iqn.x:i")
      found.insert(at);
    found.merge(wanted_of(child, filter, at));
  }
  return found;
}

TEST_P(Conformance, ATreeOfNamedFilesIsWhatTheWholeHasOfThem) {
  Tree& tree = make_target();
  const ReadFilter named{.state = true, .files = {"info", "emulate_write_cache", "write_protect", "enable"}};
  const auto whole = tree.read_tree("", {.state = true});
  const auto some = tree.read_tree("", named);
  ASSERT_TRUE(whole && some);
  EXPECT_EQ(wanted_of(*some, named), wanted_of(*whole, named));
  EXPECT_EQ(some->at("core/rd_mcp_0/d/attrib")->nodes.size(), 1U);
  EXPECT_EQ(some->at("core/rd_mcp_0/d/pr"), nullptr);
}

TEST_P(Conformance, FindsADirectoryByItsName) {
  Tree& tree = make_target();
  ASSERT_TRUE(tree.make_dir("core/rd_mcp_1"));
  ASSERT_TRUE(tree.make_dir("core/rd_mcp_1/e"));
  const auto found = tree.read_tree("core", {.depth = 1, .leaf = "d"});
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->nodes.size(), 1U);
  EXPECT_EQ(found->nodes[0].entry.name, "rd_mcp_0");
  ASSERT_EQ(found->nodes[0].nodes.size(), 1U);
  EXPECT_EQ(found->nodes[0].nodes[0].entry.name, "d");
  EXPECT_TRUE(tree.read_tree("core", {.depth = 1, .leaf = "f"})->nodes.empty());
  EXPECT_EQ(tree.read_tree("core", {.depth = 1, .leaf = "lu_gps"})->nodes.at(0).entry.name, "alua");
}

TEST_P(Conformance, FindsADirectoryByItsNameAfterChanges) {
  Tree& tree = make_target();
  const auto hbas_with = [&](std::string_view disk) {
    std::vector<std::string> names;
    const auto found = tree.read_tree("core", {.depth = 1, .leaf = std::string(disk)});
    for (const Node& hba : found->nodes) names.push_back(hba.entry.name);
    return names;
  };
  for (const char* hba : {"core/rd_mcp_10", "core/rd_mcp_2"}) {
    ASSERT_TRUE(tree.make_dir(hba));
    ASSERT_TRUE(tree.make_dir(std::string(hba) + "/e"));
  }
  EXPECT_THAT(hbas_with("e"), testing::ElementsAre("rd_mcp_10", "rd_mcp_2"));
  ASSERT_TRUE(tree.remove_dir("core/rd_mcp_10/e"));
  EXPECT_THAT(hbas_with("e"), testing::ElementsAre("rd_mcp_2"));
  // A batch that fails leaves neither what it made nor a gap where it removed.
  const std::vector<Operation> operations = {{Verb::remove_dir, "core/rd_mcp_2/e", {}},
                                             {Verb::make_dir, "core/rd_mcp_10/f", {}},
                                             {Verb::remove_dir, "core/missing", {}}};
  if (tree.transactional()) {
    ASSERT_FALSE(tree.batch(operations));
    EXPECT_THAT(hbas_with("e"), testing::ElementsAre("rd_mcp_2"));
    EXPECT_TRUE(hbas_with("f").empty());
  }
}

TEST_P(Conformance, AFailedBatchLeavesNothingBehind) {
  Tree& tree = make_target();
  const std::string before = everything(tree);
  const std::vector<Operation> operations = {
      {Verb::unlink, "iscsi/iqn.x:t/tpgt_1/acls/iqn.x:i/lun_0/m", {}},
      {Verb::remove_dir, "iscsi/iqn.x:t/tpgt_1/acls/iqn.x:i/lun_0", {}},
      {Verb::remove_dir, "iscsi/iqn.x:t/tpgt_1/acls/iqn.x:i", {}},
      {Verb::unlink, "iscsi/iqn.x:t/tpgt_1/lun/lun_0/l", {}},
      {Verb::remove_dir, "iscsi/iqn.x:t/tpgt_1/lun/lun_0", {}},
      {Verb::write, "iscsi/iqn.x:t/tpgt_1/enable", "1"},
      {Verb::write, "core/rd_mcp_0/d/attrib/block_size", "4096"},
      {Verb::make_dir, "core/rd_mcp_0/d/alua/g", {}},
      {Verb::write, "core/rd_mcp_0/d/alua/g/tg_pt_gp_id", "7"},
      {Verb::remove_dir, "core/rd_mcp_0/d/alua/g", {}},
      {Verb::remove_dir, "core/rd_mcp_0/d", {}},
      {Verb::read, "version", {}},
      {Verb::remove_dir, "core/rd_mcp_0", {}},
      {Verb::make_dir, "core/nosuch_0", {}}};
  const BatchResult result = tree.batch(operations);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.failure->index, operations.size() - 1);
  EXPECT_EQ(result.failure->error.errnum, EINVAL);
  EXPECT_EQ(result.answers.size(), operations.size() - 1);
  EXPECT_EQ(everything(tree), before);
}

TEST_P(Conformance, EveryPrefixOfABatchCanBeTakenBack) {
  Tree& tree = make(Flavour::lunetd);
  const std::string before = everything(tree);
  const auto operations = target_operations();
  for (std::size_t size = 0; size <= operations.size(); ++size) {
    std::vector<Operation> prefix(operations.begin(), operations.begin() + static_cast<long>(size));
    prefix.push_back({Verb::remove_dir, "missing", {}});
    const BatchResult result = tree.batch(prefix);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.failure->index, size);
    ASSERT_EQ(everything(tree), before) << "after " << size;
  }
  EXPECT_TRUE(tree.batch(operations));
}

TEST_P(Conformance, AnInjectedFaultAnywhereLeavesTheOldTree) {
  Tree& inner = make(Flavour::lunetd);
  FaultTree tree(inner);
  const std::string before = everything(inner);
  for (std::size_t n = 1; n <= target_operations().size(); ++n) {
    tree.fail_at(n, EIO);
    EXPECT_FALSE(tree.batch(target_operations()));
    EXPECT_EQ(everything(inner), before);
  }
}

TEST_P(Conformance, ReadTreeShowsConfigurationByDefault) {
  Tree& tree = make_target();
  const auto config = tree.read_tree("core/rd_mcp_0/d", {});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->entry.name, "d");
  EXPECT_EQ(config->value("attrib/block_size"), "512");
  EXPECT_EQ(config->value("enable"), "1");
  EXPECT_EQ(config->at("info"), nullptr);
  EXPECT_EQ(config->at("control"), nullptr);
  EXPECT_EQ(config->at("statistics"), nullptr);
  EXPECT_EQ(config->at("alua/default_tg_pt_gp/alua_access_state"), nullptr);
  EXPECT_EQ(config->value("alua/default_tg_pt_gp/nonop_delay_msecs"), "100");
  const auto all = tree.read_tree("core", {.state = true, .counters = true});
  ASSERT_TRUE(all);
  EXPECT_THAT(std::string(all->value("rd_mcp_0/d/info")), testing::HasSubstr("PAGES/PAGE_SIZE: 16*4096"));
  EXPECT_EQ(all->value("rd_mcp_0/d/statistics/scsi_dev/role"), "Target");
  const auto tpg = tree.read_tree("iscsi/iqn.x:t/tpgt_1", {.secrets = false});
  ASSERT_TRUE(tpg);
  EXPECT_EQ(tpg->at("auth/userid"), nullptr);
  EXPECT_EQ(tpg->at("lun/lun_0/l")->entry.link_target, "core/rd_mcp_0/d");
  const auto flat = tree.read_tree("iscsi", {.depth = 0});
  ASSERT_TRUE(flat);
  ASSERT_NE(flat->find("iqn.x:t"), nullptr);
  EXPECT_TRUE(flat->find("iqn.x:t")->nodes.empty());
  EXPECT_NE(flat->find("cpus_allowed_list"), nullptr);
}

TEST_P(Conformance, ListAndReadTreeAreSortedByName) {
  Tree& tree = make_target();
  for (const char* lun : {"lun_10", "lun_9", "lun_2"})
    ASSERT_TRUE(tree.make_dir("iscsi/iqn.x:t/tpgt_1/lun/" + std::string(lun)));
  EXPECT_THAT(names(tree.list("iscsi/iqn.x:t/tpgt_1/lun")), ElementsAre("lun_0", "lun_10", "lun_2", "lun_9"));
  const auto node = tree.read_tree("iscsi/iqn.x:t/tpgt_1/acls/iqn.x:i", {});
  ASSERT_TRUE(node);
  for (std::size_t i = 1; i < node->nodes.size(); ++i)
    EXPECT_LT(node->nodes[i - 1].entry.name, node->nodes[i].entry.name);
}

TEST_P(Conformance, PathsGoThroughLinks) {
  Tree& tree = make_target();
  const std::string link = "iscsi/iqn.x:t/tpgt_1/acls/iqn.x:i/lun_0/m/l";
  EXPECT_EQ(*tree.read(link + "/enable"), "1\n");
  EXPECT_EQ(tree.remove_dir(link).error().errnum, ENOTDIR);
}

TEST_P(Conformance, WatchTellsOfPublishedChangesOnly) {
  Tree& tree = make_target();
  auto watch = tree.watch("iscsi/iqn.x:t");
  ASSERT_TRUE(watch) << watch.error().message;
  const std::vector<Operation> failing = {{Verb::write, "iscsi/iqn.x:t/tpgt_1/enable", "1"},
                                          {Verb::make_dir, "core/nosuch_0", {}}};
  EXPECT_FALSE(tree.batch(failing));
  EXPECT_TRUE(tree.write("core/rd_mcp_0/d/alias", "elsewhere"));
  EXPECT_TRUE(tree.write("iscsi/iqn.x:t/tpgt_1/enable", "1"));
  const auto event = (*watch)->next(60000);
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(event->verb, Verb::write);
  EXPECT_EQ(event->path, "iscsi/iqn.x:t/tpgt_1/enable");
  EXPECT_EQ((*watch)->next(0).error().errnum, ETIMEDOUT);
  EXPECT_EQ(tree.watch("missing").error().errnum, ENOENT);
}

TEST_P(Conformance, ThousandsOfDisksFitInOneBatch) {
  Tree& tree = make(Flavour::lunetd);
  const std::string tpg = "iscsi/iqn.x:t/tpgt_1";
  const std::string acl = tpg + "/acls/iqn.x:i";
  std::vector<Operation> operations = {{Verb::make_dir, "iscsi", {}},
                                       {Verb::make_dir, "iscsi/iqn.x:t", {}},
                                       {Verb::make_dir, tpg, {}},
                                       {Verb::make_dir, acl, {}}};
  constexpr int count = 3000;
  for (int i = 0; i < count; ++i) {
    const std::string n = std::to_string(i);
    const std::string disk = "core/rd_mcp_" + n + "/disk" + n;
    const std::string lun = tpg + "/lun/lun_" + n;
    operations.push_back({Verb::make_dir, "core/rd_mcp_" + n, {}});
    operations.push_back({Verb::make_dir, disk, {}});
    operations.push_back({Verb::write, disk + "/control", "rd_pages=16"});
    operations.push_back({Verb::write, disk + "/enable", "1"});
    operations.push_back({Verb::write, disk + "/wwn/vpd_unit_serial", "serial-" + n});
    operations.push_back({Verb::make_dir, lun, {}});
    operations.push_back({Verb::link, lun + "/l", disk});
    operations.push_back({Verb::make_dir, acl + "/lun_" + n, {}});
    operations.push_back({Verb::link, acl + "/lun_" + n + "/m", lun});
  }
  const BatchResult result = tree.batch(operations);
  ASSERT_TRUE(result) << result.failure->error.message;
  const auto root = tree.read_tree("", {});
  ASSERT_TRUE(root) << root.error().message;
  EXPECT_EQ(root->at(tpg + "/lun")->nodes.size(), count);
  EXPECT_EQ(root->value("core/rd_mcp_2999/disk2999/wwn/vpd_unit_serial"),
            "T10 VPD Unit Serial Number: serial-2999");
}

std::string implementation_name(const testing::TestParamInfo<Implementation>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Trees, Conformance,
                         testing::Values(Implementation{"MemoryTree",
                                                        [](Flavour flavour) -> std::unique_ptr<Subject> {
                                                          return std::make_unique<InMemory>(flavour);
                                                        }},
                                         Implementation{"RemoteTree",
                                                        [](Flavour flavour) -> std::unique_ptr<Subject> {
                                                          return std::make_unique<OverSocket>(flavour);
                                                        }}),
                         implementation_name);

}  // namespace
}  // namespace lunet::configfs
