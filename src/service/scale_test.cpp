// SPDX-License-Identifier: Apache-2.0
// One more disk asks for nothing of the others: what is counted is the same at 10 and at 10 000 of them. What
// it takes in time: bench/run scale.
#include <gtest/gtest.h>

#include "service/editor.h"
#include "service/service_test_support.h"

namespace lunet::service {
namespace {

/// Counts what is asked of a tree and what it answers.
class MeasuringTree : public configfs::Tree {
 public:
  explicit MeasuringTree(configfs::Tree& inner) : inner_(inner) {}
  configfs::BatchResult batch(std::span<const configfs::Operation> operations) override {
    ++round_trips;
    asked += operations.size();
    configfs::BatchResult result = inner_.batch(operations);
    for (const configfs::Answer& answer : result.answers) answered += 1 + answer.entries.size();
    return result;
  }
  Result<configfs::Node> read_tree(std::string_view path, const configfs::ReadFilter& filter) override {
    ++round_trips;
    ++asked;
    auto node = inner_.read_tree(path, filter);
    if (node) answered += size_of(*node);
    return node;
  }
  Result<std::unique_ptr<configfs::Watch>> watch(std::string_view path) override {
    return inner_.watch(path);
  }
  [[nodiscard]] bool transactional() const override { return inner_.transactional(); }

  std::size_t round_trips = 0;
  std::size_t asked = 0;
  std::size_t answered = 0;

 private:
  static std::size_t size_of(const configfs::Node& node) {
    std::size_t size = 1;
    for (const configfs::Node& child : node.nodes) size += size_of(child);
    return size;
  }
  configfs::Tree& inner_;
};

struct Cost {
  std::size_t round_trips = 0;
  std::size_t asked = 0;
  std::size_t answered = 0;
  std::size_t journal_bytes = 0;
  friend std::ostream& operator<<(std::ostream& out, const Cost& cost) {
    return out << cost.round_trips << " round trips with " << cost.asked << " operations, " << cost.answered
               << " answers, " << cost.journal_bytes << " bytes of journal";
  }
};

class Scale : public ServiceFixture {
 protected:
  /// As many disks as that, running and recorded.
  void fill(std::size_t disks) {
    using configfs::Verb;
    config::Tree tree;
    std::vector<configfs::Operation> operations;
    for (std::size_t i = 0; i < disks; ++i) {
      const std::string number = std::to_string(i);
      config::Object& disk = tree.ensure(path_of("storage rd_mcp disk d" + number));
      disk.attributes = {{"hba", number}, {"size", "4096"}, {"wwn", "serial-" + std::to_string(100'000 + i)}};
      operations.push_back({Verb::make_dir, "core/rd_mcp_" + number, ""});
      operations.push_back({Verb::make_dir, "core/rd_mcp_" + number + "/d" + number, ""});
    }
    ASSERT_TRUE(memory_->batch(operations));
    const auto store = std::move(*store::open(folder_ / "store", {.snapshot_bytes = 20'000}));
    const auto lock = must(store->lock("fill", 1000));
    must(store->commit(must(store->head()), tree, "fill"));
  }

  /// Of one more disk, by a program that starts anew.
  Cost cost_of(std::string_view name, const std::function<Result<Report>(Service&)>& create) {
    MeasuringTree measured(*memory_);
    const auto store = std::move(*store::open(folder_ / "store"));
    context_.live = &measured;
    context_.store = store.get();
    const auto before = journal_bytes();
    must(create(*make_service(context_)), name);
    const store::Store::Head head = must(store->head());
    const config::Object* storage = head.tree.find(path_of("storage rd_mcp"));
    read_objects_ = storage->children.size() - storage->children.unread_count();
    return {measured.round_trips, measured.asked, measured.answered, journal_bytes() - before};
  }
  std::size_t journal_bytes() const {
    const auto journal = folder_ / "store" / "journal.lio";
    return std::filesystem::exists(journal) ? std::filesystem::file_size(journal) : 0;
  }

  /// With names of one length, first a plain one, then one whose serial is given.
  std::vector<Cost> costs() {
    std::vector<Cost> all;
    for (const char* wwn : {"", "serial-of-e1"}) {
      RamdiskOptions options = ramdisk(*wwn == '\0' ? "e0" : "e1", 4096);
      options.wwn = wwn;
      all.push_back(cost_of(options.name, [&](Service& service) { return service.create_ramdisk(options); }));
      read_at_most_ = std::max(read_at_most_, read_objects_);
    }
    return all;
  }

  /// Of one edit that makes as many disks and LUNs of them.
  Cost cost_of_many(const std::string& name, std::size_t disks) {
    return cost_of(name, [&](Service& /*service*/) -> Result<Report> {
      Editor editor(context_);
      return editor.run([&](Draft& draft) -> Result<> {
        const std::string tpg = "fabric iscsi target iqn.2026-11.com.example:" + name + " tpgt 1";
        for (std::size_t i = 0; i < disks; ++i) {
          const std::string number = std::to_string(i);
          config::Object& disk = draft.tree.ensure(path_of("storage rd_mcp disk " + name + number));
          disk.attributes = {{"hba", number}, {"size", "4096"}};
          config::Object& lun = draft.tree.ensure(path_of(tpg + " lun " + number));
          lun.attributes = {{"backend", "rd_mcp:" + name + number}, {"alias", "lun" + number}};
        }
        return {};
      });
    });
  }

  std::size_t read_objects_ = 0;
  std::size_t read_at_most_ = 0;
};

}  // namespace

TEST_F(Scale, OneMoreDiskAsksForNothingOfTheOthers) {
  constexpr std::size_t few = 10;
  constexpr std::size_t many = 10'000;
  fill(few);
  const std::vector<Cost> at_few = costs();
  memory_ = configfs::make_memory_tree(configfs::Flavour::lunetd);
  std::filesystem::remove_all(folder_ / "store");
  fill(many);
  ASSERT_TRUE(std::filesystem::exists(folder_ / "store" / "snapshot.outline"));
  read_at_most_ = 0;
  const std::vector<Cost> at_many = costs();
  for (std::size_t i = 0; i < at_few.size(); ++i) {
    EXPECT_EQ(at_many[i].round_trips, at_few[i].round_trips) << at_many[i];
    EXPECT_EQ(at_many[i].asked, at_few[i].asked) << at_many[i];
    EXPECT_EQ(at_many[i].answered, at_few[i].answered) << at_many[i];
    EXPECT_LE(at_many[i].journal_bytes, at_few[i].journal_bytes + 32) << "longer numbers: " << at_many[i];
  }
  EXPECT_LE(read_at_most_, 200U) << "of " << many << " recorded disks";
}

TEST_F(Scale, OneEditOfManyAsksForAllTheirNamesAtOnce) {
  const Cost less = cost_of_many("a", 300);
  memory_ = configfs::make_memory_tree(configfs::Flavour::lunetd);
  std::filesystem::remove_all(folder_ / "store");
  const Cost more = cost_of_many("b", 1200);
  EXPECT_EQ(more.round_trips, less.round_trips) << less << "; " << more;
}

}  // namespace lunet::service
