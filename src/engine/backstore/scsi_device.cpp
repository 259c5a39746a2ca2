// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "engine/backstore/pass_through.h"

namespace lunet::backstore {

namespace fs = std::filesystem;

namespace {

std::string line_of(const fs::path& file) {
  std::ifstream stream(file);
  std::string text;
  std::getline(stream, text);
  return std::string(trim(text));
}

/// /dev/NAME of the only entry of a folder in sysfs; "" when there is none.
std::string node_in(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error))
    return "/dev/" + entry.path().filename().string();
  return {};
}

/// "nst0", not its modes "nst0a", "nst0l", "nst0m".
std::string tape_in(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with("nst") && parse_unsigned(name.substr(3))) return "/dev/" + name;
  }
  return {};
}

}  // namespace

std::string ScsiAddress::text() const {
  return fmt::format("{}:{}:{}:{}", host, channel, target, lun);
}

std::uint8_t cdb_length(const std::array<std::uint8_t, 32>& cdb) {
  constexpr std::uint8_t variable_length = 0x7F;
  constexpr std::array<std::uint8_t, 8> by_group{6, 10, 10, 10, 16, 12, 10, 10};
  if (cdb[0] != variable_length) return by_group[cdb[0] >> 5];
  constexpr unsigned header_bytes = 8;
  return static_cast<std::uint8_t>(
      std::min<unsigned>(header_bytes + cdb[7], static_cast<unsigned>(cdb.size())));
}

Result<ScsiDevice> find_scsi_device(const ScsiAddress& address) {
  const fs::path folder = fmt::format("/sys/class/scsi_device/{}/device", address.text());
  const auto type = parse_unsigned(line_of(folder / "type"));
  if (!type) {
    return Error{ENODEV, fmt::format("there is no SCSI device {}", address.text()),
                 "see `lsscsi -g`; a device that was there may have another address now"};
  }
  ScsiDevice device;
  device.type = static_cast<std::uint8_t>(*type);
  device.vendor = line_of(folder / "vendor");
  device.model = line_of(folder / "model");
  device.revision = line_of(folder / "rev");
  device.queue_depth =
      static_cast<std::uint32_t>(parse_unsigned(line_of(folder / "queue_depth")).value_or(0));
  device.block = node_in(folder / "block");
  device.tape = tape_in(folder / "scsi_tape");
  device.generic = node_in(folder / "scsi_generic");
  return device;
}

}  // namespace lunet::backstore
