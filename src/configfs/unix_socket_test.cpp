// SPDX-License-Identifier: Apache-2.0
#include "configfs/unix_socket.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "configfs/server_fixture.h"

namespace lunet::configfs {
namespace {

using UnixSocketTest = ServerTest;

TEST_F(UnixSocketTest, SocketIsPrivateAndNeverTakenFromALiveServer) {
  serve();
  struct stat status{};
  ASSERT_EQ(::stat(options_.socket_path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  const auto second = Server::listen(options_, tree_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().errnum, EADDRINUSE);
  EXPECT_TRUE(connect()->read("iscsi/version"));
}

TEST_F(UnixSocketTest, AStaleSocketIsReplacedAnotherFileIsNot) {
  {
    // Bound, never listened on, and closed: what a killed server leaves.
    const Fd stale = *listen_unix(options_.socket_path, std::nullopt);
  }
  ASSERT_TRUE(fs::exists(options_.socket_path));
  EXPECT_EQ(connect_remote(options_.socket_path, patience_ms).error().errnum, ECONNREFUSED);
  serve();
  EXPECT_TRUE(connect()->read("iscsi/version"));

  options_.socket_path = dir_ / "file";
  std::ofstream(options_.socket_path) << "precious";
  const auto refused = Server::listen(options_, tree_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().errnum, EEXIST);
  EXPECT_TRUE(fs::exists(options_.socket_path));
}

TEST_F(UnixSocketTest, ASocketThatWasMadeByOthersIsTakenOverAndLeft) {
  Fd theirs = *listen_unix(options_.socket_path, std::nullopt);
  options_.inherited = ::dup(theirs.get());
  serve();
  EXPECT_TRUE(connect()->read("iscsi/version"));
  server_.reset();
  EXPECT_TRUE(fs::exists(options_.socket_path));
  // Nothing that does not listen is one.
  options_.inherited = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(Server::listen(options_, tree_).error().errnum, ENOTSOCK);
}

TEST_F(UnixSocketTest, APathTooLongForASocketIsSaidSo) {
  options_.socket_path = dir_ / std::string(200, 'x');
  EXPECT_EQ(Server::listen(options_, tree_).error().errnum, ENAMETOOLONG);
  EXPECT_EQ(connect_remote(options_.socket_path, patience_ms).error().errnum, ENAMETOOLONG);
}

}  // namespace
}  // namespace lunet::configfs
