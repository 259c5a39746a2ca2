// SPDX-License-Identifier: Apache-2.0
#include "configfs/inotify_watch.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <deque>
#include <unordered_map>

#include "base/fd.h"
#include "configfs/kernel_files.h"
#include "configfs/path.h"

namespace lunet::configfs {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t wanted_events = IN_CREATE | IN_DELETE | IN_MODIFY | IN_ONLYDIR | IN_DONT_FOLLOW;

class InotifyWatch : public Watch {
 public:
  InotifyWatch(Fd fd, std::string_view root) : fd_(std::move(fd)), root_(root) {}

  /// Watches the directory and all below it.
  int add(const std::string& path);
  Result<Event> next(int timeout_ms) override;

 private:
  int fetch(int timeout_ms);
  void translate(const inotify_event& event, std::string_view name);
  [[nodiscard]] bool is_link(const std::string& path) const;

  Fd fd_;
  std::string root_;
  std::unordered_map<int, std::string> paths_;  ///< watch descriptor -> path of the directory
  std::deque<Event> events_;
  bool overflowed_ = false;
};

int InotifyWatch::add(const std::string& path) {
  const std::string full = path.empty() ? root_ : root_ + '/' + path;
  const int descriptor = ::inotify_add_watch(fd_.get(), full.c_str(), wanted_events);
  if (descriptor < 0) return errno;
  paths_[descriptor] = path;
  const Fd dir(::open(full.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!dir) return errno;
  std::vector<Entry> entries;
  if (const int error = list_fd(dir.get(), entries); error != 0) return error;
  for (const Entry& entry : entries) {
    if (entry.kind != EntryKind::directory) continue;
    const int error = add(join_path(path, entry.name));
    if (error != 0 && error != ENOENT) return error;
  }
  return 0;
}

bool InotifyWatch::is_link(const std::string& path) const {
  struct stat status{};
  return ::lstat((root_ + '/' + path).c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

void InotifyWatch::translate(const inotify_event& event, std::string_view name) {
  if ((event.mask & IN_Q_OVERFLOW) != 0) {
    events_.clear();
    overflowed_ = true;
    return;
  }
  const auto found = paths_.find(event.wd);
  if (found == paths_.end()) return;
  if ((event.mask & IN_IGNORED) != 0) {
    paths_.erase(found);
    return;
  }
  const bool is_dir = (event.mask & IN_ISDIR) != 0;
  const std::string path = join_path(found->second, name);
  if ((event.mask & IN_MODIFY) != 0) {
    events_.push_back({Verb::write, path});
  } else if ((event.mask & IN_DELETE) != 0) {
    events_.push_back({is_dir ? Verb::remove_dir : Verb::unlink, path});
  } else if (is_dir) {
    events_.push_back({Verb::make_dir, path});
    // A directory can go away again before its watch is set; anything else loses events.
    if (const int error = add(path); error != 0 && error != ENOENT) overflowed_ = true;
  } else if (is_link(path)) {
    events_.push_back({Verb::link, path});
  }
}

int InotifyWatch::fetch(int timeout_ms) {
  pollfd waiting{fd_.get(), POLLIN, 0};
  const int ready = ::poll(&waiting, 1, timeout_ms);
  if (ready < 0) return errno == EINTR ? 0 : errno;
  if (ready == 0) return 0;
  alignas(inotify_event) std::array<char, 65536> buffer;
  const ssize_t size = ::read(fd_.get(), buffer.data(), buffer.size());
  if (size < 0) return errno == EINTR || errno == EAGAIN ? 0 : errno;
  for (const char* p = buffer.data(); p < buffer.data() + size;) {
    inotify_event event{};
    std::memcpy(&event, p, sizeof event);
    translate(event, event.len > 0 ? std::string_view(p + sizeof event) : std::string_view());
    p += sizeof event + event.len;
  }
  return 0;
}

Result<Event> InotifyWatch::next(int timeout_ms) {
  const auto deadline = Clock::now() + std::chrono::milliseconds(timeout_ms);
  while (events_.empty() && !overflowed_) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left < 0) return system_error(ETIMEDOUT, "waiting for an event");
    if (const int error = fetch(static_cast<int>(left)); error != 0)
      return system_error(error, "waiting for an event of " + root_);
    if (left == 0 && events_.empty() && !overflowed_) return system_error(ETIMEDOUT, "waiting for an event");
  }
  if (std::exchange(overflowed_, false)) return system_error(EOVERFLOW, "events of " + root_ + " were lost");
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

}  // namespace

Result<std::unique_ptr<Watch>> watch_directory(std::string_view root, std::string_view path) {
  Fd fd(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!fd) return system_error(errno, "starting inotify");
  auto watch = std::make_unique<InotifyWatch>(std::move(fd), root);
  if (const int error = watch->add(std::string(path)); error != 0) {
    Error failure = system_error(error, "watching " + join_path(root, path));
    if (error == ENOSPC) return std::move(failure).advise("raise fs.inotify.max_user_watches");
    return failure;
  }
  return std::unique_ptr<Watch>(std::move(watch));
}

}  // namespace lunet::configfs
