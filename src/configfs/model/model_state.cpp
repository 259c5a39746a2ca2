// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/model_state.h"

#include <fmt/core.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.h"
#include "configfs/path.h"

namespace lunet::configfs {
namespace {

std::uint64_t hundredths_since_boot() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 100 + static_cast<std::uint64_t>(now.tv_nsec) / 10'000'000;
}

template <class O>
O* find_above(O& object, TypeId id) {
  O* current = &object;
  while (current != nullptr && !is_type(*current, id)) current = current->parent;
  return current;
}

Place nowhere(int errnum) {
  return {errnum, nullptr, EntryKind::directory, 0};
}

Object* child_of(const Object& object, const DirType& dir, std::string_view name) {
  if (dir.container < 0) return nullptr;
  const Children& children = object.children[static_cast<std::size_t>(dir.container)];
  const auto found = children.find(name);
  return found == children.end() ? nullptr : found->second.get();
}

}  // namespace

Revision::Revision() {
  std::uint64_t random = 0;
  if (::getrandom(&random, sizeof random, 0) != sizeof random)
    random = hundredths_since_boot() << 24U ^ static_cast<std::uint64_t>(::getpid());
  tree_ = fmt::format("{:016x}", random);
}

std::string Revision::text() const {
  return fmt::format("{} {}", tree_, number_);
}

const Object* ancestor(const Object& object, TypeId id) {
  return find_above(object, id);
}
Object* ancestor(Object& object, TypeId id) {
  return find_above(object, id);
}

const Object* disk_of(const Object& object) {
  const Object* current = &object;
  while (current != nullptr && !is_type(*current, TypeId::disk)) current = current->link_target;
  return current;
}

bool is_linked(const Object& object) {
  if (is_type(object, TypeId::mapped_lun)) return object.live;
  return !is_type(object, TypeId::lun) || object.link_target != nullptr;
}

Model::Model(Flavour flavour) : schema_(flavour) {
  root_.type = &schema_.type(TypeId::root, "");
  root_.children.resize(root_.type->containers.size());
  for (std::size_t i = 0; i < root_.type->containers.size(); ++i) {
    const ChildRule& rule = *root_.type->containers[i].rule;
    if (rule.fixed.empty()) continue;
    auto child = make(root_, i, rule.fixed, schema_.type(rule.child, ""));
    child->fixed = true;
    child->live = true;
    root_.children[i].emplace(rule.fixed, std::move(child));
  }
}

std::unique_ptr<Object> Model::make(Object& parent, std::size_t container, std::string_view name,
                                    const ObjectType& type) const {
  auto object = std::make_unique<Object>();
  object->type = &type;
  object->parent = &parent;
  object->container = container;
  object->name = name;
  const DirType& dir = parent.type->dirs[static_cast<std::size_t>(parent.type->containers[container].dir)];
  object->path = join_path(join_path(parent.path, dir.path), name);
  object->made_at = hundredths_since_boot();
  object->children.resize(type.containers.size());
  for (std::size_t i = 0; i < type.containers.size(); ++i) {
    const ChildRule& rule = *type.containers[i].rule;
    if (rule.fixed.empty()) continue;
    const TypeId id = rule.fixed_type == TypeId::root ? rule.child : rule.fixed_type;
    auto child = make(*object, i, rule.fixed, schema_.type(id, type.variant));
    child->fixed = true;
    child->live = true;
    object->children[i].emplace(rule.fixed, std::move(child));
  }
  return object;
}

std::vector<const Object*> Model::disks_named(std::string_view name) const {
  std::vector<const Object*> found;
  const auto [first, last] = disks_.equal_range(name);
  for (auto disk = first; disk != last; ++disk) found.push_back(disk->second);
  return found;
}

void Model::forget_disk(const Object& disk) {
  const auto [first, last] = disks_.equal_range(disk.name);
  const auto found = std::find_if(first, last, [&](const auto& entry) { return entry.second == &disk; });
  if (found != last) disks_.erase(found);
}

Place Model::resolve(const Object& start_object, std::string_view path) {
  const Object* object = &start_object;
  int dir = 0;
  std::size_t object_start = 0;  // where the part of the path inside `object` begins
  for (std::size_t start = 0; start < path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    const std::string_view name = path.substr(start, end - start);
    const bool last = end == path.size();
    const auto inside = object->type->inside.find(path.substr(object_start, end - object_start));
    const DirType& current = object->type->dirs[static_cast<std::size_t>(dir)];
    if (inside != object->type->inside.end()) {
      if (inside->second.kind == EntryKind::file)
        return last ? Place{0, const_cast<Object*>(object), EntryKind::file, inside->second.index}
                    : nowhere(ENOTDIR);
      dir = inside->second.index;
    } else if (const Object* child = child_of(*object, current, name); child != nullptr) {
      object = child;
      dir = 0;
      object_start = end + 1;
    } else if (dir == 0 && object->link_target != nullptr && object->link_name == name) {
      if (last) return {0, const_cast<Object*>(object), EntryKind::link, 0};
      object = object->link_target;
      object_start = end + 1;
    } else {
      return nowhere(ENOENT);
    }
    start = end + 1;
  }
  return {0, const_cast<Object*>(object), EntryKind::directory, dir};
}

Object* Model::object_at(std::string_view path) const {
  const Place place = resolve(path);
  if (place.errnum != 0 || place.kind != EntryKind::directory || place.index != 0) return nullptr;
  return place.object;
}

std::string_view Model::stored_value(const Object& object, int file) const {
  if (const std::string* stored = object.stored(file); stored != nullptr) return *stored;
  const FileType& type = object.type->files[static_cast<std::size_t>(file)];
  if ((type.rule->flags & on_enable) != 0 && !object.live) return "0";
  return type.initial;
}

std::string_view Model::stored_value(const Object& object, std::string_view file) const {
  return stored_value(object, object.type->file(file));
}

Result<std::string> Model::content(const Object& object, int file) const {
  const FileRule& rule = *object.type->files[static_cast<std::size_t>(file)].rule;
  if ((rule.flags & needs_link) != 0 && !is_linked(object)) return refuse(ENODEV, "nothing is linked here");
  if (rule.show != nullptr) return rule.show({*this, object, file});
  if ((rule.flags & blank_unset) != 0 && object.stored(file) == nullptr) return std::string();
  std::string text(stored_value(object, file));
  if ((rule.flags & bare) == 0) text += '\n';
  return text;
}

std::string Model::value(const Object& object, std::string_view file) const {
  const Place place = resolve(object, file);
  if (place.errnum != 0 || place.kind != EntryKind::file) return {};
  auto text = content(*place.object, place.index);
  if (!text) return {};
  if (text->ends_with('\n')) text->pop_back();
  return *std::move(text);
}

bool Model::exists(std::string_view path) const {
  return resolve(path).errnum == 0;
}

std::vector<std::string> Model::directories(std::string_view path) const {
  std::vector<std::string> names;
  const Place place = resolve(path);
  if (place.errnum != 0 || place.kind != EntryKind::directory) return names;
  const DirType& dir = place.object->type->dirs[static_cast<std::size_t>(place.index)];
  for (const Inside& entry : dir.entries)
    if (entry.kind == EntryKind::directory)
      names.emplace_back(place.object->type->dirs[static_cast<std::size_t>(entry.index)].name);
  if (dir.container >= 0)
    for (const auto& [name, child] : place.object->children[static_cast<std::size_t>(dir.container)])
      names.push_back(name);
  std::sort(names.begin(), names.end(), natural_less);
  return names;
}

std::string Model::link_target(std::string_view path) const {
  const Object* object = object_at(path);
  if (object == nullptr || object->link_target == nullptr || !is_linked(*object)) return {};
  return object->link_target->path;
}

std::string Model::control_setting(std::string_view disk_path, std::string_view key) const {
  const Object* object = object_at(disk_path);
  return object != nullptr ? std::string(object->setting(key)) : std::string();
}

}  // namespace lunet::configfs
