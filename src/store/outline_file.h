// SPDX-License-Identifier: Apache-2.0
// snapshot.outline: where the objects of a large snapshot.lio stand in its text (config/outline.h), so that
// who opens the store need not look through it. It holds nothing of its own: missing, damaged or of another
// snapshot, it costs time only.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "store/record.h"

namespace lunet::store {

/// The outline that was kept of the snapshot with this text, which was checked; "" when there is none.
std::string read_outline(const std::string& folder, std::string_view snapshot, const Record& record);
/// The file's text; "" when the snapshot is too small to have one. `record` is the one in the snapshot.
std::string encode_outline(std::string_view snapshot, const Record& record, std::string_view outline);
/// The same of a snapshot that was written just now.
std::string make_outline(std::string snapshot);
/// Writes what encode_outline() made.
Result<> write_outline(const std::string& folder, std::string_view text);

}  // namespace lunet::store
