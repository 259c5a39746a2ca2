// SPDX-License-Identifier: Apache-2.0
#include "shell/bookmarks.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>

#include "shell/user_file.h"

namespace lunet::shell {

std::vector<std::string> Bookmarks::lines() const {
  return folder_.empty() ? kept_ : read_lines(file());
}

std::vector<std::pair<std::string, std::string>> Bookmarks::all() const {
  std::vector<std::pair<std::string, std::string>> found;
  for (const std::string& line : lines()) {
    const auto equals = line.find('=');
    if (equals != std::string::npos) found.emplace_back(line.substr(0, equals), line.substr(equals + 1));
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<std::string> Bookmarks::find(std::string_view name) const {
  std::string path;
  if (find_line(lines(), name, path) == nullptr) return std::nullopt;
  return path;
}

// The characters that a name may have, so that @name is one word (features 1.1).
static bool is_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view(":_.-").find(c) != std::string_view::npos;
  });
}

Result<> Bookmarks::change(const std::string& name, const std::string* path, bool may_exist) {
  const auto edit = [&](std::vector<std::string>& all_lines) -> Result<> {
    std::string old;
    const bool exists = find_line(all_lines, name, old) != nullptr;
    if (path == nullptr && !exists)
      return Error{ENOENT, fmt::format("there is no bookmark '{}'", name), "`bookmarks show` lists them"};
    if (path != nullptr && exists && !may_exist)
      return Error{EEXIST, fmt::format("there is a bookmark '{}' already", name),
                   fmt::format("it is {}; `bookmarks del {}` removes it", old, name)};
    set_line(all_lines, name, path);
    return {};
  };
  return folder_.empty() ? edit(kept_) : change_lines(file(), edit);
}

Result<> Bookmarks::add(const std::string& name, const std::string& path) {
  if (!is_name(name))
    return Error{EINVAL, fmt::format("'{}' cannot be the name of a bookmark", name),
                 "use letters, digits and : _ . -"};
  return change(name, &path, false);
}

Result<> Bookmarks::put(const std::string& name, const std::string& path) {
  return change(name, &path, true);
}

Result<> Bookmarks::remove(const std::string& name) {
  return change(name, nullptr, true);
}

}  // namespace lunet::shell
