// SPDX-License-Identifier: Apache-2.0
// One thread's event loop: sockets, files, timers and messages from other threads, behind one interface so
// that users do not know which engine (io_uring, epoll) runs below. Not protocols (iscsi/), not disks
// (backstore/).
#pragma once

#include <sys/socket.h>
#include <sys/uio.h>

#include <cstdint>
#include <functional>
#include <memory>

#include "base/bytes.h"
#include "base/check.h"
#include "base/result.h"

namespace lunet::reactor {

/// One asynchronous operation. The object belongs to the submitter and must stay where it is until done() was
/// called; done() is called exactly once for each submission, on the reactor's thread, never from inside the
/// submitting call. done() may submit again and may destroy the operation. The descriptor it works on stays
/// open until done(), too.
class Operation {
 public:
  Operation() = default;
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;
  virtual ~Operation() { CHECK(!listed_); }
  /// `result`: bytes, descriptor or 0 when >= 0; -errno when negative (-ECANCELED after cancel()).
  virtual void done(int result) = 0;

 private:
  friend class OperationList;
  Operation* previous_ = nullptr;
  Operation* next_ = nullptr;
  bool listed_ = false;  ///< in flight
};

using TimerId = std::uint64_t;  ///< 0 is none

/// All members except post(), stop() and counters() may be called on the reactor's thread only; before run(),
/// that is any one thread.
class Reactor {
 public:
  virtual ~Reactor() = default;

  virtual void accept(Operation& operation,
                      int listener) = 0;  ///< result: descriptor, non-blocking, close-on-exec
  virtual void receive(Operation& operation, int socket, MutableBytes buffer) = 0;
  /// `message` and what it points to stay valid until done(). Short sends happen.
  virtual void send(Operation& operation, int socket, const msghdr& message) = 0;
  /// `vector` stays valid until done(). Short reads and writes happen; 0 is the end of the file.
  virtual void read(Operation& operation, int file, std::span<const iovec> vector, std::uint64_t offset) = 0;
  /// `durable`: the data is on stable storage when done (RWF_DSYNC).
  virtual void write(Operation& operation, int file, std::span<const iovec> vector, std::uint64_t offset,
                     bool durable) = 0;
  virtual void sync_data(Operation& operation, int file) = 0;  ///< fdatasync
  virtual void allocate(Operation& operation, int file, int mode, std::uint64_t offset,
                        std::uint64_t length) = 0;
  /// Asks for an early end of the operation; done() is still called, perhaps with its ordinary result.
  /// Nothing happens when it is not in flight.
  virtual void cancel(Operation& operation) = 0;

  /// Calls `callback` once on this thread after `delay_ms` (at least).
  virtual TimerId after(std::uint64_t delay_ms, std::function<void()> callback) = 0;
  virtual void cancel_timer(TimerId timer) = 0;
  /// Monotonic milliseconds, read once a loop turn.
  [[nodiscard]] virtual std::uint64_t now_ms() const = 0;
  /// Calls `callback` at the end of this loop turn, before waiting: the place to flush collected output in
  /// one send.
  virtual void at_turn_end(std::function<void()> callback) = 0;

  /// From any thread: runs `callback` on the reactor's thread, in order of posting. After run() has returned
  /// nothing is run any more.
  virtual void post(std::function<void()> callback) = 0;
  /// Runs the loop on the calling thread until stop(); once in a reactor's life. Before it returns, what was
  /// posted before stop() has run and every operation in flight was cancelled and is done. An operation
  /// submitted meanwhile ends with -ECANCELED, so done() must not submit again after that result. Timers no
  /// longer fire.
  virtual void run() = 0;
  /// From any thread.
  virtual void stop() = 0;
  /// For counters and benchmarks, from any thread: operations (and io_uring's own entries) submitted to and
  /// system calls made by the engine so far.
  struct Counters {
    std::uint64_t submissions = 0;
    std::uint64_t system_calls = 0;
  };
  [[nodiscard]] virtual Counters counters() const = 0;
};

/// An io_uring reactor; the error says what is missing (kernel, seccomp, limits). Create and run() on the
/// same thread is not required, but only one thread may run it.
Result<std::unique_ptr<Reactor>> make_uring_reactor();

using ReactorMaker = std::function<Result<std::unique_ptr<Reactor>>()>;
/// Makes epoll reactors, for systems without io_uring. All that one maker makes share a pool of threads for
/// file operations that may block.
ReactorMaker epoll_reactors();

}  // namespace lunet::reactor
