// SPDX-License-Identifier: Apache-2.0
#include "service/ranges.h"

#include <fmt/core.h>

#include "target/kinds.h"

namespace lunet::service {

Result<> check_range(const config::Path& path, std::string_view group, std::string_view name,
                     std::string_view shown, std::string_view value) {
  const schema::Kind* kind = target::kind_of(path);
  const schema::Attribute* known = kind == nullptr ? nullptr : kind->attribute(group, name);
  if (known == nullptr) return {};
  const auto allowed = target::shipped_schema().check_value(*known, value);
  if (allowed) return {};
  return Error{EINVAL, fmt::format("parameter {}: {}", shown, allowed.error().message), allowed.error().hint};
}

}  // namespace lunet::service
