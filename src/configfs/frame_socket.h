// SPDX-License-Identifier: Apache-2.0
// Frames (protocol.h) over a connected stream socket, with deadlines. One thread at a time.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/fd.h"
#include "base/result.h"
#include "configfs/memory_share.h"

namespace lunet::configfs {

using Deadline = std::chrono::steady_clock::time_point;

inline Deadline deadline_in(int timeout_ms) {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
}
inline constexpr Deadline no_deadline = Deadline::max();
/// For poll(2): -1 waits for ever.
int milliseconds_left(Deadline deadline);

class FrameSocket {
 public:
  FrameSocket() = default;
  /// `fd` is made non-blocking. Waiting also ends, with ECANCELED, when `stop_fd` becomes readable.
  explicit FrameSocket(Fd fd, int stop_fd = -1);

  [[nodiscard]] bool is_open() const { return static_cast<bool>(fd_); }
  [[nodiscard]] int fd() const { return fd_.get(); }
  void close() { fd_.reset(); }

  /// Until a frame begins or the peer closes; ETIMEDOUT.
  Result<> wait_readable(Deadline deadline) { return wait(false, deadline); }
  /// ECONNRESET when the peer closed, EMSGSIZE for a frame of more than `bytes_max`, ETIMEDOUT, EAGAIN when
  /// `share` cannot grow with the frame. After any error the position in the stream is unknown.
  Result<std::string> receive(std::size_t bytes_max, Deadline deadline, MemoryShare* share = nullptr);
  Result<> send(std::string_view frame, Deadline deadline);
  /// True when the peer closed, or sent something that nobody waits for.
  [[nodiscard]] bool has_input() const;

 private:
  Result<> wait(bool writable, Deadline deadline);
  Result<> receive_exactly(char* data, std::size_t size, Deadline deadline);
  Result<> send_all(std::string_view bytes, Deadline deadline);

  Fd fd_;
  int stop_fd_ = -1;
};

}  // namespace lunet::configfs
