// SPDX-License-Identifier: Apache-2.0
#include "language/pattern_word.h"

#include "language/pattern_compiler.h"

namespace lunet::language {

static constexpr std::string_view special = "\\.[]*+?{}|()^$";

bool PatternWord::compile(std::string_view expression, PatternMistake& mistake) {
  *this = {};
  if (expression == ".*") return true;
  if (expression.find_first_of(special) == std::string_view::npos) {
    kind_ = Kind::literal;
    literal_ = expression;
    return true;
  }
  kind_ = Kind::program;
  return PatternCompiler(expression, *this, mistake).run();
}

bool PatternWord::matches(std::string_view text) const {
  switch (kind_) {
    case Kind::everything: return true;
    case Kind::literal: return text == literal_;
    case Kind::program: return run(text);
  }
  return false;
}

namespace {
/// The instructions that the next byte meets; each once, whichever way it was reached.
class Threads {
 public:
  explicit Threads(std::size_t size) : marks_(size, 0) { list_.reserve(size); }
  void clear() {
    list_.clear();
    ++generation_;
  }
  bool add(std::uint16_t at) {
    if (marks_[at] == generation_) return false;
    marks_[at] = generation_;
    list_.push_back(at);
    return true;
  }
  [[nodiscard]] const std::vector<std::uint16_t>& list() const { return list_; }

 private:
  std::vector<std::uint16_t> list_;
  std::vector<std::size_t> marks_;
  std::size_t generation_ = 1;
};
}  // namespace

bool PatternWord::run(std::string_view text) const {
  Threads now(program_.size());
  Threads next(program_.size());
  now.add(0);
  for (std::size_t at = 0;; ++at) {
    bool done = false;
    // The list grows while it is walked: jumps add to it.
    for (std::size_t i = 0; i < now.list().size(); ++i) {
      const std::uint16_t index = now.list()[i];
      const Instruction& instruction = program_[index];
      const auto following = static_cast<std::uint16_t>(index + 1);
      switch (instruction.operation) {
        case Operation::jump: now.add(instruction.first); break;
        case Operation::split:
          now.add(instruction.first);
          now.add(instruction.second);
          break;
        case Operation::at_start:
          if (at == 0) now.add(following);
          break;
        case Operation::at_end:
          if (at == text.size()) now.add(following);
          break;
        case Operation::set:
          if (at < text.size() && sets_[instruction.first][static_cast<unsigned char>(text[at])])
            next.add(following);
          break;
        case Operation::done: done = true; break;
      }
    }
    if (at == text.size()) return done;
    if (next.list().empty()) return false;
    std::swap(now, next);
    next.clear();
  }
}

std::string literal_pattern(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) pattern += '\\';
    pattern += c;
  }
  return pattern;
}

}  // namespace lunet::language
