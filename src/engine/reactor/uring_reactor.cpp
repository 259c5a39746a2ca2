// SPDX-License-Identifier: Apache-2.0
#include "engine/reactor/uring_reactor.h"

#include <fcntl.h>
#include <liburing.h>
#include <limits.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/check.h"
#include "base/fd.h"
#include "engine/reactor/hand_over.h"
#include "engine/reactor/loop_base.h"

namespace lunet::reactor {

namespace {

constexpr unsigned submission_entries = 512;
/// Completions beyond it are kept by the kernel (IORING_FEAT_NODROP), at some cost.
constexpr unsigned completion_entries = 4096;

// user_data of entries that are no Operation.
constexpr std::uint64_t tag_ignored = 0;
constexpr std::uint64_t tag_wake = 1;

struct Completion {
  std::uint64_t user_data;
  int result;
};

void count(std::atomic<std::uint64_t>& counter) {
  counter.fetch_add(1, std::memory_order_relaxed);
}

class UringReactor final : public LoopBase {
 public:
  UringReactor(const io_uring& ring, UringMode mode, Fd wake_event)
      : ring_(ring), mode_(mode), wake_event_(std::move(wake_event)) {}
  ~UringReactor() override { io_uring_queue_exit(&ring_); }

  void accept(Operation& operation, int listener) override;
  void receive(Operation& operation, int socket, MutableBytes buffer) override;
  void send(Operation& operation, int socket, const msghdr& message) override;
  void read(Operation& operation, int file, std::span<const iovec> vector, std::uint64_t offset) override;
  void write(Operation& operation, int file, std::span<const iovec> vector, std::uint64_t offset,
             bool durable) override;
  void sync_data(Operation& operation, int file) override;
  void allocate(Operation& operation, int file, int mode, std::uint64_t offset,
                std::uint64_t length) override;
  [[nodiscard]] Counters counters() const override { return {submissions_, system_calls_}; }

 private:
  template <class Prepare>
  void submit(Operation& operation, Prepare prepare);
  io_uring_sqe& entry();
  void enter(std::optional<Duration> limit);
  void reap();
  void arm_wake();

  void start() override;
  void wait(std::optional<Duration> limit) override;
  void dispatch() override;
  void request_cancel(Operation& operation) override;
  void wake() override;
  void finish() override;

  io_uring ring_;
  const UringMode mode_;
  std::vector<Completion> ready_;  ///< taken from the ring, not yet told
  const Fd wake_event_;
  std::uint64_t wake_count_ = 0;  ///< where the kernel puts the event's value
  bool wake_armed_ = false;
  bool finishing_ = false;
  std::atomic<std::uint64_t> submissions_ = 0;
  std::atomic<std::uint64_t> system_calls_ = 0;
};

template <class Prepare>
void UringReactor::submit(Operation& operation, Prepare prepare) {
  if (!admit(operation)) return;
  io_uring_sqe& sqe = entry();
  prepare(&sqe);
  io_uring_sqe_set_data(&sqe, &operation);
  hand_to_kernel(&operation);
}

void UringReactor::accept(Operation& operation, int listener) {
  submit(operation, [&](io_uring_sqe* sqe) {
    io_uring_prep_accept(sqe, listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
  });
}

void UringReactor::receive(Operation& operation, int socket, MutableBytes buffer) {
  constexpr std::size_t bytes_max = 1U << 30;  // the entry's length has 32 bits
  const std::size_t size = std::min(buffer.size(), bytes_max);
  submit(operation, [&](io_uring_sqe* sqe) { io_uring_prep_recv(sqe, socket, buffer.data(), size, 0); });
}

void UringReactor::send(Operation& operation, int socket, const msghdr& message) {
  submit(operation, [&](io_uring_sqe* sqe) { io_uring_prep_sendmsg(sqe, socket, &message, MSG_NOSIGNAL); });
}

void UringReactor::read(Operation& operation, int file, std::span<const iovec> vector, std::uint64_t offset) {
  submit(operation, [&](io_uring_sqe* sqe) {
    io_uring_prep_readv(sqe, file, vector.data(), static_cast<unsigned>(vector_length(vector)), offset);
  });
}

void UringReactor::write(Operation& operation, int file, std::span<const iovec> vector, std::uint64_t offset,
                         bool durable) {
  submit(operation, [&](io_uring_sqe* sqe) {
    io_uring_prep_writev2(sqe, file, vector.data(), static_cast<unsigned>(vector_length(vector)), offset,
                          durable ? RWF_DSYNC : 0);
  });
}

void UringReactor::sync_data(Operation& operation, int file) {
  submit(operation, [&](io_uring_sqe* sqe) { io_uring_prep_fsync(sqe, file, IORING_FSYNC_DATASYNC); });
}

void UringReactor::allocate(Operation& operation, int file, int mode, std::uint64_t offset,
                            std::uint64_t length) {
  submit(operation, [&](io_uring_sqe* sqe) {
    io_uring_prep_fallocate(sqe, file, mode, static_cast<off_t>(offset), static_cast<off_t>(length));
  });
}

/// A free submission entry. A full queue is submitted first; when the kernel refuses that until completions
/// are taken, they are, and wait in ready_ for dispatch().
io_uring_sqe& UringReactor::entry() {
  io_uring_sqe* sqe = io_uring_get_sqe(&ring_);
  while (sqe == nullptr) {
    // The ring belongs to the thread of run(): before that, only what the queue holds can be submitted.
    CHECK(started());
    count(system_calls_);
    if (io_uring_submit(&ring_) < 0) enter(Duration(0));
    reap();
    sqe = io_uring_get_sqe(&ring_);
  }
  count(submissions_);
  return *sqe;
}

void UringReactor::request_cancel(Operation& operation) {
  io_uring_sqe& sqe = entry();
  io_uring_prep_cancel(&sqe, &operation, 0);
  io_uring_sqe_set_data64(&sqe, tag_ignored);
}

void UringReactor::start() {
  // liburing 2.3 declares io_uring_enable_rings() and forgot to export it.
  if (mode_ == UringMode::single_issuer) {
    CHECK(::syscall(SYS_io_uring_register, ring_.ring_fd, IORING_REGISTER_ENABLE_RINGS, nullptr, 0) == 0);
  }
  // Saves a look-up of the descriptor at each system call; a kernel that cannot is as good.
  io_uring_register_ring_fd(&ring_);
  arm_wake();
}

void UringReactor::arm_wake() {
  io_uring_sqe& sqe = entry();
  io_uring_prep_read(&sqe, wake_event_.get(), &wake_count_, sizeof wake_count_, 0);
  io_uring_sqe_set_data64(&sqe, tag_wake);
  wake_armed_ = true;
}

void UringReactor::wake() {
  count(system_calls_);
  const std::uint64_t one = 1;
  CHECK(::write(wake_event_.get(), &one, sizeof one) == sizeof one);
}

void UringReactor::wait(std::optional<Duration> limit) {
  enter(ready_.empty() ? limit : Duration(0));
  reap();
}

void UringReactor::enter(std::optional<Duration> limit) {
  int result = 0;
  count(system_calls_);
  if (!limit) {
    result = io_uring_submit_and_wait(&ring_, 1);
  } else if (*limit == Duration(0)) {
    result = io_uring_submit_and_get_events(&ring_);
  } else {
    constexpr std::int64_t ns_per_second = 1'000'000'000;
    __kernel_timespec time{limit->count() / ns_per_second, limit->count() % ns_per_second};
    io_uring_cqe* first = nullptr;
    result = io_uring_submit_and_wait_timeout(&ring_, &first, 1, &time, nullptr);
  }
  // All of these leave what was not submitted in the queue and completions in the ring: the next turn goes
  // on.
  CHECK(result >= 0 || result == -ETIME || result == -EINTR || result == -EAGAIN || result == -EBUSY);
}

void UringReactor::reap() {
  unsigned head = 0;
  unsigned taken = 0;
  io_uring_cqe* cqe = nullptr;
  io_uring_for_each_cqe(&ring_, head, cqe) {
    ready_.push_back({cqe->user_data, cqe->res});
    ++taken;
  }
  io_uring_cq_advance(&ring_, taken);
}

void UringReactor::dispatch() {
  // done() may submit, and that may reap() more: no iterators here.
  for (std::size_t i = 0; i < ready_.size(); ++i) {
    const Completion completion = ready_[i];
    if (completion.user_data == tag_ignored) continue;
    if (completion.user_data == tag_wake) {
      wake_armed_ = false;
      if (!finishing_) arm_wake();
      continue;
    }
    auto* operation = reinterpret_cast<Operation*>(completion.user_data);
    take_from_kernel(operation);
    complete(*operation, completion.result);
  }
  ready_.clear();
}

void UringReactor::finish() {
  finishing_ = true;
  wake();
  while (wake_armed_) {
    wait(std::nullopt);
    dispatch();
  }
  io_uring_unregister_ring_fd(&ring_);
}

Error setup_error(int errnum) {
  auto error = system_error(errnum, "setting up io_uring");
  switch (errnum) {
    case ENOSYS:
      return std::move(error).advise(
          "this kernel has no io_uring, or too old a one: Linux 5.11 is the oldest");
    case EPERM:
      return std::move(error).advise(
          "io_uring is forbidden here: by sysctl kernel.io_uring_disabled, or by the container's seccomp "
          "profile");
    case ENOMEM:
      return std::move(error).advise("raise the limit of locked memory (ulimit -l, LimitMEMLOCK=)");
    case EMFILE:
    case ENFILE: return std::move(error).advise("raise the limit of open files (ulimit -n, LimitNOFILE=)");
    default: return error;
  }
}

}  // namespace

Result<std::unique_ptr<Reactor>> make_uring_reactor(UringMode mode) {
  io_uring_params params{};
  params.flags = IORING_SETUP_CQSIZE;
  params.cq_entries = completion_entries;
  if (mode == UringMode::single_issuer) {
    // Disabled until run(): the thread that enables it is the one that may use it.
    params.flags |= IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_COOP_TASKRUN |
                    IORING_SETUP_SUBMIT_ALL | IORING_SETUP_R_DISABLED;
  }
  io_uring ring{};
  const int result = io_uring_queue_init_params(submission_entries, &ring, &params);
  if (result < 0) return setup_error(-result);
  constexpr unsigned needed = IORING_FEAT_NODROP | IORING_FEAT_EXT_ARG;
  Fd wake_event(
      ::eventfd(0, EFD_CLOEXEC));  // blocking: io_uring ends a read of a non-blocking one with EAGAIN
  if ((params.features & needed) != needed || !wake_event) {
    const int errnum = wake_event ? ENOSYS : errno;
    io_uring_queue_exit(&ring);
    return setup_error(errnum);
  }
  return std::unique_ptr<Reactor>(std::make_unique<UringReactor>(ring, mode, std::move(wake_event)));
}

Result<std::unique_ptr<Reactor>> make_uring_reactor() {
  auto reactor = make_uring_reactor(UringMode::single_issuer);
  if (reactor || reactor.error().errnum != EINVAL) return reactor;
  return make_uring_reactor(UringMode::plain);
}

}  // namespace lunet::reactor
