// SPDX-License-Identifier: Apache-2.0
#include "config/outline.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "config/printed_line.h"
#include "config/read_statements.h"

namespace lunet::config {

void OutlineWriter::run(std::size_t start, std::size_t size, std::size_t last, std::size_t count) {
  fmt::format_to(std::back_inserter(text_), "run {} {} {} {}\n", start, size, last, count);
}

void OutlineWriter::enter(std::size_t start) {
  fmt::format_to(std::back_inserter(text_), "in {}\n", start);
}

void OutlineWriter::own(std::size_t start, std::size_t size) {
  fmt::format_to(std::back_inserter(text_), "own {} {}\n", start, size);
}

namespace {

/// Every function returns false where the outline does not fit the text.
class OutlineReader {
 public:
  OutlineReader(std::shared_ptr<const std::string> source, std::string_view text, std::string_view outline)
      : source_(std::move(source)), text_(text), rest_(outline) {}

  bool run(Object& root) { return read(root, 0) && rest_.empty(); }

 private:
  bool read(Object& object, std::size_t depth) {
    if (depth > printed_depth_max) return false;
    while (!rest_.empty()) {
      if (skip("out\n")) return depth > 0;
      if (skip("run")) {
        if (!add_run(object)) return false;
      } else if (skip("in")) {
        std::array<std::size_t, 1> start{};
        ObjectKey key;
        if (!numbers(start) || !key_at(start[0], key) || object.children.contains(key)) return false;
        if (!read(object.children[key], depth + 1)) return false;
      } else {
        std::array<std::size_t, 2> place{};
        if (depth == 0 || !skip("own") || !numbers(place) || !is_inside(place[0], place[1])) return false;
        if (!read_statements(object, text_.substr(place[0], place[1]))) return false;
      }
    }
    return depth == 0;
  }

  bool add_run(Object& object) {
    std::array<std::size_t, 4> place{};
    if (!numbers(place)) return false;
    const auto [start, size, last, count] = place;
    if (!is_inside(start, size) || last < start || last - start >= size || count == 0) return false;
    Children::Unread unread{source_, text_.substr(start, size), {}, {}, count};
    if (!key_at(start, unread.first) || !key_at(last, unread.last)) return false;
    if (unread.last < unread.first || !object.children.can_append(unread)) return false;
    object.children.append(std::move(unread));
    return true;
  }

  [[nodiscard]] bool is_inside(std::size_t start, std::size_t size) const {
    return start <= text_.size() && size <= text_.size() - start;
  }

  /// Of the object whose line starts there.
  bool key_at(std::size_t start, ObjectKey& key) const {
    std::string_view line;
    // Comments stand above it.
    do {
      if (start >= text_.size()) return false;
      line = text_.substr(start, text_.find('\n', start) - start);
      start += line.size() + 1;
    } while (is_comment_line(line));
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    PrintedLine printed;
    if (!read_printed_line(line, printed) || printed.objects == 0) return false;
    key = printed.key();
    return true;
  }

  bool skip(std::string_view word) {
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  /// To the line's end, each behind a blank.
  template <std::size_t count>
  bool numbers(std::array<std::size_t, count>& found) {
    for (std::size_t& number : found) {
      if (!skip(" ")) return false;
      const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
      if (error != std::errc()) return false;
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    }
    return skip("\n");
  }

  std::shared_ptr<const std::string> source_;
  std::string_view text_;
  std::string_view rest_;
};

}  // namespace

std::optional<Tree> parse_outlined(std::shared_ptr<const std::string> text, std::string_view body,
                                   std::string_view outline) {
  Tree tree;
  if (outline.empty() || !OutlineReader(std::move(text), body, outline).run(tree.root)) return std::nullopt;
  return tree;
}

}  // namespace lunet::config
