// SPDX-License-Identifier: Apache-2.0
#include "engine/backstore/open_disk.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fstream>
#include <optional>

#include "base/byte_size.h"
#include "base/text.h"
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
  if (S_ISREG(file.st_mode) || S_ISBLK(file.st_mode)) return file;
  return Error{EINVAL, fmt::format("{}: it is {}", opening(path), type_name(file.st_mode)),
               "a disk needs a regular file or a block device"};
}

/// The whole file, against every other disk; given back when the file is closed.
Result<> lock(const Fd& file, const std::string& path, const struct stat& seen) {
  struct flock whole{};
  whole.l_type = F_WRLCK;
  whole.l_whence = SEEK_SET;
  if (::fcntl(file.get(), F_OFD_SETLK, &whole) == 0) return {};
  if (errno == EAGAIN || errno == EACCES) return busy_error(path, seen);
  return system_error(errno, fmt::format("locking {}", path))
      .advise("the file system must support locks; on NFS, the lock service must run");
}

Result<Fd> open_exclusively(const FileOptions& options, const struct stat& seen) {
  int flags = O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  if (!options.write_back) flags |= O_DSYNC;
  if (S_ISBLK(seen.st_mode)) flags |= O_EXCL;
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
  if (S_ISREG(seen.st_mode)) TRY_OK(lock(file, options.path, seen));
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
  // Behind the end of the file there is nothing to lose.
  constexpr off_t probe_bytes = 4096;
  properties.can_unmap =
      ::fallocate(file.get(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, now.st_size, probe_bytes) == 0;
  return properties;
}

/// A number from the device's queue/ in sysfs; a partition shares that of its disk.
std::optional<std::uint64_t> queue_number(dev_t device, std::string_view name) {
  const auto folder = fmt::format("/sys/dev/block/{}:{}", major(device), minor(device));
  for (const std::string_view queue : {"queue", "../queue"}) {
    std::ifstream file(fmt::format("{}/{}/{}", folder, queue, name));
    std::string text;
    if (std::getline(file, text)) return parse_unsigned(trim(text));
  }
  return std::nullopt;
}

Result<Properties> block_device(const Fd& file, const FileOptions& options) {
  std::uint64_t size_bytes = 0;
  int read_only = 0;
  struct stat now{};
  if (::ioctl(file.get(), BLKGETSIZE64, &size_bytes) != 0 || ::ioctl(file.get(), BLKROGET, &read_only) != 0 ||
      ::fstat(file.get(), &now) != 0) {
    return open_error(errno, options.path);
  }
  if (read_only != 0) return open_error(EACCES, options.path);
  if (size_bytes == 0) return too_short(options, 0);
  Properties properties;
  properties.size_bytes = size_bytes;
  // A discard alone promises no zeros; the kernel's zeroing with unmap does, where the device has both.
  properties.can_unmap = queue_number(now.st_rdev, "discard_max_bytes").value_or(0) != 0 &&
                         queue_number(now.st_rdev, "write_zeroes_max_bytes").value_or(0) != 0;
  properties.rotational = queue_number(now.st_rdev, "rotational").value_or(1) != 0;
  return properties;
}

}  // namespace

Result<OpenDisk> open_disk(const FileOptions& options) {
  const struct stat seen = TRY(look(options.path));
  Fd file = TRY(open_exclusively(options, seen));
  Properties properties =
      TRY(S_ISBLK(seen.st_mode) ? block_device(file, options) : regular_file(file, options));
  properties.write_cache = options.write_back;
  return OpenDisk{std::move(file), properties};
}

}  // namespace lunet::backstore
