// SPDX-License-Identifier: Apache-2.0
// Edits, ends in the middle of them, ends of the runtime, foreign changes and restores in random order. After
// each: what runs is the old or the new generation, or the comparison names the difference; what others wrote
// stays unless a restore is told to overwrite it; a restore makes, cuts and removes no data file. A sample by
// default; LUNET_TORTURE=1 runs all. A failure prints its seed: LUNET_SEED=n runs that one alone.
#include <cstdlib>
#include <map>
#include <random>

#include "base/text.h"
#include "service/mortal.h"
#include "service/service_test_support.h"

namespace lunet::service {
namespace {

constexpr std::string_view model_targets[] = {"iqn.2026-11.com.example:a", "iqn.2026-11.com.example:b"};
constexpr std::string_view model_hosts[] = {"iqn.2026-11.com.example:h1", "iqn.2026-11.com.example:h2"};

/// One sequence: its own store, runtime, files and random numbers.
class Sequence {
 public:
  Sequence(unsigned seed, Kind kind, const std::filesystem::path& folder)
      : seed_(seed), kind_(kind), folder_(folder), random_(seed), store_(*store::open(folder / "store")) {
    start_runtime();
  }

  void run(int steps) {
    if (below(4) != 0) populate();
    for (int step = 0; step < steps && !testing::Test::HasFailure(); ++step) {
      const unsigned choice = below(100);
      if (choice < 45) {
        edit();
      } else if (choice < 75) {
        interrupted_edit();
      } else if (choice < 82) {
        log("the runtime ends");
        start_runtime();
        restore_all(Scope{});
      } else if (choice < 93) {
        foreign_change();
      } else {
        agreed_restore();
      }
      check();
    }
    if (testing::Test::HasFailure()) ADD_FAILURE() << "seed " << seed_ << ":\n" << log_;
  }

 private:
  unsigned below(unsigned n) { return static_cast<unsigned>(random_() % n); }
  void log(const std::string& line) { log_ += "  " + line + "\n"; }
  std::string file(std::string_view name) const { return (folder_ / "data" / name).string(); }

  /// So that most edits find something to do.
  void populate() {
    const auto s = service();
    FileioOptions disk;
    disk.name = "a";
    disk.path = file("a");
    disk.size_bytes = 65536;
    EXPECT_TRUE(s->create_fileio(disk));
    for (const std::string_view target : model_targets) {
      const TpgRef tpg{std::string(target), 1};
      EXPECT_TRUE(s->create_target(target));
      LunOptions lun;
      lun.plugin = "fileio";
      lun.disk = "a";
      EXPECT_TRUE(s->create_lun(tpg, lun));
      EXPECT_TRUE(s->create_acl(tpg, model_hosts[0], true));
      EXPECT_TRUE(s->set_group({path_of(fmt::format("fabric iscsi target {} tpgt 1", target)), "attribute"},
                               {{"login_timeout", "10"}}));
    }
  }

  void start_runtime() {
    memory_ = configfs::make_memory_tree(kind_ == Kind::transactional ? configfs::Flavour::lunetd
                                                                      : configfs::Flavour::kernel);
    stepping_ = std::make_unique<target::SteppingTree>(*memory_);
    foreign_.clear();
    foreign_objects_.clear();
    half_undone_ = false;
  }

  std::unique_ptr<Service> service() {
    live_ = kind_ == Kind::transactional ? static_cast<configfs::Tree*>(memory_.get()) : stepping_.get();
    mortal_tree_ = std::make_unique<MortalTree>(*live_, life_);
    mortal_store_ = std::make_unique<MortalStore>(*store_, life_);
    Context context{mortal_tree_.get(),
                    mortal_store_.get(),
                    kind_ == Kind::transactional ? RuntimeKind::lunetd : RuntimeKind::kernel,
                    "model",
                    {}};
    context.notice = [this](const std::string& text) { log(text); };
    return make_service(context);
  }

  /// One of the verbs, with arguments that mostly make sense.
  Result<Report> any_verb(Service& s) {
    const TpgRef tpg{std::string(model_targets[below(2)]), 1};
    const std::string name = std::string(1, static_cast<char>('a' + below(3)));
    const std::string host(model_hosts[below(2)]);
    switch (below(15)) {
      case 0: {
        FileioOptions options;
        options.name = name;
        options.path = file(name);
        options.size_bytes = 65536;
        return s.create_fileio(options);
      }
      case 1: {
        RamdiskOptions options;
        options.name = name;
        options.size_bytes = 65536;
        return s.create_ramdisk(options);
      }
      case 2: return s.delete_disk(below(2) == 0 ? "fileio" : "ramdisk", name);
      case 3:
      case 4: return s.create_target(tpg.target);
      case 5: return below(3) == 0 ? s.delete_target(tpg.target) : s.create_tpg(tpg.target, std::nullopt);
      case 6:
      case 7: {
        LunOptions options;
        options.plugin = below(2) == 0 ? "fileio" : "ramdisk";
        options.disk = name;
        return s.create_lun(tpg, options);
      }
      case 8: return s.delete_lun(tpg, static_cast<std::uint16_t>(below(3)));
      case 9: return s.create_acl(tpg, host, true);
      case 10: return s.delete_acl(tpg, host);
      case 11:
        return s.create_mapped_lun(tpg, host, {static_cast<std::uint16_t>(below(4)), 0, below(2) == 0});
      case 12: return s.delete_mapped_lun(tpg, host, static_cast<std::uint16_t>(below(4)));
      case 13: return s.enable_tpg(tpg, below(2) == 0);
      default:
        asked_ = fmt::format("iscsi/{}/tpgt_1/attrib/login_timeout", tpg.target);
        return s.set_group({path_of(fmt::format("fabric iscsi target {} tpgt 1", tpg.target)), "attribute"},
                           {{"login_timeout", std::to_string(10 + below(5))},
                            {"default_cmdsn_depth", std::to_string(32 + below(5))}});
    }
  }

  void edit() {
    const std::uint64_t before = store_->head()->generation.number;
    const auto result = any_verb(*service());
    log(result ? "edit: " + (result->lines.empty() ? "" : result->lines[0])
               : "edit refused: " + result.error().message);
    const std::uint64_t after = store_->head()->generation.number;
    // An interrupted one before it may have been finished.
    if (!result) {
      EXPECT_LE(after, before + 1);
    }
    recovered();
  }

  void interrupted_edit() {
    const bool was_open = open_intent_;
    life_.end_at(1 + below(kind_ == Kind::transactional ? 9 : 30));
    const auto result = any_verb(*service());
    log(fmt::format("interrupted edit{}: {}", life_.has_ended() ? "" : " that was faster",
                    result ? (result->lines.empty() ? "" : result->lines[0]) : result.error().message));
    if (!life_.has_ended()) recovered();
    // An object that an undo had half made again is drift for the next one, who cannot know whose values it
    // has.
    half_undone_ = half_undone_ || (was_open && life_.has_ended());
    life_.end_at(0);
    open_intent_ = open_intent_ || static_cast<bool>(*store_->open_intent(*store_->head()));
  }

  void recovered() { open_intent_ = static_cast<bool>(*store_->open_intent(*store_->head())); }

  /// A value that no edit writes, or an object of a name that no edit uses.
  void foreign_change() {
    const std::string tpg = fmt::format("iscsi/{}/tpgt_1", model_targets[below(2)]);
    switch (below(4)) {
      case 0: {
        const std::string path = tpg + "/attrib/login_timeout";
        const std::string text = std::to_string(20 + below(5));
        if (memory_->write(path, text)) note_foreign(path, text);
        break;
      }
      case 1: {
        const std::string path = tpg + "/acls/" + std::string(model_hosts[below(2)]) + "/auth/userid";
        if (memory_->write(path, "foreign")) note_foreign(path, "foreign");
        break;
      }
      case 2: {
        const std::string path = tpg + "/acls/iqn.2026-11.com.example:foreign";
        if (memory_->make_dir(path)) note_object(path);
        break;
      }
      default: {
        const std::string path = "core/rd_mcp_99/foreign";
        const bool made = memory_->make_dir("core/rd_mcp_99") && memory_->make_dir(path) &&
                          memory_->write(path + "/control", "rd_pages=16") &&
                          memory_->write(path + "/enable", "1");
        if (made) note_object(path);
        break;
      }
    }
  }
  void note_foreign(const std::string& path, const std::string& text) {
    foreign_[path] = text;
    log("foreign: " + path + " = " + text);
  }
  void note_object(const std::string& path) {
    foreign_objects_.insert(path);
    log("foreign: made " + path);
  }

  std::map<std::string, std::string> data() const {
    std::map<std::string, std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "data")) {
      struct ::stat status{};
      EXPECT_EQ(::stat(entry.path().c_str(), &status), 0);
      found[entry.path().filename()] = fmt::format("{} {}", status.st_ino, status.st_size);
    }
    return found;
  }

  void restore_all(const Scope& scope) {
    auto before = data();
    // What an interrupted edit had made may go with it.
    const auto intent = *store_->open_intent(*store_->head());
    const auto report = service()->restore(scope);
    log(report ? "restore: " + report->lines[0] : "restore refused: " + report.error().message);
    const auto after = data();
    if (intent) {
      for (const store::MadeFile& made : intent->files) {
        const std::string name = std::filesystem::path(made.path).filename();
        if (!after.contains(name)) before.erase(name);
      }
    }
    EXPECT_EQ(after, before) << "a restore touched a data file";
    recovered();
    if (!report) return;
    EXPECT_EQ(report->left_out, 0U) << (report->warnings.empty() ? "" : report->warnings[0]);
    if (!scope.agreed) foreign_.clear();
    half_undone_ = false;
    const auto differences = *service()->compare(Scope{});
    for (const Difference& difference : differences.differences) {
      EXPECT_EQ(difference.kind, SyncKind::foreign) << difference.text;
    }
  }

  void agreed_restore() {
    Scope scope;
    if (below(2) == 0) scope.agreed = std::vector<std::string>{};
    restore_all(scope);
  }

  /// What nobody asked to be overwritten is there, or went with its object.
  void check() {
    for (auto value = foreign_.begin(); value != foreign_.end();) {
      const auto text = memory_->read(value->first);
      // Gone with its object, or an edit was asked to write it.
      if (!text || (value->first == asked_ && trim(*text) != value->second)) {
        value = foreign_.erase(value);
        continue;
      }
      EXPECT_EQ(std::string(trim(*text)), value->second) << value->first;
      ++value;
    }
    asked_.clear();
    for (const std::string& object : foreign_objects_) EXPECT_TRUE(memory_->list(object)) << object;
    const auto head = store_->head();
    ASSERT_TRUE(head) << head.error().message;
    if (open_intent_) return;
    // Nothing is half done: every difference is one that others made.
    const auto comparison = service()->compare(Scope{});
    ASSERT_TRUE(comparison);
    for (const Difference& difference : comparison->differences) {
      const bool explained =
          half_undone_ || difference.kind == SyncKind::foreign || names_foreign_value(difference.text);
      EXPECT_TRUE(explained) << difference.text;
    }
  }
  bool names_foreign_value(const std::string& text) const {
    if (foreign_.empty()) return false;
    return text.find("login_timeout is '2") != std::string::npos ||
           text.find("auth userid is 'foreign'") != std::string::npos;
  }

  unsigned seed_;
  Kind kind_;
  std::filesystem::path folder_;
  std::mt19937 random_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<configfs::Tree> memory_;
  std::unique_ptr<target::SteppingTree> stepping_;
  configfs::Tree* live_ = nullptr;
  Life life_;
  std::unique_ptr<MortalTree> mortal_tree_;
  std::unique_ptr<MortalStore> mortal_store_;
  std::map<std::string, std::string> foreign_;  ///< files of the tree that others wrote
  std::set<std::string> foreign_objects_;
  std::string asked_;  ///< file of the tree that the last edit was to write
  bool open_intent_ = false;
  bool half_undone_ = false;  ///< an undo was interrupted too: `status` names what is left
  std::string log_;
};

class Model : public testing::TestWithParam<Kind> {};

TEST_P(Model, EveryOrderOfEditsEndsAndForeignChangesIsSafe) {
  const char* one = std::getenv("LUNET_SEED");
  const char* all = std::getenv("LUNET_TORTURE");
  // Both kinds of runtime together: 10 000 and more.
  const unsigned count = one != nullptr ? 1 : all != nullptr ? 5100 : 40;
  const unsigned first = one != nullptr ? static_cast<unsigned>(std::strtoul(one, nullptr, 10)) : 1;
  std::string name = "/dev/shm/lunet-model-XXXXXX";
  const std::filesystem::path folder = ::mkdtemp(name.data());
  for (unsigned seed = first; seed < first + count && !HasFailure(); ++seed) {
    std::filesystem::create_directories(folder / "data");
    Sequence(seed, GetParam(), folder).run(12);
    std::filesystem::remove_all(folder);
  }
  std::filesystem::remove_all(folder);
}

INSTANTIATE_TEST_SUITE_P(Runtimes, Model, testing::Values(Kind::transactional, Kind::stepping), kind_name);

}  // namespace
}  // namespace lunet::service
