// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/nexus.h"

#include <algorithm>

namespace lunet::scsi {
namespace {

bool is_reset(std::uint16_t code) {
  return code >> 8 == 0x29;
}

}  // namespace

void Nexus::raise(std::uint16_t code) {
  if (std::find(queue_.begin(), queue_.end(), code) != queue_.end()) return;
  auto place = queue_.end();
  if (is_reset(code)) {
    place = std::find_if_not(queue_.begin(), queue_.end(), is_reset);
  }
  queue_.insert(place, code);
}

std::optional<std::uint16_t> Nexus::next() const {
  if (queue_.empty()) return std::nullopt;
  return queue_.front();
}

std::optional<std::uint16_t> Nexus::take() {
  const std::optional<std::uint16_t> code = next();
  if (code) queue_.erase(queue_.begin());
  return code;
}

}  // namespace lunet::scsi
