// SPDX-License-Identifier: Apache-2.0
#include "engine/control/device_facts.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace lunet::control {

/// One command stays short, however much the device can discard at once.
constexpr std::uint64_t unmap_blocks_max = 1U << 20;

configfs::DeviceFacts facts_of(const backstore::Properties& properties) {
  const backstore::DeviceLimits& limits = properties.limits;
  const auto blocks = [&](std::uint64_t bytes) {
    const std::uint64_t count = bytes / properties.block_bytes;
    return std::to_string(std::min<std::uint64_t>(count, std::numeric_limits<std::uint32_t>::max()));
  };
  configfs::DeviceFacts facts;
  facts.settings = {{"device", limits.name},
                    {"major", std::to_string(limits.major)},
                    {"minor", std::to_string(limits.minor)}};
  const auto set = [&](std::string_view name, std::string value) {
    facts.values.emplace_back(std::string("attrib/").append(name), std::move(value));
  };
  set("block_size", std::to_string(properties.block_bytes));
  set("hw_block_size", std::to_string(properties.block_bytes));
  set("is_nonrot", properties.rotational ? "0" : "1");
  set("emulate_write_cache", properties.write_cache ? "1" : "0");
  // Longer transfers are split below us: the device's limit is a hint, ours the limit.
  if (limits.transfer_bytes_max != 0) set("optimal_sectors", blocks(limits.transfer_bytes_max));
  if (limits.queue_depth != 0) {
    set("hw_queue_depth", std::to_string(limits.queue_depth));
    set("queue_depth", std::to_string(limits.queue_depth));
  }
  if (properties.can_unmap) {
    const std::uint64_t command_max = unmap_blocks_max * properties.block_bytes;
    set("max_unmap_lba_count", blocks(std::min(limits.discard_bytes_max, command_max)));
    set("max_unmap_block_desc_count", "1");
    set("unmap_granularity", blocks(limits.discard_granularity_bytes));
    set("unmap_granularity_alignment", blocks(limits.discard_alignment_bytes));
    set("unmap_zeroes_data", "1");
  }
  return facts;
}

configfs::DeviceFacts scsi_facts_of(const backstore::Properties& properties) {
  const backstore::DeviceLimits& limits = properties.limits;
  configfs::DeviceFacts facts;
  facts.settings = {{"vendor", limits.vendor}, {"model", limits.model}, {"revision", limits.revision}};
  facts.values.emplace_back("attrib/hw_block_size", std::to_string(properties.block_bytes));
  if (limits.transfer_bytes_max != 0) {
    facts.values.emplace_back("attrib/hw_max_sectors",
                              std::to_string(limits.transfer_bytes_max / properties.block_bytes));
  }
  if (limits.queue_depth != 0)
    facts.values.emplace_back("attrib/hw_queue_depth", std::to_string(limits.queue_depth));
  return facts;
}

void describe_device(const backstore::Properties& properties, scsi::Unit& unit) {
  const backstore::DeviceLimits& limits = properties.limits;
  const std::uint32_t block = unit.attributes.block_size;
  if (limits.physical_block_bytes > block) {
    unit.physical_block_exponent =
        static_cast<std::uint8_t>(std::bit_width(limits.physical_block_bytes / block) - 1);
  }
  constexpr std::uint32_t lowest_max = 0x3FFF;  // SBC-3 5.16.2: 14 bits
  unit.lowest_aligned_lba =
      static_cast<std::uint16_t>(std::min(limits.alignment_offset_bytes / block, lowest_max));
  constexpr std::uint32_t granularity_max = 0xFFFF;
  unit.optimal_granularity_blocks =
      static_cast<std::uint16_t>(std::clamp(limits.minimum_io_bytes / block, 1U, granularity_max));
}

}  // namespace lunet::control
