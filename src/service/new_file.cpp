// SPDX-License-Identifier: Apache-2.0
#include "service/new_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <new>

namespace lunet::service {
namespace {

std::string parent_of(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

/// Makes the entry in the folder durable.
Result<> sync_folder(const std::string& folder) {
  const Fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd || ::fsync(fd.get()) != 0) return system_error(errno, "syncing folder " + folder);
  return {};
}

Error cannot_create(int errnum, const std::string& path) {
  Error error = system_error(errnum, "creating file " + path);
  if (errnum == ENOENT) error.hint = fmt::format("create the folder {} first", parent_of(path));
  if (errnum == EEXIST) error.hint = "something is there by now; look at it, or use another path";
  return error;
}

/// In pieces, so that it can be told how far it is: some file systems write zeros.
Result<> allocate(const Fd& file, const NewFileRequest& request) {
  constexpr std::uint64_t piece = std::uint64_t{64} << 20U;
  // What does not fit is refused before the file system is full of it.
  struct statvfs system{};
  const bool fits = ::fstatvfs(file.get(), &system) != 0 ||
                    request.size_bytes / std::max<std::uint64_t>(system.f_frsize, 1) <= system.f_bfree;
  for (std::uint64_t at = 0; at < request.size_bytes;) {
    const std::uint64_t length = std::min(piece, request.size_bytes - at);
    const int errnum =
        fits ? ::posix_fallocate(file.get(), static_cast<off_t>(at), static_cast<off_t>(length)) : ENOSPC;
    if (errnum != 0) {
      if (request.allocated) request.allocated(request.size_bytes);
      return system_error(errnum,
                          fmt::format("allocating {} bytes for {}", request.size_bytes, request.path));
    }
    at += length;
    if (request.allocated) request.allocated(at);
  }
  return {};
}

Result<> fill(const Fd& file, const NewFileRequest& request) {
  const auto length = static_cast<off_t>(request.size_bytes);
  if (request.sparse) {
    if (::ftruncate(file.get(), length) != 0)
      return system_error(errno, fmt::format("giving {} {} bytes", request.path, request.size_bytes));
  } else {
    TRY_OK(allocate(file, request));
  }
  if (::fsync(file.get()) != 0) return system_error(errno, "syncing " + request.path);
  return {};
}

/// Of a file handle: the file system's answer to an inode number that is used again. Not all have one.
std::string handle_of(int folder, const char* name, int flags) {
  alignas(file_handle) std::array<std::byte, sizeof(file_handle) + MAX_HANDLE_SZ> room{};
  auto* handle = new (room.data()) file_handle{};
  handle->handle_bytes = MAX_HANDLE_SZ;
  int mount = 0;
  // It follows no link unless asked to.
  if (::name_to_handle_at(folder, name, handle, &mount, flags & AT_EMPTY_PATH) != 0) return {};
  std::string text = fmt::format("{}:", handle->handle_type);
  const unsigned char* bytes = handle->f_handle;
  for (unsigned i = 0; i < handle->handle_bytes; ++i) text += fmt::format("{:02x}", bytes[i]);
  return text;
}

/// Inode numbers are used again; with its handle, or else the time of its birth, one is unique. Inode 0: not
/// known.
store::MadeFile mark_of(int folder, const char* name, int flags, const std::string& path) {
  store::MadeFile mark{path, 0, 0, 0, {}};
  struct statx found{};
  if (::statx(folder, name, flags, STATX_INO | STATX_BTIME, &found) != 0) return mark;
  if ((found.stx_mask & STATX_BTIME) == 0) return mark;
  mark.device = (std::uint64_t{found.stx_dev_major} << 32) | found.stx_dev_minor;
  mark.inode = found.stx_ino;
  mark.born_ns = found.stx_btime.tv_sec * 1'000'000'000 + found.stx_btime.tv_nsec;
  mark.handle = handle_of(folder, name, flags);
  return mark;
}

}  // namespace

NewFile& NewFile::operator=(NewFile&& other) noexcept {
  request_ = std::exchange(other.request_, {});
  mark_ = std::exchange(other.mark_, {});
  file_ = std::move(other.file_);
  named_ = std::exchange(other.named_, false);
  return *this;
}

Result<NewFile> NewFile::prepare(const NewFileRequest& request) {
  NewFile made;
  const std::string folder = parent_of(request.path);
  made.file_ = Fd(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  made.request_ = request;
  made.mark_.path = request.path;
  if (!made.file_) {
    // A folder on a file system that makes files by name only.
    if (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL || errno == ENOSYS) return made;
    return cannot_create(errno, request.path);
  }
  TRY_OK(fill(made.file_, request));
  made.mark_ = mark_of(made.file_.get(), "", AT_EMPTY_PATH, request.path);
  return made;
}

Result<> NewFile::make() {
  if (!file_) return make_by_name();
  const std::string self = fmt::format("/proc/self/fd/{}", file_.get());
  if (::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, request_.path.c_str(), AT_SYMLINK_FOLLOW) != 0)
    return cannot_create(errno, request_.path);
  named_ = true;
  file_.reset();
  return sync_folder(parent_of(request_.path));
}

Result<> NewFile::make_by_name() {
  const Fd file(::open(request_.path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!file) return cannot_create(errno, request_.path);
  named_ = true;
  TRY_OK(fill(file, request_));
  return sync_folder(parent_of(request_.path));
}

void NewFile::remove() {
  if (std::exchange(named_, false)) {
    ::unlink(request_.path.c_str());
    (void)sync_folder(parent_of(request_.path));
  }
  file_.reset();
}

bool remove_made_file(const store::MadeFile& file) {
  if (file.inode == 0) return false;
  const store::MadeFile now = mark_of(AT_FDCWD, file.path.c_str(), AT_SYMLINK_NOFOLLOW, file.path);
  if (now.inode != file.inode || now.device != file.device || now.born_ns != file.born_ns) return false;
  // The birth is told to the tick of a clock, some milliseconds.
  if (!file.handle.empty() && now.handle != file.handle) return false;
  if (::unlink(file.path.c_str()) != 0) return false;
  (void)sync_folder(parent_of(file.path));
  return true;
}

}  // namespace lunet::service
