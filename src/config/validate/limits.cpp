// SPDX-License-Identifier: Apache-2.0
// What is allowed, but beyond what initiators or standards can do.
#include <fmt/core.h>

#include "base/text.h"
#include "config/validate/checks.h"

namespace lunet::config {
namespace {

constexpr std::uint64_t plain_lun_max = 255;     // SAM-5 4.7.7.2: peripheral device addressing
constexpr std::size_t secret_bytes_min = 12;     // RFC 7143 12.1.3: 96 bits
constexpr std::size_t acls_or_luns_max = 16384;  // SAM-5 4.7.7.3: flat space addressing

void check_lun(const Visited& at, Findings& findings) {
  const ObjectKey& key = at.path.back();
  if (key.object_class != ObjectClass::lun && key.object_class != ObjectClass::mapped_lun) return;
  const auto number = parse_unsigned(key.id);
  if (!number || *number <= plain_lun_max) return;
  if (*number >= acls_or_luns_max) {
    findings.push_back(
        {Severity::error,
         {at.path},
         fmt::format("LUN {} cannot be addressed, the highest is {}", *number, acls_or_luns_max - 1),
         "use a lower number"});
    return;
  }
  findings.push_back(
      {Severity::warning,
       {at.path},
       fmt::format("LUN {} is above {}, which many initiators do not find", *number, plain_lun_max),
       "use a lower number"});
}

void check_secrets(const Question& question, const Visited& at, Findings& findings) {
  for (const auto& [group, attributes] : at.object.groups) {
    if (group != "auth" && group != "discovery_auth") continue;
    for (const std::string_view name : {"password", "password_mutual"}) {
      const auto secret = value_of(question, at, group, name);
      if (!secret || secret->empty() || secret->size() >= secret_bytes_min) continue;
      findings.push_back({Severity::warning,
                          {at.path, group, set_name(at, group, name)},
                          fmt::format("the secret has fewer than {} bytes", secret_bytes_min),
                          "many initiators refuse it, and it can be guessed from what the network carries"});
    }
  }
}

}  // namespace

void check_limits(const Question& question, Findings& findings) {
  for_each_object(question, false, [&](const Visited& at) {
    check_lun(at, findings);
    check_secrets(question, at, findings);
  });
}

}  // namespace lunet::config
