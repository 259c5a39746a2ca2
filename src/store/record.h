// SPDX-License-Identifier: Apache-2.0
// The text of a store's files: a version line, then records. A record is a header line and a body in the
// configuration language, with `delete PATH` lines before it:
//   #@ crc XXXXXXXX length BYTES generation N base N-1 time SECONDS who WORD why WORD
// The checksum (CRC-32, as zlib's and gzip's) covers everything behind its own field: the rest of the header
// line and the body.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/tree.h"
#include "store/store.h"

namespace lunet::store {

/// The format written and the newest one read.
inline constexpr std::uint64_t format_version = 1;

/// First line of a file: "# lunet store 1 journal base 12".
struct VersionLine {
  std::string kind;        ///< journal, snapshot, runtime
  std::uint64_t base = 0;  ///< of a journal: its first record makes generation base + 1
  std::size_t size = 0;    ///< with its line end
};
std::string version_line(std::string_view kind, std::uint64_t base = 0);
/// EINVAL: a later version. EBADMSG: none, or of another kind. `path` is for the message.
Result<VersionLine> read_version_line(std::string_view text, std::string_view kind, const std::string& path);

/// Mark and checksum: tells a record from any other that may come to stand at its place.
inline constexpr std::size_t record_start_size = 16;

struct Record {
  Generation generation;
  std::string_view body;
  std::size_t offset = 0;  ///< of its header in the file
  std::size_t end = 0;
};

std::string encode(const Generation& generation, std::string_view body);
/// The record at `at`, if it is whole and unchanged.
std::optional<Record> read_record(std::string_view text, std::size_t at);

/// The records from `at`, which is where one starts, to the end of the text.
struct Scan {
  std::vector<Record> records;
  std::size_t end = 0;  ///< of the last good one; less than the text's size when its tail is torn
};
/// `text` starts at `text_offset` in the file `path`. A damaged record with a good one behind it is EBADMSG;
/// without, it is a torn tail: an append that the power cut short.
Result<Scan> scan(std::string_view text, std::size_t text_offset, const std::string& path);

/// The body that leads from one tree to another.
std::string encode_change(const config::Tree& from, const config::Tree& to);
/// On failure the tree may have part of the change.
Result<> apply_change(config::Tree& tree, std::string_view body, const std::string& name);

}  // namespace lunet::store
