// SPDX-License-Identifier: Apache-2.0
#include "interop/fields.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace lunet::interop {
namespace {

constexpr std::array fields{
    Field{Kind::storage_object, "index", Type::number, "", "hba"},
    Field{Kind::storage_object, "wwn", Type::text, "", "wwn", "fileio iblock rd_mcp user"},
    Field{Kind::storage_object, "dev", Type::text, "", "path", "fileio iblock pscsi"},
    Field{Kind::storage_object, "size", Type::size, "", "size", "fileio rd_mcp user"},
    Field{Kind::storage_object, "write_back", Type::flag, "", "buffered", "fileio"},
    Field{Kind::storage_object, "aio", Type::flag, "", "aio", "fileio"},
    Field{Kind::storage_object, "nullio", Type::flag, "", "nullio", "rd_mcp"},
    Field{Kind::storage_object, "readonly", Type::flag, "", "readonly", "iblock"},
    Field{Kind::storage_object, "exclusive", Type::flag, "", "exclusive", "iblock"},
    Field{Kind::storage_object, "config", Type::text, "", "config", "user"},
    Field{Kind::storage_object, "hw_max_sectors", Type::number, "", "hw_max_sectors", "user"},
    Field{Kind::storage_object, "control", Type::text, "", "control", "user"},

    Field{Kind::fabric, "discovery_enable_auth", Type::flag, "discovery_auth", "enable"},
    Field{Kind::fabric, "discovery_userid", Type::text, "discovery_auth", "userid"},
    Field{Kind::fabric, "discovery_password", Type::text, "discovery_auth", "password"},
    Field{Kind::fabric, "discovery_mutual_userid", Type::text, "discovery_auth", "mutual_userid"},
    Field{Kind::fabric, "discovery_mutual_password", Type::text, "discovery_auth", "mutual_password"},
    Field{Kind::fabric, "cpus_allowed_list", Type::text, "", "cpus_allowed_list"},

    Field{Kind::tpg, "enable", Type::flag, "", "enable"},
    Field{Kind::tpg, "nexus_wwn", Type::text, "", "nexus_wwn", "", true},
    Field{Kind::tpg, "chap_userid", Type::text, "auth", "userid"},
    Field{Kind::tpg, "chap_password", Type::text, "auth", "password"},
    Field{Kind::tpg, "chap_mutual_userid", Type::text, "auth", "userid_mutual"},
    Field{Kind::tpg, "chap_mutual_password", Type::text, "auth", "password_mutual"},

    Field{Kind::lun, "alias", Type::text, "", "alias"},
    Field{Kind::lun, "alua_tg_pt_gp_name", Type::text, "", "alua_tg_pt_gp_name"},

    Field{Kind::portal, "iser", Type::flag, "", "iser"},
    Field{Kind::portal, "offload", Type::flag, "", "offload"},

    Field{Kind::node_acl, "tag", Type::text, "", "tag"},
    Field{Kind::node_acl, "tcq_depth", Type::number, "", "tcq_depth"},
    Field{Kind::node_acl, "chap_userid", Type::text, "auth", "userid"},
    Field{Kind::node_acl, "chap_password", Type::text, "auth", "password"},
    Field{Kind::node_acl, "chap_mutual_userid", Type::text, "auth", "userid_mutual"},
    Field{Kind::node_acl, "chap_mutual_password", Type::text, "auth", "password_mutual"},

    Field{Kind::mapped_lun, "alias", Type::text, "", "alias"},
    Field{Kind::mapped_lun, "write_protect", Type::flag, "", "write_protect"},
};

bool fits(const Field& field, Kind kind, std::string_view plugin) {
  if (field.kind != kind) return false;
  if (kind != Kind::storage_object || field.plugins.empty()) return true;
  // A plugin of a later version may have any of them.
  constexpr std::array known{"fileio", "iblock", "pscsi", "rd_mcp", "user"};
  if (std::find(known.begin(), known.end(), plugin) == known.end()) return true;
  const auto names = split(field.plugins, ' ');
  return std::find(names.begin(), names.end(), plugin) != names.end();
}

}  // namespace

const Field* field_of_key(Kind kind, std::string_view plugin, std::string_view key) {
  for (const Field& field : fields) {
    if (field.key == key && fits(field, kind, plugin)) return &field;
  }
  return nullptr;
}

const Field* field_of_name(Kind kind, std::string_view plugin, std::string_view group,
                           std::string_view name) {
  // The mutual credentials have two names, and either is taken in both groups.
  std::string_view wanted = name;
  const bool discovery = group == "discovery_auth";
  if (discovery && name == "userid_mutual") wanted = "mutual_userid";
  if (discovery && name == "password_mutual") wanted = "mutual_password";
  if (group == "auth" && name == "mutual_userid") wanted = "userid_mutual";
  if (group == "auth" && name == "mutual_password") wanted = "password_mutual";
  if (kind == Kind::node_acl && group == "attribute" && name == "tcq_depth") group = "";
  for (const Field& field : fields) {
    if (field.group == group && field.name == wanted && fits(field, kind, plugin)) return &field;
  }
  return nullptr;
}

}  // namespace lunet::interop
