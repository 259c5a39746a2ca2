// SPDX-License-Identifier: Apache-2.0
#include "service/ensure.h"

#include <fmt/core.h>

namespace lunet::service {

static std::string shown(std::string_view value) {
  return value.empty() ? "not set" : std::string(value);
}

// A flag that is not recorded is one that is off.
static bool same(std::string_view recorded, std::string_view wished) {
  return recorded == wished || (recorded.empty() && wished == "no");
}

Error differs(const config::Path& path, std::string_view what) {
  return Error{ENOTUNIQ, fmt::format("{} is there and differs: {}", config::path_text(path), what),
               "set its values, or delete it first; nothing was changed"};
}

Result<bool> is_as_wished(const Editor& editor, Draft& draft, const config::Path& path,
                          const std::vector<Wish>& wishes) {
  if (!editor.ensure()) return false;
  const config::Object* object = std::as_const(draft.tree).find(path);
  if (object == nullptr) return false;
  std::string differences;
  for (const auto& [name, value] : wishes) {
    const std::string_view recorded = object->attribute(name);
    if (same(recorded, value)) continue;
    // A block device behind fileio has a size of its own.
    if (name == "size" && recorded.empty()) continue;
    differences += fmt::format("{}{} is {}, not {}", differences.empty() ? "" : "; ", name, shown(recorded),
                               shown(value));
  }
  if (!differences.empty()) return differs(path, differences);
  draft.report.lines.push_back(fmt::format("{} is there already.", config::path_text(path)));
  return true;
}

Result<> check_has_name(const Editor& editor, bool has_name, std::string_view what) {
  if (!editor.ensure() || has_name) return {};
  return Error{EINVAL, fmt::format("--ensure needs {}: without it each run would make one more", what),
               fmt::format("give {}", what)};
}

}  // namespace lunet::service
