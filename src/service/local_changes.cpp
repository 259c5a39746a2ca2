// SPDX-License-Identifier: Apache-2.0
#include "service/local_changes.h"

#include <algorithm>

#include "config/normalise.h"
#include "service/complete.h"
#include "target/kinds.h"

namespace lunet::service {
namespace {

using Step = config::Difference;
using config::Object;
using config::ObjectClass;
using config::Path;

/// Where all of it is cheaper than one after the other.
constexpr std::size_t few = 64;

std::string_view value_at(const config::Tree& tree, const Path& path, std::string_view name) {
  const Object* object = tree.find(path);
  return object == nullptr ? std::string_view() : object->attribute(name);
}

/// The disk that has the serial already, other than this one, is another's business too.
bool has_new_serial(const config::Tree& recorded, const Path& path, std::string_view serial) {
  if (serial.empty() || serial == value_at(recorded, path, "wwn")) return true;
  return recorded.root.children.find_all({ObjectClass::disk, "wwn", serial}).empty();
}

bool is_local_disk(const config::Tree& recorded, const config::Tree& written, const Path& path) {
  const Object& disk = *written.find(path);
  return has_new_serial(recorded, path, disk.attribute("wwn")) &&
         disk.attribute("path") == value_at(recorded, path, "path");
}

bool is_local_object(const config::Tree& recorded, const config::Tree& written, const Path& path) {
  switch (path.back().object_class) {
    case ObjectClass::disk: return is_local_disk(recorded, written, path);
    case ObjectClass::portal: return recorded.find(path) != nullptr;
    default:
      return written.find(path)->attribute("rtpi") == value_at(recorded, path, "rtpi") &&
             config::normal_path(target::shipped_schema(), path) == path;
  }
}

bool all_below_are_local(const config::Tree& recorded, const config::Tree& written, const Path& path) {
  if (!is_local_object(recorded, written, path)) return false;
  const auto& children = written.find(path)->children;
  return std::all_of(children.begin(), children.end(), [&](const auto& child) {
    Path below = path;
    below.push_back(child.first);
    return all_below_are_local(recorded, written, below);
  });
}

/// Nothing can stand on it, or what does goes with it.
bool may_go(const Path& path) {
  const ObjectClass object_class = path.back().object_class;
  return object_class == ObjectClass::mapped_lun || object_class == ObjectClass::acl ||
         object_class == ObjectClass::portal || object_class == ObjectClass::target ||
         object_class == ObjectClass::tpgt;
}

/// The values of the objects above come with it.
void add_part(config::Tree& part, const config::Tree& written, const Path& path) {
  Path above;
  for (const config::ObjectKey& key : path) {
    above.push_back(key);
    if (std::as_const(part).find(above) != nullptr) continue;
    const Object& from = *written.find(above);
    Object& object = part.ensure(above);
    object.attributes = from.attributes;
    object.groups = from.groups;
    object.comments = from.comments;
  }
}

}  // namespace

bool is_local_change(const config::Tree& recorded, const config::Tree& written) {
  const auto changes = config::diff(recorded, written);
  if (changes.size() > few) return false;
  return std::all_of(changes.begin(), changes.end(), [&](const Step& change) {
    switch (change.kind) {
      case Step::Kind::removed: return may_go(change.path);
      case Step::Kind::created: return all_below_are_local(recorded, written, change.path);
      case Step::Kind::changed: return is_local_object(recorded, written, change.path);
    }
    return false;
  });
}

Result<std::optional<config::Tree>> complete_local(const config::Tree& written, const config::Tree& recorded,
                                                   configfs::Tree& live, RuntimeKind runtime) {
  const auto changes = config::diff(recorded, written);
  config::Tree part;
  for (const Step& change : changes) {
    if (change.kind == Step::Kind::removed) continue;
    add_part(part, written, change.path);
    if (change.kind == Step::Kind::created) part.ensure(change.path) = *written.find(change.path);
  }
  const config::Tree completed = TRY(complete(part, recorded, live, runtime, &written));
  config::Tree candidate = written;
  for (const Step& change : changes) {
    if (change.kind == Step::Kind::removed) continue;
    const Object* made = completed.find(change.path);
    // It has another name when it is complete.
    if (made == nullptr) return std::optional<config::Tree>();
    Object& object = candidate.ensure(change.path);
    if (change.kind == Step::Kind::created) {
      object = *made;
    } else {
      object.attributes = made->attributes;
      object.groups = made->groups;
      object.comments = made->comments;
    }
  }
  return std::optional<config::Tree>(std::move(candidate));
}

}  // namespace lunet::service
