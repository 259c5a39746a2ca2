// SPDX-License-Identifier: Apache-2.0
#include "service/block_device.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fstream>

#include "base/fd.h"
#include "base/text.h"

namespace lunet::service {
namespace {

/// SPC-4 6.6.2, peripheral device type: 0 is a direct access block device. A partition shares that of its
/// disk; devices that are not SCSI have none.
std::optional<std::uint64_t> scsi_type(dev_t device) {
  const std::string folder = fmt::format("/sys/dev/block/{}:{}", major(device), minor(device));
  for (const std::string_view place : {"device/type", "../device/type"}) {
    std::ifstream file(fmt::format("{}/{}", folder, place));
    std::string text;
    if (std::getline(file, text)) return parse_unsigned(trim(text));
  }
  return std::nullopt;
}

Result<> check_is_disk(const FileRequest& request, const std::string& path, const struct ::stat& status) {
  if (!S_ISBLK(status.st_mode)) {
    return for_disk(
        request, {EINVAL, fmt::format("{} is {}", path, file_type_name(status.st_mode)),
                  S_ISREG(status.st_mode)
                      ? fmt::format("for a file it is `/backstores/fileio create {} {}`", request.disk, path)
                      : "name a block device"});
  }
  const auto type = scsi_type(status.st_rdev);
  if (type.value_or(0) == 0) return {};
  return for_disk(request, {EINVAL, fmt::format("{} is a SCSI device of type {}, no disk", path, *type),
                            "only disks can be exported as block disks"});
}

}  // namespace

Result<BlockDevice> prepare_block_device(const FileRequest& request, std::optional<bool> read_only) {
  BlockDevice device;
  device.path = TRY(absolute_path(request));
  struct ::stat status{};
  if (::stat(device.path.c_str(), &status) != 0) {
    Error error = system_error(errno, "looking at " + device.path);
    if (error.errnum == ENOENT) error.hint = "see `lsblk` for what there is";
    return for_disk(request, std::move(error));
  }
  TRY_OK(check_is_disk(request, device.path, status));
  TRY_OK(check_unused(request, device.path, status));
  const Fd fd(::open(device.path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return for_disk(request, system_error(errno, "opening " + device.path));
  int protected_by_device = 0;
  if (::ioctl(fd.get(), BLKGETSIZE64, &device.capacity) != 0 ||
      ::ioctl(fd.get(), BLKROGET, &protected_by_device) != 0) {
    return for_disk(request, system_error(errno, "asking the size of " + device.path));
  }
  if (device.capacity == 0) {
    return for_disk(
        request, {ENXIO, fmt::format("block device {} has no medium", device.path), "insert or attach one"});
  }
  if (protected_by_device != 0 && read_only == false) {
    return for_disk(request, {EACCES, fmt::format("{} is read-only", device.path),
                              "leave 'readonly' out, or make it writable with `blockdev --setrw`"});
  }
  device.read_only = read_only.value_or(protected_by_device != 0);
  if (protected_by_device != 0 && !read_only) {
    device.notes.push_back(fmt::format("{} is read-only, and so is the disk", device.path));
  }
  TRY_OK(check_other_programs(request, device.path, device.read_only ? O_RDONLY | O_EXCL : O_RDWR | O_EXCL));
  return device;
}

}  // namespace lunet::service
