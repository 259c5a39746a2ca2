// SPDX-License-Identifier: Apache-2.0
// The shipped policy against the rules of the target tree and against what Linux 6.1 showed: names, defaults,
// classes. Each difference stands here with its reason; one that is gone fails too.
#include <fmt/core.h>
#include <gmock/gmock.h>

#include <fstream>
#include <map>
#include <set>

#include "base/test_files.h"
#include "base/text.h"
#include "configfs/model/rules.h"
#include "configfs/model/schema.h"
#include "configfs/path.h"
#include "schema/test_schemas.h"

namespace lunet::schema {
namespace {

using configfs::FileClass;
using configfs::Flavour;
using configfs::TypeId;

struct ModelRow {
  std::string_view object;  ///< path of identifiers in the schema
  TypeId type;
  std::string_view variant;
  bool in_lunetd = true;
};
constexpr ModelRow model_rows[] = {
    {"storage fileio disk d", TypeId::disk, "fileio"},
    {"storage rd_mcp disk d", TypeId::disk, "rd_mcp"},
    {"storage iblock disk d", TypeId::disk, "iblock"},
    {"storage pscsi disk d", TypeId::disk, "pscsi"},
    {"storage user disk d", TypeId::disk, "user", false},
    {"storage fileio disk d", TypeId::alua_group, "fileio"},
    {"fabric iscsi", TypeId::fabric, "iscsi"},
    {"fabric iscsi", TypeId::discovery_auth, "iscsi"},
    {"fabric iscsi target t", TypeId::target, "iscsi"},
    {"fabric iscsi target t tpgt 1", TypeId::tpg, "iscsi"},
    {"fabric iscsi target t tpgt 1 lun 0", TypeId::lun, "iscsi"},
    {"fabric iscsi target t tpgt 1 acl a", TypeId::acl, "iscsi"},
    {"fabric iscsi target t tpgt 1 acl a mapped_lun 0", TypeId::mapped_lun, "iscsi"},
    {"fabric iscsi target t tpgt 1 portal p", TypeId::portal, "iscsi"},
    {"fabric loopback target t", TypeId::target, "loopback", false},
    {"fabric loopback target t", TypeId::tpg, "loopback", false},
    {"fabric loopback target t lun 0", TypeId::lun, "loopback", false},
    {"fabric vhost target t", TypeId::target, "vhost", false},
    {"fabric vhost target t tpgt 1", TypeId::tpg, "vhost", false},
    {"fabric srpt", TypeId::discovery_auth, "srpt", false},
    {"fabric qla2xxx target t", TypeId::target, "qla2xxx", false},
    {"fabric qla2xxx target t", TypeId::tpg, "qla2xxx", false},
    {"fabric efct target t", TypeId::target, "efct", false},
    {"fabric efct target t", TypeId::tpg, "efct", false},
    {"fabric sbp target t", TypeId::target, "sbp", false},
    {"fabric sbp target t", TypeId::tpg, "sbp", false},
    {"fabric usb_gadget target t", TypeId::target, "usb_gadget", false},
    {"fabric usb_gadget target t", TypeId::tpg, "usb_gadget", false},
    {"fabric ibmvscsis target t", TypeId::target, "ibmvscsis", false},
    {"fabric ibmvscsis target t", TypeId::tpg, "ibmvscsis", false},
    {"fabric srpt target t", TypeId::target, "srpt", false},
    {"fabric srpt target t", TypeId::tpg, "srpt", false},
    {"fabric tcm_fc target t", TypeId::target, "fc", false},
    {"fabric tcm_fc target t", TypeId::tpg, "fc", false},
    {"fabric xen-pvscsi target t", TypeId::target, "xen-pvscsi", false},
    {"fabric xen-pvscsi target t tpgt 1", TypeId::tpg, "xen-pvscsi", false},
    {"fabric qla2xxx target t acl a", TypeId::acl, "qla2xxx", false},
};

/// Files that are no attribute of that name.
struct FileName {
  std::string_view file;
  std::string_view attribute;  ///< group and name; "": none
  std::string_view reason;     ///< unlike the others'
  TypeId only = TypeId::root;  ///< files of this type; root: of all
};
constexpr FileName file_names[] = {
    {"nexus", "nexus_wwn", "the original's name"},
    {"cmdsn_depth", "tcq_depth", "the original's name, too"},
    {"cxgbit", "offload", "the name people use"},
    {"enforce_discovery_auth", "discovery_auth enable", "the original's name of discovery"},
    {"userid_mutual", "discovery_auth mutual_userid", "the original's name of the user"},
    {"password_mutual", "discovery_auth mutual_password", "the original's name of the secret"},
    {"alua_tg_pt_gp", "alua_tg_pt_gp_name", "the file's text has more than the name"},
    {"enable", "", "a disk is enabled by being made", TypeId::disk},
    {"control", "", "its settings are attributes; that of `user` is text for it", TypeId::disk},
    {"alias", "", "nobody reads it: the disk has its name", TypeId::disk},
    {"alua_lu_gp", "", "LU groups are not configured"},
    {"lba_map", "", "LBA dependent states are not configured"},
    {"udev_path", "", "written from path"},
    {"wwn/company_id", "", "not configured: the identity is of the vendor"},
    {"wwn/product_id", "", "not configured: follows the plugin and emulate_model_alias"},
    {"wwn/revision", "", "not configured: the identity's version"},
    {"wwn/vendor_id", "", "not configured: the identity's vendor"},
    {"wwn/vpd_unit_serial", "wwn", "the original's name of the serial"},
    {"tg_pt_gp_id", "", "the number in the attribute's name"},
    {"attrib/pi_prot_format", "", "an order, no value"},
};

std::string attribute_of_file(TypeId type, std::string_view path, std::set<std::string_view>& used) {
  for (const FileName& row : file_names) {
    const bool same = row.file == path && (row.only == TypeId::root || row.only == type);
    if (!same) continue;
    used.insert(row.reason);
    return std::string(row.attribute);
  }
  if (type == TypeId::alua_group) return fmt::format("alua group_N_{}", path);
  if (type == TypeId::discovery_auth) return fmt::format("discovery_auth {}", path);
  const std::string_view directory = configfs::parent_path(path);
  const std::string_view group = directory == "attrib"  ? "attribute"
                                 : directory == "param" ? "parameter"
                                                        : directory;
  return group.empty() ? std::string(path) : fmt::format("{} {}", group, configfs::base_name(path));
}

const Attribute* find_attribute(const Kind& kind, std::string_view group_and_name) {
  const std::size_t blank = group_and_name.find(' ');
  if (blank == std::string_view::npos) return kind.attribute("", group_and_name);
  return kind.attribute(group_and_name.substr(0, blank), group_and_name.substr(blank + 1));
}

/// What a fresh object reads, as the schema keeps it; none for what is empty until it is written.
std::optional<std::string> default_of_file(const Attribute& attribute, const configfs::FileType& file) {
  if (file.initial.empty() || (file.rule->flags & configfs::blank_unset) != 0) return std::nullopt;
  auto value = test_schema().check_value(attribute, file.initial);
  EXPECT_TRUE(value) << attribute.name << ": " << file.initial;
  return value ? std::optional(*value) : std::nullopt;
}

class ModelComparison {
 public:
  void compare(const ModelRow& row, Flavour flavour);
  /// What differs, and rows of file_names that no file needed.
  std::string result();

 private:
  void compare_file(const ModelRow& row, const Kind& kind, const configfs::FileType& file, Flavour flavour);
  void compare_rest(const ModelRow& row, const Kind& kind, Flavour flavour);
  void report(const std::string& text) { differences_ += text + "\n"; }

  std::set<std::string> seen_;       ///< attributes that a file stands for
  std::set<std::string_view> used_;  ///< reasons of rows in file_names
  std::string differences_;
};

void ModelComparison::compare_file(const ModelRow& row, const Kind& kind, const configfs::FileType& file,
                                   Flavour flavour) {
  const std::string name = attribute_of_file(row.type, file.rule->path, used_);
  const bool lunetd = flavour == Flavour::lunetd;
  const std::string where =
      fmt::format("{} {} ({})", row.object, file.rule->path, lunetd ? "lunetd" : "kernel");
  if (name.empty()) return;
  const Attribute* attribute = find_attribute(kind, name);
  if (attribute == nullptr) {
    if (file.file_class == FileClass::config) report(where + ": not in the policy");
    return;
  }
  seen_.insert(fmt::format("{}/{}", row.object, name));
  if (!(lunetd ? attribute->on_lunetd : attribute->on_kernel)) return;
  const bool config = attribute->attribute_class == AttributeClass::config;
  if (config != (file.file_class == FileClass::config)) report(where + ": another class");
  // A user's name is read by the owner alone, as all of auth/, but it is no secret.
  const bool is_user = name.find("userid") != std::string_view::npos;
  if (config && file.secret != (attribute->secret || is_user) && !name.starts_with("auth authenticate"))
    report(where + ": secret or not");
  const bool unexported = (file.rule->flags & configfs::unexported) != 0;
  const Change change = attribute->change_on(lunetd ? Runtime::lunetd : Runtime::kernel);
  if (config && unexported != (change == Change::unexported) && change != Change::recreate)
    report(where + ": when it may change");
  const auto expected = config ? default_of_file(*attribute, file) : std::nullopt;
  const auto& actual = attribute->default_on(lunetd ? Runtime::lunetd : Runtime::kernel);
  // On lunetd the device says whether it has a write cache; the rules, which open none, say no.
  if (lunetd && row.variant == "iblock" && attribute->name == "emulate_write_cache") {
    EXPECT_FALSE(actual);
    return;
  }
  if (actual != expected)
    report(fmt::format("{}: the policy has {}, the tree {}", where, actual.value_or("none"),
                       expected.value_or("none")));
}

/// Attributes of the groups that are files of the tree, and have none.
void ModelComparison::compare_rest(const ModelRow& row, const Kind& kind, Flavour flavour) {
  for (const Group& group : kind.groups) {
    for (const Attribute& attribute : group.attributes) {
      const bool here = flavour == Flavour::lunetd ? attribute.on_lunetd : attribute.on_kernel;
      const std::string name = fmt::format("{} {}", group.name, attribute.name);
      if (!here || attribute.obsolete || seen_.contains(fmt::format("{}/{}", row.object, name)) ||
          attribute.name == "group_N_name")
        continue;
      if (!attribute.since.empty() && flavour == Flavour::kernel) continue;
      report(fmt::format("{} {}: not in the tree", row.object, name));
    }
  }
}

void ModelComparison::compare(const ModelRow& row, Flavour flavour) {
  const Kind& kind = test_kind(test_schema(), row.object);
  const configfs::Schema files(flavour);
  for (const configfs::FileType& file : files.type(row.type, row.variant).files)
    compare_file(row, kind, file, flavour);
  // ALUA groups, discovery authentication and flat TPGs share their object with other directories.
  const bool last_of_object = row.object != "storage fileio disk d" || row.type == TypeId::alua_group;
  const bool alone = row.type != TypeId::fabric && row.type != TypeId::disk && row.type != TypeId::target;
  if (last_of_object && alone) compare_rest(row, kind, flavour);
}

std::string ModelComparison::result() {
  for (const FileName& row : file_names)
    if (!used_.contains(row.reason)) report(fmt::format("{}: no such file any more", row.file));
  return differences_;
}

}  // namespace

TEST(PolicyAndModel, AgreeInNamesDefaultsAndClasses) {
  ModelComparison comparison;
  for (const Flavour flavour : {Flavour::kernel, Flavour::lunetd})
    for (const ModelRow& row : model_rows)
      if (row.in_lunetd || flavour == Flavour::kernel) comparison.compare(row, flavour);
  EXPECT_EQ(comparison.result(), "");
}

namespace {

/// The schema's object for a file of the captured tree; "" for files that are of no object with groups.
std::string object_of(const std::vector<std::string_view>& parts) {
  if (parts[1] == "core" && parts.size() > 4)
    return fmt::format("storage {} disk d", parts[2].substr(0, parts[2].rfind('_')));
  const bool flat = parts[1] == "loopback";
  if (parts.size() < 6 || !parts[3].starts_with("tpgt_")) return {};
  const std::string tpg = fmt::format("fabric {} target t{}", parts[1], flat ? "" : " tpgt 1");
  if (parts[4] == "acls" && parts.size() > 6) return tpg + " acl a";
  return tpg;
}

}  // namespace

TEST(PolicyAndModel, EveryValueThatLinuxShowedIsOneThatThePolicyTakes) {
  std::ifstream golden(test::source_file("tests/golden/lio-values.txt"));
  std::string path;
  std::size_t checked = 0;
  for (std::string line; std::getline(golden, line);) {
    if (line.starts_with("== ")) {
      path = line.substr(3);
      continue;
    }
    const std::string_view directory = configfs::base_name(configfs::parent_path(path));
    if (path.empty() || (directory != "attrib" && directory != "param")) continue;
    const std::string name =
        fmt::format("{} {}", directory == "attrib" ? "attribute" : "parameter", configfs::base_name(path));
    const std::string object = object_of(split(path, '/'));
    path.clear();
    if (object.empty() || line.starts_with("No Active")) continue;
    const Attribute* attribute = find_attribute(test_kind(test_schema(), object), name);
    ASSERT_NE(attribute, nullptr) << object << " " << name;
    EXPECT_TRUE(test_schema().check_value(*attribute, line)) << object << " " << name << ": " << line;
    ++checked;
  }
  EXPECT_GT(checked, 150U);
}

}  // namespace lunet::schema
