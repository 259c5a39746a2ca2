// SPDX-License-Identifier: Apache-2.0
#include "config/later.h"

#include "base/check.h"
#include "config/edit.h"
#include "config/outline.h"
#include "config/printed_line.h"
#include "config/read_statements.h"
#include "config/tree.h"

namespace lunet::config {
namespace {

constexpr std::size_t run_bytes = 8192;

/// One pass over the text. Every function returns false where the text is not print()'s.
class Splitter {
 public:
  /// `base`: what may be shared; null: nothing.
  Splitter(std::shared_ptr<const std::string> source, std::string_view text, const Object* base = nullptr)
      : source_(std::move(source)), text_(text), base_(base) {}

  [[nodiscard]] const std::string& outline() const { return outline_.text(); }

  /// The objects of the whole text.
  bool run(Object& root) { return body(&root, 0, base_) && at_ == text_.size(); }

 private:
  /// Objects that are not read, one after the other.
  struct Pending {
    std::size_t start = 0;
    std::size_t last = 0;  ///< where the last of them starts
    Children::Unread unread;
  };

  /// `commented`: comments stand above it.
  bool next(std::size_t depth, std::string_view& line, bool& closes, bool& commented) {
    std::string_view all;
    commented = false;
    do {
      const std::size_t end = text_.find('\n', at_);
      if (end == std::string_view::npos) return false;
      commented = commented || !all.empty();
      all = text_.substr(at_, end - at_);
      at_ = end + 1;
    } while (is_comment_line(all));
    const std::size_t blanks = std::min(all.find_first_not_of(' '), all.size());
    line = all.substr(blanks);
    closes = depth > 0 && line == "}" && blanks == 4 * (depth - 1);
    return closes ? !commented : blanks == 4 * depth;
  }

  /// Up to the '}' that ends it, or the end of the text at depth 0. Without an object it is only checked.
  bool body(Object* object, std::size_t depth, const Object* base) {
    if (depth > printed_depth_max) return false;
    const std::size_t own_start = at_;
    std::size_t own_end = at_;
    bool has_children = false;
    ObjectKey last;
    Pending pending;
    for (;;) {
      const std::size_t start = at_;
      std::string_view text;
      bool closes = false;
      bool commented = false;
      if (depth == 0 && start == text_.size()) break;
      if (!next(depth, text, closes, commented)) return false;
      if (closes) break;
      PrintedLine line;
      if (!read_printed_line(text, line)) return false;
      line.commented = line.commented || commented;
      if (line.objects == 0) {
        if (depth == 0 || has_children || (line.opens && !group(depth + 1))) return false;
        own_end = at_;
        continue;
      }
      ObjectKey key = line.key();
      if (has_children && !(last < key)) return false;
      has_children = true;
      if (object != nullptr && base != nullptr) {
        last = key;
        if (share(*object, pending, start, last, *base)) continue;
      }
      if (object != nullptr && is_large(line, start, depth)) {
        flush(*object, pending);
        outline_.enter(start);
        if (!body(&object->children[key], depth + 1, child_of(base, key))) return false;
        outline_.leave();
      } else {
        if (line.opens && !(line.rest() == 1 ? group(depth + 1) : body(nullptr, depth + 1, nullptr)))
          return false;
        if (object != nullptr) add(*object, pending, start, key);
      }
      last = std::move(key);
    }
    if (object == nullptr) return true;
    flush(*object, pending);
    if (own_start == own_end) return true;
    outline_.own(own_start, own_end - own_start);
    return read_statements(*object, text_.substr(own_start, own_end - own_start));
  }

  /// Whether the objects from `start` on, the first of which is `last`, are a run of the base, word for word.
  bool share(Object& object, Pending& pending, std::size_t start, ObjectKey& last, const Object& base) {
    const ObjectKey key = last;
    const std::size_t size = base.children.known_text(key, text_.substr(start));
    if (size == 0) return false;
    flush(object, pending);
    last = object.children.append_run_of(base.children, key);
    at_ = start + size;
    return true;
  }

  static const Object* child_of(const Object* base, const ObjectKey& key) {
    if (base == nullptr) return nullptr;
    const auto found = base->children.find(key);
    return found == base->children.end() ? nullptr : &found->second;
  }

  bool group(std::size_t depth) {
    for (;;) {
      std::string_view text;
      bool closes = false;
      bool commented = false;
      PrintedLine line;
      if (!next(depth, text, closes, commented)) return false;
      if (closes) return true;
      if (!read_printed_line(text, line) || line.objects != 0 || line.rest() != 2) return false;
    }
  }

  /// Too large to be read as a whole. Its comments would be lost.
  [[nodiscard]] bool is_large(const PrintedLine& line, std::size_t start, std::size_t depth) const {
    if (line.commented || !line.opens || line.objects != 1 || line.rest() != 0) return false;
    const std::string close = "\n" + std::string(4 * depth, ' ') + "}\n";
    const std::size_t end = text_.find(close, start);
    return end != std::string_view::npos && end - start > run_bytes;
  }

  void add(Object& object, Pending& pending, std::size_t start, const ObjectKey& key) {
    if (pending.unread.count++ == 0) {
      pending.start = start;
      pending.unread.first = key;
    }
    pending.last = start;
    pending.unread.last = key;
    pending.unread.text = text_.substr(pending.start, at_ - pending.start);
    if (pending.unread.text.size() >= run_bytes) flush(object, pending);
  }

  void flush(Object& object, Pending& pending) {
    if (pending.unread.count == 0) return;
    outline_.run(pending.start, pending.unread.text.size(), pending.last, pending.unread.count);
    pending.unread.source = source_;
    object.children.append(std::exchange(pending, {}).unread);
  }

  std::shared_ptr<const std::string> source_;
  std::string_view text_;
  const Object* base_;
  std::size_t at_ = 0;
  OutlineWriter outline_;
};

}  // namespace

Result<Tree> parse_later(std::shared_ptr<const std::string> text, std::string_view body,
                         std::string_view name, std::string* outline) {
  Tree tree;
  Splitter splitter(std::move(text), body);
  if (splitter.run(tree.root)) {
    if (outline != nullptr) *outline = splitter.outline();
    return tree;
  }
  if (outline != nullptr) outline->clear();
  return parse(body, name);
}

Result<Tree> parse_sharing(const Tree& base, std::shared_ptr<const std::string> text, std::string_view name) {
  Tree tree;
  const std::shared_ptr<const std::string> whole = std::move(text);
  if (Splitter(whole, *whole, &base.root).run(tree.root)) return tree;
  return parse(*whole, name);
}

std::vector<Children::Slot> read_slots(std::string_view text) {
  Object object;
  CHECK(read_statements(object, text));
  return object.children.take_slots();
}

void for_values_in(std::string_view text, std::string_view attribute,
                   const std::function<void(std::string_view value)>& visit) {
  const std::string name = std::string(attribute) + " ";
  for (auto at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
    if (at > 0 && text[at - 1] != ' ') continue;
    std::string_view value = text.substr(at + name.size());
    // Quotes of the other kind may be in it.
    const bool quoted = value.starts_with('"') || value.starts_with('\'');
    const char ends[] = {quoted ? value.front() : ' ', '\n', '\0'};
    if (quoted) value.remove_prefix(1);
    visit(value.substr(0, value.find_first_of(ends)));
  }
}

}  // namespace lunet::config
