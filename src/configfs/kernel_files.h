// SPDX-License-Identifier: Apache-2.0
// System calls of KernelTree: each answers an errno value, 0 when it worked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "configfs/tree.h"

namespace lunet::configfs {

/// Entries of the open directory, sorted by name; other kinds than directory, file and link are left out.
/// Link targets are as the link holds them. With `filter.leaf`, of which there may be one in hundreds of
/// directories, directories have mode 0: asking for each would be a call of its own.
int list_fd(int dir_fd, std::vector<Entry>& entries, const ReadFilter& filter = {});
/// The whole content of a file.
int read_at(int dir_fd, const char* name, std::string& text);
/// Writes the text with one write(2), as the kernel's attribute files want it.
int write_once(const char* path, std::string_view text);

/// The path below `root` that a link in directory `dir` (absolute) points to; the text itself when it points
/// elsewhere.
std::string path_in_root(std::string_view root, std::string_view dir, std::string_view link_text);

}  // namespace lunet::configfs
