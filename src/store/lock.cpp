// SPDX-License-Identifier: Apache-2.0
#include "store/lock.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
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

static Error busy(const Fd& file, const std::string& path) {
  const auto text = read_file(file, path);
  const Words words(text ? std::string_view(*text) : std::string_view());
  const auto since = parse_signed(words.value("time"));
  std::string holder = "another process";
  if (!words.value("pid").empty()) {
    holder = fmt::format("process {} ({})", words.value("pid"), words.value("command"));
  }
  if (since) holder += fmt::format(" since {} s", std::max<std::int64_t>(0, std::time(nullptr) - *since));
  return {EBUSY, "the configuration is being changed by " + holder,
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

Result<std::unique_ptr<Lock>> take_lock(const std::string& folder, std::string_view command, int wait_ms) {
  using std::chrono::milliseconds;
  constexpr milliseconds pause_max{10};
  const std::string path = folder + "/lock";
  Fd file = TRY(open_file(path, O_RDWR | O_CREAT));
  const auto deadline = std::chrono::steady_clock::now() + milliseconds(wait_ms);
  milliseconds pause{1};
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return system_error(errno, "locking " + path);
    if (std::chrono::steady_clock::now() >= deadline) return busy(file, path);
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, pause_max);
  }
  auto lock = std::make_unique<FileLock>(std::move(file));
  TRY_OK(sign(lock->file(), path, command));
  return std::unique_ptr<Lock>(std::move(lock));
}

}  // namespace lunet::store
