// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/schema.h"

#include <algorithm>

#include "base/check.h"
#include "base/text.h"
#include "configfs/file_class.h"
#include "configfs/model/words.h"
#include "configfs/path.h"

namespace lunet::configfs {
namespace {

bool applies(std::string_view only, std::string_view variant) {
  return only.empty() || has_word(only, variant);
}

const TypeRule& rule_of(TypeId id) {
  for (const auto rules : {core_rules(), fabric_rules()})
    for (const TypeRule& rule : rules)
      if (rule.id == id) return rule;
  CHECK(false);  // every type has a row
  return core_rules().front();
}

/// The path as seen from above any object, for file_class.h.
std::string class_path(TypeId id, std::string_view path) {
  return join_path(id == TypeId::discovery_auth ? "discovery_auth" : "object", path);
}

std::string_view initial_of(const FileRule& rule, TypeId id, std::string_view variant, Flavour flavour) {
  std::string_view initial = rule.initial;
  for (const DefaultRule& row : default_rules()) {
    if (row.id != id || row.path != rule.path || !applies(row.variant, variant)) continue;
    if (row.lunetd_only && flavour != Flavour::lunetd) continue;
    initial = row.initial;
  }
  return initial;
}

/// Adds the directory and those above it.
int add_dir(ObjectType& type, std::string_view path) {
  if (const auto found = type.inside.find(path); found != type.inside.end()) return found->second.index;
  const int parent = add_dir(type, parent_path(path));
  const int index = static_cast<int>(type.dirs.size());
  type.dirs.push_back({path, base_name(path), {}, -1, EPERM});
  type.dirs[static_cast<std::size_t>(parent)].entries.push_back({EntryKind::directory, index});
  type.inside.emplace(path, Inside{EntryKind::directory, index});
  return index;
}

void sort_entries(ObjectType& type) {
  const auto name = [&type](const Inside& inside) {
    const auto index = static_cast<std::size_t>(inside.index);
    return inside.kind == EntryKind::directory ? type.dirs[index].name : type.files[index].name;
  };
  for (DirType& dir : type.dirs)
    std::sort(dir.entries.begin(), dir.entries.end(),
              [&name](const Inside& a, const Inside& b) { return name(a) < name(b); });
}

}  // namespace

int ObjectType::file(std::string_view path) const {
  const auto found = inside.find(path);
  CHECK(found != inside.end() && found->second.kind == EntryKind::file);
  return found->second.index;
}

ObjectType Schema::build(TypeId id, std::string_view variant) const {
  ObjectType type;
  type.rule = &rule_of(id);
  type.variant = variant;
  type.dirs.push_back({});
  type.inside.emplace("", Inside{EntryKind::directory, 0});
  for (const DirRule& rule : type.rule->dirs) {
    if (!applies(rule.only, variant)) continue;
    type.dirs[static_cast<std::size_t>(add_dir(type, rule.path))].mkdir_errnum = rule.mkdir_errnum;
  }
  for (const FileRule& rule : type.rule->files) {
    if (!applies(rule.only, variant)) continue;
    if (id == TypeId::disk && parent_path(rule.path) == "attrib" &&
        !has_attribute(variant, base_name(rule.path)))
      continue;
    if ((rule.flags & lunetd_only) != 0 && flavour_ != Flavour::lunetd) continue;
    const int dir = add_dir(type, parent_path(rule.path));
    const Inside file{EntryKind::file, static_cast<int>(type.files.size())};
    const std::string path = class_path(id, rule.path);
    type.files.push_back({&rule, base_name(rule.path), initial_of(rule, id, variant, flavour_),
                          classify_file(path, rule.mode), is_secret(path)});
    type.dirs[static_cast<std::size_t>(dir)].entries.push_back(file);
    type.inside.emplace(rule.path, file);
  }
  for (const ChildRule& rule : type.rule->children) {
    const int dir = add_dir(type, rule.dir);
    type.dirs[static_cast<std::size_t>(dir)].container = static_cast<int>(type.containers.size());
    type.containers.push_back({&rule, dir});
  }
  sort_entries(type);
  return type;
}

const ObjectType& Schema::type(TypeId id, std::string_view variant) const {
  const auto key = std::pair(id, variant);
  auto found = types_.find(key);
  if (found == types_.end()) found = types_.emplace(key, build(id, variant)).first;
  return found->second;
}

}  // namespace lunet::configfs
