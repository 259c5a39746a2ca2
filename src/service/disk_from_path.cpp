// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>
#include <sys/stat.h>

#include "service/verbs.h"
#include "target/names.h"

namespace lunet::service {
namespace {

using config::ObjectClass;
using config::Path;

bool is_same_file(std::string_view one, const std::string& other) {
  struct stat a{};
  struct stat b{};
  if (one == other) return true;
  if (::stat(std::string(one).c_str(), &a) != 0 || ::stat(other.c_str(), &b) != 0) return false;
  return S_ISBLK(a.st_mode) ? S_ISBLK(b.st_mode) && a.st_rdev == b.st_rdev
                            : a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

Path disk_of_file(const config::Tree& tree, const std::string& file) {
  for (const auto& [storage_key, storage] : tree.root.children) {
    if (storage_key.object_class != ObjectClass::storage) continue;
    for (const auto& [disk_key, disk] : storage.children) {
      const std::string_view path = disk.attribute("path");
      if (!path.empty() && is_same_file(path, file)) return {storage_key, disk_key};
    }
  }
  return {};
}

namespace {

/// The file's name, with a number where disks of that name are there.
std::string free_name(const config::Tree& tree, std::string_view plugin, const std::string& file) {
  const std::string base = file.substr(file.rfind('/') + 1);
  std::string name = base;
  for (int number = 2; tree.find(disk_path_of(plugin, name)) != nullptr; ++number)
    name = fmt::format("{}-{}", base, number);
  return name;
}

}  // namespace

Result<Path> disk_for_path(Editor& editor, Draft& draft, const FileioOptions& options) {
  const Path there = disk_of_file(draft.tree, options.path);
  if (!there.empty()) {
    const std::string_view size = draft.tree.find(there)->attribute("size");
    if (options.size_bytes && size != std::to_string(*options.size_bytes)) {
      return Error{EEXIST,
                   fmt::format("{} is the disk {} already, of another size", options.path, shell_path(there)),
                   fmt::format("leave the size out, or give the disk this one: `resize {} {}`",
                               shell_path(there), *options.size_bytes)};
    }
    return there;
  }
  struct stat status{};
  const bool is_there = ::stat(options.path.c_str(), &status) == 0;
  if (is_there && S_ISBLK(status.st_mode)) {
    BlockOptions block;
    block.name = options.name.empty() ? free_name(draft.tree, "iblock", options.path) : options.name;
    block.device = options.path;
    block.wwn = options.wwn;
    block.model_alias = options.model_alias;
    TRY_OK(add_block(editor, draft, block));
    return disk_path_of("iblock", block.name);
  }
  FileioOptions file = options;
  if (file.name.empty()) file.name = free_name(draft.tree, "fileio", options.path);
  TRY_OK(add_fileio(editor, draft, file));
  return disk_path_of("fileio", file.name);
}

}  // namespace lunet::service
