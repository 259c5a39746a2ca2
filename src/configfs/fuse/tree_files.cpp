// SPDX-License-Identifier: Apache-2.0
#include "configfs/fuse/tree_files.h"

#include <algorithm>

#include "base/text.h"
#include "configfs/path.h"

namespace lunet::configfs {

namespace {

constexpr off_t file_bytes = 4096;

// "/core/x" -> "core/x".
std::string_view in_tree(std::string_view path) {
  return path.substr(std::min(path.find_first_not_of('/'), path.size()));
}

mode_t type_bits(EntryKind kind) {
  switch (kind) {
    case EntryKind::directory: return S_IFDIR;
    case EntryKind::link: return S_IFLNK;
    case EntryKind::file: break;
  }
  return S_IFREG;
}

}  // namespace

Result<Entry> TreeFiles::entry(std::string_view path) {
  // Most of what is asked for are folders, and the large folders hold nothing else: their parents need not be
  // read.
  const auto inside = tree_.list(path);
  if (inside) return Entry{std::string(base_name(path)), EntryKind::directory, 0755, {}};
  if (inside.error().errnum != ENOTDIR) return inside.error();
  for (Entry& found : TRY(tree_.list(parent_path(path)))) {
    if (found.name == base_name(path)) return std::move(found);
  }
  return tree_error(Verb::list, path, ENOENT);
}

Result<struct stat> TreeFiles::stat(std::string_view path) {
  const Entry found = TRY(entry(in_tree(path)));
  struct stat status{};
  status.st_mode = type_bits(found.kind) | found.mode;
  status.st_nlink = found.kind == EntryKind::directory ? 2 : 1;
  status.st_size = found.kind == EntryKind::file ? file_bytes : 0;
  return status;
}

Result<std::vector<Entry>> TreeFiles::list(std::string_view path) {
  return tree_.list(in_tree(path));
}

Result<std::string> TreeFiles::read(std::string_view path) {
  return tree_.read(in_tree(path));
}

Result<> TreeFiles::write(std::string_view path, std::string_view text) {
  return tree_.write(in_tree(path), text);
}

Result<> TreeFiles::make_dir(std::string_view path) {
  return tree_.make_dir(in_tree(path));
}

Result<> TreeFiles::remove_dir(std::string_view path) {
  return tree_.remove_dir(in_tree(path));
}

Result<std::string> TreeFiles::resolve(std::string_view to, std::string_view directory) const {
  std::vector<std::string_view> parts;
  if (to.starts_with('/')) {
    if (!is_at_or_below(to, root_)) {
      return Error{ENOENT, std::string(to) + " is not in the tree at " + root_, {}};
    }
    to.remove_prefix(root_.size());
  } else {
    parts = split(directory, '/');
  }
  for (const std::string_view part : split(to, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    } else {
      return Error{ENOENT, std::string(to) + " leads out of the tree", {}};
    }
  }
  std::string path;
  for (const std::string_view part : parts) path = join_path(path, part);
  return path;
}

Result<> TreeFiles::link(std::string_view to, std::string_view path) {
  const std::string target = TRY(resolve(to, parent_path(in_tree(path))));
  return tree_.link(in_tree(path), target);
}

Result<> TreeFiles::unlink(std::string_view path) {
  return tree_.unlink(in_tree(path));
}

Result<std::string> TreeFiles::link_target(std::string_view path) {
  const Entry found = TRY(entry(in_tree(path)));
  if (found.kind != EntryKind::link) return tree_error(Verb::list, in_tree(path), EINVAL);
  std::string relative;
  for (std::string_view up = parent_path(in_tree(path)); !up.empty(); up = parent_path(up)) relative += "../";
  return relative + found.link_target;
}

}  // namespace lunet::configfs
