// SPDX-License-Identifier: Apache-2.0
#include "target/phases.h"

namespace lunet::target {

using config::ObjectClass;

Phase removal_phase(ObjectClass object_class, bool frees_something) {
  switch (object_class) {
    case ObjectClass::portal: return Phase::remove_portal;
    case ObjectClass::mapped_lun: return Phase::remove_mapped_lun;
    case ObjectClass::acl: return Phase::remove_acl;
    case ObjectClass::lun: return Phase::remove_lun;
    case ObjectClass::tpgt: return Phase::remove_tpg;
    case ObjectClass::target: return Phase::remove_target;
    default: return frees_something ? Phase::remove_disk_first : Phase::remove_disk_last;
  }
}

Phase making_phase(ObjectClass object_class) {
  switch (object_class) {
    case ObjectClass::disk: return Phase::make_disk;
    case ObjectClass::target: return Phase::make_target;
    case ObjectClass::tpgt: return Phase::make_tpg;
    case ObjectClass::lun: return Phase::make_lun;
    case ObjectClass::acl: return Phase::make_acl;
    case ObjectClass::mapped_lun: return Phase::make_mapped_lun;
    case ObjectClass::portal: return Phase::make_portal;
    default: return Phase::fabric;
  }
}

}  // namespace lunet::target
