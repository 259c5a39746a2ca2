// SPDX-License-Identifier: Apache-2.0
#include "programs/late_systemd.h"

namespace lunet::programs {

const Systemd& systemd() {
  static const Systemd loaded;
  return loaded;
}

}  // namespace lunet::programs
