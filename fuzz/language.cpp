// SPDX-License-Identifier: Apache-2.0
// Any text: parsed, or refused with places in it. What is parsed prints to a text that parses to the same,
// and the reader that reads later sees the same tree.
#include <memory>
#include <string>

#include "check.h"
#include "config/edit.h"
#include "config/tree.h"
#include "language/syntax.h"

using lunet::fuzz::require;

static void check_syntax(std::string_view text) {
  const lunet::language::Syntax syntax = lunet::language::parse("f", std::string(text));
  for (const auto& diagnostic : syntax.diagnostics)
    require(diagnostic.offset <= text.size(), "a mistake stands in the text");
  if (!syntax.diagnostics.empty()) {
    require(!lunet::language::render(*syntax.source, syntax.diagnostics).empty(), "mistakes are shown");
    return;
  }
  const std::string printed = lunet::language::print(syntax);
  const lunet::language::Syntax again = lunet::language::parse("f", printed);
  require(again.diagnostics.empty(), "what is printed parses");
  require(lunet::language::print(again) == printed, "printing is a fixed point");
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text = lunet::fuzz::text_of(data, size);
  check_syntax(text);
  const auto tree = lunet::config::parse(text, "f");
  const auto source = std::make_shared<const std::string>(text);
  const auto later = lunet::config::parse_later(source, *source, "f");
  require(static_cast<bool>(tree) == static_cast<bool>(later), "both readers agree on what is valid");
  if (!tree) return 0;
  require(*tree == *later, "both readers read the same");
  const std::string printed = lunet::config::print(*tree);
  const auto back = lunet::config::parse(printed, "p");
  require(back && *back == *tree, "print and parse is the identity");
  const auto canonical = std::make_shared<const std::string>(printed);
  const auto back_later = lunet::config::parse_later(canonical, *canonical, "p");
  require(back_later && *back_later == *tree, "print and parse later is the identity");
  lunet::config::Tree changed;
  const auto change = lunet::config::make_change(changed, *tree);
  require(static_cast<bool>(lunet::config::merge(changed, change.text, "c")) && changed == *tree,
          "the change from nothing makes all");
  return 0;
}
