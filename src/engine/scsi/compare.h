// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "base/bytes.h"

namespace lunet::scsi {

/// Where two equally long runs of bytes differ first.
std::optional<std::uint64_t> first_difference(Bytes a, Bytes b);

}  // namespace lunet::scsi
