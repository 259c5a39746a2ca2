// SPDX-License-Identifier: Apache-2.0
#include "config/normalise.h"

#include "config/kinds.h"

namespace lunet::config {
namespace {

ObjectKey normal_key(const schema::Kind* above, const ObjectKey& key) {
  if (above == nullptr) return key;
  auto identifier =
      schema::Schema::check_identifier(*above, static_cast<std::uint8_t>(key.object_class), key.id);
  return identifier ? ObjectKey{key.object_class, *std::move(identifier)} : key;
}

std::string normal_name(const schema::Attribute* known, const std::string& name) {
  return known == nullptr || known->numbered ? name : known->name;
}

Attributes normal_attributes(const schema::Schema& schema, const schema::Kind* kind, std::string_view group,
                             const Attributes& attributes) {
  Attributes normal;
  for (const auto& [name, value] : attributes) {
    const schema::Attribute* known = kind == nullptr ? nullptr : kind->attribute(group, name);
    std::string text = value;
    if (known != nullptr)
      if (auto checked = schema.check_value(*known, value)) text = *std::move(checked);
    normal.insert_or_assign(normal_name(known, name), std::move(text));
  }
  return normal;
}

void put_values(Object& into, const Object& from) {
  for (const auto& [name, value] : from.attributes) into.attributes.insert_or_assign(name, value);
  for (const auto& [name, attributes] : from.groups)
    for (const auto& [each, value] : attributes) into.groups[name].insert_or_assign(each, value);
}

/// Adds to what is there: two spellings of one object are one.
void put(Object& into, const Object& from) {
  put_values(into, from);
  for (const auto& [key, child] : from.children) put(into.children[key], child);
}

Object normal_values(const schema::Schema& schema, const schema::Kind* kind, const Object& object) {
  Object normal;
  normal.attributes = normal_attributes(schema, kind, {}, object.attributes);
  for (const auto& [name, attributes] : object.groups)
    normal.groups[name] = normal_attributes(schema, kind, name, attributes);
  return normal;
}

}  // namespace

Path normal_path(const schema::Schema& schema, const Path& path) {
  Path normal;
  const schema::Kind* kind = &schema.root();
  for (const ObjectKey& key : path) {
    normal.push_back(normal_key(kind, key));
    kind = kind_of(kind, key);
  }
  return normal;
}

Node normal_node(const schema::Schema& schema, const Node& node) {
  Node normal{normal_path(schema, node.path), node.group, node.attribute};
  const schema::Kind* kind = kind_of(schema, node.path);
  if (kind != nullptr && !node.attribute.empty())
    normal.attribute = normal_name(kind->attribute(node.group, node.attribute), node.attribute);
  return normal;
}

Object normal_object(const schema::Schema& schema, const schema::Kind* kind, const Object& object) {
  Object normal = normal_values(schema, kind, object);
  for (const auto& [key, child] : object.children)
    put(normal.children[normal_key(kind, key)], normal_object(schema, kind_of(kind, key), child));
  return normal;
}

void normalise(Tree& tree, const Tree& before, const schema::Schema& schema) {
  for (const Difference& difference : diff(before, tree)) {
    if (difference.kind == Difference::Kind::removed) continue;
    const Path& path = difference.path;
    const Object found = *std::as_const(tree).find(path);
    const schema::Kind* kind = kind_of(schema, path);
    const Path normal = normal_path(schema, path);
    if (difference.kind == Difference::Kind::changed) {
      Object values = normal_values(schema, kind, found);
      Object& object = *tree.find(path);
      object.attributes = std::move(values.attributes);
      object.groups = std::move(values.groups);
      continue;
    }
    Object whole = normal_object(schema, kind, found);
    if (normal == path && whole == found) continue;
    // Cannot fail: it was found a moment ago, and it stands in no other difference.
    if (normal != path && !tree.remove(path)) continue;
    if (normal == path) {
      tree.ensure(path) = std::move(whole);
    } else {
      put(tree.ensure(normal), whole);
    }
  }
}

}  // namespace lunet::config
