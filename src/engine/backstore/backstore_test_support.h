// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/fd.h"
#include "engine/backstore/backstore.h"
#include "engine/reactor/engines_test_support.h"

namespace lunet::backstore {

/// A folder that is removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_(testing::TempDir() + "lunet-backstore-XXXXXX") {
    EXPECT_NE(::mkdtemp(path_.data()), nullptr);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Creates a file of zeros in the folder.
  [[nodiscard]] std::string file(const std::string& name, std::uint64_t size_bytes) const {
    std::string path = path_ + "/" + name;
    const Fd file(::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
    EXPECT_EQ(::ftruncate(file.get(), static_cast<off_t>(size_bytes)), 0);
    return path;
  }

 private:
  std::string path_;
};

/// A request that keeps its result.
class Job final : public Request {
 public:
  void done(int value) override { result_.set_value(value); }
  /// Waits for done().
  int result() { return result_.get_future().get(); }

 private:
  std::promise<int> result_;
};

/// An initiator: a thread with a reactor, on which it submits one request after the other.
class Client {
 public:
  explicit Client(Backstore& backstore,
                  const reactor::ReactorMaker& make = reactor::chosen_engines().front().make)
      : backstore_(backstore) {
    auto made = make();
    EXPECT_TRUE(made) << made.error().message;
    reactor_ = *std::move(made);
    thread_ = std::thread([this] { reactor_->run(); });
  }
  ~Client() {
    reactor_->stop();
    thread_.join();
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  int perform(Job& job) {
    reactor_->post([this, &job] { backstore_.submit(*reactor_, job); });
    return job.result();
  }
  int read(std::uint64_t offset, MutableBytes data) {
    return transfer(Request::Kind::read, offset, data, false);
  }
  int write(std::uint64_t offset, Bytes data, bool durable = false) {
    auto* bytes = const_cast<std::uint8_t*>(data.data());
    return transfer(Request::Kind::write, offset, {bytes, data.size()}, durable);
  }
  int flush() { return transfer(Request::Kind::flush, 0, {}, false); }
  int unmap(std::uint64_t offset, std::uint64_t length, bool durable = false) {
    Job job;
    job.kind = Request::Kind::unmap;
    job.offset = offset;
    job.length = length;
    job.durable = durable;
    return perform(job);
  }
  int fill(std::uint64_t offset, std::uint64_t length, Bytes block, bool durable = false) {
    Job job;
    job.kind = Request::Kind::fill;
    job.offset = offset;
    job.length = length;
    job.data = {const_cast<std::uint8_t*>(block.data()), block.size()};
    job.durable = durable;
    return perform(job);
  }
  /// The first run from `offset` on: its length, and whether there is storage behind it.
  std::pair<std::uint64_t, bool> map(std::uint64_t offset, std::uint64_t length) {
    Job job;
    job.kind = Request::Kind::map;
    job.offset = offset;
    job.length = length;
    EXPECT_EQ(perform(job), 0);
    return {job.length, job.mapped};
  }
  /// All of [offset, offset + length); fails the test on an error.
  std::vector<std::uint8_t> content(std::uint64_t offset, std::uint64_t length) {
    std::vector<std::uint8_t> bytes(length, 0xA5);
    EXPECT_EQ(read(offset, bytes), 0);
    return bytes;
  }

 private:
  int transfer(Request::Kind kind, std::uint64_t offset, MutableBytes data, bool durable) {
    Job job;
    job.kind = kind;
    job.offset = offset;
    job.length = data.size();
    job.data = data;
    job.durable = durable;
    return perform(job);
  }

  Backstore& backstore_;
  std::unique_ptr<reactor::Reactor> reactor_;
  std::thread thread_;
};

/// Bytes that differ from place to place and from seed to seed, and are never 0.
inline std::vector<std::uint8_t> pattern(std::size_t size, std::uint32_t seed) {
  std::vector<std::uint8_t> bytes(size);
  std::uint32_t state = seed * 2654435761U + 1;
  for (auto& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<std::uint8_t>(state >> 24 | 1U);
  }
  return bytes;
}

inline bool all_zero(Bytes bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace lunet::backstore
