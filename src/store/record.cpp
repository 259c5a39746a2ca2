// SPDX-License-Identifier: Apache-2.0
#include "store/record.h"

#include <fmt/core.h>
#include <libdeflate.h>

#include "base/text.h"
#include "config/edit.h"
#include "store/words.h"

namespace lunet::store {

static constexpr std::string_view version_mark = "# lunet store ";
static constexpr std::string_view record_mark = "#@ crc ";
static constexpr std::size_t covered_from = record_start_size;
static_assert(record_start_size == record_mark.size() + 9, "eight digits and a blank behind the mark");
static constexpr std::string_view delete_mark = "delete ";

static std::uint32_t checksum(std::string_view text) {
  return libdeflate_crc32(0, text.data(), text.size());
}

std::string version_line(std::string_view kind, std::uint64_t base) {
  if (kind != "journal") return fmt::format("{}{} {}\n", version_mark, format_version, kind);
  return fmt::format("{}{} {} base {}\n", version_mark, format_version, kind, base);
}

Result<VersionLine> read_version_line(std::string_view text, std::string_view kind, const std::string& path) {
  const auto line_end = text.find('\n');
  const Error none{
      EBADMSG, fmt::format("{} does not start with the line of a {} of Lunet's store", path, kind), {}};
  if (!text.starts_with(version_mark) || line_end == std::string_view::npos) return none;
  const auto words = split(text.substr(version_mark.size(), line_end - version_mark.size()), ' ');
  const auto version = parse_unsigned(words[0]);
  if (!version) return none;
  if (*version > format_version) {
    return Error{EINVAL,
                 fmt::format("{} was written by a later version of Lunet: format {}, this one reads up to {}",
                             path, *version, format_version),
                 "use the newer version"};
  }
  VersionLine line{words.size() > 1 ? std::string(words[1]) : "", 0, line_end + 1};
  const auto base = words.size() == 4 && words[2] == "base" ? parse_unsigned(words[3]) : std::nullopt;
  if (line.kind != kind || (kind == "journal" && !base)) return none;
  line.base = base.value_or(0);
  return line;
}

std::string encode(const Generation& generation, std::string_view body) {
  const std::string covered =
      fmt::format("length {} generation {} base {} time {} who {} why {}\n{}", body.size(), generation.number,
                  generation.number - 1, generation.time_s, written_word(generation.who),
                  written_word(generation.why), body);
  return fmt::format("{}{:08x} {}", record_mark, checksum(covered), covered);
}

std::optional<Record> read_record(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  const auto line_end = rest.find('\n');
  if (!rest.starts_with(record_mark) || line_end == std::string_view::npos || line_end < covered_from)
    return {};
  const Words words(rest.substr(covered_from, line_end - covered_from));
  const auto length = parse_unsigned(words.value("length"));
  const std::size_t body_at = line_end + 1;
  if (!length || *length > rest.size() - body_at) return {};
  const std::size_t size = body_at + *length;
  const std::string sum = fmt::format("{:08x} ", checksum(rest.substr(covered_from, size - covered_from)));
  if (rest.substr(record_mark.size(), sum.size()) != sum) return {};
  const auto number = parse_unsigned(words.value("generation"));
  const auto time = parse_signed(words.value("time"));
  if (!number || *number == 0 || !time) return {};
  return Record{{*number, *time, std::string(words.value("who")), std::string(words.value("why"))},
                rest.substr(body_at, *length),
                at,
                at + size};
}

/// Looks for the mark anywhere, not only at line starts: the damage may have hit the line end before it.
static bool has_record_behind(std::string_view text, std::size_t at) {
  for (auto found = text.find(record_mark, at + 1); found != std::string_view::npos;
       found = text.find(record_mark, found + 1)) {
    if (read_record(text, found)) return true;
  }
  return false;
}

Result<Scan> scan(std::string_view text, std::size_t text_offset, const std::string& path) {
  Scan found;
  std::size_t at = 0;
  while (at < text.size()) {
    auto record = read_record(text, at);
    if (!record && has_record_behind(text, at)) {
      return Error{
          EBADMSG,
          fmt::format("{} is damaged: the record at byte {} is not what was written", path, text_offset + at),
          "docs/store.md, \"Recovery\", says how to go on"};
    }
    if (!record) break;
    at = record->end;
    record->offset += text_offset;
    record->end += text_offset;
    found.records.push_back(std::move(*record));
  }
  found.end = text_offset + at;
  return found;
}

std::string encode_change(const config::Tree& from, const config::Tree& to) {
  const config::Change change = config::make_change(from, to);
  std::string body;
  for (const config::Path& path : change.removed) {
    body += delete_mark;
    body += config::path_text(path);
    body += '\n';
  }
  return body + change.text;
}

Result<> apply_change(config::Tree& tree, std::string_view body, const std::string& name) {
  while (body.starts_with(delete_mark)) {
    const auto line_end = body.find('\n');
    const config::Path path =
        TRY(config::parse_path(body.substr(delete_mark.size(), line_end - delete_mark.size())));
    TRY_OK(tree.remove(path));
    body.remove_prefix(line_end == std::string_view::npos ? body.size() : line_end + 1);
  }
  return config::merge(tree, body, name);
}

}  // namespace lunet::store
