// SPDX-License-Identifier: Apache-2.0
#include "programs/conf_file.h"

#include <fmt/core.h>

#include <fstream>

#include "base/text.h"

namespace lunet::programs {

Result<std::vector<std::string>> read_conf(const std::string& path) {
  std::ifstream file(path);
  if (!file) return system_error(errno, fmt::format("configuration file {}", path));
  std::vector<std::string> words;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    std::string_view text = trim(std::string_view(line).substr(0, line.find('#')));
    if (text.empty()) continue;
    if (text.starts_with("--")) text.remove_prefix(2);
    const auto end = text.find_first_of(" \t=");
    const std::string_view name = text.substr(0, end);
    std::string_view value = end == std::string_view::npos ? std::string_view() : trim(text.substr(end));
    if (value.starts_with('=')) value = trim(value.substr(1));
    if (name.empty() || name == "config") {
      return Error{EINVAL, fmt::format("{}:{}: '{}' is no option", path, number, text),
                   "write long options, one a line: name value"};
    }
    words.push_back(value.empty() ? fmt::format("--{}", name) : fmt::format("--{}={}", name, value));
  }
  return words;
}

}  // namespace lunet::programs
