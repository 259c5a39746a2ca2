// SPDX-License-Identifier: Apache-2.0
// A child process stands for lunetd.
#include "programs/store_lunetd.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/fd.h"
#include "configfs/unix_socket.h"
#include "programs/test_folder.h"

namespace lunet::programs {
namespace {

using testing::HasSubstr;

struct StoreLunetd : testing::Test {
  ~StoreLunetd() override {
    for (const pid_t child : children) {
      ::kill(child, SIGKILL);
      ::waitpid(child, nullptr, 0);
    }
  }
  /// Listens at `socket`, and has the folder if `has_folder`. With `given`, a socket that somebody made for
  /// it.
  pid_t start(const std::string& socket, bool has_folder, int given = -1) {
    int ready[2];
    EXPECT_EQ(::pipe2(ready, O_CLOEXEC), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const auto listening = given >= 0 ? Result<Fd>(Fd(given)) : configfs::listen_unix(socket, std::nullopt);
      const Fd file(::open((folder.path() + "/lunetd.pid").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
      const std::string pid = std::to_string(::getpid()) + "\n";
      const bool held = !has_folder || (::flock(file.get(), LOCK_EX | LOCK_NB) == 0 &&
                                        ::write(file.get(), pid.data(), pid.size()) > 0);
      if (listening && held && ::write(ready[1], "R", 1) == 1) ::pause();
      ::_exit(1);
    }
    ::close(ready[1]);
    char answer = 0;
    EXPECT_EQ(::read(ready[0], &answer, 1), 1);
    ::close(ready[0]);
    children.push_back(child);
    return child;
  }
  [[nodiscard]] std::string path(const std::string& name) const { return folder.path() + "/" + name; }

  TestFolder folder;
  std::vector<pid_t> children;
};

TEST_F(StoreLunetd, IsTheOneThatHoldsTheFolder) {
  EXPECT_EQ(lunetd_of(folder.path()), 0);
  const pid_t own = start(path("own"), true);
  EXPECT_EQ(lunetd_of(folder.path()), own);
  EXPECT_TRUE(check_lunetd_of_store(folder.path(), path("own")));
}

TEST_F(StoreLunetd, AnotherOneAtTheSocketIsAnError) {
  start(path("other"), false);
  // Nobody has the folder.
  EXPECT_TRUE(check_lunetd_of_store(folder.path(), path("other")));
  const pid_t own = start(path("own"), true);
  const auto checked = check_lunetd_of_store(folder.path(), path("other"));
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().errnum, EBUSY);
  EXPECT_THAT(checked.error().message, HasSubstr("lunetd (pid " + std::to_string(own) + ") serves"));
}

TEST_F(StoreLunetd, ASocketThatItWasGivenIsItsOwn) {
  // By its credentials it is of this process, as it would be of systemd.
  auto made = configfs::listen_unix(path("given"), std::nullopt);
  ASSERT_TRUE(made);
  start(path("given"), true, made->get());
  EXPECT_TRUE(check_lunetd_of_store(folder.path(), path("given")));
}

}  // namespace
}  // namespace lunet::programs
