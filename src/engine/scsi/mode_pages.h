// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/scsi/unit.h"

namespace lunet::scsi {

/// The current values of a mode page, with its two bytes of header; empty when there is none of that code.
std::optional<std::vector<std::uint8_t>> mode_page(const Unit& unit, std::uint8_t code);

}  // namespace lunet::scsi
