// SPDX-License-Identifier: Apache-2.0
#include "service/port_holder.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fd.h"

namespace lunet::service {
namespace {

TEST(PortHolder, ThisProcessIsFoundByItsListeningPort) {
  const Fd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_TRUE(fd);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  socklen_t length = sizeof address;
  ASSERT_EQ(::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &length), 0);
  const std::uint16_t port = ntohs(address.sin_port);
  EXPECT_EQ(find_port_holder(port), "") << "bound, but not listening";
  ASSERT_EQ(::listen(fd.get(), 1), 0);
  EXPECT_EQ(find_port_holder(port).find(fmt::format("process {} (", ::getpid())), 0U);
}

}  // namespace
}  // namespace lunet::service
