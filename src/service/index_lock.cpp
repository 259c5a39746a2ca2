// SPDX-License-Identifier: Apache-2.0
#include "service/index_lock.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/file.h>

#include <utility>

#include "base/fd.h"

namespace lunet::service {
namespace {

class BothLocks : public store::Lock {
 public:
  BothLocks(std::unique_ptr<store::Lock> own, Fd other) : own_(std::move(own)), other_(std::move(other)) {}

 private:
  std::unique_ptr<store::Lock> own_;
  Fd other_;
};

}  // namespace

Result<std::unique_ptr<store::Lock>> with_index_lock(std::unique_ptr<store::Lock> own,
                                                     const std::string& path, int wait_ms,
                                                     const std::function<void()>& waiting) {
  constexpr int pause_ms = 20;
  Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (!file && (errno == ENOENT || errno == EACCES || errno == EROFS)) return own;
  if (!file) return system_error(errno, "opening " + path);
  bool told = false;
  for (int waited_ms = 0; ::flock(file.get(), LOCK_EX | LOCK_NB) != 0; waited_ms += pause_ms) {
    if (errno != EWOULDBLOCK && errno != EINTR) return system_error(errno, "locking " + path);
    if (waited_ms >= wait_ms) {
      return Error{
          EBUSY,
          fmt::format("another program (targetcli, targetctl, cinder) is making a disk: it holds {}", path),
          fmt::format("try again; see who it is with `fuser -v {}`", path)};
    }
    if (!std::exchange(told, true)) waiting();
    ::poll(nullptr, 0, pause_ms);
  }
  return std::unique_ptr<store::Lock>(std::make_unique<BothLocks>(std::move(own), std::move(file)));
}

}  // namespace lunet::service
