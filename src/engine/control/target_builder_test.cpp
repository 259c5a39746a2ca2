// SPDX-License-Identifier: Apache-2.0
#include "engine/control/target_builder.h"

#include <gmock/gmock.h>

#include "configfs/model/object.h"

namespace lunet::control {

using testing::ElementsAre;
using testing::Key;

namespace {

/// The files and directories it is given.
class Files : public configfs::ModelView {
 public:
  [[nodiscard]] std::string value(std::string_view path) const override {
    const auto found = values.find(path);
    return found == values.end() ? std::string() : found->second;
  }
  [[nodiscard]] const configfs::Object* object(std::string_view path) const override {
    configfs::Object& object = objects[std::string(path)];
    object.path = path;
    return &object;
  }
  [[nodiscard]] std::string value(const configfs::Object& object, std::string_view file) const override {
    return value(object.path + "/" + std::string(file));
  }
  [[nodiscard]] bool exists(std::string_view path) const override { return folders.contains(path); }
  [[nodiscard]] std::vector<std::string> directories(std::string_view path) const override {
    std::vector<std::string> names;
    const std::string inside = std::string(path) + "/";
    for (const std::string& folder : folders) {
      if (!folder.starts_with(inside)) continue;
      std::string name = folder.substr(inside.size());
      if (name.find('/') == std::string::npos) names.push_back(std::move(name));
    }
    return names;
  }
  [[nodiscard]] std::string link_target(std::string_view path) const override {
    const auto found = links.find(path);
    return found == links.end() ? std::string() : found->second;
  }
  [[nodiscard]] std::string control_setting(std::string_view /*disk*/,
                                            std::string_view /*key*/) const override {
    return {};
  }

  std::map<std::string, std::string, std::less<>> values;
  std::map<std::string, std::string, std::less<>> links;
  std::set<std::string, std::less<>> folders;
  mutable std::map<std::string, configfs::Object> objects;  ///< only their paths
};

const std::string path = "iscsi/iqn.t/tpgt_7";

Files two_acls() {
  Files files;
  for (const char* folder : {"/acls", "/acls/iqn.A", "/acls/iqn.b"}) files.folders.insert(path + folder);
  files.values[path + "/attrib/default_cmdsn_depth"] = "16";
  return files;
}

DiskTable one_disk() {
  OpenDisk open{std::make_shared<dataplane::Disk>(), std::make_shared<const scsi::Unit>()};
  open.disk->path = "core/rd_mcp_0/d";
  return {{"core/rd_mcp_0/d", std::move(open)}};
}

}  // namespace

TEST(TargetBuilder, AnAclIsMadeChangedAndRemovedAlone) {
  Files files = two_acls();
  const auto before = build_tpg("iqn.t", path, 3, {}, files);
  EXPECT_EQ(before->tag, 7);
  EXPECT_THAT(before->acls, ElementsAre(Key("iqn.a"), Key("iqn.b")));
  files.folders.erase(path + "/acls/iqn.A");
  files.folders.insert(path + "/acls/iqn.C");
  files.values[path + "/acls/iqn.C/cmdsn_depth"] = "5";
  const auto after = with_acls(*before, path, {"iqn.A", "iqn.C"}, {}, files);
  EXPECT_THAT(after->acls, ElementsAre(Key("iqn.b"), Key("iqn.c")));
  EXPECT_EQ(after->acls.at("iqn.b"), before->acls.at("iqn.b")) << "shared, not built again";
  EXPECT_EQ(after->acls.at("iqn.c")->parameters.cmdsn_depth, 5U);
  EXPECT_THAT(before->acls, ElementsAre(Key("iqn.a"), Key("iqn.b"))) << "what is published never changes";
  files.values[path + "/acls/iqn.b/auth/userid"] = "user";
  EXPECT_EQ(with_acls(*after, path, {"iqn.b"}, {}, files)->acls.at("iqn.b")->secrets.initiator.name, "user");
}

TEST(TargetBuilder, OfNamesThatDifferInCaseOneStaysWhenTheOtherGoes) {
  Files files = two_acls();
  files.folders.insert(path + "/acls/iqn.B");
  files.values[path + "/acls/iqn.B/cmdsn_depth"] = "5";
  const auto before = build_tpg("iqn.t", path, 3, {}, files);
  EXPECT_EQ(before->acls.at("iqn.b")->parameters.cmdsn_depth, 5U);
  EXPECT_EQ(with_acls(*before, path, {"iqn.b"}, {}, files)->acls.at("iqn.b")->parameters.cmdsn_depth, 5U);
  files.folders.erase(path + "/acls/iqn.B");
  const auto after = with_acls(*before, path, {"iqn.B"}, {}, files);
  ASSERT_TRUE(after->acls.contains("iqn.b"));
  EXPECT_EQ(after->acls.at("iqn.b")->parameters.cmdsn_depth, 16U);
}

TEST(TargetBuilder, AMappedLunIsWhatItsAclHasOfTheDisksThatRun) {
  Files files = two_acls();
  const std::string lun = path + "/lun/lun_4";
  const std::string mapped = path + "/acls/iqn.b/lun_1";
  files.folders.insert({path + "/lun", lun, mapped});
  files.links[lun] = "core/rd_mcp_0/d";
  files.links[mapped] = lun;
  files.values[mapped + "/write_protect"] = "1";
  const auto before = build_tpg("iqn.t", path, 3, {}, files);
  EXPECT_THAT(before->acls.at("iqn.b")->luns, testing::IsEmpty()) << "its disk does not run";
  const auto after = with_acls(*before, path, {"iqn.b"}, one_disk(), files);
  ASSERT_EQ(after->acls.at("iqn.b")->luns.size(), 1U);
  const dataplane::LunMapping& seen = after->acls.at("iqn.b")->luns[0];
  EXPECT_EQ(seen.lun, 1);
  EXPECT_EQ(seen.target_lun, 4);
  EXPECT_EQ(seen.relative_port, 3);
  EXPECT_TRUE(seen.write_protected);
}

}  // namespace lunet::control
