// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/digest.h"

#include <isa-l/crc.h>

#include <algorithm>

namespace lunet::iscsi {

void Crc32c::add(Bytes bytes) {
  constexpr std::size_t piece_max = 1u << 30;  // the library counts in int
  while (!bytes.empty()) {
    const Bytes piece = bytes.first(std::min(bytes.size(), piece_max));
    // The library takes a pointer to non-const but only reads.
    state_ = crc32_iscsi(const_cast<unsigned char*>(piece.data()), static_cast<int>(piece.size()), state_);
    bytes = bytes.subspan(piece.size());
  }
}

}  // namespace lunet::iscsi
