// SPDX-License-Identifier: Apache-2.0
#include "configfs/model/changes.h"

#include <algorithm>

#include "configfs/path.h"

namespace lunet::configfs {
namespace {

using Changed = Result<std::optional<Change>>;

constexpr std::size_t write_bytes_max = 4095;  // a page of the kernel, less the NUL

Change describe(ChangeKind kind, const Object& object) {
  Change change;
  change.kind = kind;
  change.object_kind = object.type->rule->kind;
  change.object = object.path;
  return change;
}

const DirType& dir_at(const Place& place) {
  return place.object->type->dirs[static_cast<std::size_t>(place.index)];
}

/// The directory in which something shall be made.
Result<Place> parent_place(const Model& model, std::string_view path) {
  const Place place = model.resolve(parent_path(path));
  if (place.errnum != 0) return refuse(place.errnum, "there is no such directory to make it in");
  if (place.kind == EntryKind::file) return refuse(ENOTDIR, "a file has nothing below it");
  if (place.kind == EntryKind::directory) return place;
  return Place{0, place.object->link_target, EntryKind::directory, 0};
}

Changed make_dir(Transaction& transaction, std::string_view path) {
  const Model& model = transaction.model();
  if (model.resolve(path).errnum == 0) return refuse(EEXIST, "it is there already");
  const Place parent = TRY(parent_place(model, path));
  const DirType& dir = dir_at(parent);
  if (dir.container < 0) return refuse(dir.mkdir_errnum, "nothing can be made in this directory");
  const auto container = static_cast<std::size_t>(dir.container);
  const ChildRule& rule = *parent.object->type->containers[container].rule;
  const std::string_view name = base_name(path);
  const std::string_view variant = TRY(rule.check(model, *parent.object, name));
  Object& made = transaction.make(*parent.object, container, name, model.schema().type(rule.child, variant));
  if (const auto hook = made.type->rule->made; hook != nullptr) hook(transaction, made);
  return std::optional(describe(ChangeKind::made, made));
}

/// Anything that somebody made in the object or in its fixed directories.
bool has_own_children(const Object& object) {
  if (object.link_target != nullptr) return true;
  for (const Children& children : object.children)
    for (const auto& [name, child] : children)
      if (!child->fixed || has_own_children(*child)) return true;
  return false;
}

Changed remove_dir(Transaction& transaction, std::string_view path) {
  const Place place = transaction.model().resolve(path);
  if (place.errnum != 0) return refuse(place.errnum, "");
  if (place.kind != EntryKind::directory) return refuse(ENOTDIR, "");
  if (place.index != 0 || place.object->parent == nullptr || place.object->fixed)
    return refuse(EPERM, "the directory belongs to the one above it");
  Object& object = *place.object;
  if (!object.linked_from.empty()) return refuse(EBUSY, object.linked_from.front()->path + " links to it");
  if (has_own_children(object)) return refuse(ENOTEMPTY, "remove what was made in it first");
  const Change change = describe(ChangeKind::removed, object);
  if (const auto hook = object.type->rule->removing; hook != nullptr) hook(transaction, object);
  transaction.remove(object);
  return std::optional(change);
}

/// The disk whose exports forbid the write, if any do.
Result<> check_unexported(const FileRule& rule, const Object& object) {
  const Object* disk = ancestor(object, TypeId::disk);
  if ((rule.flags & unexported) == 0 || disk == nullptr || disk->linked_from.empty()) return {};
  return refuse(EINVAL, "it cannot change while " + disk->linked_from.front()->path + " exports the disk");
}

Changed write_file(Transaction& transaction, std::string_view path, std::string_view text) {
  const Model& model = transaction.model();
  const Place place = model.resolve(path);
  if (place.errnum != 0) return refuse(place.errnum, "");
  if (place.kind != EntryKind::file) return refuse(EISDIR, "");
  Object& object = *place.object;
  const FileRule& rule = *object.type->files[static_cast<std::size_t>(place.index)].rule;
  if ((rule.mode & 0222) == 0) return refuse(EACCES, "the file can only be read");
  if (text.empty()) return std::optional<Change>();  // the kernel does not even see such a write
  if (text.size() > write_bytes_max) return refuse(EINVAL, "longer than a page");
  if (text.find('\0') != std::string_view::npos) return refuse(EINVAL, "a NUL would end the text");
  if ((rule.flags & needs_link) != 0 && !is_linked(object)) return refuse(ENODEV, "nothing is linked here");
  Change change = describe(ChangeKind::written, object);
  change.file = rule.path;
  change.value = TRY(normalise(rule.accept, text));
  TRY_OK(check_unexported(rule, object));
  change.old_value = model.stored_value(object, place.index);
  const bool was_live = object.live;
  if (rule.store != nullptr) change.value = TRY(rule.store(transaction, object, change.value));
  if (rule.path == "enable" && is_type(object, TypeId::disk)) change.old_value = was_live ? "1" : "0";
  if (rule.path == "enable" && change.value == change.old_value) return std::optional<Change>();
  if ((rule.flags & (transient | constant)) == 0) transaction.set(object, place.index, change.value);
  return std::optional(std::move(change));
}

Changed link(Transaction& transaction, std::string_view path, std::string_view to) {
  const Model& model = transaction.model();
  if (model.resolve(path).errnum == 0) return refuse(EEXIST, "it is there already");
  const Place place = TRY(parent_place(model, path));
  Object& object = *place.object;
  const LinkRule& rule = object.type->rule->link;
  if (place.index != 0 || rule.linked == nullptr)
    return refuse(EPERM, "no link can be made in this directory");
  const Place target = model.resolve(to);
  if (target.errnum != 0) return refuse(target.errnum, std::string(to) + " is not there");
  if (target.kind != EntryKind::directory) return refuse(ENOTDIR, std::string(to) + " is not a directory");
  if (target.index != 0 || !is_type(*target.object, rule.to))
    return refuse(EPERM, std::string(to) + " is nothing that a link from here may point to");
  TRY_OK(rule.check(model, object, *target.object));
  transaction.assign(object.link_target, target.object);
  transaction.assign(object.link_name, std::string(base_name(path)));
  transaction.append(target.object->linked_from, &object);
  rule.linked(transaction, object);
  Change change = describe(ChangeKind::linked, object);
  change.file = object.link_name;
  change.value = target.object->path;
  return std::optional(std::move(change));
}

Changed unlink(Transaction& transaction, std::string_view path) {
  const Place place = transaction.model().resolve(path);
  if (place.errnum != 0) return refuse(place.errnum, "");
  if (place.kind == EntryKind::directory) return refuse(EISDIR, "");
  if (place.kind == EntryKind::file) return refuse(EPERM, "files come and go with their directory");
  Object& object = *place.object;
  Change change = describe(ChangeKind::unlinked, object);
  change.file = object.link_name;
  change.value = object.link_target->path;
  object.type->rule->link.unlinking(transaction, object);
  transaction.erase(object.link_target->linked_from, &object);
  transaction.assign(object.link_target, nullptr);
  transaction.assign(object.link_name, std::string());
  return std::optional(std::move(change));
}

}  // namespace

Result<std::optional<Change>> change_model(Transaction& transaction, const Operation& operation) {
  const auto& [verb, path, text] = operation;
  switch (verb) {
    case Verb::make_dir: return make_dir(transaction, path);
    case Verb::remove_dir: return remove_dir(transaction, path);
    case Verb::write: return write_file(transaction, path, text);
    case Verb::link: return link(transaction, path, text);
    case Verb::unlink: return unlink(transaction, path);
    case Verb::list:
    case Verb::read: break;
  }
  return refuse(EINVAL, "not a change");
}

}  // namespace lunet::configfs
