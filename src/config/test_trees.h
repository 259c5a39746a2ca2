// SPDX-License-Identifier: Apache-2.0
// For the tests: trees from text, and random ones with values that hurt.
#pragma once

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>

#include "config/tree.h"
#include "schema/schema.h"

namespace lunet::config {

inline Tree tree_of(std::string_view source) {
  auto tree = parse(source, "t");
  EXPECT_TRUE(tree) << tree.error().message;
  return *std::move(tree);
}

inline const schema::Schema& test_schema() {
  static const schema::Schema schema = [] {
    auto shipped = schema::shipped_schema();
    EXPECT_TRUE(shipped) << shipped.error().message;
    return shipped ? *std::move(shipped) : schema::Schema{};
  }();
  return schema;
}

/// Trees of any shape, with values that hurt.
class RandomTrees {
 public:
  explicit RandomTrees(unsigned seed) : random_(seed) {}

  Tree make() {
    Tree tree;
    fill(tree.root, 0);
    tree.root.attributes.clear();
    tree.root.groups.clear();
    return tree;
  }
  /// Some of everything changed.
  void mutate(Object& object) {
    erase_if(object.children, [&](const auto&) { return below(8) == 0; });
    object.children.edit_each([&](const ObjectKey&, Object& child) {
      if (below(4) == 0) fill_values(child);
      if (below(8) == 0) child.attributes.clear();
      if (below(8) == 0) child.groups.clear();
      if (below(8) == 0) fill_comments(child);
      mutate(child);
    });
    if (below(4) == 0) object.children[key()] = {};
  }

 private:
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }
  std::string value() {
    static constexpr std::string_view samples[] = {"",
                                                   " ",
                                                   "~~~",
                                                   "~",
                                                   "a b",
                                                   "\"",
                                                   "'",
                                                   "\"'",
                                                   "#",
                                                   "{",
                                                   "}",
                                                   ";",
                                                   "\\",
                                                   "\\n",
                                                   "a+b(c)^$[d].*",
                                                   "$\"x\"",
                                                   "$",
                                                   "\n",
                                                   "\r\n",
                                                   "\t",
                                                   "\x01",
                                                   "\x7f",
                                                   "caf\xC3\xA9",
                                                   "\xFF\xFE",
                                                   "\xC3",
                                                   "iqn.2003-01.org.example:t1",
                                                   "[2001:db8::5]:3260",
                                                   "fileio:vm1",
                                                   "/dev/disk/by-id/x",
                                                   "disk",
                                                   "delete storage a",
                                                   "#@ crc",
                                                   "10737418240"};
    std::string text(samples[below(std::size(samples))]);
    if (below(3) == 0) text += samples[below(std::size(samples))];
    if (below(10) == 0) text += std::string(1, static_cast<char>(below(256)));
    return text;
  }
  ObjectKey key() {
    const auto object_class = static_cast<ObjectClass>(below(9));
    return {object_class, below(2) == 0 ? value() : std::to_string(below(20))};
  }
  void fill_attributes(Attributes& attributes) {
    static constexpr std::string_view names[] = {"path", "size", "wwn", "enable", "a1", "a_b", "X"};
    for (unsigned n = below(4); n > 0; --n) attributes[std::string(names[below(std::size(names))])] = value();
  }
  void fill_values(Object& object) {
    static constexpr std::string_view names[] = {"attribute", "auth", "parameter"};
    fill_attributes(object.attributes);
    if (below(2) == 0) fill_attributes(object.groups[std::string(names[below(std::size(names))])]);
  }
  Comment comment() {
    static constexpr std::string_view texts[] = {"",  "a b", "# two",      "it's \"quoted\"",
                                                 "{", "} ;", "caf\xC3\xA9"};
    Comment comment;
    for (unsigned n = below(3); n > 0; --n)
      comment.above.emplace_back(texts[1 + below(std::size(texts) - 1)]);
    comment.beside = texts[below(std::size(texts))];
    if (comment.above.empty() && comment.beside.empty()) comment.beside = "x";
    return comment;
  }
  void fill_comments(Object& object) {
    Comments comments;
    if (below(4) == 0) comments[""] = comment();
    for (const auto& [name, value] : object.attributes) {
      if (below(4) == 0) comments[name] = comment();
    }
    for (const auto& [group, values] : object.groups) {
      if (!values.empty() && below(4) == 0) comments[group] = comment();
      for (const auto& [name, value] : values) {
        if (below(4) == 0) comments[group + " " + name] = comment();
      }
    }
    object.comments = comments.empty() ? nullptr : std::make_shared<const Comments>(std::move(comments));
  }
  void fill(Object& object, unsigned depth) {
    fill_values(object);
    if (depth > 0 && below(4) == 0) fill_comments(object);
    for (unsigned n = depth < 5 ? below(4) : 0; n > 0; --n) fill(object.children[key()], depth + 1);
  }

  std::mt19937 random_;
};

}  // namespace lunet::config
