// SPDX-License-Identifier: Apache-2.0
#include "engine/backstore/open_disk.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/fs.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string_view>

#include "engine/backstore/block_queue.h"
#include "engine/backstore/holder.h"

namespace lunet::backstore {

namespace {

std::string opening(const std::string& path) {
  return fmt::format("opening {}", path);
}

Error open_error(int errnum, const std::string& path) {
  auto error = system_error(errnum, opening(path));
  switch (errnum) {
    case ENOENT: return std::move(error).advise("check the path; a disk's file is not created here");
    case EACCES:
    case EPERM:
      return std::move(error).advise(
          "allow the user that runs lunetd to read and write it, and to search the folders above it; a block "
          "device "
          "may be set read-only (blockdev --getro)");
    case EROFS: return std::move(error).advise("its file system is mounted read-only");
    case ETXTBSY: return std::move(error).advise("the system uses it as a swap file or runs it as a program");
    case EMFILE:
    case ENFILE: return std::move(error).advise("raise the limit of open files (ulimit -n, LimitNOFILE=)");
    default: return error;
  }
}

Error busy_error(const std::string& path, const struct stat& file) {
  const std::string holder = holder_of(file);
  return {EBUSY, fmt::format("{}: in use by {}", opening(path), holder.empty() ? "another program" : holder),
          "a file or device serves one disk at a time: end its other use, or choose another one"};
}

std::string_view type_name(mode_t mode) {
  if (S_ISREG(mode)) return "a regular file";
  if (S_ISDIR(mode)) return "a directory";
  if (S_ISCHR(mode)) return "a character device";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "of another type";
}

/// Looks before opening, as opening a pipe or a character device has effects.
Result<struct stat> look(const std::string& path) {
  struct stat file{};
  if (::stat(path.c_str(), &file) != 0) return open_error(errno, path);
  return file;
}

Result<> check_type(const FileOptions& options, mode_t mode) {
  if (S_ISBLK(mode) || (S_ISREG(mode) && !options.direct)) return {};
  return Error{EINVAL, fmt::format("{}: it is {}", opening(options.path), type_name(mode)),
               options.direct ? "this kind of disk needs a block device; for a file there is fileio"
                              : "a disk needs a regular file or a block device"};
}

/// The whole file, against every other disk; given back when the file is closed.
Result<> lock_whole(const Fd& file, const std::string& path, const struct stat& seen) {
  struct flock whole{};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(file.get(), F_OFD_SETLK, &whole) == 0) return {};
  if (errno == EAGAIN || errno == EACCES) return busy_error(path, seen);
  return system_error(errno, fmt::format("locking {}", path))
      .advise("the file system must support locks; on NFS, the lock service must run");
}

Holding holding_of(const FileOptions& options, const struct stat& seen) {
  const bool block = S_ISBLK(seen.st_mode);
  Holding holding{nullptr, block ? seen.st_rdev : seen.st_dev, block ? 0 : seen.st_ino};
  for (const Holding& held : options.held) {
    if (held.file != nullptr && held.is_same(holding)) holding.file = held.file;
  }
  return holding;
}

/// `held`: it is another disk's, which goes for this one.
Result<Fd> open_exclusively(const FileOptions& options, const struct stat& seen, bool held) {
  int flags = (options.read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  if (S_ISBLK(seen.st_mode) && !held) flags |= O_EXCL;
  if (options.direct) flags |= O_DIRECT;
  Fd file(::open(options.path.c_str(), flags));
  if (!file && errno == EBUSY) return busy_error(options.path, seen);
  if (!file) return open_error(errno, options.path);
  struct stat now{};
  if (::fstat(file.get(), &now) != 0) return open_error(errno, options.path);
  if (now.st_dev != seen.st_dev || now.st_ino != seen.st_ino) {
    return Error{EBUSY, fmt::format("{}: it was replaced meanwhile", opening(options.path)), "try again"};
  }
  // O_NONBLOCK was for what could have taken the file's place; it would make the kernel refuse to wait for
  // pages.
  if (::fcntl(file.get(), F_SETFL, ::fcntl(file.get(), F_GETFL) & ~O_NONBLOCK) != 0) {
    return open_error(errno, options.path);
  }
  if (S_ISREG(seen.st_mode) && !held) TRY_OK(lock_whole(file, options.path, seen));
  return file;
}

Error too_short(const FileOptions& options, std::uint64_t size_bytes) {
  if (size_bytes == 0)
    return {EINVAL, fmt::format("{}: it is empty", opening(options.path)), "give it a size first"};
  return {EINVAL,
          fmt::format("{}: it has {} bytes, the disk needs {}", opening(options.path), size_bytes,
                      options.size_bytes),
          "choose a smaller size for the disk, or extend the file first"};
}

Result<Properties> regular_file(const Fd& file, const FileOptions& options) {
  struct stat now{};
  if (::fstat(file.get(), &now) != 0) return open_error(errno, options.path);
  const auto size_bytes = static_cast<std::uint64_t>(now.st_size);
  if (size_bytes == 0 || size_bytes < options.size_bytes) return too_short(options, size_bytes);
  Properties properties;
  properties.size_bytes = options.size_bytes != 0 ? options.size_bytes : size_bytes;
  properties.knows_allocation = ::lseek(file.get(), 0, SEEK_HOLE) >= 0;
  // Behind the end of the file there is nothing to lose.
  constexpr off_t probe_bytes = 4096;
  properties.can_unmap =
      ::fallocate(file.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, now.st_size, probe_bytes) == 0;
  return properties;
}

Result<Properties> block_device(const Fd& file, const FileOptions& options) {
  std::uint64_t size_bytes = 0;
  int read_only = 0;
  struct stat now{};
  if (::ioctl(file.get(), BLKGETSIZE64, &size_bytes) != 0 || ::ioctl(file.get(), BLKROGET, &read_only) != 0 ||
      ::fstat(file.get(), &now) != 0) {
    return open_error(errno, options.path);
  }
  if (read_only != 0 && !options.read_only) return open_error(EACCES, options.path);
  if (size_bytes == 0) return too_short(options, 0);
  const BlockQueue queue = read_block_queue(now.st_rdev);
  Properties properties;
  properties.limits = queue.limits;
  properties.size_bytes = size_bytes;
  properties.write_cache = queue.write_back;
  properties.rotational = queue.rotational;
  if (options.direct) properties.block_bytes = queue.logical_block_bytes;
  // A discard alone promises no zeros; the kernel's zeroing with unmap does, where the device has both.
  properties.can_unmap = queue.limits.discard_bytes_max != 0 && queue.limits.write_zeroes_bytes_max != 0;
  return properties;
}

}  // namespace

Result<OpenDisk> open_disk(const FileOptions& options) {
  const struct stat seen = TRY(look(options.path));
  TRY_OK(check_type(options, seen.st_mode));
  Holding holding = holding_of(options, seen);
  Fd file = TRY(open_exclusively(options, seen, holding.file != nullptr));
  // A FUSE file system is asked once whether its files can be polled: here, where an answer may take its
  // time, and not by io_uring on a worker's thread.
  pollfd asked{file.get(), POLLIN, 0};
  (void)::poll(&asked, 1, 0);
  Properties properties =
      TRY(S_ISBLK(seen.st_mode) ? block_device(file, options) : regular_file(file, options));
  if (!options.direct) properties.write_cache = options.write_back;
  properties.read_only = options.read_only;
  return OpenDisk{std::move(file), std::move(properties), options.direct, std::move(holding)};
}

}  // namespace lunet::backstore
