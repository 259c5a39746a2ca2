// SPDX-License-Identifier: Apache-2.0
// The suites of reactor_*_test.cpp run once for each engine.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "engine/reactor/engines_test_support.h"

namespace lunet::reactor {

/// Calls a function with the result.
class Call final : public Operation {
 public:
  explicit Call(std::function<void(int)> function) : function_(std::move(function)) {}
  void done(int result) override { function_(result); }

 private:
  std::function<void(int)> function_;
};

/// Keeps the result, then calls `then` if there is one.
class Keep final : public Operation {
 public:
  void done(int value) override {
    result = value;
    ++times;
    if (then) then();
  }

  int result = 1;
  int times = 0;
  std::function<void()> then;
};

/// A test on one engine, whose loop runs on the test's own thread.
struct ReactorTest : testing::TestWithParam<Engine> {
  void SetUp() override {
    auto made = GetParam().make();
    if (!made && made.error().errnum == EINVAL) GTEST_SKIP() << made.error().message;
    ASSERT_TRUE(made) << made.error().message;
    reactor = *std::move(made);
  }
  /// Runs the loop until stop(), with `first` as its first work.
  void run(std::function<void()> first) {
    reactor->post(std::move(first));
    reactor->run();
  }

  std::unique_ptr<Reactor> reactor;
};

inline std::pair<Fd, Fd> socket_pair() {
  int ends[2] = {-1, -1};
  EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends), 0);
  return {Fd(ends[0]), Fd(ends[1])};
}

/// A file without a name, in the folder for temporary files.
inline Fd temporary_file() {
  std::string path = testing::TempDir() + "lunet-reactor-XXXXXX";
  Fd file(::mkstemp(path.data()));
  EXPECT_TRUE(file);
  ::unlink(path.c_str());
  return file;
}

inline std::vector<std::uint8_t> pattern(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(i * 31 + (i >> 8) + (i >> 16));
  return bytes;
}

}  // namespace lunet::reactor
