// SPDX-License-Identifier: Apache-2.0
#include "config/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/dump.h"
#include "config/edit.h"
#include "config/test_trees.h"

namespace lunet::config {
namespace {

const Tree& searched_tree() {
  static const Tree tree = tree_of(
      "storage fileio { disk vm1 { path /srv/vm1.img; size 10G; buffered no; attribute { emulate_tpu yes; "
      "is_nonrot no } }\ndisk vm2 path /srv/vm2.img\ndisk 'vm.1' path /x }\n"
      "storage rd_mcp disk vmX1 {}\n"
      "fabric iscsi target iqn.2003-01.org.example:t tpgt 1 { enable yes; auth password geheim }\n");
  return tree;
}

std::string found(std::string_view pattern, const Filter& filter = filters::only_set(), Path level = {}) {
  const SearchContext context{test_schema(), schema::Runtime::kernel, std::move(level)};
  const auto items = search(searched_tree(), context, pattern, filter);
  if (!items) return items.error().message;
  std::string lines;
  for (const Item& item : *items) lines += node_text(item.node) + "\n";
  return lines;
}

std::string dumped(const DumpOptions& options, Path level = {}) {
  const SearchContext context{test_schema(), schema::Runtime::kernel, std::move(level)};
  const auto text = dump(searched_tree(), context, options);
  return text ? *text : text.error().message;
}

}  // namespace

TEST(Search, FindsByExpressionsThatMatchTheWholeWord) {
  EXPECT_EQ(found("storage .* disk vm[0-9]"), "storage fileio disk vm1\nstorage fileio disk vm2\n");
  EXPECT_EQ(found("storage .* disk vm.1"), "storage fileio disk vm.1\nstorage rd_mcp disk vmX1\n");
  EXPECT_EQ(found("storage .* disk vm\\.1"), "storage fileio disk vm.1\n");
  EXPECT_EQ(found("storage fileio disk vm1 size 10G|1M"), "storage fileio disk vm1 size\n");
  EXPECT_EQ(found("storage fileio disk vm1 attribute"), "storage fileio disk vm1 attribute\n");
  EXPECT_EQ(found("storage fileio disk vm1 attribute .* no"),
            "storage fileio disk vm1 attribute is_nonrot\n");
  EXPECT_EQ(found("storage fileio .* vm2"), "storage fileio disk vm2\n");
  EXPECT_EQ(found("storage nothing"), "");
}

TEST(Search, IsRelativeToALevel) {
  EXPECT_EQ(found("disk vm2", filters::only_set(), *parse_path("storage fileio")),
            "storage fileio disk vm2\n");
  EXPECT_EQ(found("size", filters::only_set(), *parse_path("storage fileio disk vm1")),
            "storage fileio disk vm1 size\n")
      << "a single word may be an attribute";
}

TEST(Search, FiltersCompose) {
  EXPECT_EQ(found("storage .* disk .* .* .*", filters::only_missing()), "storage rd_mcp disk vmX1 size\n");
  EXPECT_EQ(found("storage fileio disk vm1 .* .*", filters::both(filters::only_set(), filters::no_default())),
            "storage fileio disk vm1 path\nstorage fileio disk vm1 size\n");
  EXPECT_EQ(
      found("storage fileio disk vm1 .* .*", filters::both(filters::only_set(), filters::only_default())),
      "storage fileio disk vm1 buffered\n");
  EXPECT_EQ(found("storage fileio disk vm1 .* .*", filters::only_required()),
            "storage fileio disk vm1 path\n");
  EXPECT_EQ(
      found("storage fileio disk vm2 .* .*",
            filters::both(filters::negated(filters::only_set()), filters::no_missing())),
      "storage fileio disk vm2 aio\nstorage fileio disk vm2 buffered\nstorage fileio disk vm2 hba\nstorage "
      "fileio disk vm2 name\nstorage "
      "fileio disk vm2 size\nstorage fileio disk vm2 wwn\n")
      << "what could be set";
}

TEST(Search, EveryTypeCanBeCollected) {
  const SearchContext context{test_schema(), schema::Runtime::kernel, *parse_path("storage fileio")};
  const auto of = [&](Item::Kind kind) {
    return collect(searched_tree(), context, filters::both(filters::only_set(), filters::type(kind))).size();
  };
  EXPECT_EQ(of(Item::Kind::object), 3U);
  EXPECT_GE(of(Item::Kind::attribute), 7U);
}

TEST(Dump, HidesSecretsAndShowsThemWhenAsked) {
  EXPECT_THAT(dumped({}), testing::AllOf(testing::HasSubstr("auth password ~keep~"),
                                         testing::Not(testing::HasSubstr("geheim"))));
  EXPECT_THAT(dumped({.show_secrets = true}), testing::HasSubstr("auth password geheim"));
}

TEST(Dump, OfAPatternCanBeLoadedAtTheRoot) {
  EXPECT_EQ(dumped({.pattern = "storage .* disk vm2"}), "storage fileio disk vm2 path /srv/vm2.img\n");
  EXPECT_EQ(dumped({.pattern = "storage fileio disk vm1 size .*"}), "storage fileio disk vm1 size 10G\n");
  EXPECT_EQ(dumped({.pattern = "disk vm1 attribute"}, *parse_path("storage fileio")),
            "storage fileio disk vm1 attribute {\n    emulate_tpu yes\n    is_nonrot no\n}\n");
  EXPECT_EQ(dumped({}, *parse_path("storage fileio disk vm2")),
            "storage fileio disk vm2 path /srv/vm2.img\n");
  EXPECT_EQ(dumped({.pattern = "storage nothing"}), "");
  EXPECT_THAT(dumped({.pattern = "storage ("}), testing::StartsWith("pattern:1:"));
}

TEST(Dump, WithDefaultsAndFiltered) {
  EXPECT_THAT(dumped({.with_defaults = true}, *parse_path("storage fileio disk vm2")),
              testing::AllOf(testing::HasSubstr("    buffered no\n"), testing::HasSubstr("queue_depth 128\n"),
                             testing::Not(testing::HasSubstr("hw_block_size"))));
  EXPECT_EQ(
      dumped({.filter = filters::no_default()}, *parse_path("storage fileio disk vm1")),
      "storage fileio disk vm1 {\n    path /srv/vm1.img\n    size 10G\n    attribute emulate_tpu yes\n}\n");
  const auto loaded = parse(dumped({.show_secrets = true, .with_defaults = true}), "t");
  EXPECT_TRUE(loaded);
}

TEST(Dump, AnyTreeIsReadBackFromIt) {
  const auto seed = std::random_device()();
  RandomTrees random(seed);
  const SearchContext context{test_schema()};
  for (int i = 0; i < 1000; ++i) {
    const Tree tree = random.make();
    const auto hidden = dump(tree, context, {});
    ASSERT_TRUE(hidden);
    const auto back = parse_over(tree, *hidden, "t");
    ASSERT_TRUE(back) << back.error().message << "seed " << seed;
    ASSERT_EQ(*back, tree) << "seed " << seed;
  }
}

}  // namespace lunet::config
