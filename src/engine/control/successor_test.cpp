// SPDX-License-Identifier: Apache-2.0
// A disk that is made again on its own file in one batch: the file is never free, and a batch that fails
// leaves the disk as it was.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "base/fd.h"
#include "configfs/model/model.h"
#include "engine/backstore/backstore.h"
#include "engine/control/control.h"
#include "engine/reactor/engines_test_support.h"

namespace lunet::control {
namespace {

using configfs::Operation;
using configfs::Verb;
using testing::HasSubstr;

constexpr const char* disk = "core/fileio_0/a";
constexpr std::uint64_t size = 1 << 20;

class Successor : public testing::TestWithParam<reactor::Engine> {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "lunet-successor-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    const Fd file(::open(path().c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
    ASSERT_EQ(::ftruncate(file.get(), size), 0);
    auto started = dataplane::Engine::start({2, GetParam().make});
    ASSERT_TRUE(started) << started.error().message;
    engine_ = *std::move(started);
    control_ = std::make_unique<Control>(*engine_);
    tree_ = configfs::make_model_tree(configfs::Flavour::lunetd, *control_);
    std::vector<Operation> operations = making("first");
    const std::string tpg = "iscsi/iqn.2026-11.org.example:t/tpgt_1";
    operations.insert(operations.begin(), {Verb::make_dir, "core/fileio_0", {}});
    for (const std::string& made :
         {std::string("iscsi"), std::string("iscsi/iqn.2026-11.org.example:t"), tpg, tpg + "/lun/lun_0"})
      operations.push_back({Verb::make_dir, made, {}});
    operations.push_back({Verb::link, link_ = tpg + "/lun/lun_0/l", disk});
    operations.push_back({Verb::write, tpg + "/enable", "1"});
    const auto made = tree_->batch(operations);
    ASSERT_TRUE(made) << made.failure->error.message;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ + "/disk.img"; }
  std::vector<Operation> making(const std::string& serial) const {
    const std::string at = disk;
    return {{Verb::make_dir, at, {}},
            {Verb::write, at + "/control", "fd_dev_name=" + path() + ",fd_dev_size=" + std::to_string(size)},
            {Verb::write, at + "/enable", "1"},
            {Verb::write, at + "/wwn/vpd_unit_serial", serial}};
  }
  std::vector<Operation> making_again(const std::string& serial) const {
    std::vector<Operation> operations = making(serial);
    const std::vector<Operation> removing{{Verb::unlink, link_, {}}, {Verb::remove_dir, disk, {}}};
    operations.insert(operations.begin(), removing.begin(), removing.end());
    operations.push_back({Verb::link, link_, disk});
    return operations;
  }
  bool is_locked() const {
    const auto opened = backstore::open_file({.path = path()});
    return !opened && opened.error().errnum == EBUSY;
  }
  std::string serial() { return *tree_->read(std::string(disk) + "/wwn/vpd_unit_serial"); }

  std::string folder_;
  std::string link_;
  std::unique_ptr<dataplane::Engine> engine_;
  std::unique_ptr<Control> control_;
  std::unique_ptr<configfs::Tree> tree_;
};

}  // namespace

TEST_P(Successor, TakesTheFileOverInOneBatch) {
  for (const char* next : {"second", "third", "fourth"}) {
    const auto again = tree_->batch(making_again(next));
    ASSERT_TRUE(again) << again.failure->error.message;
    EXPECT_THAT(serial(), HasSubstr(next));
    EXPECT_TRUE(is_locked());
    EXPECT_THAT(*tree_->read(std::string(disk) + "/info"), HasSubstr("ACTIVATED"));
  }
  ASSERT_TRUE(tree_->unlink(link_));
  ASSERT_TRUE(tree_->remove_dir(disk));
  EXPECT_FALSE(is_locked()) << "nobody holds it any more";
}

TEST_P(Successor, OfABatchThatFailsAnywhereLeavesTheDiskAsItWas) {
  const std::vector<Operation> whole = making_again("second");
  for (std::size_t count = 1; count <= whole.size(); ++count) {
    std::vector<Operation> operations(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(count));
    operations.push_back({Verb::make_dir, "nonsense", {}});
    const auto result = tree_->batch(operations);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.failure->index, count);
    EXPECT_THAT(serial(), HasSubstr("first")) << count;
    EXPECT_TRUE(is_locked()) << count;
  }
  EXPECT_TRUE(tree_->batch(whole));
  EXPECT_THAT(serial(), HasSubstr("second"));
}

TEST_P(Successor, IsRefusedWhereTheFileStaysInUse) {
  std::vector<Operation> operations = making("other");
  for (Operation& operation : operations) operation.path.replace(operation.path.find("/a"), 2, "/b");
  const auto refused = tree_->batch(operations);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.failure->error.errnum, EBUSY);
}

INSTANTIATE_TEST_SUITE_P(Engines, Successor, testing::ValuesIn(reactor::chosen_engines()),
                         reactor::engine_name);

}  // namespace lunet::control
