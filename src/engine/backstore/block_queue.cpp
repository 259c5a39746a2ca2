// SPDX-License-Identifier: Apache-2.0
#include "engine/backstore/block_queue.h"

#include <fmt/core.h>
#include <sys/sysmacros.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <optional>

#include "base/text.h"

namespace lunet::backstore {

namespace {

/// Files of one device in sysfs.
class Device {
 public:
  explicit Device(dev_t device)
      : folder_(fmt::format("/sys/dev/block/{}:{}", major(device), minor(device))) {}

  /// The first line of the device's own file.
  [[nodiscard]] std::optional<std::string> own(std::string_view name) const { return line(name); }
  [[nodiscard]] std::optional<std::string> queue(std::string_view name) const {
    if (auto found = line(fmt::format("queue/{}", name))) return found;
    return line(fmt::format("../queue/{}", name));
  }
  [[nodiscard]] std::uint64_t queue_number(std::string_view name, std::uint64_t otherwise = 0) const {
    return number(queue(name), otherwise);
  }
  [[nodiscard]] std::uint32_t queue_number32(std::string_view name, std::uint32_t otherwise = 0) const {
    return narrow(queue_number(name, otherwise));
  }
  [[nodiscard]] std::uint32_t own_number32(std::string_view name) const {
    return narrow(number(own(name), 0));
  }
  [[nodiscard]] std::string name() const {
    std::error_code error;
    return std::filesystem::canonical(folder_, error).filename().string();
  }

 private:
  [[nodiscard]] std::optional<std::string> line(std::string_view name) const {
    std::ifstream file(fmt::format("{}/{}", folder_, name));
    std::string text;
    if (!std::getline(file, text)) return std::nullopt;
    return std::string(trim(text));
  }
  static std::uint64_t number(const std::optional<std::string>& text, std::uint64_t otherwise) {
    return text ? parse_unsigned(*text).value_or(otherwise) : otherwise;
  }
  static std::uint32_t narrow(std::uint64_t value) {
    return static_cast<std::uint32_t>(
        std::min<std::uint64_t>(value, std::numeric_limits<std::uint32_t>::max()));
  }

  std::string folder_;
};

}  // namespace

BlockQueue read_block_queue(dev_t number) {
  const Device device(number);
  BlockQueue queue;
  queue.logical_block_bytes = device.queue_number32("logical_block_size", 512);
  queue.rotational = device.queue_number("rotational", 1) != 0;
  queue.write_back = device.queue("write_cache").value_or("write back") != "write through";
  DeviceLimits& limits = queue.limits;
  limits.physical_block_bytes = device.queue_number32("physical_block_size", queue.logical_block_bytes);
  limits.alignment_offset_bytes = device.own_number32("alignment_offset");
  limits.minimum_io_bytes = device.queue_number32("minimum_io_size");
  limits.optimal_io_bytes = device.queue_number32("optimal_io_size");
  limits.transfer_bytes_max = device.queue_number("max_hw_sectors_kb") * 1024;
  limits.queue_depth = device.queue_number32("nr_requests");
  limits.discard_bytes_max = device.queue_number("discard_max_bytes");
  limits.discard_granularity_bytes = device.queue_number32("discard_granularity");
  limits.discard_alignment_bytes = device.own_number32("discard_alignment");
  limits.write_zeroes_bytes_max = device.queue_number("write_zeroes_max_bytes");
  limits.major = major(number);
  limits.minor = minor(number);
  limits.name = device.name();
  return queue;
}

}  // namespace lunet::backstore
