// SPDX-License-Identifier: Apache-2.0
// Tokens to statements; used by parse() of syntax.h only.
#pragma once

#include <string>
#include <vector>

#include "language/lexer.h"
#include "language/syntax.h"

namespace lunet::language {

/// config    := { statement }
/// statement := object { object } [ group attribute | group block | block | attribute ] | group attribute |
/// group block | attribute object    := CLASS word        attribute := NAME word        block := '{' {
/// statement } '}' Statements are separated by line ends and ';'; '{' stands on the line of what it belongs
/// to.
class Parser {
 public:
  explicit Parser(Syntax& syntax);
  void run();

 private:
  using Statements = std::vector<Statement>;
  using CommentLines = std::vector<std::string_view>;

  /// Statements up to '}' or the end of the text; neither is consumed.
  void statements(Statements& out, CommentLines& last_comments, std::uint32_t depth);
  void statement(Statements& out, CommentLines above, std::uint32_t depth);
  /// Reads the words of a statement; false when one of them has a mistake.
  bool collect_words();
  /// Builds the statement from words_ and returns its innermost part; null after a complaint.
  Statement* build(Statements& out, std::uint32_t depth);
  Statement* build_objects(Statements& out, std::size_t& used);
  Statement* build_rest(Statements& out, std::size_t used);
  Statement* build_attribute(Statements& out, std::size_t at);
  void complain_rest(std::size_t used);
  /// At '{'. Without an owner its statements are checked and dropped.
  void block(Statement* owner, std::uint32_t depth);
  void skip_block();
  void finish_line(Statement* outer);
  void advance() { token_ = lexer_.next(); }
  void complain_depth(std::uint32_t offset);
  void complain(std::uint32_t offset, std::string sentence);

  Syntax& syntax_;
  Lexer lexer_;
  Token token_;
  std::vector<Word> words_;
  std::uint32_t objects_ = 0;  ///< of the statement being built
};

}  // namespace lunet::language
