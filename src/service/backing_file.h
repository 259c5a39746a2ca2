// SPDX-License-Identifier: Apache-2.0
// The file or device behind a fileio disk: what it is, how large, whether another disk has it; made when it
// is missing (ruling 5: once, here, and removed again when the disk does not come to be). Not how it is
// opened: the runtime's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace lunet::service {

/// A file that this transaction made; removed again unless kept.
class NewFile {
 public:
  NewFile() = default;
  explicit NewFile(std::string path) : path_(std::move(path)) {}
  NewFile(NewFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  NewFile& operator=(NewFile&& other) noexcept;
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile();
  void keep() { path_.clear(); }

 private:
  std::string path_;  ///< "" when there is nothing to remove
};

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
  NewFile created;
};

constexpr std::uint64_t block_size = 512;  ///< a new disk's (attribute block_size)

Result<BackingFile> prepare_backing_file(const FileRequest& request);

/// 0 when the file of a recorded disk can be used; else errno: ENOENT, ENODEV, ENXIO are "missing" (ruling
/// 15), EFBIG: it is shorter than `size_bytes`.
int check_backing_file(const std::string& path, std::optional<std::uint64_t> size_bytes);

}  // namespace lunet::service
