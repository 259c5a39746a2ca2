// SPDX-License-Identifier: Apache-2.0
// Reservations that survive a restart, as text: LIO's blocks of key=value lines (its aptpl_SERIAL files can
// be read, too) behind a line with a checksum.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "engine/scsi/reservation_state.h"

namespace lunet::scsi {

std::string aptpl_text(const ReservationState& state);
/// Empty when the text is damaged or says what cannot be.
std::optional<ReservationState> parse_aptpl(std::string_view text);
/// One registration as LIO takes it at pr/res_aptpl_metadata: the lines of a block, joined with commas. Adds
/// it to `state`.
bool parse_registration(std::string_view text, ReservationState& state);

}  // namespace lunet::scsi
