// SPDX-License-Identifier: Apache-2.0
#include "language/pattern.h"

#include <fmt/core.h>

#include <algorithm>
#include <deque>

#include "language/lexer.h"

namespace lunet::language {

bool Pattern::step_matches(const Step& step, const PathStep& at) const {
  const bool class_matches = step.any_class ? step.class_word.matches(object_classes.at(at.object_class))
                                            : step.object_class == at.object_class;
  return class_matches && step.identifier.matches(at.identifier);
}

bool Pattern::steps_match(PathView path) const {
  if (path.size() != steps_.size()) return false;
  for (std::size_t i = 0; i < path.size(); ++i)
    if (!step_matches(steps_[i], path[i])) return false;
  return true;
}

bool Pattern::matches_object(PathView path) const {
  if (path.empty() || has_group_) return false;
  if (!has_attribute_) return steps_match(path);
  return or_object_ && name_.matches(object_classes.at(path.back().object_class)) &&
         value_.matches(path.back().identifier) && steps_match(path.first(path.size() - 1));
}

bool Pattern::matches_group(PathView path, std::string_view group) const {
  return has_group_ && !has_attribute_ && group_.matches(group) && steps_match(path);
}

bool Pattern::matches_attribute(PathView path, std::string_view group, std::string_view name,
                                std::string_view value) const {
  if (!has_attribute_ || has_group_ == group.empty()) return false;
  return name_.matches(name) && value_.matches(value) && (!has_group_ || group_.matches(group)) &&
         steps_match(path);
}

bool Pattern::may_match_below(PathView path) const {
  const std::size_t reach = steps_.size() + (or_object_ ? 1 : 0);
  if (path.size() > reach) return false;
  const std::size_t known = std::min(path.size(), steps_.size());
  for (std::size_t i = 0; i < known; ++i)
    if (!step_matches(steps_[i], path[i])) return false;
  return path.size() <= steps_.size() || matches_object(path);
}

class PatternParser {
 public:
  explicit PatternParser(std::string_view text) : text_(text) {}
  ParsedPattern run();

 private:
  bool collect();
  void objects(std::size_t& used);
  void rest(std::size_t used);
  void compile(const Word& word, PatternWord& out);
  void group(const Word& word);
  void complain(std::uint32_t offset, std::string sentence) {
    result_.diagnostics.push_back({offset, std::move(sentence)});
  }

  std::string_view text_;
  ParsedPattern result_;
  std::deque<std::string> decoded_;
  std::vector<Word> words_;
};

ParsedPattern parse_pattern(std::string_view text) {
  return PatternParser(text).run();
}

ParsedPattern PatternParser::run() {
  std::size_t used = 0;
  if (collect()) {
    objects(used);
    rest(used);
  }
  return std::move(result_);
}

/// Braces stand in expressions too, so a pattern has no blocks but words only; the lexer's rules for quotes
/// hold.
bool PatternParser::collect() {
  std::size_t at = 0;
  while ((at = text_.find_first_not_of(" \t\r\n", at)) != std::string_view::npos) {
    const bool quoted = text_[at] == '"' || text_[at] == '\'' || text_.substr(at).starts_with("$\"");
    if (!quoted) {
      const std::size_t end = std::min(text_.find_first_of(" \t\r\n", at), text_.size());
      words_.push_back({.text = text_.substr(at, end - at), .offset = static_cast<std::uint32_t>(at)});
      at = end;
      continue;
    }
    std::vector<Diagnostic> mistakes;
    Lexer lexer(text_.substr(at), mistakes, decoded_);
    Token token = lexer.next();
    const auto start = static_cast<std::uint32_t>(at);
    for (Diagnostic& mistake : mistakes) complain(mistake.offset + start, std::move(mistake.sentence));
    if (token.bad) return false;
    token.word.offset = start;
    words_.push_back(token.word);
    at = start + lexer.next().word.offset;
  }
  if (words_.empty()) complain(0, "the pattern is empty; `.* .*` is every object and attribute");
  return result_.diagnostics.empty();
}

void PatternParser::compile(const Word& word, PatternWord& out) {
  PatternMistake mistake;
  if (out.compile(word.text, mistake)) return;
  const std::size_t quote = word.form == Form::bare ? 0 : word.form == Form::quoted ? 1 : 2;
  complain(word.offset + static_cast<std::uint32_t>(quote + mistake.at), std::move(mistake.sentence));
}

void PatternParser::objects(std::size_t& used) {
  for (; used < words_.size(); used += 2) {
    const Word& name = words_[used];
    const auto object_class = name.form == Form::bare ? find_class(name.text) : std::nullopt;
    if (!object_class) return;
    Pattern::Step step;
    step.object_class = *object_class;
    // A class alone at the end: whichever identifier.
    if (used + 1 < words_.size()) compile(words_[used + 1], step.identifier);
    result_.pattern.steps_.push_back(std::move(step));
  }
  used = words_.size();
}

void PatternParser::group(const Word& word) {
  if (std::any_of(word.text.begin(), word.text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    complain(word.offset,
             fmt::format("a group's name has no digits; an attribute has a value: {} .*", word.text));
  }
  result_.pattern.has_group_ = true;
  compile(word, result_.pattern.group_);
}

/// A group (one word), an attribute or an object (two), a group and its attribute (three).
void PatternParser::rest(std::size_t used) {
  Pattern& pattern = result_.pattern;
  const std::size_t count = words_.size() - used;
  if (count == 0) return;
  if (count > 3) {
    const std::string_view meant = nearest(words_[used].text, object_classes);
    return complain(words_[used].offset,
                    meant.empty() ? "only the last class may be an expression; the others are class names"
                                  : fmt::format("unknown object class \"{}\"; did you mean \"{}\"?",
                                                words_[used].text, meant));
  }
  if (count != 2) group(words_[used]);
  if (count == 1) return;
  pattern.has_attribute_ = true;
  pattern.or_object_ = count == 2;
  compile(words_[words_.size() - 2], pattern.name_);
  compile(words_.back(), pattern.value_);
}

}  // namespace lunet::language
