// SPDX-License-Identifier: Apache-2.0
// iSCSI TransportIDs (SPC-4 7.6.4.6): how initiator ports are named in parameter lists.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace lunet::scsi {

struct TransportId {
  std::string initiator;              ///< lower case
  std::optional<std::uint64_t> isid;  ///< none: every port of that initiator
  std::size_t bytes = 0;              ///< its length in the list
};

/// The TransportID that `list` begins with; empty when it is none of iSCSI, cut, or of a name that no login
/// has.
std::optional<TransportId> parse_transport_id(Bytes list);
/// With an ISID the name is of an initiator port (format 01b); an ISID of 0 is left out.
std::vector<std::uint8_t> transport_id(const std::string& initiator, std::uint64_t isid);

}  // namespace lunet::scsi
