// SPDX-License-Identifier: Apache-2.0
// Where a path of the shell leads. Only the form of the path is looked at, so that an edit does not have to
// read the whole tree first; that the object exists is checked by whoever uses it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "config/tree.h"
#include "service/view.h"

namespace lunet::shell {

struct Place {
  service::NodeKind kind = service::NodeKind::root;
  std::string path =
      "/";  ///< canonical: plugin names of the shell, tpgN, lunN, mapped_lunN, brackets around IPv6
  std::string plugin;   ///< as the target tree names it: fileio, iblock, pscsi, rd_mcp
  std::string handler;  ///< of plugin user: of tcmu-runner, "qcow"; "" when it is not said
  std::string disk;
  std::optional<unsigned> hba;  ///< in the legacy hierarchy, "/backstores/fileio0"
  std::string alua_group;
  std::string fabric;
  std::string target;
  std::string acl;
  std::string ip;  ///< IPv6 in brackets
  std::uint16_t tag = 0;
  std::uint16_t lun = 0;  ///< of a lun: its number; of a mapped LUN: the number initiators see
  std::uint16_t port = 0;
};

/// Follows `path` from `from`: "", ".", "..", repeated and trailing slashes as everywhere. ENOENT with the
/// whole path and, where the names there are fixed, a suggestion.
Result<Place> follow_path(const Place& from, std::string_view path);

/// The same disk by its plugin, as commands know it; other places as they are.
Place by_plugin(const Place& place);

/// The child of that name; a name with a slash, "." and ".." are EINVAL.
Result<Place> child_of(const Place& parent, std::string_view name);

/// "tpg3", "TPG3", "3" -> 3 for the prefix "tpg"; EINVAL says what was expected.
Result<std::uint16_t> parse_numbered(std::string_view text, std::string_view prefix);

/// iblock, rd_mcp for block, ramdisk; the four plugins' own names; "" for anything else.
std::string_view plugin_from_name(std::string_view name);
/// The object as the configuration knows it; empty for places that are no objects there.
config::Path config_path(const Place& place);
/// "target", "TPG", ...: for messages and --json.
std::string_view kind_name(service::NodeKind kind);

}  // namespace lunet::shell
