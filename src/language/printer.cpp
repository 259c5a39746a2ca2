// SPDX-License-Identifier: Apache-2.0
#include "language/syntax.h"
#include "language/writer.h"

namespace lunet::language {

static void print_lines(Writer& writer, const std::vector<std::string_view>& comments) {
  for (const std::string_view text : comments) {
    writer.comment(text);
    writer.end_line();
  }
}

static void print_value(Writer& writer, const Word& value) {
  if (value.form == Form::bare) {
    writer.name(value.text);
  } else {
    writer.word(value.text);
  }
}

static void print_statement(Writer& writer, const Statement& statement);

/// One line or one block, ended.
static void print_whole(Writer& writer, const Statement& statement) {
  print_statement(writer, statement);
  if (statement.comments && statement.comments->after.data()) writer.comment(statement.comments->after);
  writer.end_line();
}

/// The statement and those on its line; the caller ends the last line.
static void print_statement(Writer& writer, const Statement& statement) {
  static const Comments none;
  const Comments& comments = statement.comments ? *statement.comments : none;
  print_lines(writer, comments.above);
  writer.name(statement.name.text);
  if (statement.kind != StatementKind::group) print_value(writer, statement.value);
  if (statement.braces) writer.open();
  // An empty text is a comment too: "#" alone. A view into the source is never null.
  if (comments.beside.data()) writer.comment(comments.beside);
  if (!statement.braces) {
    if (!statement.body.empty()) print_statement(writer, statement.body.front());
    return;
  }
  const bool empty = statement.body.empty() && comments.below.empty() && !comments.beside.data();
  if (!empty) writer.end_line();
  for (const Statement& inner : statement.body) print_whole(writer, inner);
  print_lines(writer, comments.below);
  writer.close();
}

std::string print(const Syntax& syntax) {
  std::string text;
  text.reserve(syntax.source->text().size());
  Writer writer(text);
  for (const Statement& statement : syntax.statements) print_whole(writer, statement);
  print_lines(writer, syntax.comments);
  return text;
}

}  // namespace lunet::language
