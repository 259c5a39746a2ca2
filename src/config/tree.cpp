// SPDX-License-Identifier: Apache-2.0
#include "config/tree.h"

#include <algorithm>

#include "base/text.h"
#include "language/word.h"

namespace lunet::config {

std::string_view class_name(ObjectClass object_class) {
  return language::object_classes[static_cast<std::size_t>(object_class)];
}

std::optional<ObjectClass> class_from_name(std::string_view name) {
  const auto found = language::find_class(name);
  if (!found) return std::nullopt;
  return static_cast<ObjectClass>(*found);
}

bool operator<(const ObjectKey& a, const ObjectKey& b) {
  if (a.object_class != b.object_class) return a.object_class < b.object_class;
  return natural_less(a.id, b.id);
}

std::string path_text(const Path& path) {
  std::string text;
  for (const ObjectKey& key : path) {
    if (!text.empty()) text += ' ';
    text += class_name(key.object_class);
    text += ' ';
    language::append_word(text, key.id);
  }
  return text;
}

static bool same_groups(const Object& a, const Object& b) {
  auto i = a.groups.begin();
  auto j = b.groups.begin();
  for (;;) {
    while (i != a.groups.end() && i->second.empty()) ++i;
    while (j != b.groups.end() && j->second.empty()) ++j;
    if (i == a.groups.end() || j == b.groups.end()) return i == a.groups.end() && j == b.groups.end();
    if (*i++ != *j++) return false;
  }
}

bool operator==(const Object& a, const Object& b) {
  return a.attributes == b.attributes && same_groups(a, b) && a.children == b.children;
}

std::string_view Object::attribute(std::string_view name) const {
  const auto found = attributes.find(name);
  return found == attributes.end() ? std::string_view() : found->second;
}

const Object* Tree::find(const Path& path) const {
  const Object* object = &root;
  for (const ObjectKey& key : path) {
    const auto child = object->children.find(key);
    if (child == object->children.end()) return nullptr;
    object = &child->second;
  }
  return object;
}

Object* Tree::find(const Path& path) {
  if (std::as_const(*this).find(path) == nullptr) return nullptr;
  Object* object = &root;
  for (const ObjectKey& key : path) object = object->children.edit(key);
  return object;
}

Object& Tree::ensure(const Path& path) {
  Object* object = &root;
  for (const ObjectKey& key : path) object = &object->children[key];
  return *object;
}

Result<> Tree::remove(const Path& path) {
  if (path.empty() || std::as_const(*this).find(path) == nullptr) {
    return Error{ENOENT, "there is no " + (path.empty() ? "object without a name" : path_text(path)), {}};
  }
  find(Path(path.begin(), path.end() - 1))->children.erase(path.back());
  return {};
}

bool same_values(const Object& a, const Object& b) {
  return a.attributes == b.attributes && same_groups(a, b);
}

namespace {
/// Walks two trees at once, in canonical order.
struct Differ {
  Path path;
  std::vector<Difference> removed;
  std::vector<Difference> rest;

  void compare(const Object& from, const Object& to);
  void note(Difference::Kind kind, const ObjectKey& key);
};
}  // namespace

void Differ::note(Difference::Kind kind, const ObjectKey& key) {
  Path full = path;
  full.push_back(key);
  (kind == Difference::Kind::removed ? removed : rest).push_back({kind, std::move(full)});
}

void Differ::compare(const Object& from, const Object& to) {
  auto i = from.children.begin();
  auto j = to.children.begin();
  for (;;) {
    i.skip_shared(j);
    if (i == from.children.end() && j == to.children.end()) return;
    const bool only_from = j == to.children.end() || (i != from.children.end() && i->first < j->first);
    const bool only_to = !only_from && (i == from.children.end() || j->first < i->first);
    if (only_from) {
      note(Difference::Kind::removed, i->first);
      ++i;
    } else if (only_to) {
      note(Difference::Kind::created, j->first);
      ++j;
    } else if (&i->second == &j->second) {
      ++i;
      ++j;
    } else {
      if (!same_values(i->second, j->second)) note(Difference::Kind::changed, j->first);
      path.push_back(j->first);
      compare(i->second, j->second);
      path.pop_back();
      ++i;
      ++j;
    }
  }
}

std::vector<Difference> diff(const Tree& from, const Tree& to) {
  Differ differ;
  differ.compare(from.root, to.root);
  std::vector<Difference> all(std::make_move_iterator(differ.removed.rbegin()),
                              std::make_move_iterator(differ.removed.rend()));
  std::move(differ.rest.begin(), differ.rest.end(), std::back_inserter(all));
  return all;
}

}  // namespace lunet::config
