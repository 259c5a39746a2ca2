// SPDX-License-Identifier: Apache-2.0
#include "service/absent.h"

#include <fmt/core.h>

#include <cstring>

#include "base/byte_size.h"
#include "service/backing_file.h"
#include "target/changes.h"

namespace lunet::service {

std::string pending_reason(const config::Object& disk) {
  const std::string path(disk.attribute("path"));
  if (path.empty()) return "";
  std::optional<std::uint64_t> size;
  if (const auto parsed = parse_byte_size(disk.attribute("size"))) size = *parsed;
  const int errnum = check_backing_file(path, size);
  if (errnum == EFBIG) return fmt::format("{} is shorter than the recorded {} bytes", path, *size);
  const bool missing = errnum == ENOENT || errnum == ENODEV || errnum == ENXIO || errnum == ENOTDIR;
  // Other errors are the runtime's to report: it may have rights that this process has not.
  return missing ? fmt::format("{}: {}", path, std::strerror(errnum)) : "";  // NOLINT(concurrency-mt-unsafe)
}

std::set<config::Path> absent_in(const config::Tree& tree, const std::vector<store::Leftover>& leftovers) {
  std::set<config::Path> objects;
  for (const store::Leftover& leftover : leftovers) {
    if (tree.find(leftover.object) != nullptr) objects.insert(leftover.object);
  }
  return objects.empty() ? objects : target::dependants(tree, objects);
}

config::Tree without(const config::Tree& tree, const std::set<config::Path>& objects) {
  config::Tree rest = tree;
  for (const config::Path& path : objects) {
    // It may be gone with one above it.
    if (tree.find(path) != nullptr) (void)rest.remove(path);
  }
  return rest;
}

}  // namespace lunet::service
