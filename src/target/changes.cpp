// SPDX-License-Identifier: Apache-2.0
#include "target/changes.h"

#include <algorithm>
#include <array>
#include <functional>

#include "base/byte_size.h"
#include "base/text.h"
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

/// `path` and every object below it.
void add_subtree(const config::Tree& tree, const Path& path, std::set<Path>& out) {
  const config::Object* object = tree.find(path);
  if (object == nullptr) return;
  Path at = path;
  visit_below(*object, at, [&](const Path& found, const config::Object&) { out.insert(found); });
}

constexpr std::array boolean_names{std::string_view("buffered"), std::string_view("nullio"),
                                   std::string_view("readonly"), std::string_view("enable"),
                                   std::string_view("write_protect")};

bool differs(const config::Object& from, const config::Object& to, std::string_view name) {
  return !same_value(name, from.attribute(name), to.attribute(name));
}

/// The attributes that are fixed when the object is made.
bool must_be_made_again(const Path& path, const config::Object& from, const config::Object& to,
                        bool reopens) {
  const auto any = [&](auto... names) { return (differs(from, to, names) || ...); };
  switch (path.back().object_class) {
    case ObjectClass::disk:
      return any("path", "size", "nullio", "readonly", "wwn", "hba") ||
             (!reopens && differs(from, to, "buffered"));
    case ObjectClass::lun: return any("backend", "alias");
    case ObjectClass::mapped_lun: return any("target_lun", "alias");
    default: return false;
  }
}

}  // namespace

std::set<Path> dependants(const config::Tree& tree, const std::set<Path>& bases) {
  std::set<Path> found = bases;
  Path path;
  // LUNs come before mapped LUNs only within a TPG's children, so LUNs are looked up first in a pass of their
  // own.
  for (const ObjectClass wanted : {ObjectClass::lun, ObjectClass::mapped_lun}) {
    for (const auto& [key, child] : tree.root.children) {
      path.assign(1, key);
      visit_below(child, path, [&](const Path& at, const config::Object&) {
        if (at.back().object_class == wanted && found.contains(reference_of(tree, at))) found.insert(at);
      });
    }
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

Path reference_of(const config::Tree& tree, const Path& path) {
  const config::Object* object = tree.find(path);
  if (object == nullptr) return {};
  if (path.back().object_class == ObjectClass::lun) {
    const std::string_view backend = object->attribute("backend");
    const std::size_t colon = backend.find(':');
    if (colon == std::string_view::npos) return {};
    return {ObjectKey{ObjectClass::storage, std::string(core_plugin(backend.substr(0, colon)))},
            ObjectKey{ObjectClass::disk, std::string(backend.substr(colon + 1))}};
  }
  if (path.back().object_class == ObjectClass::mapped_lun && path.size() >= 3) {
    Path lun(path.begin(), path.end() - 2);
    lun.push_back(ObjectKey{ObjectClass::lun, std::string(object->attribute("target_lun"))});
    return lun;
  }
  return {};
}

Changes collect_changes(const config::Tree& from, const config::Tree& to, bool reopens) {
  Changes changes;
  std::set<Path> again;
  for (const config::Difference& difference : config::diff(from, to)) {
    switch (difference.kind) {
      case config::Difference::Kind::created: add_subtree(to, difference.path, changes.created); break;
      case config::Difference::Kind::removed: add_subtree(from, difference.path, changes.removed); break;
      case config::Difference::Kind::changed: {
        const config::Object& before = *from.find(difference.path);
        const config::Object& after = *to.find(difference.path);
        const bool remake = must_be_made_again(difference.path, before, after, reopens);
        (remake ? again : changes.changed).insert(difference.path);
        break;
      }
    }
  }
  if (again.empty()) return changes;
  for (const Path& path : dependants(from, again)) add_subtree(from, path, changes.removed);
  for (const Path& path : dependants(to, again)) add_subtree(to, path, changes.created);
  for (const Path& path : changes.created) changes.changed.erase(path);
  return changes;
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
