// SPDX-License-Identifier: Apache-2.0
// forgetfs [--sector 512|4096] [--ignore-sync] FOLDER: a file system in memory that forgets on command what
// was not synced. Says "ready" when it is mounted, then takes commands (volume.h) from stdin, one a line, and
// answers each; ends, and unmounts, at the end of stdin.
#define FUSE_USE_VERSION 312
#include <fcntl.h>
#include <fuse_lowlevel.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "forgetfs/volume.h"

namespace lunet::forgetfs {
namespace {

Volume& volume_of(fuse_req_t request) {
  return *static_cast<Volume*>(fuse_req_userdata(request));
}

enum class Access : std::uint8_t { looks, changes };

/// The volume, locked for one request; false when the power is off, and the request is answered.
class Locked {
 public:
  explicit Locked(fuse_req_t request, Access access = Access::looks)
      : volume_(volume_of(request)),
        guard_(volume_.mutex()),
        errnum_(volume_.power(access == Access::changes)) {
    if (errnum_ != 0) fuse_reply_err(request, errnum_);
  }
  Volume* operator->() { return &volume_; }
  explicit operator bool() const { return errnum_ == 0; }

 private:
  Volume& volume_;
  std::lock_guard<std::mutex> guard_;
  int errnum_;
};

struct stat attributes_of(const Node& node) {
  struct stat attributes{};
  attributes.st_ino = node.id;
  attributes.st_mode = node.mode;
  attributes.st_nlink = S_ISDIR(node.mode) ? 2 : 1;
  attributes.st_uid = node.uid;
  attributes.st_gid = node.gid;
  attributes.st_size = static_cast<off_t>(node.data.size());
  attributes.st_blksize = 4096;
  attributes.st_blocks = (attributes.st_size + 511) / 512;
  return attributes;
}

/// Nothing may be cached: names and sizes change behind the kernel's back when the power goes.
fuse_entry_param entry_of(const Node& node) {
  fuse_entry_param entry{};
  entry.ino = node.id;
  entry.attr = attributes_of(node);
  return entry;
}

void lookup(fuse_req_t request, fuse_ino_t parent, const char* name) {
  Locked volume(request);
  if (!volume) return;
  const Node* node = volume->child(parent, name);
  if (node == nullptr) {
    fuse_reply_err(request, ENOENT);
    return;
  }
  const fuse_entry_param entry = entry_of(*node);
  fuse_reply_entry(request, &entry);
}

void get_attributes(fuse_req_t request, fuse_ino_t id, fuse_file_info* /*file*/) {
  Locked volume(request);
  if (!volume) return;
  const struct stat attributes = attributes_of(volume->node(id));
  fuse_reply_attr(request, &attributes, 0);
}

void set_attributes(fuse_req_t request, fuse_ino_t id, struct stat* wanted, int which,
                    fuse_file_info* /*file*/) {
  Locked volume(request, Access::changes);
  if (!volume) return;
  Node& node = volume->node(id);
  constexpr mode_t permissions = 07777;
  if ((which & FUSE_SET_ATTR_MODE) != 0)
    node.mode = (node.mode & ~permissions) | (wanted->st_mode & permissions);
  if ((which & FUSE_SET_ATTR_UID) != 0) node.uid = wanted->st_uid;
  if ((which & FUSE_SET_ATTR_GID) != 0) node.gid = wanted->st_gid;
  if ((which & FUSE_SET_ATTR_SIZE) != 0) node.data.resize(static_cast<std::uint64_t>(wanted->st_size));
  const struct stat attributes = attributes_of(node);
  fuse_reply_attr(request, &attributes, 0);
}

Node* make_node(Locked& volume, fuse_req_t request, fuse_ino_t parent, const char* name, mode_t mode) {
  Node* made = nullptr;
  if (const int errnum = volume->make(parent, name, mode, made); errnum != 0) {
    fuse_reply_err(request, errnum);
    return nullptr;
  }
  made->uid = fuse_req_ctx(request)->uid;
  made->gid = fuse_req_ctx(request)->gid;
  return made;
}

void create(fuse_req_t request, fuse_ino_t parent, const char* name, mode_t mode, fuse_file_info* file) {
  Locked volume(request, Access::changes);
  if (!volume) return;
  const Node* made = make_node(volume, request, parent, name, S_IFREG | (mode & 07777));
  if (made == nullptr) return;
  const fuse_entry_param entry = entry_of(*made);
  fuse_reply_create(request, &entry, file);
}

void make_other(fuse_req_t request, fuse_ino_t parent, const char* name, mode_t mode, dev_t /*device*/) {
  Locked volume(request, Access::changes);
  if (!volume) return;
  const Node* made = make_node(volume, request, parent, name, mode);
  if (made == nullptr) return;
  const fuse_entry_param entry = entry_of(*made);
  fuse_reply_entry(request, &entry);
}

void make_folder(fuse_req_t request, fuse_ino_t parent, const char* name, mode_t mode) {
  make_other(request, parent, name, S_IFDIR | mode, 0);
}

void remove_file(fuse_req_t request, fuse_ino_t parent, const char* name) {
  Locked volume(request, Access::changes);
  if (!volume) return;
  fuse_reply_err(request, volume->remove(parent, name, false));
}

void remove_folder(fuse_req_t request, fuse_ino_t parent, const char* name) {
  Locked volume(request, Access::changes);
  if (!volume) return;
  fuse_reply_err(request, volume->remove(parent, name, true));
}

// NOLINTNEXTLINE(readability-function-size) the parameters are libfuse's
void rename_node(fuse_req_t request, fuse_ino_t parent, const char* name, fuse_ino_t new_parent,
                 const char* new_name, unsigned flags) {
  Locked volume(request, Access::changes);
  if (!volume) return;
  constexpr unsigned no_replace = 1;  // RENAME_NOREPLACE
  if ((flags & ~no_replace) != 0) {
    fuse_reply_err(request, EINVAL);
    return;
  }
  fuse_reply_err(request, volume->rename(parent, name, new_parent, new_name, flags == no_replace));
}

void open_node(fuse_req_t request, fuse_ino_t /*id*/, fuse_file_info* file) {
  fuse_reply_open(request, file);  // without keep_cache: what the kernel knows of an older life is dropped
}

void read_file(fuse_req_t request, fuse_ino_t id, std::size_t size, off_t offset, fuse_file_info* /*file*/) {
  Locked volume(request);
  if (!volume) return;
  const std::string data = volume->node(id).data.read(static_cast<std::uint64_t>(offset), size);
  fuse_reply_buf(request, data.data(), data.size());
}

// NOLINTNEXTLINE(readability-function-size) the parameters are libfuse's
void write_file(fuse_req_t request, fuse_ino_t id, const char* data, std::size_t size, off_t offset,
                fuse_file_info* file) {
  Locked volume(request, Access::changes);
  if (!volume) return;
  if (const int errnum = volume->write_fault(); errnum != 0) {
    fuse_reply_err(request, errnum);
    return;
  }
  const auto at = static_cast<std::uint64_t>(offset);
  volume->node(id).data.write(at, {data, size});
  // The kernel hands O_DSYNC and RWF_DSYNC down as this flag and a sync that follows from the same thread.
  if ((file->flags & O_DSYNC) != 0) volume->owe_sync(id, fuse_req_ctx(request)->pid, at, size);
  fuse_reply_write(request, size);
}

void sync_file(fuse_req_t request, fuse_ino_t id, int /*data_only*/, fuse_file_info* /*file*/) {
  Locked volume(request, Access::changes);
  if (!volume) return;
  fuse_reply_err(request, volume->sync(id, fuse_req_ctx(request)->pid));
}

// NOLINTNEXTLINE(readability-function-size) the parameters are libfuse's
void allocate(fuse_req_t request, fuse_ino_t id, int mode, off_t offset, off_t length,
              fuse_file_info* /*file*/) {
  Locked volume(request, Access::changes);
  if (!volume) return;
  Image& data = volume->node(id).data;
  const auto at = static_cast<std::uint64_t>(offset);
  const auto bytes = static_cast<std::uint64_t>(length);
  if ((mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE)) != 0) {
    fuse_reply_err(request, EOPNOTSUPP);
    return;
  }
  if ((mode & (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_ZERO_RANGE)) != 0) data.zero(at, bytes);
  if ((mode & FALLOC_FL_KEEP_SIZE) == 0 && at + bytes > data.size()) data.resize(at + bytes);
  fuse_reply_err(request, 0);
}

void read_folder(fuse_req_t request, fuse_ino_t id, std::size_t size, off_t offset,
                 fuse_file_info* /*file*/) {
  Locked volume(request);
  if (!volume) return;
  std::vector<char> buffer(size);
  std::size_t used = 0;
  off_t number = 0;
  for (const auto& [name, child] : volume->node(id).names.shown()) {
    if (++number <= offset) continue;
    const struct stat attributes = attributes_of(volume->node(child));
    const std::size_t needed =
        fuse_add_direntry(request, buffer.data() + used, size - used, name.c_str(), &attributes, number);
    if (needed > size - used) break;
    used += needed;
  }
  fuse_reply_buf(request, buffer.data(), used);
}

void file_system(fuse_req_t request, fuse_ino_t /*id*/) {
  struct statvfs answer{};
  answer.f_bsize = answer.f_frsize = 4096;
  answer.f_blocks = answer.f_bfree = answer.f_bavail = 1U << 20;
  answer.f_namemax = 255;
  fuse_reply_statfs(request, &answer);
}

void initialise(void* /*volume*/, fuse_conn_info* connection) {
  connection->want &= ~static_cast<unsigned>(FUSE_CAP_ATOMIC_O_TRUNC);  // truncation comes as set_attributes
}

fuse_lowlevel_ops operations() {
  fuse_lowlevel_ops made{};
  made.init = initialise;
  made.lookup = lookup;
  made.getattr = get_attributes;
  made.setattr = set_attributes;
  made.mknod = make_other;
  made.mkdir = make_folder;
  made.unlink = remove_file;
  made.rmdir = remove_folder;
  made.rename = rename_node;
  made.create = create;
  made.open = open_node;
  made.read = read_file;
  made.write = write_file;
  made.fsync = sync_file;
  made.fallocate = allocate;
  made.opendir = open_node;
  made.readdir = read_folder;
  made.fsyncdir = sync_file;
  made.statfs = file_system;
  return made;
}

void serve_commands(Volume& volume, fuse_session* session) {
  for (std::string line; std::getline(std::cin, line);) {
    const std::lock_guard guard(volume.mutex());
    std::cout << volume.command(line) << '\n' << std::flush;
  }
  fuse_session_exit(session);
  ::kill(::getpid(), SIGTERM);  // wakes the loop
}

int run(const std::string& folder, const Options& options) {
  Volume volume(options);
  const char* words[] = {"forgetfs", "-o",
                         "fsname=forgetfs,subtype=forgetfs,allow_other,default_permissions"};
  fuse_args arguments{static_cast<int>(std::size(words)), const_cast<char**>(words), 0};
  const fuse_lowlevel_ops made = operations();
  fuse_session* session = fuse_session_new(&arguments, &made, sizeof made, &volume);
  if (session == nullptr || fuse_set_signal_handlers(session) != 0 ||
      fuse_session_mount(session, folder.c_str()) != 0) {
    return 1;
  }
  std::cout << "ready\n" << std::flush;
  std::thread commands(serve_commands, std::ref(volume), session);
  fuse_session_loop(session);
  fuse_session_unmount(session);
  commands.detach();
  // The thread may wait for a line that never comes; nothing of ours needs to be put away.
  std::_Exit(0);
}

}  // namespace
}  // namespace lunet::forgetfs

int main(int count, char** words) {
  lunet::forgetfs::Options options;
  std::string folder;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--ignore-sync") {
      options.ignore_sync = true;
    } else if (word == "--sector" && i + 1 < count) {
      options.sector_bytes = static_cast<std::uint32_t>(std::stoul(words[++i]));
    } else {
      folder = word;
    }
  }
  if (folder.empty() || (options.sector_bytes != 512 && options.sector_bytes != 4096)) {
    std::cerr << "usage: forgetfs [--sector 512|4096] [--ignore-sync] FOLDER\n";
    return 2;
  }
  return lunet::forgetfs::run(folder, options);
}
