// SPDX-License-Identifier: Apache-2.0
#include "config/later.h"

#include <array>
#include <optional>

#include "base/check.h"
#include "base/text.h"
#include "config/edit.h"
#include "config/read_statements.h"
#include "config/tree.h"
#include "language/word.h"

namespace lunet::config {
namespace {

constexpr std::size_t run_bytes = 4096;
constexpr std::size_t depth_max = 16;
constexpr std::size_t words_max = 2 * depth_max + 3;

/// What may stand in a word without quotes; in quotes also the others of printable ASCII but the quote.
constexpr bool is_bare(char c) {
  return c > ' ' && c < 0x7f && std::string_view("{}#'\";").find(c) == std::string_view::npos;
}

constexpr std::array<bool, 256> make_bare() {
  std::array<bool, 256> bare{};
  for (int c = 0; c < 0x7f; ++c) bare[static_cast<std::size_t>(c)] = is_bare(static_cast<char>(c));
  return bare;
}
constexpr std::array<bool, 256> bare_characters = make_bare();

struct PlainWord {
  std::string_view text;
  bool quoted = false;
};

/// A line in the layout of print(), behind its indentation.
struct Line {
  std::array<PlainWord, words_max> words;
  std::size_t count = 0;
  std::size_t objects = 0;  ///< at its start, two words each
  bool opens = false;
  [[nodiscard]] std::size_t rest() const { return count - 2 * objects; }
};

bool add_word(Line& line, std::string_view& text) {
  if (line.count == words_max) return false;
  PlainWord& word = line.words[line.count++];
  const char quote = text.front();
  word.quoted = quote == '"' || quote == '\'';
  std::size_t end = word.quoted ? 1 : 0;
  if (word.quoted) {
    while (end < text.size() && text[end] != quote && text[end] >= ' ' && text[end] < 0x7f) ++end;
    if (end == text.size() || text[end] != quote) return false;
    word.text = text.substr(1, end - 1);
    ++end;
  } else {
    while (end < text.size() && bare_characters[static_cast<unsigned char>(text[end])]) ++end;
    word.text = text.substr(0, end);
    if (end == 0 || word.text == language::unset_marker) return false;
  }
  text.remove_prefix(end);
  if (text.empty()) return true;
  if (text.front() != ' ' || text.size() == 1) return false;
  text.remove_prefix(1);
  return true;
}

/// False: a form that print() does not write, or that this does not know.
bool read_line(std::string_view text, Line& line) {
  line.count = line.objects = 0;
  line.opens = text.ends_with(" {");
  if (line.opens) text.remove_suffix(2);
  while (!text.empty()) {
    if (!add_word(line, text)) return false;
  }
  const auto& words = line.words;
  while (2 * line.objects < line.count && !words[2 * line.objects].quoted &&
         language::find_class(words[2 * line.objects].text)) {
    if (2 * line.objects + 1 == line.count) return false;
    ++line.objects;
  }
  const PlainWord* rest = &words[2 * line.objects];
  const auto is_name = [](const PlainWord& word) {
    return !word.quoted && language::is_attribute_name(word.text);
  };
  const auto is_group = [](const PlainWord& word) {
    return !word.quoted && language::is_group_name(word.text);
  };
  switch (line.rest()) {
    case 0: return line.objects > 0;
    case 1: return line.opens && is_group(rest[0]);
    case 2: return !line.opens && is_name(rest[0]);
    case 3: return !line.opens && is_group(rest[0]) && is_name(rest[1]);
    default: return false;
  }
}

/// One pass over the text. Every function returns false where the text is not print()'s.
class Splitter {
 public:
  Splitter(std::shared_ptr<const std::string> source, std::string_view text)
      : source_(std::move(source)), text_(text) {}

  /// The objects of the whole text.
  bool run(Object& root) { return body(&root, 0) && at_ == text_.size(); }

 private:
  /// Objects that are not read, one after the other.
  struct Pending {
    std::size_t start = 0;
    Children::Unread unread;
  };

  bool next(std::size_t depth, std::string_view& line, bool& closes) {
    const std::size_t end = text_.find('\n', at_);
    if (end == std::string_view::npos) return false;
    const std::string_view all = text_.substr(at_, end - at_);
    at_ = end + 1;
    const std::size_t blanks = std::min(all.find_first_not_of(' '), all.size());
    line = all.substr(blanks);
    closes = depth > 0 && line == "}" && blanks == 4 * (depth - 1);
    return closes || blanks == 4 * depth;
  }

  /// Up to the '}' that ends it, or the end of the text at depth 0. Without an object it is only checked.
  bool body(Object* object, std::size_t depth) {
    if (depth > depth_max) return false;
    const std::size_t own_start = at_;
    std::size_t own_end = at_;
    bool has_children = false;
    ObjectKey last;
    Pending pending;
    for (;;) {
      const std::size_t start = at_;
      std::string_view text;
      bool closes = false;
      if (depth == 0 && start == text_.size()) break;
      if (!next(depth, text, closes)) return false;
      if (closes) break;
      Line line;
      if (!read_line(text, line)) return false;
      if (line.objects == 0) {
        if (depth == 0 || has_children || (line.opens && !group(depth + 1))) return false;
        own_end = at_;
        continue;
      }
      ObjectKey key{static_cast<ObjectClass>(*language::find_class(line.words[0].text)),
                    std::string(line.words[1].text)};
      if (has_children && !(last < key)) return false;
      has_children = true;
      if (object != nullptr && is_large(line, start, depth)) {
        flush(*object, pending);
        if (!body(&object->children[key], depth + 1)) return false;
      } else {
        if (line.opens && !(line.rest() == 1 ? group(depth + 1) : body(nullptr, depth + 1))) return false;
        if (object != nullptr) add(*object, pending, start, key);
      }
      last = std::move(key);
    }
    if (object == nullptr) return true;
    flush(*object, pending);
    return own_start == own_end || read_statements(*object, text_.substr(own_start, own_end - own_start));
  }

  bool group(std::size_t depth) {
    for (;;) {
      std::string_view text;
      bool closes = false;
      Line line;
      if (!next(depth, text, closes)) return false;
      if (closes) return true;
      if (!read_line(text, line) || line.objects != 0 || line.rest() != 2) return false;
    }
  }

  /// Too large to be read as a whole.
  [[nodiscard]] bool is_large(const Line& line, std::size_t start, std::size_t depth) const {
    if (!line.opens || line.objects != 1 || line.rest() != 0) return false;
    const std::string close = "\n" + std::string(4 * depth, ' ') + "}\n";
    const std::size_t end = text_.find(close, start);
    return end != std::string_view::npos && end - start > run_bytes;
  }

  void add(Object& object, Pending& pending, std::size_t start, const ObjectKey& key) {
    if (pending.unread.count++ == 0) {
      pending.start = start;
      pending.unread.first = key;
    }
    pending.unread.last = key;
    pending.unread.text = text_.substr(pending.start, at_ - pending.start);
    if (pending.unread.text.size() >= run_bytes) flush(object, pending);
  }

  void flush(Object& object, Pending& pending) {
    if (pending.unread.count == 0) return;
    pending.unread.source = source_;
    object.children.append(std::exchange(pending, {}).unread);
  }

  std::shared_ptr<const std::string> source_;
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<Tree> parse_later(std::shared_ptr<const std::string> text, std::string_view body,
                         std::string_view name) {
  Tree tree;
  if (Splitter(std::move(text), body).run(tree.root)) return tree;
  return parse(body, name);
}

std::vector<Children::Slot> read_slots(std::string_view text) {
  Object object;
  CHECK(read_statements(object, text));
  return object.children.take_slots();
}

std::vector<std::string> values_in(std::string_view text, std::string_view attribute) {
  std::vector<std::string> values;
  const std::string name = std::string(attribute) + " ";
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    if (at > 0 && text[at - 1] != ' ') continue;
    std::string_view value = text.substr(at + name.size());
    const bool quoted = value.starts_with('"') || value.starts_with('\'');
    if (quoted) value.remove_prefix(1);
    values.emplace_back(value.substr(0, value.find_first_of(quoted ? "\"'\n" : " \n")));
  }
  return values;
}

}  // namespace lunet::config
