// SPDX-License-Identifier: Apache-2.0
// What initiators may see, as immutable values: control builds a new snapshot for each published batch, every
// worker swaps its pointer. Nothing here changes after publication.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/dataplane/disk.h"
#include "engine/iscsi/host.h"
#include "engine/scsi/unit.h"

namespace lunet::dataplane {

/// One LUN as an initiator addresses it.
struct LunMapping {
  std::uint16_t lun = 0;
  std::shared_ptr<Disk> disk;
  std::shared_ptr<const scsi::Unit> unit;
  std::uint16_t relative_port = 1;
  std::uint16_t port_group = 0;
  std::uint16_t target_lun = 0;  ///< of the portal group
  bool offline = false;          ///< alua_tg_pt_offline
  bool write_protected = false;
};

struct ChapSecrets {
  iscsi::Credentials initiator;  ///< what it proves itself with
  iscsi::Credentials target;     ///< what we prove ourselves with (mutual CHAP)
};

/// ACL attrib/authentication: -1 means "as the TPG says".
enum class Authentication : signed char { inherit = -1, off = 0, on = 1 };

struct Acl {
  Authentication authentication = Authentication::inherit;
  ChapSecrets secrets;
  iscsi::NodeParameters parameters;  ///< the TPG's with the ACL's attributes applied
  std::vector<LunMapping> luns;      ///< ascending
};

/// By lower-case initiator name. Snapshots share the ACLs that did not change between them.
using AclMap = std::map<std::string, std::shared_ptr<const Acl>, std::less<>>;

/// A target portal group with all its rules.
struct Tpg {
  std::string target;
  std::uint16_t tag = 1;
  std::uint16_t relative_port = 1;  ///< RTPI
  bool enabled = false;
  bool authentication = true;  ///< attrib/authentication
  bool chap = true;            ///< param/AuthMethod has CHAP
  bool none = true;            ///< param/AuthMethod has None
  std::vector<iscsi::ChapAlgorithm> chap_algorithms = iscsi::AuthenticationPolicy().algorithms;
  ChapSecrets secrets;  ///< for initiators without an ACL (demo mode)
  bool generate_node_acls = false;
  bool demo_mode_write_protect = true;
  bool demo_mode_discovery = true;
  bool prod_mode_write_protect = false;
  bool only_enabled_in_send_targets = true;  ///< attrib/tpg_enabled_sendtargets
  std::uint32_t login_timeout_s = 15;
  iscsi::NodeParameters parameters;
  std::vector<LunMapping> luns;      ///< ascending; what demo mode shows
  AclMap acls;                       ///< never a null pointer in it
  std::vector<std::string> portals;  ///< addresses as configured
};

using TpgMap = std::map<std::uint16_t, std::shared_ptr<const Tpg>>;

/// By target name.
using TargetMap = std::map<std::string, TpgMap, std::less<>>;

struct Snapshot {
  /// Never null. Snapshots share it when no target changed between them.
  std::shared_ptr<const TargetMap> targets = std::make_shared<const TargetMap>();
  std::map<std::string, std::uint16_t> ports;  ///< of each configured portal: the port it really listens on
  iscsi::AuthenticationPolicy discovery;
};

}  // namespace lunet::dataplane
