// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <fmt/core.h>
#include <linux/loop.h>
#include <sys/ioctl.h>

#include <optional>
#include <string>

#include "base/fd.h"

namespace lunet::backstore {

/// A block device on a file, detached with the object. Needs root and the loop driver.
class LoopDevice {
 public:
  static std::optional<LoopDevice> attach(const std::string& file, bool read_only = false,
                                          std::uint32_t block_bytes = 512) {
    const Fd control(::open("/dev/loop-control", O_RDWR | O_CLOEXEC));
    const Fd backing(::open(file.c_str(), O_RDWR | O_CLOEXEC));
    constexpr int attempts = 16;  // others take free devices at the same time
    for (int i = 0; control && i < attempts; ++i) {
      const int number = ::ioctl(control.get(), LOOP_CTL_GET_FREE);
      const std::string path = fmt::format("/dev/loop{}", number);
      Fd device(::open(path.c_str(), O_RDWR | O_CLOEXEC));
      loop_config config{};
      config.fd = static_cast<unsigned>(backing.get());
      // The kernel detaches it when its last user closes it, however the test ends.
      config.info.lo_flags = LO_FLAGS_AUTOCLEAR;
      config.block_size = block_bytes;
      if (read_only) config.info.lo_flags |= LO_FLAGS_READ_ONLY;
      if (device && ::ioctl(device.get(), LOOP_CONFIGURE, &config) == 0)
        return LoopDevice(std::move(device), path);
    }
    return std::nullopt;
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Of its file.
  [[nodiscard]] bool take_new_size() const { return ::ioctl(device_.get(), LOOP_SET_CAPACITY, 0) == 0; }

 private:
  LoopDevice(Fd device, std::string path) : device_(std::move(device)), path_(std::move(path)) {}

  Fd device_;
  std::string path_;
};

}  // namespace lunet::backstore
