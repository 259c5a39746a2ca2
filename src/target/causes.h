// SPDX-License-Identifier: Apache-2.0
// What an errno of the target tree probably means, and what to do: the kernel answers EINVAL to a dozen
// different mistakes. One table over (verb, kind of file, errno).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "configfs/tree.h"

namespace lunet::target {

enum class FileKind : std::uint8_t {
  any,
  hba,
  disk,
  disk_control,
  disk_enable,
  user_enable,  ///< of a disk in user space
  disk_attribute,
  disk_serial,
  disk_registrations,
  fabric,
  target,
  tpg,
  tpg_enable,
  tpg_attribute,
  parameter,
  credential,
  lun,
  lun_link,
  acl,
  acl_attribute,
  mapped_lun,
  mapped_lun_link,
  portal,
};

/// What kind of entry a path of the target tree is.
FileKind kind_of(std::string_view path);

struct Cause {
  std::string_view cause;  ///< "a LUN still exports it"
  std::string_view hint;   ///< what to do; may be empty
};
std::optional<Cause> likely_cause(configfs::Verb verb, std::string_view path, int errnum);

}  // namespace lunet::target
