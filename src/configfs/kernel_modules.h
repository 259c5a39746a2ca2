// SPDX-License-Identifier: Apache-2.0
// Modules of the running kernel, loaded when they are needed; through libkmod, which obeys /etc/modprobe.d.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace lunet::configfs {

class KernelModules {
 public:
  /// Where modules are and how they may be loaded; "" is the running kernel's and the machine's.
  struct Places {
    std::string modules = {};  ///< instead of /lib/modules/RELEASE
    std::string config = {};   ///< instead of /etc/modprobe.d and its like
  };
  KernelModules() = default;
  explicit KernelModules(Places places) : places_(std::move(places)) {}

  /// Makes sure that the module is there: built in, loaded already, or loaded now. Else, each with its cure:
  /// ENOENT: not installed for this kernel; EPERM: the administrator forbids it, or we may not; other values:
  /// the kernel refused it.
  Result<> load(const std::string& name) const;

 private:
  Places places_;
};

/// The module without which the directory of a back end's HBA ("core/iblock_0") cannot be made. "": none, and
/// for every other directory; those of fabrics are in the policy.
std::string backend_module(std::string_view path);

}  // namespace lunet::configfs
