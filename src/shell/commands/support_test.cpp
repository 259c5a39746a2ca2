// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "shell/fakes.h"

namespace lunet::shell {
namespace {

using testing::HasSubstr;
using testing::Not;

class Support : public testing::Test {
 protected:
  Support() {
    std::string name = "/tmp/lunet-support-XXXXXX";
    folder_ = ::mkdtemp(name.data());
    path_ = folder_ + "/report";
    lab_.runtime.tree = sample_tree();
    lab_.runtime.known.state_dir = folder_;
    lab_.runtime.known.configuration = *config::parse(
        "fabric iscsi target iqn.x tpgt 1 acl iqn.h auth { userid u; password canary-secret }", "test");
  }
  ~Support() override { std::filesystem::remove_all(folder_); }
  std::string report() const {
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }
  Lab lab_;
  std::string folder_, path_;
};

TEST_F(Support, HasEverythingButSecrets) {
  std::ofstream(folder_ + "/lunetd.log") << "somebody logged canary-secret here\n";
  lab_.runtime.fake.comparison = {7, false, {{service::SyncKind::drift, {}, "d1 has canary-secret"}}};
  ASSERT_EQ(lab_.run("support " + path_), ExitStatus::done) << lab_.console.err;
  const std::string text = report();
  EXPECT_THAT(text, Not(HasSubstr("canary")));
  for (const char* part : {"kernel Linux", "generation 7, 1 differences", "o- iscsi", "userid u",
                           "password ***", "somebody logged *** here"}) {
    EXPECT_THAT(text, HasSubstr(part));
  }
  struct stat status{};
  ASSERT_EQ(::stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(Support, AnExistingFileIsReplacedOnlyWithConsent) {
  std::ofstream(path_) << "precious";
  EXPECT_EQ(lab_.run("support " + path_), ExitStatus::failed);
  EXPECT_EQ(report(), "precious");
  lab_.session.yes = true;
  EXPECT_EQ(lab_.run("support " + path_), ExitStatus::done);
}

}  // namespace
}  // namespace lunet::shell
