// SPDX-License-Identifier: Apache-2.0
// The running engine's tree against Linux 6.1: the same comparison and replay as for the model, with real
// files, real portals and the engine behind the rules (ruling 36).
#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

#include "base/fd.h"
#include "configfs/model/model.h"
#include "engine/control/control.h"
#include "tests/support/lio_differences.h"
#include "tests/support/lio_replay.h"

namespace lunet::control {

namespace {

// Of the engine, besides those of lunetd's model.
constexpr test::KnownDifference engine_differences[] = {
    {"line 103: write core/fileio_9/x/enable <- 1",
     "a missing backing file is ENOENT; the kernel makes an empty one (ruling 5)"},
    {"line 107: write core/fileio_9/x/enable <- 1", "follows from line 103: the disk is not enabled"},
    {"line 113: cat core/fileio_9/x/info",
     "follows from line 103: sector size and limits are those of a disk that is not enabled"},
};

/// A port that nobody else gets: bound here, not listening, so that the engine may bind it too
/// (SO_REUSEADDR).
class ReservedPort {
 public:
  ReservedPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    EXPECT_EQ(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    socklen_t size = sizeof address;
    ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    number_ = ntohs(address.sin_port);
  }
  [[nodiscard]] std::string text() const { return std::to_string(number_); }

 private:
  Fd socket_;
  std::uint16_t number_ = 0;
};

class Golden : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "lunet-golden-XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    for (const char* name : {"/f0.img", "/f1.img"}) {
      const Fd file(::open((folder_ + name).c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
      ASSERT_EQ(::ftruncate(file.get(), 64 << 20), 0);
    }
    options_.kernel_only_parts = false;
    options_.substitutions = {{"/tmp/", folder_ + "/"}, {":3260", ":" + port_.text()}};
    engine_ = std::move(*dataplane::Engine::start({1, reactor::make_uring_reactor}));
    control_ = std::make_unique<Control>(*engine_);
    tree_ = configfs::make_model_tree(configfs::Flavour::lunetd, *control_);
    const auto result = tree_->batch(test::lio_setup(options_));
    ASSERT_TRUE(result) << result.failure->error.message;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static std::string golden(std::string_view name) { return test::golden_text(name); }

  ReservedPort port_;
  std::string folder_;
  test::LioOptions options_;
  std::unique_ptr<dataplane::Engine> engine_;
  std::unique_ptr<Control> control_;
  std::unique_ptr<configfs::Tree> tree_;
};

}  // namespace

TEST_F(Golden, TreeIsTheKernelsPathByPath) {
  const auto differences =
      test::compare_with_lio(*tree_, golden("lio-tree.txt"), golden("lio-values.txt"), options_);
  EXPECT_EQ(test::describe(test::unexplained(differences,
                                             {test::kernel_model_differences(), test::lunetd_differences()})),
            "");
}

TEST_F(Golden, ErrorsAreTheKernelsInEveryOperation) {
  const auto differences = test::replay_lio_errors(*tree_, golden("lio-errors.txt"), options_);
  EXPECT_EQ(
      test::describe(test::unexplained(
          differences, {test::errors_differences(), test::lunetd_errors_differences(), engine_differences})),
      "");
}

}  // namespace lunet::control
