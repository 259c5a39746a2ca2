// SPDX-License-Identifier: Apache-2.0
// Vital product data pages (SPC-4 7.8, SBC-3 6.6) of a disk, as LIO builds them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/scsi/unit.h"

namespace lunet::scsi {

/// The whole page with its header; nothing when there is no such page.
std::optional<std::vector<std::uint8_t>> vpd_page(const Unit& unit, const Port& port, std::uint8_t page);

/// Page 83h. NAA and T10 designators name the unit; the others the port, its group and the target.
std::vector<std::uint8_t> device_identification(const Unit& unit, const Port& port);

/// The unit's NAA designator; empty without a serial number.
std::vector<std::uint8_t> naa_designator(const Unit& unit);

/// Text in a field of `width` bytes, cut or padded with blanks.
void append_padded(std::vector<std::uint8_t>& data, std::string_view text, std::size_t width);

}  // namespace lunet::scsi
