// SPDX-License-Identifier: Apache-2.0
// Properties of saveconfig.json over random configurations; the seed of a failure is in its message.
#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

#include "base/test_files.h"
#include "config/test_trees.h"
#include "interop/json.h"
#include "interop/kinds.h"
#include "interop/saveconfig.h"
#include "interop/test_configs.h"

namespace lunet::interop {
namespace {

using testing::IsEmpty;

unsigned seeds() {
  return std::getenv("LUNET_TORTURE") != nullptr ? 10000 : 300;
}

/// The same in another order, as directories are listed.
Json shuffled(const Json& value, std::mt19937& random) {
  if (const auto* list = value.as<JsonArray>()) {
    JsonArray copy;
    for (const Json& each : *list) copy.push_back(shuffled(each, random));
    std::shuffle(copy.begin(), copy.end(), random);
    return Json(std::move(copy));
  }
  if (const auto* object = value.as<JsonObject>()) {
    JsonObject copy;
    for (const auto& [key, each] : *object)
      copy.emplace_back(key, key == "later_key" ? each : shuffled(each, random));
    std::shuffle(copy.begin(), copy.end(), random);
    return Json(std::move(copy));
  }
  return value;
}

TEST(RoundTrip, AConfigurationComesBackAsItWas) {
  for (unsigned seed = 1; seed <= seeds(); ++seed) {
    const config::Tree tree = RandomConfigs(seed, false).make();
    const Saved saved = save_saveconfig(tree, test_schema());
    const auto loaded = load_saveconfig(saved.text, "saved", test_schema());
    ASSERT_TRUE(loaded) << "seed " << seed << "\n" << loaded.error().message;
    ASSERT_EQ(config::print(loaded->tree), config::print(tree)) << "seed " << seed << "\n" << saved.text;
    ASSERT_EQ(save_saveconfig(loaded->tree, test_schema()).text, saved.text) << "seed " << seed;
  }
}

TEST(RoundTrip, AFileInAnyOrderIsTheSameConfiguration) {
  std::mt19937 random(1);
  for (unsigned seed = 1; seed <= seeds() / 4; ++seed) {
    const config::Tree tree = RandomConfigs(seed, false).make();
    const Saved saved = save_saveconfig(tree, test_schema());
    const auto json = parse_json(saved.text, "saved");
    ASSERT_TRUE(json);
    const auto loaded = load_saveconfig(print_compact(shuffled(*json, random)), "shuffled", test_schema());
    ASSERT_TRUE(loaded) << "seed " << seed << "\n" << loaded.error().message;
    ASSERT_EQ(loaded->tree, tree) << "seed " << seed << "\n" << saved.text;
  }
}

TEST(RoundTrip, NothingIsLostUnnamed) {
  unsigned lossless = 0;
  for (unsigned seed = 1; seed <= seeds() / 2; ++seed) {
    const config::Tree tree = RandomConfigs(seed, true).make();
    const Saved saved = save_saveconfig(tree, test_schema());
    const auto loaded = load_saveconfig(saved.text, "saved", test_schema());
    ASSERT_TRUE(loaded) << "seed " << seed << "\n" << loaded.error().message;
    if (loaded->tree == tree) {
      ++lossless;
    } else {
      ASSERT_THAT(saved.losses, testing::Not(IsEmpty())) << "seed " << seed << "\n" << saved.text;
    }
  }
  EXPECT_GT(lossless, seeds() / 8);
}

TEST(RoundTrip, OfTreesOfAnyShapeEndsAfterTheFirstTime) {
  for (unsigned seed = 1; seed <= seeds() * 2; ++seed) {
    const Saved saved = save_saveconfig(config::RandomTrees(seed).make(), test_schema());
    const auto loaded = load_saveconfig(saved.text, "saved", test_schema());
    ASSERT_TRUE(loaded) << "seed " << seed << "\n" << loaded.error().message;
    const Saved again = save_saveconfig(loaded->tree, test_schema());
    const auto reloaded = load_saveconfig(again.text, "again", test_schema());
    ASSERT_TRUE(reloaded) << "seed " << seed << "\n" << reloaded.error().message;
    ASSERT_EQ(reloaded->tree, loaded->tree) << "seed " << seed << "\n" << saved.text << again.text;
  }
}

/// Lists by their text, so that two can be compared whatever their order.
Json sorted(const Json& value) {
  if (const auto* list = value.as<JsonArray>()) {
    JsonArray copy;
    for (const Json& each : *list) copy.push_back(sorted(each));
    std::sort(copy.begin(), copy.end(),
              [](const Json& a, const Json& b) { return print_compact(a) < print_compact(b); });
    return Json(std::move(copy));
  }
  if (const auto* object = value.as<JsonObject>()) {
    JsonObject copy;
    for (const auto& [key, each] : *object) copy.emplace_back(key, sorted(each));
    return Json(std::move(copy));
  }
  return value;
}

/// Objects, groups and values that the schema has not.
void add_unknown(const config::Object& object, config::Path& path, std::vector<std::string>& unknown) {
  const schema::Kind* kind = path.empty() ? &test_schema().root() : kind_of(test_schema(), path);
  const std::string name = config::path_text(path);
  if (kind == nullptr) return unknown.push_back(name);
  const auto check = [&](const std::string& group, const config::Attributes& values) {
    for (const auto& [key, value] : values) {
      const schema::Attribute* attribute = kind->attribute(group, key);
      if (attribute == nullptr || !test_schema().check_value(*attribute, value))
        unknown.push_back(name + ": " + group + " " + key);
    }
  };
  check("", object.attributes);
  for (const auto& [group, values] : object.groups) check(group, values);
  for (const auto& [key, child] : object.children) {
    path.push_back(key);
    add_unknown(child, path, unknown);
    path.pop_back();
  }
}

TEST(Golden, WhatTargetctlSavedIsInTheSchema) {
  std::ifstream file(test::source_file("tests/golden/saveconfig-targetcli-fb.json"));
  std::stringstream text;
  text << file.rdbuf();
  const auto loaded = load_saveconfig(text.str(), "golden", test_schema());
  ASSERT_TRUE(loaded) << loaded.error().message;
  config::Path path;
  std::vector<std::string> unknown;
  add_unknown(std::as_const(loaded->tree).root, path, unknown);
  EXPECT_THAT(unknown, IsEmpty());
}

TEST(Golden, WhatTargetctlSavedComesBackAsItWas) {
  std::ifstream file(test::source_file("tests/golden/saveconfig-targetcli-fb.json"));
  std::stringstream text;
  text << file.rdbuf();
  const auto theirs = parse_json(text.str(), "golden");
  ASSERT_TRUE(theirs) << theirs.error().message;
  EXPECT_EQ(print_json(*theirs), text.str()) << "the same keys and indent as Python's";

  const auto loaded = load_saveconfig(text.str(), "golden", test_schema());
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_THAT(loaded->notes, IsEmpty());
  const Saved saved = save_saveconfig(loaded->tree, test_schema());
  const auto ours = parse_json(saved.text, "ours");
  ASSERT_TRUE(ours);
  EXPECT_EQ(print_json(sorted(*ours)), print_json(sorted(*theirs)));
}

}  // namespace
}  // namespace lunet::interop
