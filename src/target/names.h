// SPDX-License-Identifier: Apache-2.0
// Where a configuration object lives in the target tree, and which file holds which value of it: both
// directions. The names of LIO's files stand here and in causes.cpp only.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/tree.h"
#include "configfs/tree.h"

namespace lunet::target {

/// "ramdisk" and "rd_mcp" are one plugin, "block" and "iblock" another: the name as the target tree has it.
std::string_view core_plugin(std::string_view plugin);
/// The name as the shell's tree has it: "ramdisk" for "rd_mcp".
std::string_view shell_plugin(std::string_view plugin);

/// The directory of the object at `path`. EINVAL for a disk without HBA number, and for a path that is no
/// object.
Result<std::string> directory_of(const config::Tree& tree, const config::Path& path);

/// A group of an object ("attribute", "parameter", "auth", "discovery_auth"): the directory below the
/// object's. Nothing for a group that objects of this class have not.
std::optional<std::string_view> group_directory(config::ObjectClass object_class, std::string_view group);
/// The file of a group's value, relative to the object's directory.
std::string group_file(config::ObjectClass object_class, std::string_view group, std::string_view name);
/// The value's name in the configuration for a file name in the group's directory.
std::string group_value_name(std::string_view group, std::string_view file);
/// What is written to the file: an empty credential is "NULL", a parameter ends with a line end
/// (features 4.1).
std::string group_text(std::string_view group, std::string_view name, std::string_view value);
/// The configuration's value for what the file read.
std::string group_value(std::string_view group, std::string_view name, std::string_view text);
/// The file of a value, relative to the object's directory: of its own attributes (`group` ""), of its
/// groups.
/// "" for what is no file: links, control strings, port groups of disks (alua.h).
std::string value_file(const config::Path& path, std::string_view group, std::string_view name);
/// What is written to that file for the value; `value` "" for none: the text that takes it away.
std::string value_text(const config::Path& path, std::string_view group, std::string_view name,
                       std::string_view value);
/// What a file read, as it is written: "Implicit" of alua_access_type as "1".
std::string written_text(std::string_view file, std::string_view text);
/// True for values that must never be shown or logged.
bool is_secret(std::string_view group, std::string_view name);
/// Whether the group holds names and secrets of CHAP.
bool is_credential_group(std::string_view group);

/// The name of the disk's directory: its own, unless disks on two HBAs share it (ruling 26).
std::string_view disk_name(const config::Object& disk, const config::Path& path);

/// `PLUGIN_N` taken apart; nothing for other names.
std::optional<std::pair<std::string, unsigned>> parse_hba(std::string_view directory);
/// The plugin's directory that holds disk `name` in the live tree, e.g. "core/fileio_3/vm1"; "" when there is
/// none.
Result<std::string> find_disk(configfs::Tree& live, std::string_view plugin, std::string_view name);
/// The names of all disks of the plugin in the live tree.
Result<std::set<std::string>> disk_names(configfs::Tree& live, std::string_view plugin);
Result<bool> is_directory_there(configfs::Tree& live, const std::string& path);
/// Whether some HBA of the runtime has that number.
Result<bool> is_hba_there(configfs::Tree& live, std::uint64_t index);
/// Lowest HBA number that no plugin uses, neither in the live tree nor in the configuration.
Result<unsigned> free_hba(configfs::Tree& live, const config::Tree& tree);

}  // namespace lunet::target
