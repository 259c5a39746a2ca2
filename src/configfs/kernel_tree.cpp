// SPDX-License-Identifier: Apache-2.0
#include "configfs/kernel_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/fd.h"
#include "configfs/file_class.h"
#include "configfs/inotify_watch.h"
#include "configfs/kernel_files.h"
#include "configfs/path.h"

namespace lunet::configfs {
namespace {

int errno_of(int result) {
  return result == 0 ? 0 : errno;
}

/// The kernel makes a file, but not the folder that it is in.
bool makes_it_keep_states(std::string_view path, std::string_view text) {
  const std::string_view name = base_name(path);
  return text.starts_with('1') && (name == "alua_write_metadata" || name == "alua_tg_pt_write_md");
}

/// One read_tree call.
class TreeReader {
 public:
  TreeReader(std::string_view root, const ReadFilter& filter, CallGuard* guard)
      : root_(root), filter_(filter), guard_(guard) {}

  /// Fills `node.nodes` from the open directory whose path in the tree is `path`.
  int fill(int dir_fd, const std::string& path, Node& node, int depth) {
    std::vector<Entry> entries;
    const int error = list_fd(dir_fd, entries, filter_);
    if (error != 0) return error;
    for (Entry& entry : entries) {
      Node child;
      child.entry = std::move(entry);
      if (add_child(dir_fd, join_path(path, child.entry.name), child, depth))
        node.nodes.push_back(std::move(child));
    }
    return 0;
  }

 private:
  bool add_child(int dir_fd, const std::string& path, Node& child, int depth) {
    switch (child.entry.kind) {
      case EntryKind::link:
        if (!filter_.leaf.empty()) return false;
        child.entry.link_target =
            path_in_root(root_, join_path(root_, parent_path(path)), child.entry.link_target);
        return true;
      case EntryKind::file: return add_file(dir_fd, path, child);
      case EntryKind::directory:
        return add_dir(dir_fd, path, child, depth) && (filter_.leaf.empty() || add_mode(dir_fd, child));
    }
    return false;
  }

  bool add_file(int dir_fd, const std::string& path, Node& child) {
    if (!filter_.leaf.empty()) return false;
    if (!passes_filter(path, child.entry.mode, filter_)) return false;
    if ((child.entry.mode & 0444) == 0) return true;
    if (!may_enter(path, child)) return true;
    child.errnum = read_at(dir_fd, child.entry.name.c_str(), child.text);
    if (child.errnum == ENOENT) return false;
    if (!child.text.empty() && child.text.back() == '\n') child.text.pop_back();
    return true;
  }

  bool add_dir(int dir_fd, const std::string& path, Node& child, int depth) {
    if (!filter_.counters && is_counter_directory(child.entry.name)) return false;
    if (depth == 0) return filter_.leaf.empty() || child.entry.name == filter_.leaf;
    if (!may_enter(path, child)) return true;
    if (depth == 1 && !filter_.leaf.empty()) return add_leaf(dir_fd, child);
    const Fd fd(::openat(dir_fd, child.entry.name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW));
    if (!fd) return errno != ENOENT && (child.errnum = errno) != 0;
    child.errnum = fill(fd.get(), path, child, depth - 1);
    return filter_.leaf.empty() || !child.nodes.empty();
  }

  // One call instead of listing the directory: there may be hundreds, and mostly the leaf is not in it.
  bool add_leaf(int dir_fd, Node& child) {
    if (!is_tree_path(filter_.leaf) || filter_.leaf.find('/') != std::string::npos) return false;
    struct stat status{};
    const std::string path = join_path(child.entry.name, filter_.leaf);
    if (::fstatat(dir_fd, path.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0)
      return errno != ENOENT && errno != ENOTDIR && (child.errnum = errno) != 0;
    if (!S_ISDIR(status.st_mode)) return false;
    Node& leaf = child.nodes.emplace_back();
    leaf.entry = {filter_.leaf, EntryKind::directory, static_cast<std::uint16_t>(status.st_mode & 07777), {}};
    return true;
  }

  // Which list_fd() leaves out where a leaf is looked for.
  static bool add_mode(int dir_fd, Node& child) {
    if (child.errnum != 0) return true;
    struct stat status{};
    if (::fstatat(dir_fd, child.entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      child.errnum = errno;
      return child.errnum != ENOENT;
    }
    child.entry.mode = static_cast<std::uint16_t>(status.st_mode & 07777);
    return true;
  }

  bool may_enter(const std::string& path, Node& child) {
    if (guard_ == nullptr || guard_->enter(Verb::read, path, 0)) return true;
    child.errnum = stuck_errnum;
    return false;
  }

  std::string_view root_;
  const ReadFilter& filter_;
  CallGuard* guard_;
};

}  // namespace

std::string KernelTree::absolute(std::string_view path) const {
  return path.empty() ? root_ : root_ + '/' + std::string(path);
}

Result<std::vector<Entry>> KernelTree::list_dir(std::string_view path) const {
  const std::string dir = absolute(path);
  const Fd fd(::open(dir.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return tree_error(Verb::list, path, errno);
  std::vector<Entry> entries;
  const int error = list_fd(fd.get(), entries);
  if (error != 0) return tree_error(Verb::list, path, error);
  for (Entry& entry : entries)
    if (entry.kind == EntryKind::link) entry.link_target = path_in_root(root_, dir, entry.link_target);
  return entries;
}

Result<> KernelTree::make_new_dir(std::string_view path, const std::string& full) const {
  const bool is_near_root = std::count(path.begin(), path.end(), '/') <= 1;
  Result<> prepared;
  if (prepare_ && is_near_root && ::access(full.c_str(), F_OK) != 0) prepared = prepare_(path);
  // What is not installed may be built in all the same: a kernel without a list of that says so here.
  if (!prepared && prepared.error().errnum != ENOENT) return prepared;
  if (::mkdir(full.c_str(), 0755) == 0) return {};
  return prepared ? Result<>(tree_error(Verb::make_dir, path, errno)) : prepared;
}

Result<Answer> KernelTree::run(const Operation& operation, std::size_t index) const {
  const auto& [verb, path, text] = operation;
  if (!is_tree_path(path) || (verb == Verb::link && !is_tree_path(text)))
    return tree_error(verb, path, EINVAL, "not a path of the tree");
  if (guard_ != nullptr && !guard_->enter(verb, path, index)) return tree_error(verb, path, stuck_errnum);
  const std::string full = absolute(path);
  Answer answer;
  int error = 0;
  switch (verb) {
    case Verb::list: answer.entries = TRY(list_dir(path)); break;
    case Verb::read:
      if (prepare_ && path == "dbroot") TRY_OK(prepare_(path));
      error = read_at(AT_FDCWD, full.c_str(), answer.text);
      break;
    case Verb::write:
      if (prepare_ && makes_it_keep_states(path, text)) TRY_OK(prepare_(path));
      error = write_once(full.c_str(), text);
      break;
    case Verb::make_dir: TRY_OK(make_new_dir(path, full)); break;
    case Verb::remove_dir: error = errno_of(::rmdir(full.c_str())); break;
    case Verb::link: error = errno_of(::symlink(absolute(text).c_str(), full.c_str())); break;
    case Verb::unlink: error = errno_of(::unlink(full.c_str())); break;
  }
  if (error != 0) return tree_error(verb, path, error);
  return answer;
}

BatchResult KernelTree::batch(std::span<const Operation> operations) {
  BatchResult result;
  result.answers.reserve(operations.size());
  for (const Operation& operation : operations) {
    auto answer = run(operation, result.answers.size());
    if (!answer) {
      result.failure =
          std::make_unique<BatchFailure>(BatchFailure{result.answers.size(), std::move(answer).error()});
      break;
    }
    result.answers.push_back(*std::move(answer));
  }
  return result;
}

Result<Node> KernelTree::read_tree(std::string_view path, const ReadFilter& filter) {
  if (!is_tree_path(path)) return tree_error(Verb::read, path, EINVAL, "not a path of the tree");
  if (guard_ != nullptr && !guard_->enter(Verb::read, path, 0))
    return tree_error(Verb::read, path, stuck_errnum);
  const std::string full = absolute(path);
  const Fd fd(::open(full.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return tree_error(Verb::read, path, errno);
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0) return tree_error(Verb::read, path, errno);
  Node node;
  node.entry = {std::string(base_name(path)),
                EntryKind::directory,
                static_cast<std::uint16_t>(status.st_mode & 07777),
                {}};
  const int error = TreeReader(root_, filter, guard_).fill(fd.get(), std::string(path), node, filter.depth);
  if (error != 0) return tree_error(Verb::read, path, error);
  return node;
}

Result<std::unique_ptr<Watch>> KernelTree::watch(std::string_view path) {
  if (!is_tree_path(path)) return tree_error(Verb::read, path, EINVAL, "not a path of the tree");
  return watch_directory(root_, path);
}

}  // namespace lunet::configfs
