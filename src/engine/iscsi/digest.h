// SPDX-License-Identifier: Apache-2.0
// Header and data digests: CRC32C (RFC 7143 13.1).
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace lunet::iscsi {

inline constexpr std::uint32_t digest_bytes = 4;

/// The checksum of bytes that come in pieces.
class Crc32c {
 public:
  void add(Bytes bytes);
  [[nodiscard]] std::uint32_t value() const { return ~state_; }

 private:
  std::uint32_t state_ = 0xffffffff;
};

/// On the wire the digest is the one number that is little-endian (RFC 7143 appendix A.4, test vectors).
inline void store_digest(std::uint8_t* p, std::uint32_t value) {
  for (int i = 0; i < 4; i++) p[i] = static_cast<std::uint8_t>(value >> (8 * i));
}
inline std::uint32_t load_digest(const std::uint8_t* p) {
  return std::uint32_t{p[0]} | std::uint32_t{p[1]} << 8 | std::uint32_t{p[2]} << 16 |
         std::uint32_t{p[3]} << 24;
}

}  // namespace lunet::iscsi
