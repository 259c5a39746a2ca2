// SPDX-License-Identifier: Apache-2.0
#include "engine/backstore/holder.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "engine/backstore/backstore_test_support.h"

namespace lunet::backstore {
namespace {

struct stat look(const std::string& path) {
  struct stat file{};
  EXPECT_EQ(::stat(path.c_str(), &file), 0);
  return file;
}

bool lock(const Fd& file) {
  struct flock whole{};
  whole.l_type = F_WRLCK;
  return ::fcntl(file.get(), F_OFD_SETLK, &whole) == 0;
}

/// A process that locks a file and then waits to be killed.
class LockingProcess {
 public:
  explicit LockingProcess(const std::string& path) : id_(::fork()) {
    if (id_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      const Fd file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
      if (!lock(file)) ::_exit(1);
      ::raise(SIGSTOP);
      ::_exit(0);
    }
    int status = 0;
    EXPECT_EQ(::waitpid(id_, &status, WUNTRACED), id_);
    EXPECT_TRUE(WIFSTOPPED(status)) << "it could not lock the file";
  }
  ~LockingProcess() {
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
  LockingProcess(const LockingProcess&) = delete;
  LockingProcess& operator=(const LockingProcess&) = delete;

  [[nodiscard]] pid_t id() const { return id_; }

 private:
  const pid_t id_;
};

TEST(Holder, IsTheProcessThatLocksTheFile) {
  const TemporaryFolder folder;
  const std::string path = folder.file("disk", 4096);
  const LockingProcess process(path);
  EXPECT_THAT(holder_of(look(path)), testing::HasSubstr("(process " + std::to_string(process.id()) + ")"));
}

TEST(Holder, IsThisProcess) {
  const TemporaryFolder folder;
  const std::string path = folder.file("disk", 4096);
  const Fd file(::open(path.c_str(), O_RDWR | O_CLOEXEC));
  EXPECT_EQ(holder_of(look(path)), "") << "open, but not locked";
  ASSERT_TRUE(lock(file));
  EXPECT_EQ(holder_of(look(path)), "this process, for another disk");
}

TEST(Holder, IsTheMountOfABlockDevice) {
  struct stat device{};
  device.st_mode = S_IFBLK | 0600;
  device.st_rdev = look("/").st_dev;
  EXPECT_THAT(holder_of(device), testing::HasSubstr("a mount on /"));
}

TEST(Holder, IsUnknownWhenNobodyIsSeen) {
  struct stat device{};
  device.st_mode = S_IFBLK | 0600;
  device.st_rdev = 0;
  EXPECT_EQ(holder_of(device), "");
}

}  // namespace
}  // namespace lunet::backstore
