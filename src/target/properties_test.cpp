// SPDX-License-Identifier: Apache-2.0
// Properties of plan, apply and read_live over random configurations: a sample by default, LUNET_TORTURE=1
// runs all. A failure prints its seed; LUNET_SEED=n runs that one alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <set>

#include "base/text.h"
#include "configfs/model/memory_tree.h"
#include "configfs/remote_tree.h"
#include "target/random_configurations.h"
#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

const PlanOptions disrupting_kernel{.disrupt = true, .runtime = schema::Runtime::kernel};
const PlanOptions disrupting_lunetd{.disrupt = true, .runtime = schema::Runtime::lunetd};

/// Fabrics and plugins that once had something stay.
config::Tree without_empty(config::Tree tree) {
  erase_if(tree.root.children,
           [](const auto& entry) { return entry.second.children.empty() && entry.second.groups.empty(); });
  return tree;
}

/// On which runtime.
enum class Where : unsigned char { kernel, memory, lunetd };

/// A running lunetd that tools/torture or an integration test started for this: its sockets, in which the
/// n-th runtime at once is the n-th, and the folder where each has the files of the disks.
std::vector<std::string> sockets() {
  std::vector<std::string> found;
  const char* names = std::getenv("LUNET_PROPERTIES_SOCKETS");
  for (const std::string_view name : split(names == nullptr ? "" : names, ',')) {
    if (!name.empty()) found.emplace_back(name);
  }
  return found;
}
std::string folder() {
  const char* name = std::getenv("LUNET_PROPERTIES_FOLDER");
  return name == nullptr ? "" : name;
}

/// A runtime with a configuration in it.
class TestRuntime {
 public:
  explicit TestRuntime(Where where, std::size_t number = 0) : kernel_(where == Where::kernel) {
    if (where == Where::lunetd) {
      auto remote = configfs::connect_remote(sockets().at(number), 60'000);
      EXPECT_TRUE(remote) << remote.error().message;
      if (remote) live_ = *std::move(remote);
    } else {
      live_ = configfs::make_memory_tree(kernel_ ? configfs::Flavour::kernel : configfs::Flavour::lunetd,
                                         configfs::Machine{true});
    }
    stepping_ = std::make_unique<SteppingTree>(*live_);
  }

  configfs::Tree& tree() { return kernel_ ? static_cast<configfs::Tree&>(*stepping_) : *live_; }
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
  std::unique_ptr<configfs::Tree> live_;
  std::unique_ptr<SteppingTree> stepping_;
};

/// Reading what was printed gives the same, and prints the same.
void check_texts(const config::Tree& tree) {
  const std::string text = config::print(tree);
  const auto again = config::parse(text, "printed");
  ASSERT_TRUE(again) << again.error().message;
  ASSERT_EQ(*again, tree);
  ASSERT_EQ(config::print(*again), text);
}

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
    out.append(line).append("\n");
  }
  return out;
}

void run_properties(unsigned seed, Where where) {
  RandomConfigurations random(seed, where == Where::kernel, where == Where::lunetd ? folder() : "");
  const config::Tree a = random.make();
  const config::Tree b = seed % 3 == 0 ? random.make() : random.changed(a);
  SCOPED_TRACE(fmt::format("from\n{}to\n{}", config::print(a), config::print(b)));
  check_texts(a);
  check_texts(b);
  TestRuntime changed(where);
  ASSERT_NO_FATAL_FAILURE(changed.become({}, a));
  const std::string dump_of_a = without_history(dump(changed.tree()));
  ASSERT_NO_FATAL_FAILURE(changed.become(a, b));
  TestRuntime fresh(where, 1);
  ASSERT_NO_FATAL_FAILURE(fresh.become({}, b));
  EXPECT_EQ(first_difference(without_history(dump(changed.tree())), without_history(dump(fresh.tree()))), "")
      << "the difference applied to A is not B";
  ASSERT_NO_FATAL_FAILURE(changed.become(b, a));
  EXPECT_EQ(first_difference(without_history(dump(changed.tree())), dump_of_a), "") << "A to B to A is not A";
  ASSERT_NO_FATAL_FAILURE(changed.become(a, {}));
  const auto rest = read_live(changed.tree());
  ASSERT_TRUE(rest);
  for (const auto& [key, group] : rest->root.children) EXPECT_TRUE(group.children.empty()) << key.id;
  // The next one starts with an empty runtime.
  if (where == Where::lunetd) fresh.become(b, {});
}

TEST(Properties, HoldOnTheKernelsTree) {
  for_each_seed(150, 10000, [](unsigned seed) { run_properties(seed, Where::kernel); });
}

TEST(Properties, HoldOnLunetdsTree) {
  for_each_seed(150, 10000, [](unsigned seed) { run_properties(seed, Where::memory); });
}

/// One test for each pair of lunetds: none in a plain run.
class PropertiesOnLunetd : public testing::TestWithParam<int> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PropertiesOnLunetd);
TEST_P(PropertiesOnLunetd, Hold) {
  for_each_seed(30, 10000, [](unsigned seed) { run_properties(seed, Where::lunetd); });
}
INSTANTIATE_TEST_SUITE_P(Running, PropertiesOnLunetd,
                         testing::Range(0, static_cast<int>(sockets().size() / 2)));

TEST(Properties, WhatIsAdoptedMakesTheSameAgain) {
  for_each_seed(60, 2000, [](unsigned seed) {
    const config::Tree tree = RandomConfigurations(seed, true).make();
    TestRuntime first(Where::kernel);
    ASSERT_NO_FATAL_FAILURE(first.become({}, tree));
    const auto running = read_live(first.tree());
    ASSERT_TRUE(running);
    EXPECT_THAT(*unknown_objects(first.tree()), testing::IsEmpty());
    TestRuntime second(Where::kernel);
    ASSERT_NO_FATAL_FAILURE(second.become({}, *running));
    EXPECT_EQ(first_difference(without_history(dump(second.tree())), without_history(dump(first.tree()))),
              "");
  });
}

}  // namespace
}  // namespace lunet::target
