// SPDX-License-Identifier: Apache-2.0
// lunetd: wires the engine, its tree, the store and the control socket, then waits for SIGTERM.
#include <fcntl.h>
#include <fmt/core.h>
#include <grp.h>
#include <malloc.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "base/fd.h"
#include "base/log.h"
#include "configfs/model/model.h"
#include "configfs/server.h"
#include "engine/control/control.h"
#include "programs/lunetd_options.h"
#include "programs/mortal_effects.h"
#include "programs/places.h"
#include "programs/private_memory.h"
#include "programs/standard_streams.h"
#include "programs/start_engine.h"
#include "service/service.h"
#include "store/store.h"

namespace lunet::programs {

namespace {

// The C library would learn from the first large message to keep such memory, in one heap for each of many
// threads; and it would let these heaps grow by a system call for each page. Threads that serve I/O allocate
// next to nothing, so one heap is enough for all.
void use_one_heap() {
  constexpr int large_bytes = 4 << 20;
  ::mallopt(M_ARENA_MAX, 1);
  ::mallopt(M_TOP_PAD, 2 * large_bytes);
  ::mallopt(M_MMAP_THRESHOLD, large_bytes);
  ::mallopt(M_TRIM_THRESHOLD, 2 * large_bytes);
}

// Each session takes one descriptor; each file-backed disk one.
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  if (::setrlimit(RLIMIT_NOFILE, &limit) == 0) {
    log::info("{} open descriptors allowed: that many sessions and file-backed disks together",
              limit.rlim_cur);
  }
}

// One lunetd per state folder: the lock is held as long as the process lives.
Result<Fd> lock_state_folder(const std::string& folder) {
  TRY_OK(make_private_folder(folder));
  const std::string path = folder + "/lunetd.pid";
  Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return system_error(errno, path);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    char pid[32] = {};
    const auto size = ::read(file.get(), pid, sizeof pid - 1);
    while (size > 0 && pid[0] != '\0' && pid[std::char_traits<char>::length(pid) - 1] == '\n')
      pid[std::char_traits<char>::length(pid) - 1] = '\0';
    return Error{EBUSY, fmt::format("state folder {} is in use by lunetd, pid {}", folder, pid),
                 "stop that one first, or give --state-dir another folder"};
  }
  const std::string pid = fmt::format("{}\n", ::getpid());
  if (::ftruncate(file.get(), 0) != 0 || ::pwrite(file.get(), pid.data(), pid.size(), 0) < 0) {
    return system_error(errno, path);
  }
  return file;
}

void restore(configfs::Tree& tree, store::Store& store) {
  const auto service = service::make_service({&tree, &store, service::RuntimeKind::lunetd, "lunetd: restore",
                                              [](const std::string& text) { log::warning("{}", text); }});
  auto report = service->restore();
  // After a crash the kernel gives up a ring's files, their locks and ports a moment after the process is
  // gone. The rest is served meanwhile.
  for (int left = 20; report && report->held && left > 0; --left) {
    ::usleep(100000);
    report = service->restore();
  }
  if (!report) {
    log::error("the configuration could not be restored: {}. {}", report.error().message,
               report.error().hint);
    return;
  }
  for (const std::string& line : report->lines) log::info("{}", line);
  for (const std::string& line : report->warnings) log::warning("{}", line);
}

void say_ready(int ready_fd) {
  ::sd_notify(0, "READY=1\nSTATUS=serving");
  if (ready_fd < 0) return;
  if (::write(ready_fd, "R", 1) != 1) log::warning("nobody waits on --ready-fd {}", ready_fd);
  ::close(ready_fd);
}

int wait_for_end(const sigset_t& signals) {
  int signal = 0;
  ::sigwait(&signals, &signal);
  log::info("ending on {}", signal == SIGTERM ? "SIGTERM" : "SIGINT");
  ::sd_notify(0, "STOPPING=1");
  return 0;
}

// Storage that does not answer must not keep the process: whatever was acknowledged is in the kernel's hands.
void end_engine(dataplane::Engine& engine) {
  constexpr std::uint64_t patience_ms = 10000;
  const auto drain = engine.begin_stop();
  for (int left = 3; !drain->wait(patience_ms); --left) {
    const std::string what = control::describe_uses(drain->uses());
    if (left > 0) {
      log::warning("not ended yet: {}", what);
      continue;
    }
    log::error("ending all the same: {}", what);
    ::_exit(1);
  }
}

/// The control socket that systemd made for us (socket units); -1: none.
Result<int> inherited_socket(const std::string& path) {
  const int count = ::sd_listen_fds(1);
  if (count <= 0) return -1;
  if (count == 1 && ::sd_is_socket_unix(SD_LISTEN_FDS_START, SOCK_STREAM, 1, path.c_str(), 0) > 0)
    return SD_LISTEN_FDS_START;
  return Error{EINVAL,
               fmt::format("the service manager passed {} sockets, and not the one of {}", count, path),
               "ListenStream= of the socket unit and --socket of lunetd must be the same path"};
}

Result<std::unique_ptr<configfs::Server>> open_control_socket(const LunetdOptions& options,
                                                              configfs::Tree& tree) {
  configfs::ServerOptions server_options;
  server_options.socket_path = options.socket;
  server_options.clients_max = options.control_clients_max;
  if (!options.group.empty()) {
    const group* found = ::getgrnam(options.group.c_str());
    if (found == nullptr) {
      return Error{ENOENT, fmt::format("there is no group '{}'", options.group), "see 'getent group'"};
    }
    server_options.group = found->gr_gid;
  }
  server_options.inherited = TRY(inherited_socket(options.socket));
  // A folder that is there already is its owner's business: the socket itself has the permissions.
  const std::string folder = options.socket.substr(0, options.socket.rfind('/'));
  if (::access(folder.c_str(), F_OK) != 0) TRY_OK(make_private_folder(folder));
  return configfs::Server::listen(server_options, tree);
}

Result<int> serve(const LunetdOptions& options, const sigset_t& signals) {
  Fd state_lock;
  std::unique_ptr<store::Store> store;
  if (!options.state_dir.empty()) {
    state_lock = TRY(lock_state_folder(options.state_dir));
    store = TRY(store::open(options.state_dir));
  }
  dataplane::EngineOptions engine_options;
  engine_options.threads = options.threads;
  engine_options.limits = options.limits;
  engine_options.connection_memory = options.connection_memory;
  if (!options.state_dir.empty()) engine_options.reservations_folder = options.state_dir + "/pr";
  const auto engine = TRY(start_engine(options.io_engine, engine_options));
  control::Control control(*engine);
  MortalEffects effects(control);
  const auto tree = configfs::make_model_tree(configfs::Flavour::lunetd, effects);
  if (store != nullptr) restore(*tree, *store);
  // docs/transactions.md, "For tests".
  if (const char* moment = std::getenv("LUNET_TEST_EXIT_AT"))
    effects.end_at(std::strtoul(moment, nullptr, 10));
  const auto server = TRY(open_control_socket(options, *tree));
  log::info("lunetd {} ready, control socket {}", LUNET_VERSION, options.socket);
  say_ready(options.ready_fd);
  const int status = wait_for_end(signals);
  server->stop();
  end_engine(*engine);
  return status;
}

int run(int argc, char** argv) {
  keep_memory_private();
  auto parsed = parse_lunetd_options(argc, argv);
  if (const int* status = std::get_if<int>(&parsed)) return *status;
  auto& options = std::get<LunetdOptions>(parsed);
  if (!options.state_dir.empty()) options.state_dir = absolute_path(options.state_dir);
  if (options.socket.empty()) {
    options.socket = options.state_dir.empty() ? default_places().socket_path : socket_for(options.state_dir);
  }
  if (options.verbose) log::set_level(log::Level::debug);
  // Blocked before the first thread exists, so that only sigwait() takes them.
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  raise_descriptor_limit();
  use_one_heap();
  const auto status = serve(options, signals);
  if (status) return *status;
  log::error("{}{}{}", status.error().message, status.error().hint.empty() ? "" : ": ", status.error().hint);
  return 1;
}

}  // namespace

}  // namespace lunet::programs

int main(int argc, char** argv) {
  lunet::programs::fill_standard_streams();
  return lunet::programs::run(argc, argv);
}
