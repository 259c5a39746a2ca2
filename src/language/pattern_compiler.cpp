// SPDX-License-Identifier: Apache-2.0
#include "language/pattern_compiler.h"

#include <algorithm>

#include "base/text.h"

namespace lunet::language {

static constexpr std::size_t instructions_max = 10000;
static constexpr std::size_t depth_max_of_groups = 50;
static constexpr std::size_t repeats_max = 1000;

bool PatternCompiler::fail(std::size_t at, std::string_view sentence) {
  if (mistake_.sentence.empty()) mistake_ = {at, std::string(sentence)};
  return false;
}

bool PatternCompiler::emit(Operation operation, std::size_t first, std::size_t second) {
  if (size() >= instructions_max) return fail(0, "this expression is too large");
  word_.program_.push_back(
      {operation, static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(second)});
  return true;
}

bool PatternCompiler::emit_set(const Set& set) {
  auto found = std::find(word_.sets_.begin(), word_.sets_.end(), set);
  if (found == word_.sets_.end()) found = word_.sets_.insert(found, set);
  return emit(Operation::set, static_cast<std::size_t>(found - word_.sets_.begin()));
}

/// Jumps count from the start of the program, so those at or behind `at` move too.
bool PatternCompiler::insert(std::size_t at, Operation operation, std::size_t first, std::size_t second) {
  if (size() >= instructions_max) return fail(0, "this expression is too large");
  for (std::size_t i = at; i < size(); ++i) {
    Instruction& moved = word_.program_[i];
    if (moved.operation != Operation::split && moved.operation != Operation::jump) continue;
    if (moved.first >= at) ++moved.first;
    if (moved.second >= at) ++moved.second;
  }
  word_.program_.insert(word_.program_.begin() + static_cast<std::ptrdiff_t>(at),
                        {operation, static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(second)});
  return true;
}

/// `code` stood at `start`; its jumps are inside of it, or to its end.
bool PatternCompiler::append_copy(const std::vector<Instruction>& code, std::size_t start) {
  const std::size_t shift = size() - start;
  for (const Instruction& from : code) {
    const bool jumps = from.operation == Operation::split || from.operation == Operation::jump;
    if (!emit(from.operation, from.first + (jumps ? shift : 0), from.second + (jumps ? shift : 0)))
      return false;
  }
  return true;
}

bool PatternCompiler::run() {
  if (!alternatives(0)) return false;
  if (at_ < text_.size()) return fail(at_, "this ')' closes nothing");
  return emit(Operation::done);
}

bool PatternCompiler::alternatives(std::size_t depth) {
  const std::size_t start = size();
  if (!sequence(depth)) return false;
  if (!take('|')) return true;
  if (!insert(start, Operation::split, start + 1, 0)) return false;
  const std::size_t jump = size();
  if (!emit(Operation::jump)) return false;
  word_.program_[start].second = static_cast<std::uint16_t>(size());
  if (!alternatives(depth)) return false;
  word_.program_[jump].first = static_cast<std::uint16_t>(size());
  return true;
}

bool PatternCompiler::sequence(std::size_t depth) {
  while (at_ < text_.size() && !next_is('|') && !next_is(')'))
    if (!repeated(depth)) return false;
  return true;
}

bool PatternCompiler::repeated(std::size_t depth) {
  const std::size_t start = size();
  if (!atom(depth)) return false;
  while (at_ < text_.size() && (next_is('*') || next_is('+') || next_is('?') || next_is('{'))) {
    const auto found = repeat();
    if (!found || !expand(start, *found)) return false;
    take('?');  // greedy or not: the same texts match as a whole
  }
  return true;
}

std::optional<PatternCompiler::Repeat> PatternCompiler::repeat() {
  if (take('*')) return Repeat{0, 0};
  if (take('+')) return Repeat{1, 0};
  if (take('?')) return Repeat{0, 1};
  return braces();
}

std::optional<std::size_t> PatternCompiler::number() {
  const std::size_t start = at_;
  while (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9') ++at_;
  const auto value = parse_unsigned(text_.substr(start, at_ - start));
  if (!value || *value > repeats_max) return std::nullopt;
  return value;
}

std::optional<PatternCompiler::Repeat> PatternCompiler::braces() {
  const std::size_t start = at_;
  take('{');
  const auto low = number();
  auto high = low;
  if (take(',')) high = next_is('}') ? std::optional<std::size_t>(0) : number();
  const bool open_end = high && *high == 0 && text_[at_ - 1] == ',';
  if (!low || !high || !take('}') || (!open_end && (*high < *low || *high == 0))) {
    fail(start, "{ } holds how often: {2}, {2,5} or {2,}, at most 1000");
    return std::nullopt;
  }
  return Repeat{*low, *high};
}

bool PatternCompiler::expand(std::size_t start, const Repeat& repeat) {
  const std::vector<Instruction> code(word_.program_.begin() + static_cast<std::ptrdiff_t>(start),
                                      word_.program_.end());
  word_.program_.resize(start);
  for (std::size_t i = 0; i < repeat.low; ++i)
    if (!append_copy(code, start)) return false;
  // append_copy() wants to know where `code` stood: `start`, whatever follows there now.
  const std::size_t optional = repeat.high == 0 ? 1 : repeat.high - repeat.low;
  for (std::size_t i = 0; i < optional; ++i) {
    const std::size_t split = size();
    if (!emit(Operation::split, split + 1) || !append_copy(code, start)) return false;
    if (repeat.high == 0 && !emit(Operation::jump, split)) return false;
    word_.program_[split].second = static_cast<std::uint16_t>(size());
  }
  return true;
}

bool PatternCompiler::atom(std::size_t depth) {
  Set set;
  const std::size_t start = at_;
  const char c = text_[at_++];
  switch (c) {
    case '(': {
      if (depth >= depth_max_of_groups) return fail(start, "too many parentheses inside each other");
      if (next_is('?')) return fail(start, "(?...) does not exist here");
      if (!alternatives(depth + 1)) return false;
      return take(')') || fail(start, "this '(' is not closed");
    }
    case '^': return emit(Operation::at_start);
    case '$': return emit(Operation::at_end);
    case '*':
    case '+':
    case '?':
    case '{':
      return fail(start,
                  "there is nothing before this to repeat; write \\ before a sign that stands for itself");
    case '.': return emit_set(set.set());
    case '[': return brackets(set) && emit_set(set);
    case '\\': return escape(set) && emit_set(set);
    default: set.set(static_cast<unsigned char>(c)); return emit_set(set);
  }
}

static std::bitset<256> named_set(char name) {
  std::bitset<256> set;
  for (unsigned c = 0; c < 256; ++c) {
    const bool digit = c >= '0' && c <= '9';
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
    set[c] = name == 'd' ? digit : name == 'w' ? digit || letter || c == '_' : blank;
  }
  return set;
}

/// Behind '\'.
bool PatternCompiler::escape(Set& set) {
  if (at_ == text_.size()) return fail(at_ - 1, "nothing follows this '\\'");
  const char c = text_[at_++];
  if (std::string_view("dws").find(c) != std::string_view::npos) {
    set = named_set(c);
  } else if (std::string_view("DWS").find(c) != std::string_view::npos) {
    set = ~named_set(static_cast<char>(c + 'a' - 'A'));
  } else if (named_set('w')[static_cast<unsigned char>(c)] && c != '_') {
    return fail(at_ - 2, "unknown escape; there are \\d \\w \\s \\D \\W \\S, and \\ before a sign");
  } else {
    set.set(static_cast<unsigned char>(c));
  }
  return true;
}

bool PatternCompiler::bracket_character(unsigned char& c, Set& set, bool& is_set) {
  is_set = false;
  c = static_cast<unsigned char>(text_[at_++]);
  if (c != '\\') return true;
  Set escaped;
  if (!escape(escaped)) return false;
  c = static_cast<unsigned char>(text_[at_ - 1]);
  is_set = escaped.count() != 1;
  if (is_set) set |= escaped;
  return true;
}

/// Behind '['.
bool PatternCompiler::brackets(Set& set) {
  const std::size_t start = at_ - 1;
  const bool inverted = take('^');
  bool first = true;
  while (first || !next_is(']')) {
    first = false;
    if (at_ >= text_.size()) return fail(start, "this '[' is not closed");
    unsigned char low = 0;
    bool is_set = false;
    if (!bracket_character(low, set, is_set)) return false;
    if (is_set) continue;
    unsigned char high = low;
    if (next_is('-') && at_ + 1 < text_.size() && text_[at_ + 1] != ']') {
      ++at_;
      if (!bracket_character(high, set, is_set)) return false;
      if (is_set || high < low) return fail(start, "a range in [ ] goes from a lower to a higher character");
    }
    for (unsigned c = low; c <= high; ++c) set.set(c);
  }
  take(']');
  if (inverted) set.flip();
  return true;
}

}  // namespace lunet::language
