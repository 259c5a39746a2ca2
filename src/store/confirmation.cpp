// SPDX-License-Identifier: Apache-2.0
#include "store/confirmation.h"

#include <fmt/core.h>
#include <unistd.h>

#include "base/text.h"
#include "store/files.h"
#include "store/record.h"
#include "store/words.h"

namespace lunet::store {

static constexpr std::string_view confirmation_name = "confirmation";

Result<> write_confirmation(const std::string& folder, const Confirmation& confirmation) {
  const std::string text =
      fmt::format("{}generation {} back {} deadline {}\n", version_line(confirmation_name),
                  confirmation.generation, confirmation.back_to, confirmation.deadline_s);
  return store::replace(folder, std::string(confirmation_name),
                        fmt::format("{}.{}.new", confirmation_name, ::getpid()), text);
}

Result<> remove_confirmation(const std::string& folder) {
  const std::string path = fmt::format("{}/{}", folder, confirmation_name);
  if (::unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return {};
    return system_error(errno, "removing " + path);
  }
  return sync_folder(folder);
}

Result<std::optional<Confirmation>> read_confirmation(const std::string& folder) {
  const std::string path = fmt::format("{}/{}", folder, confirmation_name);
  const auto text = read_file(path);
  if (!text && text.error().errnum == ENOENT) return std::optional<Confirmation>();
  if (!text) return text.error();
  const VersionLine line = TRY(read_version_line(*text, confirmation_name, path));
  const std::string_view rest = std::string_view(*text).substr(line.size);
  const Words words(rest.substr(0, rest.find('\n')));
  const auto generation = parse_unsigned(words.value("generation"));
  const auto back_to = parse_unsigned(words.value("back"));
  const auto deadline = parse_signed(words.value("deadline"));
  if (!generation || !back_to || !deadline) {
    return Error{EBADMSG, path + " is damaged: it does not say what waits to be confirmed",
                 "remove it to keep the newest generation"};
  }
  return std::optional(Confirmation{*generation, *back_to, *deadline});
}

}  // namespace lunet::store
