// SPDX-License-Identifier: Apache-2.0
// The process that makes the calls into the kernel for another one, which can leave it behind: a call that
// does not come back (state D) cannot be interrupted by anybody. Neighbour: kernel_process.h, who asks it.
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/result.h"
#include "configfs/frame_socket.h"
#include "configfs/kernel_calls.h"
#include "configfs/kernel_stuck.h"
#include "configfs/tree.h"

namespace lunet::configfs {

/// Memory that both processes see: where the helper is. Written by the helper only.
class CallBoard {
 public:
  struct Call {
    Verb verb = Verb::read;
    std::string path;
    std::size_t index = 0;
  };
  void enter(Verb verb, std::string_view path, std::size_t index);
  /// Grows with each call.
  [[nodiscard]] std::uint64_t calls() const { return calls_.load(std::memory_order_acquire); }
  /// What the helper is at; only right while it stands still.
  [[nodiscard]] Call current() const;

 private:
  static constexpr std::size_t path_bytes_max = 3072;
  std::atomic<std::uint64_t> calls_{0};
  std::uint32_t verb_ = 0;
  std::uint32_t path_size_ = 0;
  std::uint64_t index_ = 0;
  char path_[path_bytes_max] = {};
};

/// Makes the tree that the helper serves, in the helper.
using MakeTree = std::function<std::unique_ptr<Tree>(CallGuard* guard)>;

/// The asking side's hold on one helper.
class KernelHelper {
 public:
  /// Calls that `stuck` forbids are refused by the helper.
  static Result<KernelHelper> start(const MakeTree& make_tree, const StuckCalls& stuck);
  KernelHelper(KernelHelper&& other) noexcept;
  KernelHelper& operator=(KernelHelper&& other) noexcept;
  /// It ends by itself when it sees that nobody is there any more.
  ~KernelHelper();

  FrameSocket& socket() { return socket_; }
  [[nodiscard]] const CallBoard& board() const { return *board_; }
  [[nodiscard]] pid_t process() const { return process_; }
  /// Kills it, waits a moment; true when it is gone, false when the kernel does not let it go.
  bool abandon();

 private:
  struct Unmap {
    void operator()(CallBoard* board) const;
  };
  KernelHelper(FrameSocket socket, std::unique_ptr<CallBoard, Unmap> board, pid_t process)
      : socket_(std::move(socket)), board_(std::move(board)), process_(process) {}

  FrameSocket socket_;
  std::unique_ptr<CallBoard, Unmap> board_;
  pid_t process_ = -1;
};

}  // namespace lunet::configfs
