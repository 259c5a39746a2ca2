// SPDX-License-Identifier: Apache-2.0
#include "config/comments.h"

#include <fmt/core.h>

#include <functional>

#include "config/tree.h"
#include "language/writer.h"

namespace lunet::config {
namespace {

using language::Statement;
using language::StatementKind;

/// What stands on one or several statements.
class Collection {
 public:
  void add(const Statement& statement) {
    if (statement.comments == nullptr) return;
    any_ = true;
    const language::Comments& all = *statement.comments;
    for (const auto* lines : {&all.above, &all.below}) {
      for (const std::string_view line : *lines) comment_.above.emplace_back(line);
    }
    if (!all.beside.empty()) beside_.insert(beside_.begin(), all.beside);
    if (!all.after.empty()) beside_.push_back(all.after);
  }
  [[nodiscard]] bool any() const { return any_; }
  /// There is one place beside it: the others go to the front.
  Comment take() {
    if (!beside_.empty()) comment_.beside = beside_.front();
    for (std::size_t i = 1; i < beside_.size(); ++i) comment_.above.emplace_back(beside_[i]);
    return std::move(comment_);
  }

 private:
  Comment comment_;
  std::vector<std::string_view> beside_;
  bool any_ = false;
};

bool is_empty(const Comment& comment) {
  for (const std::string& line : comment.above) {
    if (!line.empty()) return false;
  }
  return comment.beside.empty();
}

void set_comment(Object& object, const std::string& what, Comment comment) {
  Comments changed = object.comments == nullptr ? Comments{} : *object.comments;
  if (is_empty(comment)) {
    changed.erase(what);
  } else {
    changed[what] = std::move(comment);
  }
  object.comments = changed.empty() ? nullptr : std::make_shared<const Comments>(std::move(changed));
}

void note_value(Object& object, const std::string& what, const Statement& statement) {
  if (language::is_unset(statement.value)) return set_comment(object, what, {});
  Collection found;
  found.add(statement);
  if (found.any()) set_comment(object, what, found.take());
}

void note_group(Object& object, const Statement& statement) {
  const std::string group(statement.name.text);
  Collection found;
  found.add(statement);
  if (found.any()) set_comment(object, group, found.take());
  for (const Statement& value : statement.body)
    note_value(object, fmt::format("{} {}", group, value.name.text), value);
}

/// Of objects in one another on one line the comments are the innermost's.
void note_object(Object& parent, const Statement& statement) {
  Collection found;
  Object* object = &parent;
  const Statement* inner = &statement;
  for (;; inner = &inner->body.front()) {
    object = object->children.edit(
        {static_cast<ObjectClass>(inner->object_class), std::string(inner->value.text)});
    if (object == nullptr) return;
    found.add(*inner);
    const bool is_link =
        !inner->braces && inner->body.size() == 1 && inner->body.front().kind == StatementKind::object;
    if (!is_link) break;
  }
  if (found.any()) set_comment(*object, "", found.take());
  note_comments(*object, inner->body);
}

bool is_there(const Object& object, std::string_view what) {
  if (what.empty() || object.attributes.contains(what)) return true;
  const std::size_t blank = what.find(' ');
  const auto group = object.groups.find(what.substr(0, blank));
  if (group == object.groups.end() || group->second.empty()) return false;
  return blank == std::string_view::npos || group->second.contains(what.substr(blank + 1));
}

/// Those on what is there: values go without their comments.
Comments comments_of(const Object& object) {
  Comments comments = object.comments == nullptr ? Comments{} : *object.comments;
  std::erase_if(comments, [&](const auto& comment) { return !is_there(object, comment.first); });
  return comments;
}

/// Objects of both trees with different comments.
void find_differences(const Object& from, const Object& to, Path& path,
                      const std::function<void(const Path&, const Object&, const Object&)>& visit) {
  if (from.comments != to.comments && comments_of(from) != comments_of(to)) visit(path, from, to);
  auto i = from.children.begin();
  auto j = to.children.begin();
  for (;;) {
    i.skip_shared(j);
    if (i == from.children.end() || j == to.children.end()) return;
    if (i->first < j->first) {
      ++i;
    } else if (j->first < i->first) {
      ++j;
    } else {
      path.push_back(j->first);
      if (&i->second != &j->second) find_differences(i->second, j->second, path, visit);
      path.pop_back();
      ++i;
      ++j;
    }
  }
}

class ChangeWriter {
 public:
  ChangeWriter(std::string& text, const Object& from, const Object& to)
      : writer_(text), from_(from), to_(to) {}

  void run(const Path& path) {
    above("");
    for (const ObjectKey& key : path) {
      writer_.name(class_name(key.object_class));
      writer_.word(key.id);
    }
    writer_.open();
    beside("");
    for (const auto& [name, value] : to_.attributes) assign(name, name, value);
    for (const auto& [name, values] : to_.groups) {
      if (values.empty()) continue;
      above(name);
      writer_.name(name);
      writer_.open();
      beside(name);
      for (const auto& [each, value] : values) assign(fmt::format("{} {}", name, each), each, value);
      writer_.close();
      writer_.end_line();
    }
    writer_.close();
    writer_.end_line();
  }

 private:
  [[nodiscard]] bool differs(const std::string& what) const {
    const Comment* before = comment_on(from_, what);
    const Comment* after = comment_on(to_, what);
    if (before == nullptr || after == nullptr) return before != after;
    return !(*before == *after);
  }

  void above(const std::string& what) {
    if (!differs(what)) return;
    const Comment* comment = comment_on(to_, what);
    // An empty one takes the one before away.
    const bool only_beside = comment == nullptr || comment->above.empty();
    if (only_beside && (comment == nullptr || comment->beside.empty())) line("");
    if (comment == nullptr) return;
    for (const std::string& each : comment->above) line(each);
  }

  void beside(const std::string& what) {
    const Comment* comment = differs(what) ? comment_on(to_, what) : nullptr;
    if (comment != nullptr && !comment->beside.empty()) writer_.comment(comment->beside);
    writer_.end_line();
  }

  void assign(const std::string& what, const std::string& name, const std::string& value) {
    if (!differs(what)) return;
    above(what);
    writer_.name(name);
    writer_.word(value);
    beside(what);
  }

  void line(std::string_view text) {
    writer_.comment(text);
    writer_.end_line();
  }

  language::Writer writer_;
  const Object& from_;
  const Object& to_;
};

}  // namespace

void note_comments(Object& object, const std::vector<Statement>& statements) {
  for (const Statement& statement : statements) {
    switch (statement.kind) {
      case StatementKind::attribute: note_value(object, std::string(statement.name.text), statement); break;
      case StatementKind::group: note_group(object, statement); break;
      case StatementKind::object: note_object(object, statement); break;
    }
  }
}

const Comment* comment_on(const Object& object, std::string_view what) {
  if (object.comments == nullptr) return nullptr;
  const auto found = object.comments->find(what);
  if (found != object.comments->end() && !is_there(object, what)) return nullptr;
  return found == object.comments->end() ? nullptr : &found->second;
}

bool same_comments(const Tree& a, const Tree& b) {
  bool same = true;
  Path path;
  find_differences(a.root, b.root, path, [&](const auto&, const auto&, const auto&) { same = false; });
  return same;
}

std::string comment_changes(const Tree& from, const Tree& to) {
  std::string text;
  Path path;
  find_differences(from.root, to.root, path, [&](const Path& at, const Object& before, const Object& after) {
    if (!at.empty()) ChangeWriter(text, before, after).run(at);
  });
  return text;
}

}  // namespace lunet::config
