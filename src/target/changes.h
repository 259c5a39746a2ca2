// SPDX-License-Identifier: Apache-2.0
// Which objects a plan must make, remove and change: the difference of two configurations, object by object,
// with everything that has to be made again because an object it stands on is made again.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "config/classify.h"
#include "config/tree.h"

namespace lunet::target {

struct Changes {
  std::set<config::Path> removed;  ///< in `from`
  std::set<config::Path> created;  ///< in `to`; an object that is in both sets is made again
  std::set<config::Path> changed;  ///< own attributes or groups, in place
  std::map<config::Path, std::vector<config::ValueChange>> values;  ///< of the changed ones
  /// Disks with values that the runtime refuses while a LUN exports them; also in `changed`.
  std::set<config::Path> unexported;
  /// Of those: a value that only a disk made again reads as a fresh one does, for the device decides it.
  std::set<config::Path> fresh;
};

/// EBUSY: what of the disk's values cannot change while the LUN exports it.
Error refused_while_exported(const Changes& changes, const config::Path& disk, const config::Path& lun);
/// Takes those out of the changes.
void leave_as_it_is(Changes& changes, const config::Path& disk);

/// What an object in `tree` stands on: a LUN's disk, a mapped LUN's LUN. Empty for other objects.
config::Path reference_of(const config::Tree& tree, const config::Path& path);

/// LUNs that export the disk, below `object` as paths from there, in order; the second: from the root.
std::vector<config::Path> luns_below(const config::Object& object, const config::Path& disk);
std::vector<config::Path> luns_of(const config::Tree& tree, const config::Path& disk);

/// `bases` and the objects of `tree` that stand on them by reference, with what stands on those.
std::set<config::Path> dependants(const config::Tree& tree, const std::set<config::Path>& bases);

/// The differences that the schema knows: spellings of one value are none (config/classify.h).
Changes collect_changes(const config::Tree& from, const config::Tree& to, schema::Runtime runtime);
/// The objects are made again, with what stands on them.
void make_again(Changes& changes, const config::Tree& from, const config::Tree& to,
                const std::set<config::Path>& objects);
/// LUNs of `tree` that export one of the disks among the objects, by disk.
std::map<config::Path, std::vector<config::Path>> exports_of(const config::Tree& tree,
                                                             const std::set<config::Path>& objects);
/// Whether an object's own values are those of `wanted`; what `wanted` does not set may be anything.
bool has_values(const config::Path& path, const config::Object& running, const config::Object& wanted);
/// Whether both texts mean the same value of that attribute.
bool is_same(const config::Path& path, std::string_view group, std::string_view name, std::string_view a,
             std::string_view b);

/// A value of a group; of the object itself when `group` is "". "" when it is not set.
std::string_view value_in(const config::Object& object, std::string_view group, std::string_view name);

/// A value of a group that has to be written.
struct GroupChange {
  std::string group;
  std::string name;
  std::string value;  ///< "" for a credential that is to be cleared
};
/// What `to` sets and `from` has not, or has otherwise. A credential that only `from` has is cleared; another
/// value that only `from` has is not listed (unset is not "default": ruling 12).
std::vector<GroupChange> group_changes(const config::Object& from, const config::Object& to);

/// True when both say the same: sizes as bytes, booleans in any spelling.
bool same_value(std::string_view name, std::string_view a, std::string_view b);

}  // namespace lunet::target
