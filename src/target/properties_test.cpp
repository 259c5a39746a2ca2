// SPDX-License-Identifier: Apache-2.0
// Properties of plan, apply and read_live over random configurations: a sample by default, LUNET_TORTURE=1
// runs all. A failure prints its seed; LUNET_SEED=n runs that one alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "configfs/model/memory_tree.h"
#include "target/random_configurations.h"
#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

const PlanOptions disrupting_kernel{true, schema::Runtime::kernel};
const PlanOptions disrupting_lunetd{true, schema::Runtime::lunetd};

/// Fabrics and plugins that once had something stay.
config::Tree without_empty(config::Tree tree) {
  tree.root.children.edit_each([](const config::ObjectKey&, config::Object& object) {
    // The port of srpt is there as long as the directory is; 0 is none.
    const auto group = object.groups.find("discovery_auth");
    if (group != object.groups.end() && group->second.contains("rdma_cm_port")) object.groups.erase(group);
  });
  erase_if(tree.root.children,
           [](const auto& entry) { return entry.second.children.empty() && entry.second.groups.empty(); });
  return tree;
}

/// A runtime with a configuration in it.
class TestRuntime {
 public:
  explicit TestRuntime(bool kernel)
      : kernel_(kernel),
        memory_(configfs::make_memory_tree(kernel ? configfs::Flavour::kernel : configfs::Flavour::lunetd,
                                           configfs::Machine{true})),
        stepping_(*memory_) {}

  configfs::Tree& tree() { return kernel_ ? static_cast<configfs::Tree&>(stepping_) : *memory_; }
  [[nodiscard]] const PlanOptions& options() const { return kernel_ ? disrupting_kernel : disrupting_lunetd; }

  /// From one configuration to the other; what runs is the other then.
  void become(const config::Tree& from, const config::Tree& to) {
    const auto plan = make_plan(from, to, tree(), options());
    ASSERT_TRUE(plan) << plan.error().message;
    const auto applied = apply(tree(), *plan);
    ASSERT_TRUE(applied) << applied.error().message << "\n" << operations_of(*plan);
    const auto running = read_live(tree());
    ASSERT_TRUE(running) << running.error().message;
    ASSERT_EQ(config::print(without_empty(comparable(*running, to))), config::print(without_empty(to)));
    for (const config::Tree& now : {to, comparable(*running, to)}) {
      const auto again = make_plan(now, to, tree(), options());
      ASSERT_TRUE(again) << again.error().message;
      ASSERT_EQ(operations_of(*again), "");
    }
  }

 private:
  bool kernel_;
  std::unique_ptr<configfs::Tree> memory_;
  SteppingTree stepping_;
};

/// The path of a line of dump(), taken apart; the first part is empty.
std::vector<std::string> parts_of(std::string_view line) {
  std::vector<std::string> parts;
  for (const std::string_view part : split(line.substr(0, line.find(' ')), '/')) parts.emplace_back(part);
  return parts;
}

/// Without what only the way there decides: relative ports and their order, the methods that a TPG which was
/// enabled once does not offer any more, fabrics that stay as directories without targets.
std::string without_history(const std::string& dump) {
  std::set<std::string> used{"core"};
  for (const std::string_view line : split(dump, '\n')) {
    const auto parts = parts_of(line);
    if (parts.size() > 3 && parts[2] != "discovery_auth") used.insert(parts[1]);
  }
  std::string out;
  for (const std::string_view line : split(dump, '\n')) {
    const auto parts = parts_of(line);
    if (parts.size() < 2 || !used.contains(parts[1])) continue;
    if (line.find("/param/AuthMethod ") != std::string_view::npos) continue;
    // A nexus that is not wanted any more stays until its TPG goes.
    if (line.find("/nexus ") != std::string_view::npos) continue;
    std::string text(line);
    // LIO shows a queue depth once it was written.
    if (const std::size_t depth = text.find("Max Queue Depth: "); depth != std::string::npos)
      text.erase(depth, text.find("  ", depth) - depth);
    out += text + "\n";
  }
  return out;
}

void run_properties(unsigned seed, bool kernel) {
  RandomConfigurations random(seed, kernel);
  const config::Tree a = random.make();
  const config::Tree b = seed % 3 == 0 ? random.make() : random.changed(a);
  SCOPED_TRACE(fmt::format("from\n{}to\n{}", config::print(a), config::print(b)));
  TestRuntime changed(kernel);
  ASSERT_NO_FATAL_FAILURE(changed.become({}, a));
  const std::string dump_of_a = without_history(dump(changed.tree()));
  ASSERT_NO_FATAL_FAILURE(changed.become(a, b));
  TestRuntime fresh(kernel);
  ASSERT_NO_FATAL_FAILURE(fresh.become({}, b));
  EXPECT_EQ(first_difference(without_history(dump(changed.tree())), without_history(dump(fresh.tree()))), "")
      << "the difference applied to A is not B";
  ASSERT_NO_FATAL_FAILURE(changed.become(b, a));
  EXPECT_EQ(first_difference(without_history(dump(changed.tree())), dump_of_a), "") << "A to B to A is not A";
  ASSERT_NO_FATAL_FAILURE(changed.become(a, {}));
  const auto rest = read_live(changed.tree());
  ASSERT_TRUE(rest);
  for (const auto& [key, group] : rest->root.children) EXPECT_TRUE(group.children.empty()) << key.id;
}

TEST(Properties, HoldOnTheKernelsTree) {
  for_each_seed(150, 10000, [](unsigned seed) { run_properties(seed, true); });
}

TEST(Properties, HoldOnLunetdsTree) {
  for_each_seed(150, 10000, [](unsigned seed) { run_properties(seed, false); });
}

TEST(Properties, WhatIsAdoptedMakesTheSameAgain) {
  for_each_seed(60, 2000, [](unsigned seed) {
    const config::Tree tree = RandomConfigurations(seed, true).make();
    TestRuntime first(true);
    ASSERT_NO_FATAL_FAILURE(first.become({}, tree));
    const auto running = read_live(first.tree());
    ASSERT_TRUE(running);
    EXPECT_THAT(*unknown_objects(first.tree()), testing::IsEmpty());
    TestRuntime second(true);
    ASSERT_NO_FATAL_FAILURE(second.become({}, *running));
    EXPECT_EQ(first_difference(without_history(dump(second.tree())), without_history(dump(first.tree()))),
              "");
  });
}

}  // namespace
}  // namespace lunet::target
