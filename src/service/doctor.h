// SPDX-License-Identifier: Apache-2.0
// What is wrong or about to be, and the command that cures it.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "configfs/tree.h"
#include "service/service.h"

namespace lunet::service {

struct Finding {
  enum class Weight : unsigned char {
    broken,  ///< something does not work
    unsafe,  ///< somebody gets in who should not, or data is at risk
    idle,    ///< works, and serves nobody
  };
  Weight weight = Weight::broken;
  std::string object;   ///< path in the shell's tree
  std::string problem;  ///< a sentence
  std::string cure;     ///< a command of the shell, or of the system when it begins with '!'; "" for none
};

/// What runs, and how it differs from what is recorded. `handlers`, of disks in user space, are asked when
/// there is such a disk; null: nobody can be asked.
Result<std::vector<Finding>> examine(configfs::Tree& live, const Comparison& comparison,
                                     UserHandlers* handlers = nullptr);
/// Of a machine whose kernel's target is not there: which module is missing.
std::vector<Finding> examine_kernel(const std::string& sys = "/sys");

}  // namespace lunet::service
