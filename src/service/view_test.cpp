// SPDX-License-Identifier: Apache-2.0
// The view of the tree that a Linux 6.1 showed, against what targetcli-fb printed for it; then single
// properties on small changes of that tree.
#include "service/view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>

#include "base/test_files.h"
#include "base/text.h"
#include "service/view_parts.h"

namespace lunet::service {
namespace {

using configfs::EntryKind;
using configfs::Node;
using testing::Contains;
using testing::Pair;

constexpr std::string_view tpg_path = "iscsi/iqn.2026-11.com.example:t/tpgt_1";
constexpr std::string_view acl_path =
    "iscsi/iqn.2026-11.com.example:t/tpgt_1/acls/iqn.2026-11.com.example:ini";

std::ifstream open_golden(const std::string& name) {
  std::ifstream file(test::source_file("tests/golden/" + std::string(name)));
  EXPECT_TRUE(file) << name;
  return file;
}

Node& ensure(Node& root, std::string_view path) {
  Node* node = &root;
  for (const std::string_view part : split(path, '/')) {
    auto& nodes = node->nodes;
    const auto at =
        std::lower_bound(nodes.begin(), nodes.end(), part,
                         [](const Node& each, std::string_view name) { return each.entry.name < name; });
    if (at != nodes.end() && at->entry.name == part) {
      node = &*at;
      continue;
    }
    Node made;
    made.entry.name = part;
    node = &*nodes.insert(at, std::move(made));
  }
  return *node;
}

void remove(Node& root, std::string_view path) {
  const auto slash = path.rfind('/');
  Node& parent = ensure(root, path.substr(0, slash));
  std::erase_if(parent.nodes, [&](const Node& node) { return node.entry.name == path.substr(slash + 1); });
}

void load_entries(Node& root) {
  std::ifstream file = open_golden("lio-tree.txt");
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string kind, mode, path, target;
    words >> kind >> mode >> path >> target;
    if (path == ".") continue;
    Node& node = ensure(root, path.substr(2));
    node.entry.kind = kind == "d" ? EntryKind::directory : kind == "l" ? EntryKind::link : EntryKind::file;
    if (kind == "l") node.entry.link_target = target.substr(target.find("/target/") + 8);
  }
}

void load_values(Node& root) {
  std::ifstream file = open_golden("lio-values.txt");
  Node* node = nullptr;
  std::string line;
  while (std::getline(file, line)) {
    if (line.rfind("== ./", 0) == 0) {
      node = &ensure(root, line.substr(5));
    } else if (node != nullptr) {
      if (!node->text.empty()) node->text += '\n';
      node->text += line;
    }
  }
}

/// A tree that only knows to be read.
class FixedTree : public configfs::Tree {
 public:
  FixedTree() {
    root.entry.kind = EntryKind::directory;
    load_entries(root);
    load_values(root);
  }
  configfs::BatchResult batch(std::span<const configfs::Operation> /*operations*/) override {
    ADD_FAILURE() << "a view must not run operations";
    return {};
  }
  Result<Node> read_tree(std::string_view path, const configfs::ReadFilter& filter) override {
    EXPECT_TRUE(filter.state);
    EXPECT_FALSE(filter.counters);
    ++reads;
    last_read = path;
    const Node* there = path.empty() ? &root : root.at(path);
    if (there == nullptr) return Error{ENOENT, std::string(path), {}};
    Node wanted = *there;
    keep_wanted(wanted, filter);
    return wanted;
  }
  Result<std::unique_ptr<configfs::Watch>> watch(std::string_view /*path*/) override {
    return Error{ENOTSUP, "no events", {}};
  }
  [[nodiscard]] bool transactional() const override { return is_transactional; }

  void set(std::string_view path, std::string_view text) { ensure(root, path).text = text; }
  void set(std::string_view directory, std::string_view file, std::string_view text) {
    set(std::string(directory) + "/" + std::string(file), text);
  }

  Node root;
  int reads = 0;
  std::string last_read;
  bool is_transactional = false;

 private:
  /// As a runtime does: what the view does not ask for it does not get.
  static void keep_wanted(Node& node, const configfs::ReadFilter& filter) {
    std::erase_if(node.nodes, [&](const Node& child) {
      return child.entry.kind == EntryKind::file && !filter.wants(child.entry.name);
    });
    for (Node& child : node.nodes) keep_wanted(child, filter);
  }
};

std::optional<std::uint64_t> eight_mib(std::string_view device) {
  return device == "sda" ? std::optional<std::uint64_t>(8U << 20U) : std::nullopt;
}

ViewNode view_of(FixedTree& tree) {
  auto view = read_view(tree, eight_mib);
  EXPECT_TRUE(view) << view.error().message;
  return *view;
}

const ViewNode& at(const ViewNode& root, std::string_view path) {
  static const ViewNode missing;
  const ViewNode* node = &root;
  for (const std::string_view name : split(path, '/')) {
    const auto& children = node->children;
    const auto found = std::find_if(children.begin(), children.end(),
                                    [&](const ViewNode& child) { return child.name == name; });
    EXPECT_NE(found, children.end()) << name << " of " << path;
    if (found == children.end()) return missing;
    node = &*found;
  }
  return *node;
}

constexpr std::string_view tpg_view = "iscsi/iqn.2026-11.com.example:t/tpg1";
std::string below_tpg(std::string_view name) {
  return std::string(tpg_view) + "/" + std::string(name);
}
const std::string acl_view = below_tpg("acls/iqn.2026-11.com.example:ini");

/// "level name [summary]" of each node, as `ls` shows empty summaries.
void flatten(const ViewNode& node, int level, std::vector<std::string>& lines) {
  std::string summary = node.summary;
  if (summary.empty())
    summary = node.health == Health::good ? "OK" : node.health == Health::bad ? "ERROR" : "...";
  lines.push_back(std::to_string(level) + " " + node.name + " [" + summary + "]");
  for (const ViewNode& child : node.children) flatten(child, level + 1, lines);
}

std::vector<std::string> lines_of_targetcli() {
  std::ifstream file = open_golden("targetcli-fb-session.txt");
  std::vector<std::string> lines;
  std::string line;
  while (std::getline(file, line)) {
    const auto marker = line.find("o- ");
    if (marker == std::string::npos || line.find_first_not_of(" |") != marker) continue;
    const auto name_end = line.find(' ', marker + 3);
    const std::string name = line.substr(marker + 3, name_end - marker - 3);
    lines.push_back(std::to_string(marker / 2) + " " + name + " " + line.substr(line.find(" [") + 1));
  }
  return lines;
}

TEST(View, MarksLayoutsThatOnlyTheFirstTargetcliMade) {
  FixedTree tree;
  const std::string first = "core/rd_mcp_7/twin";
  tree.set(first, "info",
           "Status: ACTIVATED  Max Queue Depth: 0\n        TCM RAMDISK ID: 0  PAGES/PAGE_SIZE: 256*4096");
  tree.set("core/rd_mcp_9/twin", "info", "Status: ACTIVATED\n        PAGES/PAGE_SIZE: 256*4096");
  tree.set("core/rd_mcp_9/other", "info", "Status: ACTIVATED\n        PAGES/PAGE_SIZE: 256*4096");
  for (const char* path :
       {"core/rd_mcp_7", "core/rd_mcp_7/twin", "core/rd_mcp_9", "core/rd_mcp_9/twin", "core/rd_mcp_9/other"})
    ensure(tree.root, path).entry.kind = EntryKind::directory;
  const ViewNode view = view_of(tree);
  EXPECT_EQ(at(view, "backstores/ramdisk/twin").summary, "(1.0MiB) activated");
  EXPECT_EQ(at(view, "backstores/ramdisk/other").summary, "SHARED HBA ((1.0MiB) activated)");
  const ViewNode& renamed = at(view, "backstores/ramdisk/twin.hba9");
  EXPECT_EQ(renamed.summary, "LEGACY: ADDED SUFFIX, SHARED HBA ((1.0MiB) activated)");
  EXPECT_EQ(renamed.health, Health::bad);
}

TEST(View, ShowsAKernelTreeAsTargetcliFbDoes) {
  FixedTree tree;
  std::vector<std::string> lines;
  flatten(view_of(tree), 0, lines);
  const auto expected = lines_of_targetcli();
  ASSERT_GT(expected.size(), 40U);
  EXPECT_EQ(lines, expected);
}

TEST(View, TakesOneRoundTrip) {
  FixedTree tree;
  view_of(tree);
  EXPECT_EQ(tree.reads, 1);
}

TEST(View, NeverHoldsASecret) {
  FixedTree tree;
  tree.set("iscsi/discovery_auth/password", "secret-of-12ch");
  std::function<void(const ViewNode&)> check = [&](const ViewNode& node) {
    for (const auto& [key, value] : node.details)
      EXPECT_EQ(value.find("secret-of"), std::string::npos) << key;
    EXPECT_EQ(node.summary.find("secret-of"), std::string::npos);
    for (const ViewNode& child : node.children) check(child);
  };
  check(view_of(tree));
}

TEST(View, ShowsAnEmptyTree) {
  std::vector<std::string> empty = {"0 / [...]",
                                    "1 backstores [...]",
                                    "2 block [Storage Objects: 0]",
                                    "2 fileio [Storage Objects: 0]",
                                    "2 pscsi [Storage Objects: 0]",
                                    "2 ramdisk [Storage Objects: 0]",
                                    "1 iscsi [Targets: 0]"};
  for (const bool kernel : {false, true}) {
    FixedTree tree;
    tree.is_transactional = !kernel;
    tree.root.nodes.clear();
    if (kernel)
      empty.insert(empty.end(),
                   {"1 loopback [Targets: 0]", "1 vhost [Targets: 0]", "1 xen-pvscsi [Targets: 0]"});
    std::vector<std::string> lines;
    flatten(view_of(tree), 0, lines);
    EXPECT_EQ(lines, empty);
  }
}

TEST(View, TellsWhatIsKnownOfADisk) {
  FixedTree tree;
  const ViewNode view = view_of(tree);
  const ViewNode& disk = at(view, "backstores/fileio/f0");
  EXPECT_EQ(disk.kind, NodeKind::disk);
  EXPECT_EQ(disk.configfs_path, "core/fileio_2/f0");
  EXPECT_THAT(disk.details, Contains(Pair("dev", "/tmp/f0.img")));
  EXPECT_THAT(disk.details, Contains(Pair("size", "67108864")));
  EXPECT_THAT(disk.details, Contains(Pair("write_back", "true")));
  EXPECT_THAT(disk.details, Contains(Pair("wwn", "4ea41d6b-4e27-4f1b-a234-132c6348dbeb")));
  EXPECT_THAT(at(view, "backstores/ramdisk/null0").details, Contains(Pair("nullio", "true")));
  EXPECT_THAT(at(view, "iscsi").details, Contains(Pair("version", testing::HasSubstr("v4"))));
}

TEST(View, KeepsBlanksInAPathThatOnlyInfoTells) {
  FixedTree tree;
  tree.set("core/fileio_2/f0/udev_path", "");
  tree.set("core/fileio_2/f0/info",
           "Status: ACTIVATED  Max Queue Depth: 0  SectorSize: 512  HwMaxSectors: 16384\n"
           "        TCM FILEIO ID: 0        File: /srv/my disk.img  Size: 1048576  Mode: O_DSYNC Async: 0");
  const ViewNode view = view_of(tree);
  EXPECT_EQ(at(view, "backstores/fileio/f0").summary, "/srv/my disk.img (1.0MiB) write-back activated");
}

TEST(View, ShowsADiskThatNobodyExportsAsDeactivatedAndSound) {
  FixedTree tree;
  tree.set("core/rd_mcp_0/rd0/info",
           "Status: DEACTIVATED  Max Queue Depth: 0  SectorSize: 512  HwMaxSectors: 4294967288\n"
           "        TCM RamDisk ID: 0  RamDisk Makeup: rd_mcp\n"
           "        PAGES/PAGE_SIZE: 16384*4096  SG_table_count: 9  nullio: 0 dummy: 0");
  const ViewNode view = view_of(tree);
  EXPECT_EQ(at(view, "backstores/ramdisk/rd0").summary, "(64.0MiB) deactivated");
  EXPECT_EQ(at(view, "backstores/ramdisk/rd0").health, Health::good);
}

TEST(View, MarksADiskThatWasNeverEnabled) {
  FixedTree tree;
  tree.set("core/rd_mcp_0/rd0/info", "");
  tree.set("core/rd_mcp_0/rd0/enable", "0");
  const ViewNode view = view_of(tree);
  EXPECT_EQ(at(view, "backstores/ramdisk/rd0").summary, "deactivated");
  EXPECT_EQ(at(view, "backstores/ramdisk/rd0").health, Health::bad);
}

TEST(View, MarksWhatIsStuckInTheKernelAndShowsTheRest) {
  FixedTree tree;
  ensure(tree.root, "core/rd_mcp_1/null0").errnum = EINPROGRESS;
  const ViewNode view = view_of(tree);
  EXPECT_EQ(at(view, "backstores/ramdisk/null0").summary, "stuck in the kernel");
  EXPECT_EQ(at(view, "backstores/ramdisk/null0").health, Health::bad);
  EXPECT_NE(at(view, "backstores/ramdisk/rd0").summary, "stuck in the kernel");
}

TEST(View, NamesTheDiskForWhichAnHbaCannotBeListed) {
  FixedTree tree;
  configfs::Node& hba = ensure(tree.root, "core/fileio_77");
  hba.entry.kind = EntryKind::directory;
  hba.errnum = EINPROGRESS;
  hba.text = "gone";
  const ViewNode view = view_of(tree);
  EXPECT_EQ(at(view, "backstores/fileio/gone").summary, "stuck in the kernel");
  EXPECT_EQ(at(view, "backstores/fileio/gone").health, Health::bad);
  EXPECT_EQ(at(view, "backstores").summary, "stuck in the kernel") << "there may be others";
}

TEST(View, MarksABrokenLinkOfALunAndOfItsMapping) {
  FixedTree tree;
  remove(tree.root, std::string(tpg_path) + "/lun/lun_0/8ac1fc128f");
  remove(tree.root, std::string(acl_path) + "/lun_1/10fc6787bd");
  const ViewNode view = view_of(tree);
  EXPECT_EQ(at(view, below_tpg("luns/lun0")).summary, "BROKEN STORAGE LINK");
  EXPECT_EQ(at(view, below_tpg("luns/lun0")).health, Health::bad);
  EXPECT_EQ(at(view, acl_view + "/mapped_lun0").summary, "BROKEN LUN LINK");
  EXPECT_EQ(at(view, acl_view + "/mapped_lun1").summary, "BROKEN LUN LINK");
  EXPECT_EQ(at(view, acl_view + "/mapped_lun2").health, Health::good);
}

TEST(View, ShowsWriteProtection) {
  FixedTree tree;
  tree.set(acl_path, "lun_2/write_protect", "1");
  const ViewNode view = view_of(tree);
  EXPECT_EQ(at(view, acl_view + "/mapped_lun2").summary, "lun2 block/b0 (ro)");
}

TEST(View, MarksInvalidNames) {
  FixedTree tree;
  ensure(tree.root, "iscsi/not-a-name").entry.kind = EntryKind::directory;
  const ViewNode view = view_of(tree);
  EXPECT_EQ(at(view, "iscsi/not-a-name").summary, "INVALID WWN");
  EXPECT_EQ(at(view, "iscsi/not-a-name").health, Health::bad);
}

struct TpgCase {
  std::map<std::string, std::string> files;
  std::string tpg, acl;
  Health tpg_health, acl_health;
};

TEST(View, SaysWhoMayLogIn) {
  const std::vector<TpgCase> cases = {
      {{{"attrib/authentication", "0"}},
       "no-gen-acls, no-auth",
       "Mapped LUNs: 3",
       Health::none,
       Health::none},
      {{{"attrib/authentication", "0"}, {"attrib/generate_node_acls", "1"}},
       "gen-acls, no-auth",
       "Mapped LUNs: 3",
       Health::good,
       Health::none},
      {{}, "no-gen-acls, auth per-acl", "1-way auth, Mapped LUNs: 3", Health::none, Health::good},
      {{{"attrib/generate_node_acls", "1"}},
       "gen-acls, tpg-auth, 1-way auth",
       "auth via tpg, Mapped LUNs: 3",
       Health::bad,
       Health::none},
      {{{"attrib/generate_node_acls", "1"},
        {"auth/userid", "u"},
        {"auth/password", "p"},
        {"auth/authenticate_target", "1"}},
       "gen-acls, tpg-auth, mutual auth",
       "auth via tpg, Mapped LUNs: 3",
       Health::good,
       Health::none},
      {{{"enable", "0"}}, "disabled", "1-way auth, Mapped LUNs: 3", Health::bad, Health::good},
  };
  for (const TpgCase& each : cases) {
    FixedTree tree;
    for (const auto& [file, text] : each.files) tree.set(tpg_path, file, text);
    const ViewNode view = view_of(tree);
    EXPECT_EQ(at(view, tpg_view).summary, each.tpg);
    EXPECT_EQ(at(view, tpg_view).health, each.tpg_health) << each.tpg;
    EXPECT_EQ(at(view, acl_view).summary, each.acl);
    EXPECT_EQ(at(view, acl_view).health, each.acl_health) << each.acl;
  }
}

TEST(View, SaysNothingOfCredentialsItMayNotSee) {
  FixedTree tree;
  tree.set(acl_path, "auth/password", "");
  EXPECT_EQ(at(view_of(tree), acl_view).health, Health::bad);
  ensure(tree.root, std::string(acl_path) + "/auth/password").errnum = EPERM;
  EXPECT_EQ(at(view_of(tree), acl_view).health, Health::none);
}

TEST(View, ShowsDiscoveryAuthentication) {
  FixedTree tree;
  tree.set("iscsi/discovery_auth/enforce_discovery_auth", "1");
  EXPECT_EQ(at(view_of(tree), "iscsi").summary, "1-way disc auth, Targets: 1");
  EXPECT_EQ(at(view_of(tree), "iscsi").health, Health::bad);
  tree.set("iscsi/discovery_auth/userid", "u");
  tree.set("iscsi/discovery_auth/password", "p");
  tree.set("iscsi/discovery_auth/authenticate_target", "1");
  EXPECT_EQ(at(view_of(tree), "iscsi").summary, "mutual disc auth, Targets: 1");
  EXPECT_EQ(at(view_of(tree), "iscsi").health, Health::good);
}

TEST(View, TellsTheRealPortOfAPortalOnPortZero) {
  FixedTree tree;
  ensure(tree.root, std::string(tpg_path) + "/np/[::1]:0").entry.kind = EntryKind::directory;
  tree.set(tpg_path, "np/[::1]:0/port", "34567");
  const ViewNode view = view_of(tree);
  const ViewNode& portal = at(view, below_tpg("portals/[::1]:0"));
  EXPECT_EQ(portal.summary, "port 34567");
  EXPECT_EQ(portal.health, Health::good);
  EXPECT_THAT(portal.details, Contains(Pair("port", "34567")));
}

TEST(View, OfOneTargetTellsWhoIsLoggedInWithoutReadingTheRest) {
  FixedTree tree;
  tree.set(acl_path, "info", "InitiatorName: iqn.2026-11.com.example:ini\nLIO Session ID: 1");
  const auto view = read_target_view(tree, "iscsi", "iqn.2026-11.com.example:t");
  ASSERT_TRUE(view) << view.error().message;
  EXPECT_EQ(tree.last_read, "iscsi/iqn.2026-11.com.example:t");
  EXPECT_THAT(at(*view, acl_view).details, Contains(Pair("session", "logged in")));
  const ViewNode whole = view_of(tree);
  const ViewNode& mapped = at(whole, acl_view).children.front();
  const auto lun = std::find_if(mapped.details.begin(), mapped.details.end(),
                                [](const auto& each) { return each.first == "tpg_lun"; });
  ASSERT_NE(lun, mapped.details.end());
  EXPECT_THAT(at(*view, acl_view + "/" + mapped.name).details, Contains(Pair("tpg_lun", lun->second)));
  EXPECT_TRUE(read_target_view(tree, "iscsi", "iqn.2026-11.com.example:none")->children.empty());
  EXPECT_TRUE(read_target_view(tree, "nothing", "iqn.2026-11.com.example:t")->children.empty());
}

TEST(View, TellsWhoIsLoggedIn) {
  FixedTree tree;
  EXPECT_THAT(at(view_of(tree), acl_view).details, testing::Not(Contains(Pair("session", "logged in"))));
  tree.set(acl_path, "info", "InitiatorName: iqn.2026-11.com.example:ini\nLIO Session ID: 1");
  tree.set(tpg_path, "dynamic_sessions",
           std::string("iqn.1994-05.com.example:a\niqn.1994-05.com.example:b\0", 52));
  const ViewNode view = view_of(tree);
  EXPECT_THAT(at(view, acl_view).details, Contains(Pair("session", "logged in")));
  EXPECT_THAT(at(view, tpg_view).details,
              Contains(Pair("dynamic_sessions", "iqn.1994-05.com.example:a, iqn.1994-05.com.example:b")));
}

TEST(View, SortsNumbersAsNumbers) {
  FixedTree tree;
  const Node lun = *tree.root.at(std::string(tpg_path) + "/lun/lun_2");
  Node& copy = ensure(tree.root, std::string(tpg_path) + "/lun/lun_10");
  copy = lun;
  copy.entry.name = "lun_10";
  const ViewNode view = view_of(tree);
  const auto& luns = at(view, below_tpg("luns")).children;
  ASSERT_EQ(luns.size(), 4U);
  EXPECT_EQ(luns[2].name, "lun2");
  EXPECT_EQ(luns[3].name, "lun10");
}

TEST(View, FindsFieldsOfInfoByTheirWholeName) {
  EXPECT_EQ(info_field("SectorSize: 512  Size: 7", "Size"), "7");
  EXPECT_EQ(info_field("nullio: 1 dummy: 0", "nullio"), "1");
  EXPECT_EQ(info_field("SectorSize: 512", "Size"), std::nullopt);
}

}  // namespace
}  // namespace lunet::service
