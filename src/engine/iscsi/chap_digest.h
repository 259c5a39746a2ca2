// SPDX-License-Identifier: Apache-2.0
// The hashes of CHAP (RFC 1994 4.1; RFC 7143 12.1.3 and IANA's "PPP Authentication Algorithms" for iSCSI).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "engine/iscsi/host.h"

namespace lunet::iscsi {

/// "MD5", "SHA1", "SHA-256", "SHA3-256".
std::string_view algorithm_name(ChapAlgorithm algorithm);
/// Bytes of a response, and of the challenges that we make.
std::size_t chap_digest_bytes(ChapAlgorithm algorithm);
/// Not where the system's cryptography policy bars the hash: MD5 is missing in FIPS mode.
bool algorithm_available(ChapAlgorithm algorithm);

/// Hash of identifier, secret and challenge. Nothing when the hash is not available.
std::optional<std::vector<std::uint8_t>> chap_response(ChapAlgorithm algorithm, std::uint8_t identifier,
                                                       std::string_view secret, Bytes challenge);
/// Takes as long whether they differ or not, and wherever; not where their lengths differ.
bool same_bytes(Bytes a, Bytes b);

}  // namespace lunet::iscsi
