// SPDX-License-Identifier: Apache-2.0
// Trees to text. An object or group with exactly one thing in it has that on its line, more stand in braces.
#include "config/edit.h"
#include "config/tree.h"
#include "language/word.h"
#include "language/writer.h"

namespace lunet::config {

using language::Writer;

static void print_attribute(Writer& writer, const std::string& name, const std::string& value) {
  writer.name(name);
  writer.word(value);
}

static void print_group(Writer& writer, const std::string& name, const Attributes& attributes) {
  writer.name(name);
  if (attributes.size() == 1) {
    return print_attribute(writer, attributes.begin()->first, attributes.begin()->second);
  }
  writer.open();
  writer.end_line();
  for (const auto& [attribute, value] : attributes) {
    print_attribute(writer, attribute, value);
    writer.end_line();
  }
  writer.close();
}

static void print_key(Writer& writer, const ObjectKey& key) {
  writer.name(class_name(key.object_class));
  writer.word(key.id);
}

static void print_object(Writer& writer, const ObjectKey& key, const Object& object);

/// Everything in the object; between two things and after the last one, `end` runs.
template <class End>
static void print_things(Writer& writer, const Object& object, End end) {
  for (const auto& [name, value] : object.attributes) {
    print_attribute(writer, name, value);
    end();
  }
  for (const auto& [name, attributes] : object.groups) {
    if (attributes.empty()) continue;
    print_group(writer, name, attributes);
    end();
  }
  for (const auto& [key, child] : object.children) {
    print_object(writer, key, child);
    end();
  }
}

static std::size_t count_things(const Object& object) {
  std::size_t count = object.attributes.size() + object.children.size();
  for (const auto& [name, attributes] : object.groups) count += attributes.empty() ? 0 : 1;
  return count;
}

static void print_object(Writer& writer, const ObjectKey& key, const Object& object) {
  print_key(writer, key);
  if (count_things(object) <= 1) return print_things(writer, object, [] {});
  writer.open();
  writer.end_line();
  print_things(writer, object, [&] { writer.end_line(); });
  writer.close();
}

std::string print(const Tree& tree) {
  std::string text;
  Writer writer(text);
  for (const auto& [key, object] : tree.root.children) {
    print_object(writer, key, object);
    writer.end_line();
  }
  return text;
}

std::string print(const Tree& tree, const Path& path) {
  if (path.empty()) return print(tree);
  const Object* object = tree.find(path);
  std::string text;
  if (!object) return text;
  Writer writer(text);
  for (std::size_t i = 0; i + 1 < path.size(); ++i) print_key(writer, path[i]);
  print_object(writer, path.back(), *object);
  writer.end_line();
  return text;
}

namespace {
/// One line of a changed object; no group: its own attribute; no value: unset.
struct Assignment {
  const std::string* group = nullptr;
  const std::string* name = nullptr;
  const std::string* value = nullptr;
};
using Assignments = std::vector<Assignment>;
}  // namespace

static void compare(const std::string* group, const Attributes& from, const Attributes& to,
                    Assignments& out) {
  for (const auto& [name, value] : to) {
    const auto old = from.find(name);
    if (old == from.end() || old->second != value) out.push_back({group, &name, &value});
  }
  for (const auto& [name, value] : from) {
    if (!to.contains(name)) out.push_back({group, &name, nullptr});
  }
}

static Assignments compare(const Object& from, const Object& to) {
  static const Attributes none;
  Assignments all;
  compare(nullptr, from.attributes, to.attributes, all);
  for (const auto& [name, attributes] : to.groups) {
    const auto old = from.groups.find(name);
    compare(&name, old == from.groups.end() ? none : old->second, attributes, all);
  }
  for (const auto& [name, attributes] : from.groups) {
    if (!to.groups.contains(name)) compare(&name, attributes, none, all);
  }
  return all;
}

static void print_assignment(Writer& writer, const Assignment& assignment) {
  if (assignment.group) writer.name(*assignment.group);
  writer.name(*assignment.name);
  if (assignment.value) {
    writer.word(*assignment.value);
  } else {
    writer.name(language::unset_marker);
  }
}

static void print_changed(std::string& text, const Path& path, const Assignments& assignments) {
  Writer writer(text);
  for (const ObjectKey& key : path) print_key(writer, key);
  if (assignments.size() == 1) {
    print_assignment(writer, assignments.front());
  } else {
    writer.open();
    writer.end_line();
    for (const Assignment& assignment : assignments) {
      print_assignment(writer, assignment);
      writer.end_line();
    }
    writer.close();
  }
  writer.end_line();
}

Change make_change(const Tree& from, const Tree& to) {
  Change change;
  for (Difference& difference : diff(from, to)) {
    switch (difference.kind) {
      case Difference::Kind::removed: change.removed.push_back(std::move(difference.path)); break;
      case Difference::Kind::created: change.text += print(to, difference.path); break;
      case Difference::Kind::changed:
        print_changed(change.text, difference.path,
                      compare(*from.find(difference.path), *to.find(difference.path)));
        break;
    }
  }
  return change;
}

static Error bad_name(std::string_view kind, std::string_view name) {
  return {EINVAL,
          "the configuration cannot hold an " + std::string(kind) + " named " + language::word_text(name),
          {}};
}

static Result<> check_names(const Attributes& attributes) {
  for (const auto& [name, value] : attributes) {
    if (!language::is_attribute_name(name)) return bad_name("attribute", name);
  }
  return {};
}

Result<> check_names(const Object& object) {
  TRY_OK(check_names(object.attributes));
  for (const auto& [name, attributes] : object.groups) {
    if (!language::is_group_name(name)) return bad_name("attribute group", name);
    TRY_OK(check_names(attributes));
  }
  for (const auto& [key, child] : object.children) TRY_OK(check_names(child));
  return {};
}

}  // namespace lunet::config
