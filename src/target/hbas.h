// SPDX-License-Identifier: Apache-2.0
// HBAs, the directories core/PLUGIN_N that hold disks. One that is made for a disk goes with its last disk;
// those that users made by themselves are listed in `hbas` of the storage object, and stay
// (docs/language.md).
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/tree.h"
#include "configfs/tree.h"

namespace lunet::target {

using HbaNumbers = std::set<unsigned>;

/// What `hbas` of a storage object lists; null: nothing. What is no number in it is left out:
/// plans refuse it.
HbaNumbers kept_hbas(const config::Object* storage);
/// Writes the list; an empty one is no list.
void set_kept_hbas(config::Object& storage, const HbaNumbers& numbers);
/// Those of the listed ones that a storage object of read_live() has: without disks, or with them.
HbaNumbers running_hbas(const config::Object& running, const HbaNumbers& wanted);
/// "core/fileio_3"
std::string hba_directory(std::string_view plugin, unsigned number);
/// Whether some disk of the storage object is on that HBA.
bool has_disk_on(const config::Object& storage, unsigned number);
struct Hba {
  config::Path storage;
  std::string directory;
};
/// The listed HBAs of two configurations.
struct KeptHbas {
  std::set<std::string, std::less<>> all = {};  ///< directories of those that `to` lists
  std::vector<Hba> missing = {};                ///< of these: not in the live tree
  std::vector<Hba> given_up = {};  ///< in the live tree, without disks, and only `from` lists them
};
/// EINVAL: a list of `to` is none.
Result<KeptHbas> compare_kept_hbas(const config::Tree& from, const config::Tree& to, configfs::Tree& live);
/// Adds the HBAs of `core` that hold no disk to the storage objects of `out`.
void read_empty_hbas(const configfs::Node& core, config::Tree& out);

}  // namespace lunet::target
