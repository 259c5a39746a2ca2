// SPDX-License-Identifier: Apache-2.0
// ALUA states that survive a restart on the kernel's target. Of a port group with alua_write_metadata and of
// a LUN with alua_tg_pt_write_md it writes the state at each change to a file below the folder "alua" of its
// dbroot:
//
//   tpgs_SERIAL/GROUP        tg_pt_gp_id=16, alua_access_state=0x02, alua_access_status=0x01
//   FABRIC/WWN+TAG/lun_N     alua_tg_pt_offline=1, alua_tg_pt_status=0x02
//
// It makes no folder (programs/kernel_target_dbroot.h does) and never reads them: who makes the group or the
// LUN again hands the state back.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "config/tree.h"
#include "configfs/tree.h"
#include "target/alua.h"
#include "target/steps.h"

namespace lunet::target {

/// Relative to the folder. "" for what has no such file: the disk has no serial, or a name would lead
/// elsewhere.
std::string group_state_file(std::string_view serial, std::string_view group);
/// Of the LUN with that directory in the target tree: "iscsi/WWN/tpgt_1/lun/lun_0".
std::string lun_state_file(std::string_view directory);

/// By which the disk's states are kept. "" for one that has none: its device or its handler answers for
/// itself.
std::string serial_of_states(const config::Path& path, const config::Object& disk);

/// What the kernel writes to them, of what the files of the tree read.
std::string group_state_text(std::uint64_t id, unsigned state, unsigned status);
std::string lun_state_text(unsigned offline, unsigned status);

/// The state as it is written to alua_access_state, alua_tg_pt_offline. Nothing for a damaged text, one of
/// another group, one of a transition. The recorded state counts then: which path is the better one is no
/// matter of who is let in, and not to serve the disk would take all of its paths.
std::optional<std::string> group_state_in(std::string_view text, std::uint64_t id);
std::optional<std::string> lun_state_in(std::string_view text);

/// Of one runtime; looks for the folder once, when it is needed. None for lunetd, which keeps none.
class KeptStates {
 public:
  /// `recorded`: as in PlanOptions; an object that is new has no state of before, whoever had its name.
  KeptStates(configfs::Tree& live, const config::Tree* recorded) : live_(live), recorded_(recorded) {}

  /// What making the object at `path` again hands back.
  void add_to(MakeOptions& options, const config::Tree& tree, const config::Path& path);
  /// The group of the disk with its state, if that is kept and the group can have it.
  PortGroup with_state(PortGroup group, const config::Path& disk, const std::string& serial);

 private:
  [[nodiscard]] bool is_of_before(const PortGroup& group, const config::Path& disk,
                                  const std::string& serial) const;
  [[nodiscard]] bool is_lun_of_before(const config::Tree& tree, const config::Path& path) const;
  std::optional<std::string> text_of(const std::string& file);

  configfs::Tree& live_;
  const config::Tree* recorded_;
  std::optional<std::filesystem::path> folder_;  ///< empty: there is none
};

/// After an edit that made `after` of `before`: the files of objects that are gone, or keep their states no
/// longer, and folders that are empty then. An edit only, when it is recorded: what takes objects away for a
/// moment or for good without that (restore, making again, an edit that fails, migrate until it is done, the
/// end of the machine) leaves the states to whoever makes the objects again. Best effort.
void forget_states(configfs::Tree& live, const config::Tree& before, const config::Tree& after);

}  // namespace lunet::target
