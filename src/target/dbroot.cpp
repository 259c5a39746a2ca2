// SPDX-License-Identifier: Apache-2.0
#include "target/dbroot.h"

#include <string>
#include <system_error>

#include "base/text.h"

namespace lunet::target {

std::filesystem::path dbroot_folder(configfs::Tree& live, std::string_view name) {
  constexpr std::string_view default_dbroot = "/var/target";
  if (live.transactional()) return {};
  const auto dbroot = live.read("dbroot");
  const std::filesystem::path root(dbroot ? std::string(trim(*dbroot)) : std::string(default_dbroot));
  std::error_code error;
  if (!root.is_absolute() || !std::filesystem::is_directory(root / name, error)) return {};
  return root / name;
}

}  // namespace lunet::target
