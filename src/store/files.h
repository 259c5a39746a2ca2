// SPDX-License-Identifier: Apache-2.0
// Files of a store: readable by their owner only, durable when a function returns. Errors name the path.
#pragma once

#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"

namespace lunet::store {

/// Makes the folder (0700) and missing ones above it. ENOTDIR, EACCES; EPERM when everybody may write to it.
Result<> make_folder(const std::string& folder);

/// A new file has mode 0600 and, when root works in another user's folder, that folder's owner.
Result<Fd> open_file(const std::string& path, int flags);
/// From `offset` to the end.
Result<std::string> read_file(const Fd& file, const std::string& path, std::size_t offset = 0);
/// "" and ENOENT as any other failure.
Result<std::string> read_file(const std::string& path);
/// Writes all at `offset` and syncs. After a failure the file ends at `offset` again.
Result<> append(const Fd& file, const std::string& path, std::size_t offset, std::string_view text);
/// Writes all at the start and syncs; what stood behind stays.
Result<> overwrite(const Fd& file, const std::string& path, std::string_view text);
/// Cuts and syncs.
Result<> cut(const Fd& file, const std::string& path, std::size_t size);

Result<> sync_folder(const std::string& folder);
/// All of the new text or all of the old one, whenever the power fails. `temporary` is a name in the folder
/// that no other process uses at the same time.
Result<> replace(const std::string& folder, const std::string& name, const std::string& temporary,
                 std::string_view text);

}  // namespace lunet::store
