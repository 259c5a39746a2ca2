// SPDX-License-Identifier: Apache-2.0
#include "store/outline_file.h"

#include <fmt/core.h>

#include <memory>

#include "config/later.h"
#include "config/tree.h"
#include "store/files.h"

namespace lunet::store {

static constexpr std::string_view file_name = "snapshot.outline";
/// A smaller snapshot is looked through as fast.
static constexpr std::size_t outlined_from = 64U << 10U;

/// Which snapshot it is of: the mark and checksum of the snapshot's record, and how long it is.
static std::string identity(std::string_view snapshot, const Record& record) {
  return fmt::format("of {}{}\n", snapshot.substr(record.offset, record_start_size), snapshot.size());
}

std::string read_outline(const std::string& folder, std::string_view snapshot, const Record& record) {
  if (snapshot.size() < outlined_from) return {};
  const std::string path = fmt::format("{}/{}", folder, file_name);
  const auto text = read_file(path);
  if (!text) return {};
  const auto line = read_version_line(*text, "outline", path);
  const auto kept = line ? read_record(*text, line->size) : std::nullopt;
  const std::string wanted = identity(snapshot, record);
  if (!kept || kept->generation.number != record.generation.number || !kept->body.starts_with(wanted))
    return {};
  return std::string(kept->body.substr(wanted.size()));
}

std::string encode_outline(std::string_view snapshot, const Record& record, std::string_view outline) {
  if (snapshot.size() < outlined_from || outline.empty()) return {};
  return version_line("outline") +
         encode(record.generation, identity(snapshot, record) + std::string(outline));
}

std::string make_outline(std::string snapshot) {
  const auto whole = std::make_shared<const std::string>(std::move(snapshot));
  const std::string_view text = *whole;
  const auto record = read_record(text, text.find('\n') + 1);
  std::string outline;
  if (text.size() < outlined_from || !record || !config::parse_later(whole, record->body, {}, &outline))
    return {};
  return encode_outline(text, *record, outline);
}

Result<> write_outline(const std::string& folder, std::string_view text) {
  const std::string name(file_name);
  return replace(folder, name, name + ".new", text);
}

}  // namespace lunet::store
