// SPDX-License-Identifier: Apache-2.0
#include "programs/detached.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>

#include "programs/test_folder.h"

namespace lunet::programs {
namespace {

TEST(Detached, RunsInASessionOfItsOwn) {
  const TestFolder folder;
  const std::string fifo = folder.write("script", "ps -o sid= -p $$ >$1.new; mv $1.new $1\n", 0600);
  const std::string out = fifo + ".out";
  ASSERT_TRUE(start_detached("/bin/sh", {fifo, out}));
  for (int i = 0; i < 3000 && ::access(out.c_str(), F_OK) != 0; ++i) ::usleep(10000);
  FILE* file = ::fopen(out.c_str(), "re");
  ASSERT_NE(file, nullptr);
  int session = 0;
  EXPECT_EQ(::fscanf(file, "%d", &session), 1);
  ::fclose(file);
  EXPECT_GT(session, 0);
  EXPECT_NE(session, ::getsid(0));
}

TEST(Detached, AProgramThatIsNotThereIsAnError) {
  const auto started = start_detached("/no/such/program", {});
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().errnum, ENOENT);
  EXPECT_THAT(started.error().message, testing::HasSubstr("/no/such/program"));
}

}  // namespace
}  // namespace lunet::programs
