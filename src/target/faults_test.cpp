// SPDX-License-Identifier: Apache-2.0
// For every n, the n-th operation of an apply fails: the end is exactly the old configuration, or the report
// names exactly the objects that are not as they were. A sample by default; LUNET_TORTURE=1 runs all,
// LUNET_SEED=n one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "configfs/fault_tree.h"
#include "configfs/model/memory_tree.h"
#include "target/random_configurations.h"
#include "target/tree_test_support.h"

namespace lunet::target {
namespace {

const PlanOptions disrupting{.disrupt = true, .runtime = schema::Runtime::kernel};

class FaultPair {
 public:
  explicit FaultPair(unsigned seed) {
    RandomConfigurations random(seed, true);
    from_ = random.make();
    to_ = seed % 4 == 0 ? random.make() : random.changed(from_);
  }

  /// A runtime with the old configuration.
  std::unique_ptr<configfs::Tree> start() const {
    auto live = configfs::make_memory_tree(configfs::Flavour::kernel, configfs::Machine{true});
    const auto plan = make_plan({}, from_, *live, disrupting);
    EXPECT_TRUE(plan) << plan.error().message;
    if (!plan) return live;
    const auto applied = apply(*live, *plan);
    EXPECT_TRUE(applied) << applied.error().message;
    return live;
  }

  [[nodiscard]] const config::Tree& from() const { return from_; }
  [[nodiscard]] const config::Tree& to() const { return to_; }

 private:
  config::Tree from_;
  config::Tree to_;
};

std::size_t operations_in(const Plan& plan) {
  std::size_t count = 0;
  for (const Step& step : plan.steps) count += step.operations.size();
  return count;
}

/// Objects that are not the same in both, by path_text.
void add_differences(const config::Object& a, const config::Object& b, config::Path& path,
                     std::set<std::string>& out) {
  static const config::Object none;
  const auto below = [&](const config::ObjectKey& key, const config::Object* left,
                         const config::Object* right) {
    path.push_back(key);
    const bool counts =
        key.object_class != config::ObjectClass::storage && key.object_class != config::ObjectClass::fabric;
    const bool same = left != nullptr && right != nullptr && left->attributes == right->attributes &&
                      left->groups == right->groups;
    if (counts && !same) out.insert(config::path_text(path));
    add_differences(left == nullptr ? none : *left, right == nullptr ? none : *right, path, out);
    path.pop_back();
  };
  for (const auto& [key, child] : a.children) {
    const auto other = b.children.find(key);
    below(key, &child, other == b.children.end() ? nullptr : &other->second);
  }
  for (const auto& [key, child] : b.children) {
    if (!a.children.contains(key)) below(key, nullptr, &child);
  }
}

void fail_each(unsigned seed) {
  const FaultPair pair(seed);
  const auto live = pair.start();
  SteppingTree stepping(*live);
  const std::string before = dump(*live);
  const auto plan = make_plan(pair.from(), pair.to(), stepping, disrupting);
  ASSERT_TRUE(plan) << plan.error().message;
  for (std::size_t n = 1; n <= operations_in(*plan); ++n) {
    configfs::FaultTree faulty(stepping);
    faulty.fail_at(n, EIO);
    Failure failure;
    const auto applied = apply(faulty, *plan, &failure);
    ASSERT_FALSE(applied) << n;
    ASSERT_TRUE(failure.undone) << n << ": " << applied.error().message << "\n" << operations_of(*plan);
    ASSERT_EQ(first_difference(dump(*live), before), "")
        << "operation " << n << ": " << applied.error().message << "\n"
        << operations_of(*plan);
  }
  const auto applied = apply(stepping, *plan);
  ASSERT_TRUE(applied) << applied.error().message;
}

void fail_undo_too(unsigned seed) {
  const FaultPair pair(seed);
  std::mt19937 random(seed);
  const auto first = pair.start();
  SteppingTree first_steps(*first);
  const auto plan = make_plan(pair.from(), pair.to(), first_steps, disrupting);
  ASSERT_TRUE(plan) << plan.error().message;
  const std::size_t count = operations_in(*plan);
  if (count == 0) return;
  const std::size_t n = 1 + random() % count;
  const std::size_t later = 1 + random() % 4;
  const auto live = pair.start();
  SteppingTree stepping(*live);
  // Disks have the names that the configurations give them.
  const auto read = [&] {
    const auto running = read_live(stepping);
    EXPECT_TRUE(running);
    return comparable(comparable(*running, pair.to(), pair.from()), pair.from(), pair.to());
  };
  const config::Tree before = read();
  configfs::FaultTree faulty(stepping);
  faulty.fail_at(n, EIO);
  faulty.fail_at(n + later, EBUSY);
  Failure failure;
  const auto applied = apply(faulty, *plan, &failure);
  ASSERT_FALSE(applied);
  const config::Tree after = read();
  std::set<std::string> found;
  config::Path path;
  add_differences(before.root, after.root, path, found);
  // A disk in a directory that neither configuration gives it has a name of its own, "d5.hba5".
  std::set<std::string> different;
  for (const std::string& object : found) different.insert(object.substr(0, object.find(".hba")));
  const std::set<std::string> named(failure.left.begin(), failure.left.end());
  EXPECT_EQ(failure.undone, named.empty());
  EXPECT_THAT(different, testing::IsSubsetOf(named)) << applied.error().message << "\n"
                                                     << operations_of(*plan);
  for (const std::string& object : named) EXPECT_THAT(applied.error().message, testing::HasSubstr(object));
  // More may be named than differs: a write of what the file had anyway, an HBA that stayed. Never what the
  // plan had nothing to do with.
  std::set<std::string> planned;
  for (const Step& step : plan->steps) planned.insert(step.object);
  EXPECT_THAT(named, testing::IsSubsetOf(planned)) << applied.error().message;
}

TEST(Faults, WhicheverOperationFailsNothingIsLeftOfThePlan) {
  for_each_seed(20, 200, fail_each);
}

TEST(Faults, WhenTheUndoFailsTooTheReportNamesWhatIsLeft) {
  for_each_seed(150, 2000, fail_undo_too);
}

}  // namespace
}  // namespace lunet::target
