// SPDX-License-Identifier: Apache-2.0
// What validation asks of the machine that the configuration is for: files, devices, addresses. Looks, and
// changes nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace lunet::config {

struct FileLook {
  enum class Kind : unsigned char { missing, regular, block_device, character_device, folder, other };
  Kind kind = Kind::missing;
  int errnum = 0;             ///< why it cannot be looked at; ENOENT for one that is not there
  std::uint64_t size = 0;     ///< of a regular file, bytes
  std::string identity = {};  ///< the same for two paths of one file or device; "" when missing
};

class Machine {
 public:
  virtual ~Machine() = default;
  [[nodiscard]] virtual FileLook look_at(const std::string& path) const = 0;
  /// An IPv4 or IPv6 address without brackets, that some interface has.
  [[nodiscard]] virtual bool has_address(std::string_view address) const = 0;
};

/// The one that the program runs on. Addresses are read once.
std::unique_ptr<Machine> this_machine();

}  // namespace lunet::config
