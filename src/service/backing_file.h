// SPDX-License-Identifier: Apache-2.0
// The file or device behind a fileio disk: what it is, how large, whether another disk has it; made when it
// is missing (ruling 5: once, by new_file.h). Not how it is opened: the runtime's.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "service/new_file.h"
#include "service/service.h"

namespace lunet::service {

using FileUsers = std::vector<std::pair<std::string, std::string>>;  ///< disk, path

struct FileRequest {
  std::string plugin = "fileio";  ///< as people know it, for messages
  std::string disk;               ///< name of the disk, for messages
  std::string path;               ///< absolute, or relative to the working directory
  std::optional<std::uint64_t> size_bytes;
  bool sparse = true;
  bool check_users = false;  ///< also refuse what another process has locked or opened exclusively
  /// Names and paths of the disks that use files already.
  std::function<FileUsers()> users;
  TellProgress progress = {};  ///< of allocating all of it
};

struct BackingFile {
  std::string path;                         ///< absolute
  std::optional<std::uint64_t> size_bytes;  ///< whole blocks; none for a block device, which has its own size
  std::uint64_t capacity = 0;               ///< bytes, also of a block device
  std::vector<std::string> notes;           ///< for the user
  NewFile created;                          ///< wanted when the file is missing: still without its name
};

constexpr std::uint64_t block_size = 512;  ///< a new disk's (attribute block_size)

// Checks that a file and a device share.
Error for_disk(const FileRequest& request, Error error);
std::string_view file_type_name(mode_t mode);
Result<std::string> absolute_path(const FileRequest& request);
/// Refuses what another disk has under any of its names.
Result<> check_unused(const FileRequest& request, const std::string& path, const struct ::stat& status);
/// For runtimes that do not look themselves (ruling 6): locks of other programs, exclusive users of a device.
/// `flags` to open it with.
Result<> check_other_programs(const FileRequest& request, const std::string& path, int flags);

Result<BackingFile> prepare_backing_file(const FileRequest& request);

/// 0 when the file of a recorded disk can be used; else errno: ENOENT, ENODEV, ENXIO are "missing" (ruling
/// 15), EFBIG: it is shorter than `size_bytes`.
int check_backing_file(const std::string& path, std::optional<std::uint64_t> size_bytes);

}  // namespace lunet::service
