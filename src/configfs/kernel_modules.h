// SPDX-License-Identifier: Apache-2.0
// Modules of the running kernel, loaded when they are needed; through libkmod, which obeys /etc/modprobe.d.
#pragma once

#include <map>
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

/// Directory of the target tree ("iscsi", "core/iblock_") -> the module that must be there first.
using ModuleTable = std::map<std::string, std::string, std::less<>>;
/// The back ends'; fabrics come from the policy.
ModuleTable backend_modules();
/// The module that a directory of the tree needs to be made; "" for none.
std::string module_for(const ModuleTable& table, std::string_view path);

}  // namespace lunet::configfs
