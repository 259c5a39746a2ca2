// SPDX-License-Identifier: Apache-2.0
#include "store/lock.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <thread>

#include "base/text.h"
#include "store/files.h"
#include "store/words.h"

namespace lunet::store {

namespace {
class FileLock : public Lock {
 public:
  explicit FileLock(Fd file) : file_(std::move(file)) {}
  ~FileLock() override {
    // Nobody must read our name while the next one holds it; closing releases the lock.
    if (::ftruncate(file_.get(), 0) != 0) return;
  }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  [[nodiscard]] const Fd& file() const { return file_; }

 private:
  Fd file_;
};
}  // namespace

/// "process 12 (/iscsi create) since 2 s"
static std::string holder_of(const Fd& file, const std::string& path) {
  const auto text = read_file(file, path);
  const Words words(text ? std::string_view(*text) : std::string_view());
  const auto since = parse_signed(words.value("time"));
  std::string holder = "another process";
  if (!words.value("pid").empty()) {
    holder = fmt::format("process {} ({})", words.value("pid"), words.value("command"));
  }
  if (since) holder += fmt::format(" since {} s", std::max<std::int64_t>(0, std::time(nullptr) - *since));
  return holder;
}

static Error busy(const Fd& file, const std::string& path) {
  return {EBUSY, "the configuration is being changed by " + holder_of(file, path),
          fmt::format("try again when it is done; the lock is {}", path)};
}

/// Who holds it, for those who wait. Not needed to be durable.
static Result<> sign(const Fd& file, const std::string& path, std::string_view command) {
  const std::string text =
      fmt::format("pid {} time {} command {}\n", ::getpid(), std::time(nullptr), written_word(command));
  if (::ftruncate(file.get(), 0) != 0 || ::pwrite(file.get(), text.data(), text.size(), 0) < 0) {
    return system_error(errno, "writing " + path);
  }
  return {};
}

namespace {
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Somebody who waits. Patience is for one holder: each holder signs the file, so its time tells that the
/// queue moves.
class Waiter {
 public:
  Waiter(const Fd& file, const std::string& path, const Patience& patience)
      : file_(file), path_(path), patience_(patience) {}

  /// False when patience ends.
  bool wait() {
    const auto now = Clock::now();
    if (const timespec signed_at = last_signed();
        signed_at.tv_sec != signed_.tv_sec || signed_at.tv_nsec != signed_.tv_nsec) {
      signed_ = signed_at;
      deadline_ = now + milliseconds(patience_.wait_ms);
    }
    if (now >= deadline_) return false;
    if (patience_.told && now >= tell_at_) {
      patience_.told(holder_of(file_, path_));
      tell_at_ = now + milliseconds(patience_.tell_every_ms);
    }
    std::this_thread::sleep_for(waiter_pause(std::chrono::duration_cast<milliseconds>(now - began_)));
    return true;
  }

 private:
  [[nodiscard]] timespec last_signed() const {
    struct stat status{};
    return ::fstat(file_.get(), &status) == 0 ? status.st_mtim : timespec{};
  }

  const Fd& file_;
  const std::string& path_;
  const Patience& patience_;
  timespec signed_ = last_signed();
  Clock::time_point began_ = Clock::now();
  Clock::time_point deadline_ = began_ + milliseconds(patience_.wait_ms);
  Clock::time_point tell_at_ = began_ + milliseconds(patience_.tell_after_ms);
};
}  // namespace

milliseconds waiter_pause(milliseconds waited) {
  const milliseconds while_one_is_before_us = waited / 2;
  const milliseconds by_age = milliseconds(20) - waited / 500;
  return std::max(milliseconds(2), std::min(while_one_is_before_us, by_age));
}

Result<std::unique_ptr<Lock>> take_lock(const std::string& folder, std::string_view command,
                                        const Patience& patience) {
  const std::string path = folder + "/lock";
  Fd file = TRY(open_file(path, O_RDWR | O_CREAT));
  Waiter waiter(file, path, patience);
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return system_error(errno, "locking " + path);
    if (patience.given_up && patience.given_up())
      return Error{EINTR, "you stopped waiting for " + holder_of(file, path), "nothing was changed"};
    if (!waiter.wait()) return busy(file, path);
  }
  auto lock = std::make_unique<FileLock>(std::move(file));
  TRY_OK(sign(lock->file(), path, command));
  return std::unique_ptr<Lock>(std::move(lock));
}

}  // namespace lunet::store
