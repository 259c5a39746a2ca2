// SPDX-License-Identifier: Apache-2.0
#include "service/backing_file.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <limits>

#include "base/byte_size.h"
#include "base/fd.h"

namespace lunet::service {

using FileStatus = struct ::stat;

std::string_view file_type_name(mode_t mode) {
  if (S_ISREG(mode)) return "a regular file";
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISCHR(mode)) return "a character device";
  if (S_ISFIFO(mode)) return "a pipe";
  if (S_ISSOCK(mode)) return "a socket";
  return "of an unknown type";
}

Error for_disk(const FileRequest& request, Error error) {
  return std::move(error).during(fmt::format("creating {} '{}'", request.plugin, request.disk));
}

Result<std::string> absolute_path(const FileRequest& request) {
  constexpr std::string_view hint = "name a file or a block device";
  if (request.path.empty()) return for_disk(request, {EINVAL, "no file is given", std::string(hint)});
  if (request.path.find_first_of(std::string_view(",\n\0", 3)) != std::string::npos) {
    return for_disk(request, {EINVAL, fmt::format("path '{}' has a comma, a line end or a NUL", request.path),
                              "rename the file: the target would open another one"});
  }
  std::error_code error;
  const std::filesystem::path path = std::filesystem::absolute(request.path, error);
  if (error) return for_disk(request, system_error(error.value(), request.path));
  return path.lexically_normal().string();
}

Result<> check_unused(const FileRequest& request, const std::string& path, const FileStatus& status) {
  for (const auto& [disk, used_path] : request.users ? request.users() : FileUsers{}) {
    FileStatus other{};
    if (::stat(used_path.c_str(), &other) != 0) continue;
    const bool same = S_ISBLK(status.st_mode) && S_ISBLK(other.st_mode)
                          ? status.st_rdev == other.st_rdev
                          : status.st_dev == other.st_dev && status.st_ino == other.st_ino;
    if (!same) continue;
    return for_disk(request, {EBUSY, fmt::format("{} is the file of disk '{}' already", path, disk),
                              "use another file, or delete that disk first"});
  }
  return {};
}

Result<> check_other_programs(const FileRequest& request, const std::string& path, int flags) {
  if (!request.check_users) return {};
  const Fd fd(::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK));
  if (!fd) {
    Error error = system_error(errno, "opening " + path);
    if (error.errnum == EBUSY) error.hint = "it is mounted or in use: see `lsblk` and `lsof`";
    return for_disk(request, std::move(error));
  }
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(fd.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK) {
    const std::string holder = lock.l_pid > 0 ? fmt::format("process {}", lock.l_pid) : "another program";
    return for_disk(request, {EBUSY, fmt::format("{} is locked by {}", path, holder), "see `lslocks`"});
  }
  return {};
}

namespace {

Result<BackingFile> use_regular(const FileRequest& request, const std::string& path,
                                const FileStatus& status) {
  const auto size = static_cast<std::uint64_t>(status.st_size);
  const std::uint64_t whole = size / block_size * block_size;
  if (whole == 0) {
    return for_disk(request, {EINVAL, fmt::format("the existing file {} has only {} bytes", path, size),
                              "enlarge it with `truncate -s SIZE`, or remove it and give a size"});
  }
  BackingFile file{path, whole, whole, {}, {}};
  if (request.size_bytes && *request.size_bytes != size) {
    file.notes.push_back(
        fmt::format("{} exists and keeps its size of {} bytes; the given size of {} bytes is ignored", path,
                    size, *request.size_bytes));
  }
  if (whole != size) {
    file.notes.push_back(fmt::format("{} is no multiple of {} bytes: its last {} bytes are not used", path,
                                     block_size, size - whole));
  }
  return file;
}

Result<BackingFile> use_block_device(const FileRequest& request, const std::string& path) {
  BackingFile file{path, std::nullopt, 0, {}, {}};
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return for_disk(request, system_error(errno, "opening " + path));
  if (::ioctl(fd.get(), BLKGETSIZE64, &file.capacity) != 0) {
    return for_disk(request, system_error(errno, "asking the size of " + path));
  }
  if (file.capacity == 0) {
    return for_disk(request,
                    {ENXIO, fmt::format("block device {} has no medium", path), "insert or attach one"});
  }
  if (request.size_bytes) {
    file.notes.push_back(
        fmt::format("{} is a block device of {} bytes; the given size of {} bytes is ignored", path,
                    file.capacity, *request.size_bytes));
  }
  file.notes.push_back(fmt::format("{} is a block device: the block backstore does better with it", path));
  return file;
}

Result<BackingFile> make_file(const FileRequest& request, const std::string& path) {
  if (!request.size_bytes) {
    return for_disk(request, {ENOENT, fmt::format("{} does not exist and no size is given", path),
                              "give a size to have it created"});
  }
  const std::uint64_t whole = *request.size_bytes / block_size * block_size;
  if (whole == 0) {
    return for_disk(request,
                    {EINVAL, fmt::format("a size of {} bytes is less than one block", *request.size_bytes),
                     fmt::format("give at least {} bytes", block_size)});
  }
  if (whole > static_cast<std::uint64_t>(std::numeric_limits<off_t>::max())) {
    return for_disk(request, {EFBIG, fmt::format("a size of {} bytes is larger than any file", whole), ""});
  }
  if (struct ::stat link{}; ::lstat(path.c_str(), &link) == 0) {
    return for_disk(request, {EEXIST, fmt::format("creating file {}: File exists", path),
                              "it is a link to something that does not exist; remove it"});
  }
  NewFileRequest wanted{path, whole, request.sparse};
  if (request.progress) {
    wanted.allocated = [tell = request.progress, what = "allocating " + path, whole](std::uint64_t bytes) {
      tell({what, bytes, whole, true});
    };
    if (!request.sparse) wanted.allocated(0);
  }
  auto made = NewFile::prepare(wanted);
  if (!made) return for_disk(request, std::move(made).error());
  BackingFile file{path, whole, whole, {}, *std::move(made)};
  if (whole != *request.size_bytes) {
    file.notes.push_back(fmt::format("the size of {} bytes is rounded down to {} bytes, whole blocks of {}",
                                     *request.size_bytes, whole, block_size));
  }
  return file;
}

}  // namespace

Result<BackingFile> prepare_backing_file(const FileRequest& request) {
  const std::string path = TRY(absolute_path(request));
  FileStatus status{};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return make_file(request, path);
    return for_disk(request, system_error(errno, "looking at " + path));
  }
  const bool block_device = S_ISBLK(status.st_mode);
  if (!block_device && !S_ISREG(status.st_mode)) {
    return for_disk(request, {EINVAL, fmt::format("{} is {}", path, file_type_name(status.st_mode)),
                              "name a regular file or a block device"});
  }
  TRY_OK(check_unused(request, path, status));
  TRY_OK(check_other_programs(request, path, block_device ? O_RDWR | O_EXCL : O_RDWR));
  return block_device ? use_block_device(request, path) : use_regular(request, path, status);
}

int check_backing_file(const std::string& path, std::optional<std::uint64_t> size_bytes) {
  FileStatus status{};
  if (::stat(path.c_str(), &status) != 0) return errno;
  if (S_ISBLK(status.st_mode)) {
    const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    std::uint64_t capacity = 0;
    if (!fd || ::ioctl(fd.get(), BLKGETSIZE64, &capacity) != 0) return errno;
    return capacity == 0 ? ENXIO : 0;  // a device without its medium
  }
  if (size_bytes && static_cast<std::uint64_t>(status.st_size) < *size_bytes) return EFBIG;
  return 0;
}

}  // namespace lunet::service
