// SPDX-License-Identifier: Apache-2.0
#include "configfs/frame_socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/bytes.h"

namespace lunet::configfs {
namespace {

constexpr std::size_t chunk_bytes = 256U << 10U;

Error closed() {
  return {ECONNRESET, "the other side closed the connection", {}};
}

}  // namespace

int milliseconds_left(Deadline deadline) {
  if (deadline == no_deadline) return -1;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 86'400'000));
}

FrameSocket::FrameSocket(Fd fd, int stop_fd) : fd_(std::move(fd)), stop_fd_(stop_fd) {
  ::fcntl(fd_.get(), F_SETFL, ::fcntl(fd_.get(), F_GETFL) | O_NONBLOCK);
}

Result<> FrameSocket::wait(bool writable, Deadline deadline) {
  for (;;) {
    std::array<pollfd, 2> waiting{
        {{fd_.get(), static_cast<short>(writable ? POLLOUT : POLLIN), 0}, {stop_fd_, POLLIN, 0}}};
    const int ready = ::poll(waiting.data(), waiting.size(), milliseconds_left(deadline));
    if (ready < 0 && errno != EINTR) return system_error(errno, "waiting on the socket");
    if (waiting[1].revents != 0) return system_error(ECANCELED, "waiting on the socket");
    if (ready > 0) return {};
    if (ready == 0) return system_error(ETIMEDOUT, "waiting on the socket");
  }
}

Result<> FrameSocket::receive_exactly(char* data, std::size_t size, Deadline deadline) {
  while (size > 0) {
    const ssize_t got = ::recv(fd_.get(), data, size, 0);
    if (got == 0) return closed();
    if (got < 0 && errno == EAGAIN) {
      TRY_OK(wait(false, deadline));
    } else if (got < 0 && errno != EINTR) {
      return system_error(errno, "receiving from the socket");
    } else if (got > 0) {
      data += got;
      size -= static_cast<std::size_t>(got);
      // A peer that sends without end keeps the socket readable; the deadline holds for it as well.
      if (size > 0 && milliseconds_left(deadline) == 0)
        return system_error(ETIMEDOUT, "receiving from the socket");
    }
  }
  return {};
}

Result<std::string> FrameSocket::receive(std::size_t bytes_max, Deadline deadline, MemoryShare* share) {
  std::array<std::uint8_t, 4> header{};
  TRY_OK(receive_exactly(reinterpret_cast<char*>(header.data()), header.size(), deadline));
  const std::size_t size = load_be32(header.data());
  if (size > bytes_max)
    return Error{EMSGSIZE,
                 "a message of " + std::to_string(size) + " bytes, at most " + std::to_string(bytes_max),
                 {}};
  // Memory grows with what has arrived, not with what was announced.
  std::string frame;
  while (frame.size() < size) {
    const std::size_t at = frame.size();
    const std::size_t part = std::min(chunk_bytes, size - at);
    if (share != nullptr && !share->grow(part))
      return Error{EAGAIN, "too many large messages are under way", "try again later"};
    frame.resize(at + part);
    TRY_OK(receive_exactly(frame.data() + at, part, deadline));
  }
  return frame;
}

Result<> FrameSocket::send_all(std::string_view bytes, Deadline deadline) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EAGAIN) {
      TRY_OK(wait(true, deadline));
    } else if (sent < 0 && (errno == EPIPE || errno == ECONNRESET)) {
      return closed();
    } else if (sent < 0 && errno != EINTR) {
      return system_error(errno, "sending to the socket");
    } else if (sent > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(sent));
      if (!bytes.empty() && milliseconds_left(deadline) == 0)
        return system_error(ETIMEDOUT, "sending to the socket");
    }
  }
  return {};
}

Result<> FrameSocket::send(std::string_view frame, Deadline deadline) {
  std::array<std::uint8_t, 4> header{};
  store_be32(header.data(), static_cast<std::uint32_t>(frame.size()));
  // A short one goes with its header: the other side is woken once.
  constexpr std::size_t short_bytes = 16384;
  if (frame.size() > short_bytes) {
    TRY_OK(send_all(as_text(header), deadline));
    return send_all(frame, deadline);
  }
  std::string whole(as_text(header));
  whole += frame;
  return send_all(whole, deadline);
}

bool FrameSocket::has_input() const {
  pollfd waiting{fd_.get(), POLLIN, 0};
  return ::poll(&waiting, 1, 0) != 0;
}

}  // namespace lunet::configfs
