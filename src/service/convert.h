// SPDX-License-Identifier: Apache-2.0
// A configuration file in the other format: the language (.lio) or saveconfig.json. Needs no runtime and no
// store.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "interop/saveconfig.h"

namespace lunet::service {

struct Conversion {
  std::string text;
  interop::Format format = interop::Format::language;
  std::vector<std::string> losses;  ///< what the new text does not say, and what else its reader should know
};
/// `to`: nothing is the format that `text` is not in. `name` of the file, for messages. EINVAL: mistakes in
/// the text, one a line.
Result<Conversion> convert(std::string_view text, std::string_view name, std::optional<interop::Format> to);

/// The format that a file is to have by its name: NAME.json, NAME.lio; nothing for others.
std::optional<interop::Format> format_of_name(std::string_view name);

std::string_view format_name(interop::Format format);

/// The whole file.
Result<std::string> read_text(const std::string& path);
/// All of the new text or all of the old one, readable by the owner only.
Result<> replace_text(const std::string& path, std::string_view text);

}  // namespace lunet::service
