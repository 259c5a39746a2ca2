// SPDX-License-Identifier: Apache-2.0
#include "service/arrivals.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace lunet::service {
namespace {

constexpr int long_ms = 60000;  ///< a deadline of the test, never reached

class ArrivalsTest : public testing::Test {
 protected:
  ArrivalsTest() {
    std::string name = "/tmp/lunet-arrivals-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    arrivals_ = std::move(*Arrivals::listen());
  }
  ~ArrivalsTest() override { std::filesystem::remove_all(folder_); }
  std::string path(std::string_view name) const { return (folder_ / name).string(); }
  void write(std::string_view name, std::string_view text) const { std::ofstream(path(name)) << text; }

  std::filesystem::path folder_;
  std::unique_ptr<Arrivals> arrivals_;
};

TEST_F(ArrivalsTest, NewPathsAreToBeLookedAtFirst) {
  EXPECT_TRUE(arrivals_->watch({path("a")}));
  EXPECT_FALSE(arrivals_->watch({path("a")}));
  EXPECT_FALSE(arrivals_->watch({path("a"), path("b")}));
  EXPECT_TRUE(arrivals_->watch({"/a"}));
}

TEST_F(ArrivalsTest, AFileThatAppearsIsOne) {
  arrivals_->watch({path("late")});
  write("late", "");
  EXPECT_TRUE(arrivals_->wait(long_ms));
}

TEST_F(ArrivalsTest, AFileThatGrowsIsOne) {
  write("short", "");
  arrivals_->watch({path("short")});
  write("short", "longer");
  EXPECT_TRUE(arrivals_->wait(long_ms));
}

TEST_F(ArrivalsTest, SoIsAFolderOnTheWay) {
  arrivals_->watch({path("folder/below/late")});
  std::filesystem::create_directory(folder_ / "folder");
  EXPECT_TRUE(arrivals_->wait(long_ms));
  EXPECT_TRUE(arrivals_->watch({path("folder/below/late")}));
  std::filesystem::create_directory(folder_ / "folder/below");
  EXPECT_TRUE(arrivals_->wait(long_ms));
}

TEST_F(ArrivalsTest, OtherFilesThereAreNone) {
  // In a private folder nothing else happens; addresses and block devices of this machine may come at any
  // time.
  arrivals_->watch({path("late")});
  write("other", "text");
  bool came = true;
  for (int tries = 0; came && tries < 50; ++tries) came = arrivals_->wait(1);
  EXPECT_FALSE(came);
}

}  // namespace
}  // namespace lunet::service
