// SPDX-License-Identifier: Apache-2.0
#include "language/parser.h"

#include <fmt/core.h>

#include <limits>
#include <utility>

namespace lunet::language {

static Comments& comments_of(Statement& statement) {
  if (!statement.comments) statement.comments = std::make_unique<Comments>();
  return *statement.comments;
}

Parser::Parser(Syntax& syntax)
    : syntax_(syntax), lexer_(syntax.source->text(), syntax.diagnostics, syntax.decoded) {
  advance();
}

void Parser::complain(std::uint32_t offset, std::string sentence) {
  syntax_.diagnostics.push_back({offset, std::move(sentence)});
}

void Parser::complain_depth(std::uint32_t offset) {
  complain(offset, fmt::format("nested too deeply, at most {} levels", depth_max));
}

void Parser::run() {
  for (;;) {
    statements(syntax_.statements, syntax_.comments, 0);
    if (token_.kind == TokenKind::end) return;
    complain(token_.word.offset, "this '}' closes nothing");
    advance();
  }
}

void Parser::statements(Statements& out, CommentLines& last_comments, std::uint32_t depth) {
  CommentLines lines;
  for (;;) {
    switch (token_.kind) {
      case TokenKind::close:
      case TokenKind::end: last_comments = std::move(lines); return;
      case TokenKind::semicolon:
      case TokenKind::line_end: advance(); break;
      case TokenKind::comment:
        lines.push_back(token_.word.text);
        advance();
        break;
      case TokenKind::open:
        complain(token_.word.offset, "'{' must stand on the line of what it belongs to");
        words_.clear();
        block(nullptr, depth + 1);
        break;
      case TokenKind::word: statement(out, std::exchange(lines, {}), depth); break;
    }
  }
}

bool Parser::collect_words() {
  words_.clear();
  bool good = true;
  for (; token_.kind == TokenKind::word; advance()) {
    good = good && !token_.bad;
    words_.push_back(token_.word);
  }
  return good;
}

void Parser::statement(Statements& out, CommentLines above, std::uint32_t depth) {
  const std::size_t before = out.size();
  objects_ = 0;
  Statement* inner = collect_words() ? build(out, depth) : nullptr;
  Statement* outer = inner ? &out[before] : nullptr;
  if (inner && !above.empty()) comments_of(*outer).above = std::move(above);
  if (token_.kind == TokenKind::open) {
    const bool adds_level = !inner || inner->kind == StatementKind::group;
    block(inner, depth + objects_ + (adds_level ? 1 : 0));
    finish_line(outer);
  } else if (token_.kind == TokenKind::comment) {
    if (inner) comments_of(*inner).beside = token_.word.text;
    advance();
  }
}

/// After '}': a delimiter, a comment, another '}' or the end. A '{' is reported by statements().
void Parser::finish_line(Statement* outer) {
  if (token_.kind == TokenKind::comment) {
    if (outer) comments_of(*outer).after = token_.word.text;
    advance();
  } else if (token_.kind == TokenKind::word) {
    complain(token_.word.offset, "after '}' a line end or ';' is needed");
  }
}

void Parser::block(Statement* owner, std::uint32_t depth) {
  const std::uint32_t opened = token_.word.offset;
  if (depth > depth_max) {
    if (owner || words_.empty()) complain_depth(opened);
    return skip_block();
  }
  advance();
  Statement dropped;
  Statement& target = owner ? *owner : dropped;
  target.braces = true;
  if (token_.kind == TokenKind::comment) {
    comments_of(target).beside = token_.word.text;
    advance();
  }
  CommentLines below;
  statements(target.body, below, depth);
  if (!below.empty()) comments_of(target).below = std::move(below);
  if (token_.kind == TokenKind::close) {
    advance();
  } else {
    complain(opened, "this '{' is not closed");
  }
}

/// From '{' to behind its '}', without recursion.
void Parser::skip_block() {
  std::size_t open = 0;
  do {
    if (token_.kind == TokenKind::open) ++open;
    if (token_.kind == TokenKind::close) --open;
    if (token_.kind == TokenKind::end) return;
    advance();
  } while (open > 0);
}

Statement* Parser::build(Statements& out, std::uint32_t depth) {
  const std::size_t before = out.size();
  std::size_t used = 0;
  Statement* inner = build_objects(out, used);
  if (depth + objects_ > depth_max) {
    complain_depth(words_[0].offset);
    used = words_.size() + 1;
  }
  if (used > words_.size()) {
    inner = nullptr;
  } else if (used < words_.size()) {
    inner = build_rest(inner ? inner->body : out, used);
  }
  if (!inner) out.resize(before);
  return inner;
}

/// The chain of objects at the start of the line. `used` is the number of their words; more than there are
/// when an identifier is missing.
Statement* Parser::build_objects(Statements& out, std::size_t& used) {
  Statements* body = &out;
  Statement* inner = nullptr;
  for (; used < words_.size() && objects_ <= depth_max; used += 2) {
    const Word& name = words_[used];
    const auto object_class = name.form == Form::bare ? find_class(name.text) : std::nullopt;
    if (!object_class) break;
    if (used + 1 == words_.size()) {
      complain(name.offset, fmt::format("the {} has no identifier: {} NAME", name.text, name.text));
      used += 2;
      break;
    }
    ++objects_;
    inner = &body->emplace_back();
    inner->kind = StatementKind::object;
    inner->object_class = *object_class;
    inner->name = name;
    inner->value = words_[used + 1];
    body = &inner->body;
  }
  return inner;
}

Statement* Parser::build_attribute(Statements& out, std::size_t at) {
  const Word& name = words_[at];
  if (name.form != Form::bare || !is_attribute_name(name.text)) {
    complain(name.offset, "an attribute's name is a letter, then letters, digits and '_', without quotes");
    return nullptr;
  }
  Statement& attribute = out.emplace_back();
  attribute.name = name;
  attribute.value = words_[at + 1];
  return &attribute;
}

/// What follows the objects: an attribute (two words), an attribute of a group (three), a group before '{'
/// (one).
Statement* Parser::build_rest(Statements& out, std::size_t used) {
  const Word& name = words_[used];
  const std::size_t count = words_.size() - used;
  const bool opens = token_.kind == TokenKind::open;
  if (count == 2 && !opens) return build_attribute(out, used);
  if (count != (opens ? 1U : 3U)) {
    complain_rest(used);
    return nullptr;
  }
  if (name.form != Form::bare || !is_group_name(name.text)) {
    complain(name.offset, "a group's name has only letters and '_', without quotes");
    return nullptr;
  }
  Statement& group = out.emplace_back();
  group.kind = StatementKind::group;
  group.name = name;
  return opens ? &group : build_attribute(group.body, used + 1);
}

void Parser::complain_rest(std::size_t used) {
  const Word& name = words_[used];
  const std::size_t count = words_.size() - used;
  const std::string_view meant =
      name.form == Form::bare ? nearest(name.text, object_classes) : std::string_view();
  if (count > 1 && !meant.empty()) {
    complain(name.offset, fmt::format("unknown object class \"{}\"; did you mean \"{}\"?", name.text, meant));
  } else if (count == 1) {
    complain(name.offset,
             fmt::format("\"{0}\" is incomplete: an attribute needs a value, a group needs an attribute or "
                         "{{ }}, an object starts with its class",
                         name.text));
  } else if (token_.kind == TokenKind::open) {
    complain(name.offset, fmt::format("\"{}\" is no object class, and an attribute has no {{ }}", name.text));
  } else {
    complain(words_[used + 2].offset,
             "a line holds one attribute; separate the next one by ';' or a line end");
  }
}

Syntax parse(std::string name, std::string text) {
  Syntax syntax;
  if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
    syntax.source = std::make_unique<const Source>(std::move(name), std::string());
    syntax.diagnostics.push_back({0, "the text is too long: 4 GiB or more"});
    return syntax;
  }
  syntax.source = std::make_unique<const Source>(std::move(name), std::move(text));
  Parser(syntax).run();
  return syntax;
}

}  // namespace lunet::language
