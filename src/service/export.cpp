// SPDX-License-Identifier: Apache-2.0
#include "service/export.h"

#include <fmt/core.h>

#include "interop/saveconfig.h"
#include "schema/schema.h"
#include "service/convert.h"

namespace lunet::service {

void export_configuration(const std::vector<std::string>& paths, const config::Tree& tree,
                          std::vector<std::string>& warnings) {
  if (paths.empty()) return;
  const auto warn = [&](const std::string& path, const Error& error) {
    warnings.push_back(
        fmt::format("{} is not up to date: {}; the change itself is made", path, error.message));
  };
  const auto schema = schema::shipped_schema();
  if (!schema) return warn(paths.front(), schema.error());
  const interop::Saved saved = interop::save_saveconfig(tree, *schema);
  for (const std::string& path : paths) {
    if (const Result<> written = replace_text(path, saved.text); !written) warn(path, written.error());
  }
}

}  // namespace lunet::service
