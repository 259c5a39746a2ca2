// SPDX-License-Identifier: Apache-2.0
// The order of the steps of a plan.
#pragma once

#include "config/key.h"

namespace lunet::target {

/// Ruling 9: what stands on something goes before it when removing and after it when making; a TPG admits
/// initiators only when everything else is there. A removed disk's contents may be gone for good, so that
/// comes last (ruling 13), unless a new disk may need its HBA or its file.
enum class Phase : unsigned char {
  close_tpg,
  remove_portal,
  remove_mapped_lun,
  remove_acl,
  remove_lun,
  remove_tpg,
  remove_target,
  unbind_lun,  ///< before the port group goes that it is in
  remove_port_group,
  remove_disk_first,
  make_disk,
  fabric,
  make_target,
  make_tpg,
  make_lun,
  make_acl,
  make_mapped_lun,
  make_portal,
  open_tpg,
  remove_disk_last,
};

/// `frees_something`: a new disk may need what the removed one has.
Phase removal_phase(config::ObjectClass object_class, bool frees_something);
Phase making_phase(config::ObjectClass object_class);

}  // namespace lunet::target
