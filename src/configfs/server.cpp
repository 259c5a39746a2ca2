// SPDX-License-Identifier: Apache-2.0
#include "configfs/server.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <list>
#include <mutex>
#include <thread>

#include "base/fd.h"
#include "base/log.h"
#include "configfs/client_session.h"
#include "configfs/unix_socket.h"

namespace lunet::configfs {
namespace {

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
    if (identity_of(options_.socket_path) == socket_file_) ::unlink(options_.socket_path.c_str());
    listener_.reset();
  }

 private:
  struct Client {
    std::thread thread;
    std::atomic<bool> done = false;
  };

  void accept_clients();
  void serve(Fd fd);
  void reap();

  const ServerOptions options_;
  Tree& tree_;
  Fd listener_;
  Fd stop_event_;  ///< readable for all threads from stop() on
  const FileIdentity socket_file_;
  std::mutex stop_mutex_;
  std::list<Client> clients_;  ///< of the acceptor's thread until that has ended
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

void Server::Implementation::serve(Fd fd) {
  reap();
  FrameSocket socket(std::move(fd), stop_event_.get());
  if (clients_.size() >= options_.clients_max) {
    ServerOptions hurried = options_;
    hurried.message_timeout_ms = 0;
    ClientSession(tree_, hurried, std::move(socket))
        .refuse({EAGAIN, "too many clients are connected", "try again later"});
    return;
  }
  Client& client = clients_.emplace_back();
  client.thread = std::thread([this, &client, moved = std::move(socket)]() mutable {
    ClientSession(tree_, options_, std::move(moved)).run();
    client.done = true;
  });
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
  Fd listener = TRY(listen_unix(options.socket_path, options.group));
  Fd stop_event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop_event) return system_error(errno, "making an eventfd");
  auto implementation =
      std::make_unique<Implementation>(options, tree, std::move(listener), std::move(stop_event));
  return std::unique_ptr<Server>(new Server(std::move(implementation)));
}

}  // namespace lunet::configfs
