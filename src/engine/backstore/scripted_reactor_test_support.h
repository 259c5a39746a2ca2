// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/uio.h>
#include <unistd.h>

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"
#include "engine/reactor/reactor.h"

namespace lunet::backstore {

/// File operations without a loop: they are kept until perform_all(), which writes each down and gives it the
/// script's result, or performs it by a plain system call, on at most `bytes_max` bytes.
class ScriptedReactor final : public reactor::Reactor {
 public:
  /// For the step, as written in `steps`: the result instead of performing it.
  std::function<std::optional<int>(const std::string& step)> script;
  std::size_t bytes_max = std::size_t{1} << 30;
  std::vector<std::string> steps;

  void perform_all() {
    while (!waiting_.empty()) {
      const Waiting next = std::move(waiting_.front());
      waiting_.pop_front();
      steps.push_back(next.step);
      const auto scripted = script ? script(next.step) : std::nullopt;
      next.operation->done(scripted ? *scripted : next.perform());
    }
  }

  void read(reactor::Operation& operation, int file, std::span<const iovec> vector,
            std::uint64_t offset) override {
    const iovec part = clipped(vector);
    add(operation, fmt::format("read {}+{}", offset, part.iov_len),
        [=] { return ::preadv(file, &part, 1, static_cast<off_t>(offset)); });
  }
  void write(reactor::Operation& operation, int file, std::span<const iovec> vector, std::uint64_t offset,
             bool durable) override {
    const iovec part = clipped(vector);
    add(operation, fmt::format("write {}+{}{}", offset, part.iov_len, durable ? " durable" : ""),
        [=] { return ::pwritev(file, &part, 1, static_cast<off_t>(offset)); });
  }
  void sync_data(reactor::Operation& operation, int file) override {
    add(operation, "sync", [=] { return ::fdatasync(file); });
  }
  void allocate(reactor::Operation& operation, int file, int mode, std::uint64_t offset,
                std::uint64_t length) override {
    CHECK(mode == (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE));
    add(operation, fmt::format("punch {}+{}", offset, length),
        [=] { return ::fallocate(file, mode, static_cast<off_t>(offset), static_cast<off_t>(length)); });
  }

  // No disk needs the rest.
  void accept(reactor::Operation&, int) override { CHECK(false); }
  void receive(reactor::Operation&, int, MutableBytes) override { CHECK(false); }
  void send(reactor::Operation&, int, const msghdr&) override { CHECK(false); }
  void cancel(reactor::Operation&) override { CHECK(false); }
  reactor::TimerId after(std::uint64_t, std::function<void()>) override { return 0; }
  void cancel_timer(reactor::TimerId) override {}
  std::uint64_t now_ms() const override { return 0; }
  void at_turn_end(std::function<void()>) override { CHECK(false); }
  void post(std::function<void()>) override { CHECK(false); }
  void run() override {}
  void stop() override {}
  Counters counters() const override { return {}; }

 private:
  struct Waiting {
    reactor::Operation* operation;
    std::string step;
    std::function<int()> perform;
  };
  [[nodiscard]] iovec clipped(std::span<const iovec> vector) const {
    CHECK(vector.size() == 1);
    return {vector[0].iov_base, std::min(vector[0].iov_len, bytes_max)};
  }
  template <class Perform>
  void add(reactor::Operation& operation, std::string step, Perform perform) {
    waiting_.push_back({&operation, std::move(step), [perform] {
                          const auto result = perform();
                          return result < 0 ? -errno : static_cast<int>(result);
                        }});
  }

  std::deque<Waiting> waiting_;
};

}  // namespace lunet::backstore
