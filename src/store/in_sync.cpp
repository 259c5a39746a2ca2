// SPDX-License-Identifier: Apache-2.0
#include "store/in_sync.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include "base/text.h"
#include "store/files.h"
#include "store/record.h"
#include "store/words.h"

namespace lunet::store {

static constexpr std::string_view name = "in-sync";

static std::string in_sync_file(const std::string& folder) {
  return fmt::format("{}/{}", folder, name);
}

/// In one write at the start: who reads has the old line or the new one. What a longer one has left behind is
/// another line, which nobody reads.
Result<> write_in_sync(const std::string& folder, const InSync& in_sync) {
  const std::string path = in_sync_file(folder);
  const std::string text =
      fmt::format("{}generation {} revision {} findings {} end yes\n", version_line(name), in_sync.generation,
                  written_word(in_sync.revision), in_sync.no_findings ? "none" : "unknown");
  const Fd file = TRY(open_file(path, O_RDWR | O_CREAT));
  if (::pwrite(file.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size())) return {};
  return system_error(errno, "writing " + path);
}

std::optional<InSync> read_in_sync(const std::string& folder) {
  const std::string path = in_sync_file(folder);
  const auto text = read_file(path);
  if (!text) return std::nullopt;
  const auto line = read_version_line(*text, name, path);
  if (!line) return std::nullopt;
  std::string_view rest = std::string_view(*text).substr(line->size);
  rest = rest.substr(0, rest.find('\n'));
  const Words words(rest);
  const auto generation = parse_unsigned(words.value("generation"));
  if (!generation || !rest.ends_with(" end yes") || words.value("revision").empty()) return std::nullopt;
  return InSync{*generation, std::string(words.value("revision")), words.value("findings") == "none"};
}

}  // namespace lunet::store
