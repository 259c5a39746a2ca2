// SPDX-License-Identifier: Apache-2.0
#include "configfs/path.h"

#include <fmt/core.h>

#include <system_error>

namespace lunet::configfs {
namespace {

constexpr std::size_t part_bytes_max = 255;  // NAME_MAX of Linux

bool is_part(std::string_view part) {
  return !part.empty() && part != "." && part != ".." && part.size() <= part_bytes_max &&
         part.find('\0') == std::string_view::npos;
}

}  // namespace

bool is_tree_path(std::string_view path) {
  if (path.empty()) return true;
  for (;;) {
    const std::size_t slash = path.find('/');
    if (!is_part(path.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

std::string_view parent_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string join_path(std::string_view dir, std::string_view name) {
  std::string path(dir);
  if (!path.empty() && !name.empty()) path += '/';
  path += name;
  return path;
}

bool is_at_or_below(std::string_view path, std::string_view dir) {
  if (dir.empty()) return true;
  return path.starts_with(dir) && (path.size() == dir.size() || path[dir.size()] == '/');
}

Error tree_error(Verb verb, std::string_view path, int errnum, std::string_view reason) {
  const std::string shown = path.empty() ? "/" : std::string(path);
  Error error = system_error(errnum, fmt::format("{} {}", verb_name(verb), shown));
  if (!reason.empty()) error.message += fmt::format(" ({})", reason);
  return error;
}

bool is_mutation(Verb verb) {
  return verb != Verb::list && verb != Verb::read;
}

}  // namespace lunet::configfs
