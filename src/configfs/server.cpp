// SPDX-License-Identifier: Apache-2.0
#include "configfs/server.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <list>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "base/fd.h"
#include "base/log.h"
#include "configfs/client_session.h"
#include "configfs/unix_socket.h"

namespace lunet::configfs {
namespace {

constexpr std::chrono::seconds refusal_log_interval{5};
constexpr int full_pause_ms = 100;  // after accept(2) found no descriptor free

struct FileIdentity {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const FileIdentity&) const = default;
};

FileIdentity identity_of(const std::string& path) {
  struct stat status{};
  if (::lstat(path.c_str(), &status) != 0) return {};
  return {status.st_dev, status.st_ino};
}

}  // namespace

class Server::Implementation {
 public:
  Implementation(const ServerOptions& options, Tree& tree, Fd listener, Fd stop_event)
      : options_(options),
        tree_(tree),
        listener_(std::move(listener)),
        memory_(options.memory_max),
        stop_event_(std::move(stop_event)),
        socket_file_(identity_of(options.socket_path)),
        acceptor_([this] { accept_clients(); }) {}

  void stop() {
    const std::lock_guard lock(stop_mutex_);
    if (!acceptor_.joinable()) return;
    const std::uint64_t one = 1;
    (void)::write(stop_event_.get(), &one, sizeof one);
    acceptor_.join();
    for (Client& client : clients_) client.thread.join();
    clients_.clear();
    // Only our own: a later server may have replaced it.
    if (options_.inherited < 0 && identity_of(options_.socket_path) == socket_file_)
      ::unlink(options_.socket_path.c_str());
    listener_.reset();
  }

 private:
  struct Client {
    uid_t uid = 0;
    std::thread thread;
    std::atomic<bool> done = false;
  };

  void accept_clients();
  void serve(Fd fd);
  [[nodiscard]] std::string why_full(uid_t uid) const;
  void refuse(FrameSocket socket, uid_t uid, const std::string& why);
  void reap();

  const ServerOptions options_;
  Tree& tree_;
  Fd listener_;
  SharedMemory memory_;
  Fd stop_event_;  ///< readable for all threads from stop() on
  const FileIdentity socket_file_;
  std::mutex stop_mutex_;
  // Of the acceptor's thread until that has ended.
  std::list<Client> clients_;
  std::chrono::steady_clock::time_point refusal_logged_;
  std::uint64_t refusals_not_logged_ = 0;
  std::thread acceptor_;
};

void Server::Implementation::reap() {
  for (auto client = clients_.begin(); client != clients_.end();) {
    if (client->done) {
      client->thread.join();
      client = clients_.erase(client);
    } else {
      ++client;
    }
  }
}

/// Empty: one more of this user is welcome.
std::string Server::Implementation::why_full(uid_t uid) const {
  if (clients_.size() >= options_.clients_max) return "too many clients are connected";
  if (uid == 0 || uid == ::geteuid()) return {};
  const auto same = static_cast<std::size_t>(std::count_if(
      clients_.begin(), clients_.end(), [&](const Client& client) { return client.uid == uid; }));
  const std::size_t share = std::max<std::size_t>(options_.clients_max / 4, 1);
  return same >= share ? "too many clients of this user are connected" : "";
}

void Server::Implementation::refuse(FrameSocket socket, uid_t uid, const std::string& why) {
  ServerOptions hurried = options_;
  hurried.message_timeout_ms = 0;
  ClientSession(tree_, hurried, memory_, std::move(socket)).refuse({EAGAIN, why, "try again later"});
  const auto now = std::chrono::steady_clock::now();
  if (now - refusal_logged_ < refusal_log_interval) {
    ++refusals_not_logged_;
    return;
  }
  refusal_logged_ = now;
  log::warning("control socket: a client of user {} was refused: {} ({}); {} more refusals were not logged",
               uid, why, clients_.size(), std::exchange(refusals_not_logged_, 0));
}

void Server::Implementation::serve(Fd fd) {
  reap();
  const auto peer = peer_of(fd.get());
  const uid_t uid = peer ? peer->uid : static_cast<uid_t>(-1);
  FrameSocket socket(std::move(fd), stop_event_.get());
  if (const std::string why = why_full(uid); !why.empty()) return refuse(std::move(socket), uid, why);
  Client& client = clients_.emplace_back();
  client.uid = uid;
  // The standard library throws where the system has no thread left.
  try {
    client.thread = std::thread([this, &client, moved = std::move(socket)]() mutable {
      ClientSession(tree_, options_, memory_, std::move(moved)).run();
      client.done = true;
    });
  } catch (const std::system_error& error) {
    clients_.pop_back();
    log::warning("control socket: a client was turned away: no thread for it: {}", error.what());
  }
}

void Server::Implementation::accept_clients() {
  for (;;) {
    std::array<pollfd, 2> waiting{{{listener_.get(), POLLIN, 0}, {stop_event_.get(), POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) {
      log::error("the socket {} is not served any more: poll failed with errno {}", options_.socket_path,
                 errno);
      return;
    }
    if (waiting[1].revents != 0) return;
    Fd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (fd) {
      serve(std::move(fd));
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
      // The connection stays in the queue and poll would return at once.
      (void)::poll(&waiting[1], 1, full_pause_ms);
      reap();
    }
  }
}

Server::Server(std::unique_ptr<Implementation> implementation) : implementation_(std::move(implementation)) {}

Server::~Server() {
  stop();
}

void Server::stop() {
  implementation_->stop();
}

Result<std::unique_ptr<Server>> Server::listen(const ServerOptions& options, Tree& tree) {
  Fd listener = options.inherited < 0 ? TRY(listen_unix(options.socket_path, options.group))
                                      : TRY(take_over_unix(options.inherited));
  Fd stop_event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop_event) return system_error(errno, "making an eventfd");
  auto implementation =
      std::make_unique<Implementation>(options, tree, std::move(listener), std::move(stop_event));
  return std::unique_ptr<Server>(new Server(std::move(implementation)));
}

}  // namespace lunet::configfs
