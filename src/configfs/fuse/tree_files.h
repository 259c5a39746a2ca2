// SPDX-License-Identifier: Apache-2.0
// A target tree as files: what each call of a file system means in the contract (configfs/tree.h). Paths as
// FUSE gives them ("/core/rd_mcp_0"), errors as errno. Knows nothing of libfuse (mount.cpp).
#pragma once

#include <sys/stat.h>

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "configfs/tree.h"

namespace lunet::configfs {

/// Thread-safe when the tree is.
class TreeFiles {
 public:
  /// `tree` outlives this. `root` is the absolute path of the folder where the tree is shown: a link that is
  /// made with an absolute path must lead below it.
  TreeFiles(Tree& tree, std::string root) : tree_(tree), root_(std::move(root)) {}

  /// Owner and times are left to the caller. Files say 4096 bytes, as the kernel's do: the content is made
  /// when read.
  Result<struct stat> stat(std::string_view path);
  Result<std::vector<Entry>> list(std::string_view path);
  Result<std::string> read(std::string_view path);
  /// One write is one value.
  Result<> write(std::string_view path, std::string_view text);
  Result<> make_dir(std::string_view path);
  Result<> remove_dir(std::string_view path);
  /// `to` as symlink(2) takes it: relative to the link's folder, or absolute. ENOENT when it leads out of the
  /// tree.
  Result<> link(std::string_view to, std::string_view path);
  Result<> unlink(std::string_view path);
  /// Relative to the link's folder.
  Result<std::string> link_target(std::string_view path);

 private:
  Result<Entry> entry(std::string_view path);
  [[nodiscard]] Result<std::string> resolve(std::string_view to, std::string_view directory) const;

  Tree& tree_;
  std::string root_;
};

}  // namespace lunet::configfs
