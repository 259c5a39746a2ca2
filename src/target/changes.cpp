// SPDX-License-Identifier: Apache-2.0
#include "target/changes.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <functional>

#include "base/byte_size.h"
#include "base/text.h"
#include "target/kinds.h"
#include "target/names.h"

namespace lunet::target {
namespace {

using config::ObjectClass;
using config::ObjectKey;
using config::Path;
using Visitor = std::function<void(const Path&, const config::Object&)>;

void visit_below(const config::Object& object, Path& path, const Visitor& visit) {
  visit(path, object);
  for (const auto& [key, child] : object.children) {
    path.push_back(key);
    visit_below(child, path, visit);
    path.pop_back();
  }
}

/// So many are looked up one by one, more by a look at all LUNs.
constexpr std::size_t few_disks = 32;

/// `path` and every object below it.
void add_subtree(const config::Tree& tree, const Path& path, std::set<Path>& out) {
  const config::Object* object = tree.find(path);
  if (object == nullptr) return;
  Path at = path;
  visit_below(*object, at, [&](const Path& found, const config::Object&) { out.insert(found); });
}

constexpr std::array boolean_names{std::string_view("buffered"),      std::string_view("nullio"),
                                   std::string_view("readonly"),      std::string_view("enable"),
                                   std::string_view("write_protect"), std::string_view("aio"),
                                   std::string_view("iser"),          std::string_view("offload")};

/// What a block or SCSI device says of itself when its disk is made.
constexpr std::array device_values{std::string_view("block_size"),
                                   std::string_view("is_nonrot"),
                                   std::string_view("max_unmap_block_desc_count"),
                                   std::string_view("max_unmap_lba_count"),
                                   std::string_view("max_write_same_len"),
                                   std::string_view("optimal_sectors"),
                                   std::string_view("queue_depth"),
                                   std::string_view("unmap_granularity"),
                                   std::string_view("unmap_granularity_alignment"),
                                   std::string_view("unmap_zeroes_data")};

bool is_of_device(const Path& path, const config::ValueChange& change) {
  return path[0].id == "iblock" && change.group == "attribute" &&
         change.from.state == config::ValueState::set && change.to.state != config::ValueState::set &&
         std::find(device_values.begin(), device_values.end(), change.name) != device_values.end();
}

bool is_refused_while_exported(const Path& disk, const config::ValueChange& change) {
  return change.takes == schema::Change::unexported || is_of_device(disk, change);
}

/// Values of a new ACL that its TPG's attributes give.
struct Inherited {
  std::string_view group;
  std::string_view name;
  std::string_view tpg_attribute;
};
constexpr std::array inherited{Inherited{"", "tcq_depth", "default_cmdsn_depth"},
                               Inherited{"attribute", "default_erl", "default_erl"}};

/// What a fresh ACL of the TPG reads.
std::string inherited_value(const config::Tree& tree, const Path& acl, const Inherited& row,
                            schema::Runtime runtime) {
  const Path tpg(acl.begin(), acl.end() - 1);
  const config::Object* object = tree.find(tpg);
  const std::string_view set =
      object == nullptr ? std::string_view() : value_in(*object, "attribute", row.tpg_attribute);
  if (!set.empty()) return std::string(set);
  const schema::Kind* kind = kind_of(tpg);
  const schema::Attribute* known =
      kind == nullptr ? nullptr : kind->attribute("attribute", row.tpg_attribute);
  if (known == nullptr) return {};
  return known->default_on(runtime).value_or("");
}

/// ACLs read what their TPG's attributes were when they were made.
class Inheritance {
 public:
  Inheritance(const config::Tree& from, const config::Tree& to, schema::Runtime runtime, Changes& changes)
      : from_(from), to_(to), runtime_(runtime), changes_(changes) {}

  void run() {
    std::vector<Path> tpgs;
    for (auto& [path, values] : changes_.values) {
      if (path.back().object_class == ObjectClass::acl) correct(path, values);
      const bool gives = std::any_of(values.begin(), values.end(), [](const config::ValueChange& change) {
        return change.group == "attribute" &&
               std::any_of(inherited.begin(), inherited.end(),
                           [&](const Inherited& row) { return row.tpg_attribute == change.name; });
      });
      if (gives && path.back().object_class == ObjectClass::tpgt) tpgs.push_back(path);
    }
    for (const Path& tpg : tpgs) pass_on(tpg);
  }

 private:
  void correct(const Path& acl, std::vector<config::ValueChange>& values) const {
    for (config::ValueChange& change : values) {
      for (const Inherited& row : inherited) {
        if (change.group != row.group || change.name != row.name) continue;
        if (change.to.state != config::ValueState::set)
          change.to.text = inherited_value(to_, acl, row, runtime_);
      }
    }
  }

  void pass_on(const Path& tpg) {
    for (const auto& [key, acl] : to_.find(tpg)->children) {
      if (key.object_class != ObjectClass::acl) continue;
      Path path = tpg;
      path.push_back(key);
      const config::Object* before = from_.find(path);
      if (before == nullptr) continue;
      for (const Inherited& row : inherited) {
        if (!value_in(*before, row.group, row.name).empty() || !value_in(acl, row.group, row.name).empty())
          continue;
        config::ValueChange change;
        change.group = row.group;
        change.name = row.name;
        change.from = {config::ValueState::by_default, inherited_value(from_, path, row, runtime_)};
        change.to = {config::ValueState::by_default, inherited_value(to_, path, row, runtime_)};
        if (change.from == change.to) continue;
        changes_.values[path].push_back(std::move(change));
        changes_.changed.insert(path);
      }
    }
  }

  const config::Tree& from_;
  const config::Tree& to_;
  schema::Runtime runtime_;
  Changes& changes_;
};

}  // namespace

std::string_view value_in(const config::Object& object, std::string_view group, std::string_view name) {
  if (group.empty()) return object.attribute(name);
  const auto values = object.groups.find(group);
  if (values == object.groups.end()) return {};
  const auto found = values->second.find(name);
  return found == values->second.end() ? std::string_view() : std::string_view(found->second);
}

std::vector<Path> luns_below(const config::Object& object, const Path& disk) {
  if (disk.size() != 2) return {};
  std::set<Path> luns;
  for (const std::string_view plugin : {core_plugin(disk[0].id), shell_plugin(disk[0].id)}) {
    const std::string backend = fmt::format("{}:{}", plugin, disk[1].id);
    const std::vector<Path> found = object.children.find_all({ObjectClass::lun, "backend", backend});
    luns.insert(found.begin(), found.end());
  }
  return {luns.begin(), luns.end()};
}

std::vector<Path> luns_of(const config::Tree& tree, const Path& disk) {
  return luns_below(tree.root, disk);
}

std::set<Path> dependants(const config::Tree& tree, const std::set<Path>& bases) {
  std::set<Path> found = bases;
  for (const auto& [disk, luns] : exports_of(tree, bases)) found.insert(luns.begin(), luns.end());
  std::map<Path, std::set<std::string_view>> numbers;  // of the LUNs, by portal group
  for (const Path& path : found) {
    if (path.back().object_class == ObjectClass::lun)
      numbers[Path(path.begin(), path.end() - 1)].insert(path.back().id);
  }
  for (const auto& [group, luns] : numbers) {
    if (tree.find(group) == nullptr) continue;
    Path at = group;
    visit_below(*tree.find(group), at, [&](const Path& path, const config::Object& object) {
      if (path.back().object_class == ObjectClass::mapped_lun &&
          luns.contains(object.attribute("target_lun")))
        found.insert(path);
    });
  }
  return found;
}

bool same_value(std::string_view name, std::string_view a, std::string_view b) {
  if (a == b) return true;
  if (name == "size") {
    const auto left = parse_byte_size(a);
    const auto right = parse_byte_size(b);
    return left && right && *left == *right;
  }
  if (std::find(boolean_names.begin(), boolean_names.end(), name) != boolean_names.end()) {
    const auto left = parse_bool(a.empty() ? "no" : a);
    return left && left == parse_bool(b.empty() ? "no" : b);
  }
  return false;
}

static Path disk_of(const config::Object& lun) {
  const std::string_view backend = lun.attribute("backend");
  const std::size_t colon = backend.find(':');
  if (colon == std::string_view::npos) return {};
  return {ObjectKey{ObjectClass::storage, std::string(core_plugin(backend.substr(0, colon)))},
          ObjectKey{ObjectClass::disk, std::string(backend.substr(colon + 1))}};
}

Path reference_of(const config::Tree& tree, const Path& path) {
  const config::Object* object = tree.find(path);
  if (object == nullptr) return {};
  if (path.back().object_class == ObjectClass::lun) return disk_of(*object);
  if (path.back().object_class == ObjectClass::mapped_lun && path.size() >= 3) {
    Path lun(path.begin(), path.end() - 2);
    lun.push_back(ObjectKey{ObjectClass::lun, std::string(object->attribute("target_lun"))});
    return lun;
  }
  return {};
}

void make_again(Changes& changes, const config::Tree& from, const config::Tree& to,
                const std::set<Path>& objects) {
  if (objects.empty()) return;
  for (const Path& path : dependants(from, objects)) add_subtree(from, path, changes.removed);
  for (const Path& path : dependants(to, objects)) add_subtree(to, path, changes.created);
  for (const Path& path : changes.created) {
    changes.changed.erase(path);
    changes.values.erase(path);
    changes.unexported.erase(path);
    changes.fresh.erase(path);
  }
}

Error refused_while_exported(const Changes& changes, const Path& disk, const Path& lun) {
  std::string names;
  for (const config::ValueChange& change : changes.values.at(disk)) {
    if (is_refused_while_exported(disk, change)) names += (names.empty() ? "" : ", ") + change.name;
  }
  return Error{EBUSY,
               fmt::format("{}: {} cannot change while {} exports the disk", config::path_text(disk), names,
                           config::path_text(lun)),
               "with --disrupt its LUNs are taken away and put back; or delete the LUNs first"};
}

void leave_as_it_is(Changes& changes, const Path& disk) {
  std::vector<config::ValueChange>& values = changes.values.at(disk);
  std::erase_if(values, [&](const auto& change) { return is_refused_while_exported(disk, change); });
  if (values.empty()) changes.changed.erase(disk);
  changes.fresh.erase(disk);
}

static void add_in_place(config::ObjectChange change, Changes& changes) {
  if (change.needs_unexported()) changes.unexported.insert(change.path);
  for (const config::ValueChange& value : change.values) {
    if (!is_of_device(change.path, value)) continue;
    changes.unexported.insert(change.path);
    changes.fresh.insert(change.path);
  }
  changes.changed.insert(change.path);
  changes.values.emplace(std::move(change.path), std::move(change.values));
}

Changes collect_changes(const config::Tree& from, const config::Tree& to, schema::Runtime runtime) {
  Changes changes;
  std::set<Path> again;
  using Kind = config::ObjectChange::Kind;
  for (config::ObjectChange& change : config::classify(from, to, shipped_schema(), runtime)) {
    switch (change.kind) {
      case Kind::created: add_subtree(to, change.path, changes.created); break;
      case Kind::removed: add_subtree(from, change.path, changes.removed); break;
      case Kind::major: again.insert(change.path); break;
      case Kind::minor: add_in_place(std::move(change), changes); break;
    }
  }
  Inheritance(from, to, runtime, changes).run();
  make_again(changes, from, to, again);
  return changes;
}

std::map<Path, std::vector<Path>> exports_of(const config::Tree& tree, const std::set<Path>& objects) {
  std::set<Path> disks;
  for (const Path& path : objects) {
    if (path.back().object_class == ObjectClass::disk) disks.insert(path);
  }
  std::map<Path, std::vector<Path>> exports;
  if (disks.size() <= few_disks) {
    for (const Path& disk : disks) {
      if (std::vector<Path> luns = luns_of(tree, disk); !luns.empty()) exports.emplace(disk, std::move(luns));
    }
    return exports;
  }
  Path path;
  for (const auto& [key, child] : tree.root.children) {
    if (key.object_class != ObjectClass::fabric) continue;
    path.assign(1, key);
    visit_below(child, path, [&](const Path& at, const config::Object& object) {
      if (at.back().object_class != ObjectClass::lun) return;
      const Path disk = disk_of(object);
      if (disks.contains(disk)) exports[disk].push_back(at);
    });
  }
  return exports;
}

bool is_same(const Path& path, std::string_view group, std::string_view name, std::string_view a,
             std::string_view b) {
  if (a == b) return true;
  const schema::Kind* kind = kind_of(path);
  const schema::Attribute* known = kind == nullptr ? nullptr : kind->attribute(group, name);
  if (known == nullptr) return group.empty() && same_value(name, a, b);
  const auto left = shipped_schema().check_value(*known, a);
  const auto right = shipped_schema().check_value(*known, b);
  if (left && right) return *left == *right;
  // Unset booleans of older generations.
  return group.empty() && same_value(name, a, b);
}

bool has_values(const Path& path, const config::Object& running, const config::Object& wanted) {
  for (const auto& [name, value] : wanted.attributes) {
    if (!is_same(path, "", name, value, running.attribute(name))) return false;
  }
  for (const auto& [group, values] : wanted.groups) {
    for (const auto& [name, value] : values) {
      if (!is_same(path, group, name, value, value_in(running, group, name))) return false;
    }
  }
  // A credential that nobody wants is a difference.
  for (const std::string_view group : {"auth", "discovery_auth"}) {
    const auto now = running.groups.find(group);
    if (now == running.groups.end()) continue;
    for (const auto& [name, value] : now->second) {
      if (value_in(wanted, group, name).empty() && !value.empty()) return false;
    }
  }
  return true;
}

std::vector<GroupChange> group_changes(const config::Object& from, const config::Object& to) {
  std::vector<GroupChange> changes;
  static const config::Attributes none;
  // Credentials first (ruling 9): nothing is opened before its secret is there.
  for (const std::string_view group : {"auth", "discovery_auth", "attribute", "parameter"}) {
    const auto old_group = from.groups.find(group);
    const auto new_group = to.groups.find(group);
    const config::Attributes& before = old_group == from.groups.end() ? none : old_group->second;
    const config::Attributes& after = new_group == to.groups.end() ? none : new_group->second;
    for (const auto& [name, value] : after) {
      const auto old = before.find(name);
      if (old == before.end() || old->second != value) changes.push_back({std::string(group), name, value});
    }
    if (group != "auth" && group != "discovery_auth") continue;
    for (const auto& [name, value] : before) {
      if (!after.contains(name)) changes.push_back({std::string(group), name, ""});
    }
  }
  return changes;
}

}  // namespace lunet::target
