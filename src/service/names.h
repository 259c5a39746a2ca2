// SPDX-License-Identifier: Apache-2.0
// Names and numbers that users give: what is accepted, how it is normalised, what is chosen when none is
// given.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lunet::service {

/// A disk's name: 1 to 255 printable characters, no '/', no blank, not "." or "..".
Result<> check_disk_name(std::string_view name);
/// A unit serial: at most 254 printable characters without blanks.
Result<> check_serial(std::string_view serial);

enum class WwnUse : std::uint8_t { target, initiator };
/// An iSCSI name in canonical form (features 4.4): iqn, naa, eui; lower case. EINVAL says what is wrong with
/// it.
Result<std::string> normalise_wwn(std::string_view text, WwnUse use);
/// The same of any fabric: an naa name for those that have these, ib., eui., or any word.
Result<std::string> normalise_wwn(std::string_view text, WwnUse use, std::string_view fabric);
/// A name for a target, or a nexus, of a fabric whose names are free. EINVAL: its names are those of ports.
Result<std::string> generate_wwn(std::string_view fabric);
/// iqn.2003-01.org.linux-iscsi.HOST.ARCH:sn.<12 hex>
std::string generate_iqn();

/// "IP:PORT" as LIO's np/ names it: IPv6 in brackets. EINVAL for what is no address.
Result<std::string> portal_id(std::string_view ip, std::uint16_t port);
/// The same address and port in one spelling, for comparisons: "[::0]:3260" and "[0:0::0]:3260" are one.
std::string portal_key(std::string_view id);

/// Smallest number from `first` that is not in `used`, up to 65535.
std::optional<std::uint16_t> lowest_free(const std::set<std::uint64_t>& used, std::uint16_t first);

/// "64M", "1536K", "700" as users type it: the largest unit that divides the size.
std::string short_size(std::uint64_t bytes);

}  // namespace lunet::service
