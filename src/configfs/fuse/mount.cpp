// SPDX-License-Identifier: Apache-2.0
#define FUSE_USE_VERSION 314
#include "configfs/fuse/mount.h"

#include <fmt/core.h>
#include <fuse3/fuse.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdlib>
#include <cstring>

#include "base/late_library.h"
#include "configfs/fuse/tree_files.h"

namespace lunet::configfs {

namespace {

/// Loaded by the first mount.
struct Libfuse {
  /// The C library ends libfuse's threads with it, and the whole process when it is not there.
  LateLibrary of_threads{"libgcc_s.so.1"};
  LateLibrary library{"libfuse3.so.3"};
  LUNET_LATE(fuse_destroy);
  LUNET_LATE(fuse_get_context);
  LUNET_LATE(fuse_get_session);
  LUNET_LATE(fuse_loop_cfg_create);
  LUNET_LATE(fuse_loop_cfg_destroy);
  LUNET_LATE(fuse_loop_mt);
  LUNET_LATE(fuse_mount);
  LUNET_LATE(fuse_new);
  LUNET_LATE(fuse_opt_free_args);
  LUNET_LATE(fuse_remove_signal_handlers);
  LUNET_LATE(fuse_set_signal_handlers);
  LUNET_LATE(fuse_unmount);
};

const Libfuse& libfuse() {
  static const Libfuse loaded;
  return loaded;
}

TreeFiles& files() {
  return *static_cast<TreeFiles*>(libfuse().fuse_get_context()->private_data);
}

template <class T>
int status_of(const Result<T>& result) {
  return result ? 0 : -result.error().errnum;
}

/// What one open file has read: the content of the moment of its first read at offset 0, as in the kernel.
struct OpenFile {
  std::string text;
};

OpenFile& open_file_of(const fuse_file_info* info) {
  return *reinterpret_cast<OpenFile*>(info->fh);
}

void* on_init(fuse_conn_info* /*connection*/, fuse_config* config) {
  // Others change the tree too: nothing may be remembered.
  config->entry_timeout = 0;
  config->negative_timeout = 0;
  config->attr_timeout = 0;
  config->direct_io = 1;
  config->nullpath_ok = 0;
  return libfuse().fuse_get_context()->private_data;
}

int on_getattr(const char* path, struct stat* status, fuse_file_info* /*info*/) {
  const auto found = files().stat(path);
  if (!found) return -found.error().errnum;
  *status = *found;
  status->st_uid = ::getuid();
  status->st_gid = ::getgid();
  return 0;
}

// The signature is libfuse's.
// NOLINTNEXTLINE(readability-function-size)
int on_readdir(const char* path, void* buffer, fuse_fill_dir_t fill, off_t /*offset*/,
               fuse_file_info* /*info*/, fuse_readdir_flags /*flags*/) {
  const auto entries = files().list(path);
  if (!entries) return -entries.error().errnum;
  fill(buffer, ".", nullptr, 0, fuse_fill_dir_flags{});
  fill(buffer, "..", nullptr, 0, fuse_fill_dir_flags{});
  for (const Entry& entry : *entries) fill(buffer, entry.name.c_str(), nullptr, 0, fuse_fill_dir_flags{});
  return 0;
}

int on_readlink(const char* path, char* buffer, std::size_t size) {
  const auto target = files().link_target(path);
  if (!target) return -target.error().errnum;
  if (target->size() + 1 > size) return -ENAMETOOLONG;
  std::memcpy(buffer, target->c_str(), target->size() + 1);
  return 0;
}

int on_open(const char* path, fuse_file_info* info) {
  const auto found = files().stat(path);
  if (!found) return -found.error().errnum;
  const int access = info->flags & O_ACCMODE;
  if (access != O_WRONLY && (found->st_mode & 0444) == 0) return -EACCES;
  if (access != O_RDONLY && (found->st_mode & 0222) == 0) return -EACCES;
  info->fh = reinterpret_cast<std::uintptr_t>(new OpenFile);
  return 0;
}

int on_release(const char* /*path*/, fuse_file_info* info) {
  delete &open_file_of(info);
  return 0;
}

int on_read(const char* path, char* buffer, std::size_t size, off_t offset, fuse_file_info* info) {
  OpenFile& file = open_file_of(info);
  if (offset == 0) {
    auto text = files().read(path);
    if (!text) return -text.error().errnum;
    file.text = std::move(*text);
  }
  const auto from = static_cast<std::size_t>(offset);
  if (from >= file.text.size()) return 0;
  return static_cast<int>(file.text.copy(buffer, std::min<std::size_t>(size, INT_MAX), from));
}

int on_write(const char* path, const char* buffer, std::size_t size, off_t /*offset*/,
             fuse_file_info* /*info*/) {
  const auto written = files().write(path, {buffer, size});
  return written ? static_cast<int>(size) : -written.error().errnum;
}

// "echo 1 > file" truncates first; there is nothing to truncate.
int on_truncate(const char* path, off_t /*size*/, fuse_file_info* /*info*/) {
  return status_of(files().stat(path));
}

int on_mkdir(const char* path, mode_t /*mode*/) {
  return status_of(files().make_dir(path));
}
int on_rmdir(const char* path) {
  return status_of(files().remove_dir(path));
}
int on_symlink(const char* to, const char* path) {
  return status_of(files().link(to, path));
}
int on_unlink(const char* path) {
  return status_of(files().unlink(path));
}
int on_create(const char* /*path*/, mode_t /*mode*/, fuse_file_info* /*info*/) {
  return -EACCES;  // as in the kernel's tree: files come with their folder
}

constexpr fuse_operations make_operations() {
  fuse_operations all{};
  all.init = on_init;
  all.getattr = on_getattr;
  all.readdir = on_readdir;
  all.readlink = on_readlink;
  all.open = on_open;
  all.release = on_release;
  all.read = on_read;
  all.write = on_write;
  all.truncate = on_truncate;
  all.mkdir = on_mkdir;
  all.rmdir = on_rmdir;
  all.symlink = on_symlink;
  all.unlink = on_unlink;
  all.create = on_create;
  return all;
}
constexpr fuse_operations operations = make_operations();

class FuseMount final : public Mount {
 public:
  FuseMount(Tree& tree, std::string root) : files_(tree, std::move(root)) {}
  FuseMount(const FuseMount&) = delete;
  FuseMount& operator=(const FuseMount&) = delete;
  ~FuseMount() override;

  Result<> mount(const std::string& directory);
  Result<> serve() override;

 private:
  TreeFiles files_;
  fuse* fuse_ = nullptr;
  bool mounted_ = false;
};

FuseMount::~FuseMount() {
  if (mounted_) libfuse().fuse_unmount(fuse_);
  if (fuse_ != nullptr) libfuse().fuse_destroy(fuse_);
}

Result<> FuseMount::mount(const std::string& directory) {
  std::array<char, 6> program{"lunet"};
  std::array<char, 3> option{"-o"};
  std::array<char, 32> value{"fsname=lunet,subtype=target"};
  std::array<char*, 3> words{program.data(), option.data(), value.data()};
  fuse_args arguments FUSE_ARGS_INIT(static_cast<int>(words.size()), words.data());
  fuse_ = libfuse().fuse_new(&arguments, &operations, sizeof operations, &files_);
  libfuse().fuse_opt_free_args(&arguments);
  if (fuse_ == nullptr) return Error{EINVAL, "libfuse refused its options", {}};
  if (libfuse().fuse_mount(fuse_, directory.c_str()) != 0) {
    return Error{EPERM, fmt::format("{} could not be mounted", directory),
                 ::getuid() == 0 ? "this system may not allow mounts here, as in many containers"
                                 : "others than root need the package fuse3, and a folder of their own"};
  }
  mounted_ = true;
  return {};
}

Result<> FuseMount::serve() {
  fuse_session* session = libfuse().fuse_get_session(fuse_);
  if (libfuse().fuse_set_signal_handlers(session) != 0) return Error{EIO, "setting signal handlers", {}};
  fuse_loop_config* config = libfuse().fuse_loop_cfg_create();
  const int status = libfuse().fuse_loop_mt(fuse_, config);
  libfuse().fuse_loop_cfg_destroy(config);
  libfuse().fuse_remove_signal_handlers(session);
  if (status < 0) return system_error(-status, "serving the mounted tree");
  return {};
}

Result<std::string> real_folder(const std::string& directory) {
  const std::unique_ptr<char, decltype(&std::free)> path(::realpath(directory.c_str(), nullptr), &std::free);
  if (path == nullptr) return system_error(errno, directory);
  struct stat status{};
  if (::stat(path.get(), &status) != 0) return system_error(errno, directory);
  if (!S_ISDIR(status.st_mode)) return system_error(ENOTDIR, directory);
  return std::string(path.get());
}

}  // namespace

Result<std::unique_ptr<Mount>> make_mount(Tree& tree, const std::string& directory) {
  const std::string root = TRY(real_folder(directory));
  if (::access("/dev/fuse", R_OK | W_OK) != 0) {
    return system_error(errno, "/dev/fuse")
        .advise("load the kernel's module with 'modprobe fuse', or allow the device in this container");
  }
  TRY_OK(libfuse().library.need("nothing can be mounted", "libfuse3-3, version 3.12 or later"));
  TRY_OK(libfuse().of_threads.need("nothing can be mounted", "libgcc-s1"));
  auto made = std::make_unique<FuseMount>(tree, root);
  TRY_OK(made->mount(root));
  return std::unique_ptr<Mount>(std::move(made));
}

}  // namespace lunet::configfs
