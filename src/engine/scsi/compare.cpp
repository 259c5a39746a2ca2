// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/compare.h"

#include <algorithm>

#include "base/check.h"

namespace lunet::scsi {

std::optional<std::uint64_t> first_difference(Bytes a, Bytes b) {
  CHECK(a.size() == b.size());
  const auto [at, other] = std::mismatch(a.begin(), a.end(), b.begin());
  if (at == a.end()) return std::nullopt;
  return static_cast<std::uint64_t>(at - a.begin());
}

}  // namespace lunet::scsi
