// SPDX-License-Identifier: Apache-2.0
#include "language/lexer.h"

#include <gmock/gmock.h>

namespace lunet::language {

/// One letter a token, words with their text: "w:a { # ; ...".
static std::string tokens(std::string_view text) {
  std::vector<Diagnostic> diagnostics;
  std::deque<std::string> decoded;
  Lexer lexer(text, diagnostics, decoded);
  std::string all;
  for (;;) {
    const Token token = lexer.next();
    switch (token.kind) {
      case TokenKind::word: all += (token.bad ? "bad:" : "w:") + std::string(token.word.text); break;
      case TokenKind::open: all += "{"; break;
      case TokenKind::close: all += "}"; break;
      case TokenKind::semicolon: all += ";"; break;
      case TokenKind::line_end: all += "$"; break;
      case TokenKind::comment: all += "#" + std::string(token.word.text); break;
      case TokenKind::end:
        return all + (diagnostics.empty() ? "." : "!" + std::to_string(diagnostics[0].offset));
    }
    all += ' ';
  }
}

TEST(Lexer, SplitsAtBlanksAndStructure) {
  EXPECT_EQ(tokens(""), ".");
  EXPECT_EQ(tokens("a\t b{c}d;e\nf\r\n"), "w:a w:b { w:c } w:d ; w:e $ w:f $ .");
  EXPECT_EQ(tokens("x y#c d\r\nz"), "w:x w:y #c d $ w:z .");
  EXPECT_EQ(tokens("# a # b"), "#a # b .");
}

TEST(Lexer, QuotesHoldEverythingButTheirLikeAndLineEnds) {
  EXPECT_EQ(tokens("\"a {;#'\" 'b\"'"), "w:a {;#' w:b\" .");
  EXPECT_EQ(tokens("'a\nb"), "bad:a $ w:b !0");
  EXPECT_EQ(tokens("a'b' c"), "bad:a w:c !1");
  EXPECT_EQ(tokens("'a'b c"), "bad:a w:c !3");
}

TEST(Lexer, DollarQuotesAreDecoded) {
  EXPECT_EQ(tokens("$\"a\\x41\\\"\" b"), "w:aA\" w:b .");
  EXPECT_EQ(tokens("$\"a\\q\" b"), "bad:a\\q w:b !3");
  EXPECT_EQ(tokens("$\"a\\"), "bad:a\\ !0");
}

TEST(Lexer, BadBytesMakeOneBadWord) {
  EXPECT_EQ(tokens("a\x01\xC3\xA4z b"), "bad:a\x01\xC3\xA4z w:b !1");
  EXPECT_EQ(tokens("\r b"), "bad:\r w:b !0");
}

}  // namespace lunet::language
