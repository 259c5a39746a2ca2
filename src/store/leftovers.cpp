// SPDX-License-Identifier: Apache-2.0
#include "store/leftovers.h"

#include <fmt/core.h>
#include <unistd.h>

#include "base/text.h"
#include "store/files.h"
#include "store/record.h"
#include "store/words.h"

namespace lunet::store {

static constexpr std::string_view leftovers_name = "leftovers";

Result<> write_leftovers(const std::string& folder, const std::vector<Leftover>& leftovers) {
  const std::string path = fmt::format("{}/{}", folder, leftovers_name);
  if (leftovers.empty()) {
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return system_error(errno, "removing " + path);
    return {};
  }
  std::string text = version_line(leftovers_name);
  for (const Leftover& leftover : leftovers) {
    text += fmt::format("{} {} reason {}{}\n", leftover.pending ? "pending" : "degraded",
                        written_word(config::path_text(leftover.object)), written_word(leftover.reason),
                        leftover.runs ? " runs yes" : "");
  }
  return store::replace(folder, std::string(leftovers_name),
                        fmt::format("{}.{}.new", leftovers_name, ::getpid()), text);
}

Result<std::vector<Leftover>> read_leftovers(const std::string& folder) {
  std::vector<Leftover> found;
  const std::string path = fmt::format("{}/{}", folder, leftovers_name);
  const auto text = read_file(path);
  if (!text && text.error().errnum == ENOENT) return found;
  if (!text) return text.error();
  const auto line = read_version_line(*text, leftovers_name, path);
  if (!line) return found;
  for (const std::string_view each : split(std::string_view(*text).substr(line->size), '\n')) {
    const Words words(each);
    const bool pending = !words.value("pending").empty();
    auto object = config::parse_path(words.value(pending ? "pending" : "degraded"));
    if (!each.empty() && object)
      found.push_back(
          {pending, *std::move(object), std::string(words.value("reason")), words.value("runs") == "yes"});
  }
  return found;
}

}  // namespace lunet::store
