// SPDX-License-Identifier: Apache-2.0
#include "store/intent.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "base/text.h"
#include "store/files.h"
#include "store/record.h"
#include "store/words.h"

namespace lunet::store {

static constexpr std::string_view change_mark = "change\n";

static std::string intent_file(const std::string& folder) {
  return folder + "/intent";
}

static std::string encode_body(const config::Tree& base, const Intent& intent) {
  std::string body = fmt::format("runtime {}\n", written_word(intent.runtime));
  for (const MadeFile& file : intent.files) {
    body += fmt::format("made {} device {} inode {} born {} handle {}\n", written_word(file.path),
                        file.device, file.inode, file.born_ns, written_word(file.handle));
  }
  for (const Rewrite& rewrite : intent.rewrites) {
    body +=
        fmt::format("write {} before {} during {} after {}\n", written_word(rewrite.path),
                    written_word(rewrite.before), written_word(rewrite.during), written_word(rewrite.after));
  }
  return body + std::string(change_mark) + encode_change(base, intent.candidate);
}

static Result<> write_durably(const std::string& folder, std::string_view text) {
  const std::string path = intent_file(folder);
  const bool is_new = ::access(path.c_str(), F_OK) != 0;
  const Fd file = TRY(open_file(path, O_RDWR | O_CREAT));
  TRY_OK(overwrite(file, path, text));
  return is_new ? sync_folder(folder) : Result<>();
}

Result<> write_intent(const std::string& folder, const config::Tree& base, const Intent& intent) {
  return write_durably(folder, version_line("intent") + encode(intent.generation, encode_body(base, intent)));
}

/// False when the line is none of the head's.
static bool read_head_line(std::string_view line, Intent& intent) {
  const Words words(line);
  const auto text = [&](std::string_view key) { return std::string(words.value(key)); };
  const auto number = [&](std::string_view key) { return parse_unsigned(words.value(key)).value_or(0); };
  if (line.starts_with("runtime ")) {
    intent.runtime = text("runtime");
  } else if (line.starts_with("made ")) {
    intent.files.push_back({text("made"), number("device"), number("inode"),
                            parse_signed(words.value("born")).value_or(0), text("handle")});
  } else if (line.starts_with("write ")) {
    intent.rewrites.push_back({text("write"), text("before"), text("during"), text("after")});
  } else {
    return false;
  }
  return true;
}

static Result<Intent> decode(const Record& record, const Store::Head& head) {
  Intent intent;
  intent.generation = record.generation;
  intent.candidate = head.tree;
  std::string_view rest = record.body;
  while (!rest.starts_with(change_mark)) {
    const auto line_end = rest.find('\n');
    if (line_end == std::string_view::npos || !read_head_line(rest.substr(0, line_end), intent)) {
      return Error{EBADMSG, "the intent has a line that this version does not know", "use the newer version"};
    }
    rest.remove_prefix(line_end + 1);
  }
  TRY_OK(apply_change(intent.candidate, rest.substr(change_mark.size()), "intent"));
  return intent;
}

Result<std::optional<Intent>> read_intent(const std::string& folder, const Store::Head& head) {
  const std::string path = intent_file(folder);
  auto file = open_file(path, O_RDONLY);
  if (!file && file.error().errnum == ENOENT) return std::optional<Intent>();
  if (!file) return std::move(file).error();
  // Mostly it is closed, and its start tells.
  std::array<char, 256> start{};
  const ssize_t got = ::pread(file->get(), start.data(), start.size(), 0);
  if (got < 0) return system_error(errno, "reading " + path);
  const std::string_view beginning(start.data(), static_cast<std::size_t>(got));
  const auto line = read_version_line(beginning, "intent", path);
  if (!line && line.error().errnum == EINVAL) return line.error();
  if (!line || beginning.find(fmt::format(" base {} ", head.generation.number)) == std::string_view::npos)
    return std::optional<Intent>();
  const std::string text = TRY(read_file(*file, path));
  const auto record = read_record(text, line->size);
  if (!record || record->generation.number != head.generation.number + 1) return std::optional<Intent>();
  Intent intent = TRY(decode(*record, head));
  return std::optional<Intent>(std::move(intent));
}

Result<> clear_intent(const std::string& folder) {
  if (::access(intent_file(folder).c_str(), F_OK) != 0) return {};
  return write_durably(folder, version_line("intent") + std::string(record_start_size, ' ') + "\n");
}

}  // namespace lunet::store
