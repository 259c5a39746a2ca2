// SPDX-License-Identifier: Apache-2.0
#include "service/arrivals.h"

#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstring>
#include <string_view>

namespace lunet::service {
namespace {

constexpr int quiet_ms = 20;  ///< a device comes with several events

Fd netlink(int protocol, unsigned groups) {
  Fd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = groups;
  if (!fd || ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  return fd;
}

/// The deepest folder on the way to the path that is there, and what of the path will appear in it.
struct Place {
  std::string folder;
  std::string name;
};
Place place_of(const std::string& path) {
  Place place{path, {}};
  for (;;) {
    const auto slash = place.folder.rfind('/');
    if (slash == std::string::npos) return {".", place.folder};
    place.name = place.folder.substr(slash + 1);
    place.folder.resize(slash);
    struct stat status{};
    if (place.folder.empty()) return {"/", place.name};
    if (::stat(place.folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) return place;
  }
}

/// Reads everything there is; true when one of the messages counts.
template <class Counts>
bool drain_fd(const Fd& fd, const Counts& counts) {
  bool some = false;
  std::array<char, 16384> buffer{};
  for (;;) {
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    // Messages that were lost may have been about anything.
    if (got < 0 && errno == ENOBUFS) {
      some = true;
      continue;
    }
    if (got <= 0) return some;
    some = counts(std::string_view(buffer.data(), static_cast<std::size_t>(got))) || some;
  }
}

bool always(std::string_view /*message*/) {
  return true;
}
bool of_block_device(std::string_view message) {
  return message.find(std::string_view("SUBSYSTEM=block\0", 16)) != std::string_view::npos;
}

}  // namespace

Result<std::unique_ptr<Arrivals>> Arrivals::listen() {
  Fd files(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  if (!files) return system_error(errno, "waiting for what is missing: inotify");
  std::unique_ptr<Arrivals> arrivals(new Arrivals(std::move(files)));
  constexpr unsigned of_the_kernel_and_of_udev = 3;
  arrivals->devices_ = netlink(NETLINK_KOBJECT_UEVENT, of_the_kernel_and_of_udev);
  arrivals->addresses_ = netlink(NETLINK_ROUTE, RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR);
  arrivals->mounts_ = Fd(::open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC));
  return arrivals;
}

bool Arrivals::watch(const std::vector<std::string>& paths) {
  constexpr std::uint32_t changes =
      IN_CREATE | IN_MOVED_TO | IN_ATTRIB | IN_MODIFY | IN_CLOSE_WRITE | IN_DELETE_SELF | IN_MOVE_SELF;
  std::set<std::string> wanted;
  names_.clear();
  for (const std::string& path : paths) {
    const Place place = place_of(path);
    wanted.insert(place.folder);
    names_.insert(place.name);
  }
  bool new_ones = false;
  for (auto at = folders_.begin(); at != folders_.end();) {
    if (wanted.contains(at->first)) {
      ++at;
      continue;
    }
    ::inotify_rm_watch(files_.get(), at->second);
    at = folders_.erase(at);
  }
  for (const std::string& folder : wanted) {
    // Added again all the same: the folder of that name may be another one by now.
    const int watch = ::inotify_add_watch(files_.get(), folder.c_str(), changes);
    if (watch < 0) continue;
    const auto [at, added] = folders_.insert_or_assign(folder, watch);
    new_ones = new_ones || added;
  }
  return new_ones;
}

bool Arrivals::counts(std::string_view events) const {
  for (std::size_t at = 0; at + sizeof(inotify_event) <= events.size();) {
    inotify_event event{};
    std::memcpy(&event, events.data() + at, sizeof event);
    const std::string_view name = event.len > 0 ? events.data() + at + sizeof event : "";
    if (name.empty() || names_.contains(name)) return true;
    at += sizeof event + event.len;
  }
  return false;
}

bool Arrivals::drain() {
  bool some = drain_fd(files_, [this](std::string_view events) { return counts(events); });
  if (devices_) some = drain_fd(devices_, of_block_device) || some;
  if (addresses_) some = drain_fd(addresses_, always) || some;
  return some;
}

bool Arrivals::poll_once(int timeout_ms) {
  std::array<pollfd, 4> waiting{{{files_.get(), POLLIN, 0},
                                 {devices_ ? devices_.get() : -1, POLLIN, 0},
                                 {addresses_ ? addresses_.get() : -1, POLLIN, 0},
                                 {mounts_ ? mounts_.get() : -1, POLLPRI, 0}}};
  if (::poll(waiting.data(), waiting.size(), timeout_ms) <= 0) return false;
  const bool mounted = (waiting[3].revents & POLLPRI) != 0;
  return drain() || mounted;
}

bool Arrivals::wait(int timeout_ms) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(timeout_ms);
  const auto left = [&] {
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    return ms > 0 ? static_cast<int>(ms) : 0;
  };
  while (!poll_once(left())) {
    if (left() == 0) return false;
  }
  // A storm must not keep the first from being seen.
  for (int more = 0; more < 10 && poll_once(quiet_ms); ++more) {
  }
  return true;
}

}  // namespace lunet::service
