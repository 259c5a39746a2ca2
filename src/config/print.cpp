// SPDX-License-Identifier: Apache-2.0
// Trees to text. An object or group with exactly one thing in it has that on its line, more stand in braces.
#include <fmt/core.h>

#include "config/dump.h"
#include "config/edit.h"
#include "config/kinds.h"
#include "config/tree.h"
#include "language/word.h"
#include "language/writer.h"

namespace lunet::config {

using language::Writer;

static void print_key(Writer& writer, const ObjectKey& key) {
  writer.name(class_name(key.object_class));
  writer.word(key.id);
}

static std::size_t count_things(const Object& object) {
  std::size_t count = object.attributes.size() + object.children.size();
  for (const auto& [name, attributes] : object.groups) count += attributes.empty() ? 0 : 1;
  return count;
}

namespace {
/// With a schema, secrets are hidden.
class Printer {
 public:
  Printer(std::string& text, const schema::Schema* schema) : writer_(text), hides_(schema != nullptr) {}

  void object(const ObjectKey& key, const Object& object, const schema::Kind* kind) {
    print_key(writer_, key);
    const std::size_t count = count_things(object);
    if (count == 0) return comment(object, {});
    if (count == 1 && !needs_lines(object)) return things(object, kind, [] {});
    writer_.open();
    beside(object, {});
    things(object, kind, [&] { writer_.end_line(); });
    writer_.close();
  }
  /// The comment's lines before what it stands on; the line has not begun.
  void above(const Object& object, std::string_view what) {
    const Comment* comment = comment_on(object, what);
    if (comment == nullptr) return;
    for (const std::string& line : comment->above) {
      writer_.comment(line);
      writer_.end_line();
    }
  }
  Writer& writer() { return writer_; }

 private:
  /// Everything in the object; between two things and after the last one, `end` runs.
  template <class End>
  void things(const Object& object, const schema::Kind* kind, End end) {
    for (const auto& [name, value] : object.attributes) {
      above(object, name);
      attribute(kind, {}, name, value);
      comment(object, name);
      end();
    }
    for (const auto& [name, attributes] : object.groups) {
      if (attributes.empty()) continue;
      above(object, name);
      group(kind, name, attributes, object);
      end();
    }
    for (const auto& [key, child] : object.children) {
      above(child, {});
      this->object(key, child, kind_of(kind, key));
      end();
    }
  }

  void group(const schema::Kind* kind, const std::string& name, const Attributes& attributes,
             const Object& object) {
    writer_.name(name);
    if (attributes.size() == 1 && object.comments == nullptr)
      return attribute(kind, name, attributes.begin()->first, attributes.begin()->second);
    writer_.open();
    beside(object, name);
    for (const auto& [each, value] : attributes) {
      const std::string what = object.comments == nullptr ? std::string() : fmt::format("{} {}", name, each);
      if (!what.empty()) above(object, what);
      attribute(kind, name, each, value);
      if (!what.empty()) comment(object, what);
      writer_.end_line();
    }
    writer_.close();
  }

  void comment(const Object& object, std::string_view what) {
    const Comment* found = comment_on(object, what);
    if (found != nullptr && !found->beside.empty()) writer_.comment(found->beside);
  }
  void beside(const Object& object, std::string_view what) {
    comment(object, what);
    writer_.end_line();
  }

  /// On one line, comments would stand on another thing.
  static bool needs_lines(const Object& object) {
    const bool has_child = !object.children.empty();
    if (has_child && object.children.begin()->second.comments != nullptr) return true;
    if (object.comments == nullptr) return false;
    const bool only_above = object.comments->size() == 1 && object.comments->begin()->first.empty() &&
                            object.comments->begin()->second.beside.empty();
    return has_child || !only_above;
  }

  void attribute(const schema::Kind* kind, std::string_view group, const std::string& name,
                 const std::string& value) {
    writer_.name(name);
    if (hides_ && is_secret(kind, group, name)) {
      writer_.name(language::keep_marker);
    } else {
      writer_.word(value);
    }
  }

  /// What the schema has not is a secret where its name or its group says so.
  static bool is_secret(const schema::Kind* kind, std::string_view group, std::string_view name) {
    const schema::Attribute* known = kind == nullptr ? nullptr : kind->attribute(group, name);
    if (known != nullptr) return known->secret;
    return group == "auth" || group == "discovery_auth" || name.find("password") != std::string_view::npos ||
           name.find("secret") != std::string_view::npos;
  }

  Writer writer_;
  bool hides_;
};
}  // namespace

static std::string print(const Tree& tree, const Path& path, const schema::Schema* hiding) {
  std::string text;
  Printer printer(text, hiding);
  if (path.empty()) {
    for (const auto& [key, object] : tree.root.children) {
      printer.above(object, {});
      printer.object(key, object, hiding ? kind_of(&hiding->root(), key) : nullptr);
      printer.writer().end_line();
    }
    return text;
  }
  const Object* object = tree.find(path);
  if (!object) return text;
  printer.above(*object, {});
  for (std::size_t i = 0; i + 1 < path.size(); ++i) print_key(printer.writer(), path[i]);
  printer.object(path.back(), *object, hiding ? kind_of(*hiding, path) : nullptr);
  printer.writer().end_line();
  return text;
}

std::string print(const Tree& tree) {
  return print(tree, {}, nullptr);
}

std::string print(const Tree& tree, const Path& path) {
  return print(tree, path, nullptr);
}

std::string print_hiding_secrets(const Tree& tree, const Path& path, const schema::Schema& schema) {
  return print(tree, path, &schema);
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
  change.text += comment_changes(from, to);
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
