// SPDX-License-Identifier: Apache-2.0
// Persistent reservations that survive a restart (APTPL, SPC-4 5.12.5) on the kernel's target: it writes them
// to pr/aptpl_SERIAL below its dbroot and never reads them. Who makes the disk again hands them back before a
// LUN exports it (features 4.2.1). lunetd reads its own.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "configfs/tree.h"

namespace lunet::target {

/// The registrations in such a file, each as pr/res_aptpl_metadata takes it. Of a damaged file there is one
/// that every runtime refuses: a disk whose reservations are not known must not be served.
std::vector<std::string> registrations_in(std::string_view text);

/// Of the disks of one runtime; looks for the folder once.
class Registrations {
 public:
  explicit Registrations(configfs::Tree& live) : live_(live) {}

  /// None for a runtime that reads its own.
  std::vector<std::string> of(const std::string& serial);

 private:
  const std::filesystem::path& folder();

  configfs::Tree& live_;
  std::optional<std::filesystem::path> folder_;  ///< empty: there is none
};

}  // namespace lunet::target
