// SPDX-License-Identifier: Apache-2.0
// The file or device behind a fileio disk: what it is, how large, whether another disk has it; made when it
// is missing (ruling 5: once, by new_file.h). Not how it is opened: the runtime's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "service/new_file.h"

namespace lunet::service {

struct FileRequest {
  std::string disk;  ///< name of the disk, for messages
  std::string path;  ///< absolute, or relative to the working directory
  std::optional<std::uint64_t> size_bytes;
  bool sparse = true;
  bool check_users = false;  ///< also refuse what another process has locked or opened exclusively
  /// Names and paths of the disks that use files already.
  std::vector<std::pair<std::string, std::string>> users;
};

struct BackingFile {
  std::string path;                         ///< absolute
  std::optional<std::uint64_t> size_bytes;  ///< whole blocks; none for a block device, which has its own size
  std::uint64_t capacity = 0;               ///< bytes, also of a block device
  std::vector<std::string> notes;           ///< for the user
  NewFile created;                          ///< wanted when the file is missing: still without its name
};

constexpr std::uint64_t block_size = 512;  ///< a new disk's (attribute block_size)

Result<BackingFile> prepare_backing_file(const FileRequest& request);

/// 0 when the file of a recorded disk can be used; else errno: ENOENT, ENODEV, ENXIO are "missing" (ruling
/// 15), EFBIG: it is shorter than `size_bytes`.
int check_backing_file(const std::string& path, std::optional<std::uint64_t> size_bytes);

}  // namespace lunet::service
