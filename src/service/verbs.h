// SPDX-License-Identifier: Apache-2.0
// The edits behind service.h, one family a file, and what they share. Only for service/.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/tree.h"
#include "service/editor.h"
#include "service/service.h"

namespace lunet::service {

// Paths of the configuration.
config::Path disk_path_of(std::string_view plugin, std::string_view name);
config::Path target_path(std::string_view wwn, std::string_view fabric = "iscsi");
config::Path tpg_path(const TpgRef& tpg);
config::Path below(const config::Path& path, config::ObjectClass object_class, std::string_view id);
config::Path below(const config::Path& path, config::ObjectClass object_class, std::uint64_t id);

/// Path in the shell's tree: "/backstores/ramdisk/rd0", "/iscsi/WWN/tpg1/luns/lun0".
std::string shell_path(const config::Path& path);
/// ENOENT, for who named a disk by its path.
Error no_such_disk(const config::Path& path);

/// The TPG; ENOENT names it and what there is instead.
Result<config::Object*> find_tpg(Draft& draft, const TpgRef& tpg);
/// Numbers of the children of that class.
std::set<std::uint64_t> numbers_of(const config::Object& object, config::ObjectClass object_class);
/// 10 hexadecimal digits: the name of a LUN's link (ruling 26).
std::string new_alias();
std::string_view yes_no(bool value);

Result<Report> create_fileio(Editor& editor, const FileioOptions& options);
Result<Report> create_block(Editor& editor, const BlockOptions& options);
Result<Report> create_ramdisk(Editor& editor, const RamdiskOptions& options);
Result<Report> delete_disk(Editor& editor, std::string_view plugin, std::string_view name, EmptyHba hba);

Result<Report> create_target(Editor& editor, std::string_view wwn, const TpgOptions& options);
Result<Report> delete_target(Editor& editor, std::string_view wwn, std::string_view fabric);
Result<Report> create_tpg(Editor& editor, std::string_view target, std::optional<std::uint16_t> tag,
                          const TpgOptions& options);
Result<Report> delete_tpg(Editor& editor, const TpgRef& tpg);
Result<Report> enable_tpg(Editor& editor, const TpgRef& tpg, bool enable);
Result<Report> create_portal(Editor& editor, const TpgRef& tpg, std::string_view ip, std::uint16_t port);
Result<Report> delete_portal(Editor& editor, const TpgRef& tpg, std::string_view ip, std::uint16_t port);

Result<Report> create_lun(Editor& editor, const TpgRef& tpg, const LunOptions& options);
Result<Report> delete_lun(Editor& editor, const TpgRef& tpg, std::uint16_t lun);
Result<Report> create_acl(Editor& editor, const TpgRef& tpg, std::string_view wwn, bool add_mapped_luns);
Result<Report> delete_acl(Editor& editor, const TpgRef& tpg, std::string_view wwn);
Result<Report> create_mapped_lun(Editor& editor, const TpgRef& tpg, std::string_view acl,
                                 const MappedLunOptions& options);
Result<Report> delete_mapped_lun(Editor& editor, const TpgRef& tpg, std::string_view acl,
                                 std::uint16_t mapped_lun);

/// Checks shared by all plugins; returns the disk's serial, chosen when none is given.
Result<std::string> check_new_disk(const Draft& draft, const config::Path& path,
                                   std::string_view given_serial, bool generate);
/// On an HBA of its own, unless one is named.
Result<> add_disk(Draft& draft, const config::Path& path, config::Object disk, configfs::Tree& live,
                  std::optional<unsigned> hba = {});
Result<> add_fileio(Editor& editor, Draft& draft, const FileioOptions& options);
Result<> add_block(Editor& editor, Draft& draft, const BlockOptions& options);
/// The disk that a file or block device is; made when no disk has it: of a file with the write cache off.
/// `options.name` "" is the file's own name.
Result<config::Path> disk_for_path(Editor& editor, Draft& draft, const FileioOptions& options);
/// The disk that has the file or device; empty: none.
config::Path disk_of_file(const config::Tree& tree, const std::string& file);
/// Adds the LUN of the disk, unmapped; the lowest free number when none is wanted.
Result<std::uint16_t> add_lun(Draft& draft, const TpgRef& tpg, const config::Path& disk,
                              std::optional<std::uint16_t> wanted);
/// The number of the LUN that exports the disk in the TPG; nothing when there is none.
std::optional<std::uint16_t> lun_of(const config::Tree& tree, const config::Path& tpg,
                                    const config::Path& disk);
void map_lun(config::Object& acl, std::uint64_t mapped_lun, std::uint64_t lun, bool write_protect);
/// A target with its TPG 1.
void add_target(Draft& draft, const config::Path& path, const TpgOptions& options);

/// EOPNOTSUPP: the runtime has not what the object needs.
Result<> check_fabric(const Editor& editor, std::string_view fabric);

/// Takes the LUNs that export the disk, and the mapped LUNs of those, out of the tree.
void remove_luns_of_disk(config::Tree& tree, std::string_view plugin, std::string_view name);

Result<std::vector<GroupValue>> get_group(const Editor& editor, const GroupRef& group);
Result<Report> set_group(Editor& editor, const GroupRef& group,
                         const std::vector<std::pair<std::string, std::string>>& values);

Result<Comparison> compare(const Editor& editor, const Scope& scope);
/// `running` is target::comparable() of the live tree to the head's.
Comparison compare_trees(const store::Store::Head& head, const config::Tree& running,
                         const std::vector<store::Leftover>& leftovers, const Scope& scope);

}  // namespace lunet::service
