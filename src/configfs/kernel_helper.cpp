// SPDX-License-Identifier: Apache-2.0
#include "configfs/kernel_helper.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <new>
#include <utility>

#include "configfs/path.h"
#include "configfs/protocol.h"

namespace lunet::configfs {
namespace {

using protocol::MessageType;

class Guard : public CallGuard {
 public:
  Guard(CallBoard& board, const StuckCalls& stuck) : board_(board), stuck_(stuck) {}
  bool enter(Verb verb, std::string_view path, std::size_t index) override {
    board_.enter(verb, path, index);
    return stuck_.find(verb, path) == nullptr;
  }

 private:
  CallBoard& board_;
  const StuckCalls& stuck_;
};

Result<std::string> answer(Tree& tree, std::string_view request) {
  const auto type = protocol::type_of(request);
  if (type == MessageType::batch) {
    const auto operations = TRY(protocol::decode_batch(request));
    return protocol::encode_batch_reply(tree.batch(operations));
  }
  const auto wanted = TRY(protocol::decode_tree_request(request));
  const Node node = TRY(tree.read_tree(wanted.path, wanted.filter));
  return protocol::encode_tree_reply(node);
}

void serve(Tree& tree, FrameSocket& socket) {
  for (;;) {
    const auto request = socket.receive(protocol::request_bytes_max, no_deadline);
    if (!request) return;  // nobody asks any more
    auto reply = answer(tree, *request);
    const std::string frame = reply ? *std::move(reply) : protocol::encode_error(reply.error());
    if (!socket.send(frame, no_deadline)) return;
  }
}

/// What the helper may not hold when it is left behind: the store's lock, a terminal, a pipe whose reader
/// waits for its end. Nor may a signal for the terminal's group end it between two calls.
int leave_the_parent(int socket) {
  ::setsid();
  ::prctl(PR_SET_NAME, "lunet-kernel");
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE}) ::signal(signal, SIG_IGN);
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(nowhere, stream);
  constexpr int first_free = STDERR_FILENO + 1;
  ::dup2(socket, first_free);
  // A module's install command may leave a process behind.
  ::fcntl(first_free, F_SETFD, FD_CLOEXEC);
  ::syscall(SYS_close_range, first_free + 1, ~0U, 0);
  // The root folder is everybody's: who is left behind keeps no file system from being unmounted.
  if (::chdir("/") != 0) return -1;
  return first_free;
}

}  // namespace

void CallBoard::enter(Verb verb, std::string_view path, std::size_t index) {
  verb_ = static_cast<std::uint32_t>(verb);
  index_ = index;
  path_size_ = static_cast<std::uint32_t>(std::min(path.size(), path_bytes_max));
  std::memcpy(path_, path.data(), path_size_);
  calls_.fetch_add(1, std::memory_order_release);
}

CallBoard::Call CallBoard::current() const {
  return {static_cast<Verb>(verb_), std::string(path_, std::min<std::size_t>(path_size_, path_bytes_max)),
          static_cast<std::size_t>(index_)};
}

void KernelHelper::Unmap::operator()(CallBoard* board) const {
  ::munmap(board, sizeof *board);
}

Result<KernelHelper> KernelHelper::start(const MakeTree& make_tree, const StuckCalls& stuck) {
  std::array<int, 2> sockets{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0)
    return system_error(errno, "making a socket for the helper process");
  Fd ours(sockets[0]);
  const Fd theirs(sockets[1]);
  void* memory =
      ::mmap(nullptr, sizeof(CallBoard), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return system_error(errno, "making memory for the helper process");
  std::unique_ptr<CallBoard, Unmap> board(new (memory) CallBoard);
  const pid_t process = ::fork();
  if (process < 0) return system_error(errno, "starting the helper process");
  if (process == 0) {
    const int fd = leave_the_parent(theirs.get());
    if (fd >= 0) {
      FrameSocket socket{Fd(fd)};
      Guard guard(*board, stuck);
      const auto tree = make_tree(&guard);
      serve(*tree, socket);
    }
    ::_exit(0);
  }
  return KernelHelper(FrameSocket(std::move(ours)), std::move(board), process);
}

KernelHelper::KernelHelper(KernelHelper&& other) noexcept
    : socket_(std::move(other.socket_)),
      board_(std::move(other.board_)),
      process_(std::exchange(other.process_, -1)) {}

KernelHelper& KernelHelper::operator=(KernelHelper&& other) noexcept {
  std::swap(socket_, other.socket_);
  std::swap(board_, other.board_);
  std::swap(process_, other.process_);
  return *this;
}

KernelHelper::~KernelHelper() {
  if (process_ > 0) abandon();
}

bool KernelHelper::abandon() {
  const pid_t process = std::exchange(process_, -1);
  if (process <= 0) return true;
  socket_.close();
  const Fd ended(static_cast<int>(::syscall(SYS_pidfd_open, process, 0)));
  ::kill(process, SIGKILL);
  // A process that can be killed ends at once; the time is for a busy machine.
  constexpr int patience_ms = 1000;
  const Deadline deadline = deadline_in(patience_ms);
  pollfd end{ended.get(), POLLIN, 0};
  while (::poll(&end, 1, milliseconds_left(deadline)) < 0 && errno == EINTR) continue;
  return ::waitpid(process, nullptr, WNOHANG) != 0;
}

}  // namespace lunet::configfs
