// SPDX-License-Identifier: Apache-2.0
// Sockets and page-cached reads are tried at once, on the reactor's thread; what would block waits for epoll
// (sockets) or goes to a pool of threads (files).
#include <fcntl.h>
#include <limits.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <unordered_map>

#include "base/check.h"
#include "base/fd.h"
#include "engine/reactor/blocking_pool.h"
#include "engine/reactor/loop_base.h"
#include "engine/reactor/socket_waits.h"

namespace lunet::reactor {

namespace {

/// For the whole process: enough to keep a device busy and to gather flushes.
constexpr unsigned pool_threads = 8;
/// How many turns may pass without asking epoll while other work is there.
constexpr unsigned turns_between_polls_max = 8;

struct FileCall {
  enum class Kind : std::uint8_t { read, write, durable_write, sync, allocate };
  Kind kind = Kind::read;
  int file = -1;
  std::span<const iovec> vector;
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
  int mode = 0;

  /// May block. As Operation::done().
  [[nodiscard]] int perform() const;
};

int FileCall::perform() const {
  const auto at = static_cast<off_t>(offset);
  for (;;) {
    ssize_t result = -1;
    switch (kind) {
      case Kind::read: result = ::preadv(file, vector.data(), vector_length(vector), at); break;
      case Kind::write: result = ::pwritev(file, vector.data(), vector_length(vector), at); break;
      case Kind::durable_write:
        result = ::pwritev2(file, vector.data(), vector_length(vector), at, RWF_DSYNC);
        break;
      case Kind::sync: result = ::fdatasync(file); break;
      case Kind::allocate: result = ::fallocate(file, mode, at, static_cast<off_t>(length)); break;
    }
    if (result >= 0) return static_cast<int>(result);
    if (errno != EINTR) return -errno;
  }
}

class EpollReactor final : public LoopBase {
 public:
  EpollReactor(std::shared_ptr<BlockingPool> pool, Fd epoll, Fd wake_event)
      : pool_(std::move(pool)), epoll_(std::move(epoll)), wake_event_(std::move(wake_event)) {}
  ~EpollReactor() override;

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
  /// A file operation in the pool.
  class Job final : public BlockingPool::Job {
   public:
    Job(EpollReactor& reactor, Operation& operation, const FileCall& call)
        : reactor_(reactor), operation_(operation), call_(call) {}
    void run() override { reactor_.deliver({&operation_, call_.perform()}); }

   private:
    EpollReactor& reactor_;
    Operation& operation_;
    const FileCall call_;
  };

  bool begin(Operation& operation);
  void submit(const SocketCall& call);
  void submit(Operation& operation, const FileCall& call);
  void deliver(SocketResult result);
  void collect_delivered();
  void poll(std::optional<Duration> limit);
  void count(std::uint64_t calls) { system_calls_.fetch_add(calls, std::memory_order_relaxed); }

  void start() override {}
  void wait(std::optional<Duration> limit) override;
  void dispatch() override;
  void request_cancel(Operation& operation) override;
  void wake() override;
  void finish() override;

  const std::shared_ptr<BlockingPool> pool_;
  const Fd epoll_;
  const Fd wake_event_;
  SocketWaits sockets_;
  std::unordered_map<Operation*, std::unique_ptr<Job>> jobs_;  ///< not collected yet
  std::vector<SocketResult> ready_;                            ///< not told yet
  std::vector<SocketResult> telling_;
  unsigned turns_without_poll_ = 0;

  std::mutex mutex_;
  std::condition_variable delivery_;
  std::vector<SocketResult> delivered_;  ///< by the pool; guarded by mutex_
  std::atomic<bool> has_delivered_ = false;
  std::atomic<std::uint64_t> submissions_ = 0;
  std::atomic<std::uint64_t> system_calls_ = 0;
};

// A loop that never ran may have jobs left.
EpollReactor::~EpollReactor() {
  for (auto job = jobs_.begin(); job != jobs_.end();) {
    job = pool_->withdraw(*job->second) ? jobs_.erase(job) : std::next(job);
  }
  std::unique_lock lock(mutex_);
  delivery_.wait(lock, [this] { return delivered_.size() == jobs_.size(); });
}

bool EpollReactor::begin(Operation& operation) {
  if (!admit(operation)) return false;
  submissions_.fetch_add(1, std::memory_order_relaxed);
  return true;
}

void EpollReactor::submit(const SocketCall& call) {
  if (!begin(*call.operation)) return;
  int result = -EAGAIN;
  if (!sockets_.must_queue(call)) {
    result = call.attempt();
    count(1);
  }
  if (result == -EAGAIN) {
    sockets_.add(call);
  } else {
    ready_.push_back({call.operation, result});
  }
}

void EpollReactor::accept(Operation& operation, int listener) {
  submit({&operation, SocketCall::Kind::accept, listener, {}, nullptr});
}

void EpollReactor::receive(Operation& operation, int socket, MutableBytes buffer) {
  submit({&operation, SocketCall::Kind::receive, socket, buffer, nullptr});
}

void EpollReactor::send(Operation& operation, int socket, const msghdr& message) {
  submit({&operation, SocketCall::Kind::send, socket, {}, &message});
}

void EpollReactor::read(Operation& operation, int file, std::span<const iovec> vector, std::uint64_t offset) {
  if (!begin(operation)) return;
  const FileCall call{FileCall::Kind::read, file, vector, offset, 0, 0};
  // Without the page cache every read waits for the device, whatever RWF_NOWAIT says.
  const int flags = ::fcntl(file, F_GETFL);
  count(1);
  if (flags < 0 || (flags & O_DIRECT) != 0) return submit(operation, call);
  const ssize_t result =
      ::preadv2(file, vector.data(), vector_length(vector), static_cast<off_t>(offset), RWF_NOWAIT);
  count(1);
  // 0 is not believed: Linux 5.9 and 5.10 answer it for what is not in the page cache. Errors neither: the
  // file system may not know RWF_NOWAIT.
  if (result > 0) {
    ready_.push_back({&operation, static_cast<int>(result)});
  } else {
    submit(operation, call);
  }
}

void EpollReactor::write(Operation& operation, int file, std::span<const iovec> vector, std::uint64_t offset,
                         bool durable) {
  if (!begin(operation)) return;
  const auto kind = durable ? FileCall::Kind::durable_write : FileCall::Kind::write;
  submit(operation, {kind, file, vector, offset, 0, 0});
}

void EpollReactor::sync_data(Operation& operation, int file) {
  if (begin(operation)) submit(operation, {FileCall::Kind::sync, file, {}, 0, 0, 0});
}

void EpollReactor::allocate(Operation& operation, int file, int mode, std::uint64_t offset,
                            std::uint64_t length) {
  if (begin(operation)) submit(operation, {FileCall::Kind::allocate, file, {}, offset, length, mode});
}

void EpollReactor::submit(Operation& operation, const FileCall& call) {
  auto& job = jobs_[&operation];
  job = std::make_unique<Job>(*this, operation, call);
  pool_->submit(*job);
}

/// On a thread of the pool. Everything under the lock: once the loop has it, nothing here is touched any
/// more.
void EpollReactor::deliver(SocketResult result) {
  const std::lock_guard lock(mutex_);
  delivered_.push_back(result);
  has_delivered_ = true;
  count(1);
  wake_if_asleep();
  delivery_.notify_one();
}

void EpollReactor::collect_delivered() {
  if (!has_delivered_) return;
  const std::lock_guard lock(mutex_);
  for (const SocketResult& result : delivered_) {
    jobs_.erase(result.operation);
    ready_.push_back(result);
  }
  delivered_.clear();
  has_delivered_ = false;
}

void EpollReactor::request_cancel(Operation& operation) {
  if (sockets_.remove(operation)) {
    ready_.push_back({&operation, -ECANCELED});
    return;
  }
  const auto job = jobs_.find(&operation);
  if (job == jobs_.end() || !pool_->withdraw(*job->second)) return;
  jobs_.erase(job);
  ready_.push_back({&operation, -ECANCELED});
}

void EpollReactor::wake() {
  count(1);
  const std::uint64_t one = 1;
  CHECK(::write(wake_event_.get(), &one, sizeof one) == sizeof one);
}

void EpollReactor::wait(std::optional<Duration> limit) {
  if (ready_.empty() || ++turns_without_poll_ > turns_between_polls_max) {
    turns_without_poll_ = 0;
    count(sockets_.arm(epoll_.get(), ready_));
    poll(ready_.empty() && !has_delivered_ ? limit : Duration(0));
  }
  collect_delivered();
}

void EpollReactor::poll(std::optional<Duration> limit) {
  int timeout_ms = -1;
  if (limit) {
    const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(*limit).count();
    timeout_ms = static_cast<int>(std::min<std::int64_t>(rounded, INT_MAX));
  }
  std::array<epoll_event, 128> events;
  const int ready = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), timeout_ms);
  count(1);
  CHECK(ready >= 0 || errno == EINTR);
  for (int i = 0; i < ready; ++i) {
    const epoll_event& event = events.at(static_cast<std::size_t>(i));
    if (event.data.fd == wake_event_.get()) continue;  // told once for each write (EPOLLET)
    count(sockets_.ready(event.data.fd, event.events, ready_));
  }
}

void EpollReactor::dispatch() {
  // What is submitted and ready meanwhile waits for the next turn, so that timers and posts have theirs.
  telling_.swap(ready_);
  for (const SocketResult& result : telling_) complete(*result.operation, result.result);
  telling_.clear();
}

void EpollReactor::finish() {
  // The thread that delivered last may still hold it.
  const std::lock_guard lock(mutex_);
}

}  // namespace

static Result<std::unique_ptr<Reactor>> make_epoll_reactor(std::shared_ptr<BlockingPool> pool) {
  Fd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return system_error(errno, "making an epoll instance");
  Fd wake_event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake_event) return system_error(errno, "making an eventfd");
  epoll_event event{};
  event.events = EPOLLIN | EPOLLET;
  event.data.fd = wake_event.get();
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, wake_event.get(), &event) != 0) {
    return system_error(errno, "watching an eventfd");
  }
  return std::unique_ptr<Reactor>(
      std::make_unique<EpollReactor>(std::move(pool), std::move(epoll), std::move(wake_event)));
}

ReactorMaker epoll_reactors() {
  return [pool = std::make_shared<BlockingPool>(pool_threads)] { return make_epoll_reactor(pool); };
}

}  // namespace lunet::reactor
