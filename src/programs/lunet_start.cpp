// SPDX-License-Identifier: Apache-2.0
#include "programs/lunet_start.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <vector>

#include "base/fd.h"
#include "base/text.h"

namespace lunet::programs {

std::string lunetd_program() {
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return "lunetd";
  const std::string beside = self.parent_path() / "lunetd";
  return ::access(beside.c_str(), X_OK) == 0 ? beside : "lunetd";
}

// In the child: only functions that are safe between fork and exec. What the descriptors were is not
// inherited.
[[noreturn]] static void become_lunetd(const std::vector<char*>& arguments, int null, int log, int ready) {
  ::setsid();
  ::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const bool wired = ::dup2(null, STDIN_FILENO) >= 0 && ::dup2(null, STDOUT_FILENO) >= 0 &&
                     ::dup2(log, STDERR_FILENO) >= 0 && ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0 &&
                     ::fcntl(ready, F_SETFD, 0) == 0 && ::chdir("/") == 0;
  if (wired) ::execvp(arguments[0], arguments.data());
  const int error = errno;
  // 'E' and the number tell the waiting side what lunetd itself cannot.
  if (::write(ready, "E", 1) == 1 && ::write(ready, &error, sizeof error) < 0) ::_exit(126);
  ::_exit(127);
}

static std::string last_line(const std::string& path) {
  std::ifstream file(path);
  std::string last;
  for (std::string line; std::getline(file, line);) {
    if (!trim(line).empty()) last = trim(line);
  }
  return last;
}

// The byte that came before the deadline; nothing for the end of the stream, ETIMEDOUT for none.
static Result<std::string> wait_for_byte(int fd, int deadline_ms) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(deadline_ms);
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd waiting{fd, POLLIN, 0};
    const int ready = ::poll(&waiting, 1, left > 0 ? static_cast<int>(left) : 0);
    if (ready < 0 && errno == EINTR) continue;
    if (ready < 0) return system_error(errno, "waiting for lunetd");
    if (ready == 0) return Error{ETIMEDOUT, fmt::format("it was not ready within {} ms", deadline_ms), {}};
    char byte = 0;
    const ssize_t size = ::read(fd, &byte, 1);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return system_error(errno, "waiting for lunetd");
    return std::string(&byte, static_cast<std::size_t>(size));
  }
}

static int end_child(pid_t child) {
  ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

static Result<> check_ready(int fd, pid_t child, const LunetdStart& start, const std::string& log_path) {
  const auto answer = wait_for_byte(fd, start.deadline_ms);
  if (answer && *answer == "R") return {};
  int exec_error = 0;
  const bool not_executed =
      answer && *answer == "E" &&
      ::read(fd, &exec_error, sizeof exec_error) == static_cast<ssize_t>(sizeof exec_error);
  end_child(child);
  if (not_executed) {
    return system_error(exec_error, fmt::format("starting {}", start.program))
        .advise("install lunetd beside lunet or in PATH, or use --runtime kernel");
  }
  if (!answer) return Error(answer.error()).during("starting lunetd").advise(fmt::format("see {}", log_path));
  const std::string line = last_line(log_path);
  return Error{ECHILD, fmt::format("lunetd ended while starting{}{}", line.empty() ? "" : ": ", line),
               fmt::format("see {}", log_path)};
}

Result<pid_t> start_lunetd(const LunetdStart& start) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error(errno, "starting lunetd");
  const Fd reading(ends[0]);
  Fd writing(ends[1]);
  const std::string log_path = start.state_dir + "/lunetd.log";
  const Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  const Fd log(::open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (!null || !log)
    return system_error(errno, fmt::format("opening {} for the messages of lunetd", log_path));

  std::vector<std::string> words = {start.program,
                                    "--state-dir",
                                    start.state_dir,
                                    "--socket",
                                    start.socket_path,
                                    "--ready-fd",
                                    std::to_string(writing.get())};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  const pid_t child = ::fork();
  if (child < 0) return system_error(errno, "starting lunetd");
  if (child == 0) become_lunetd(arguments, null.get(), log.get(), writing.get());
  writing.reset();
  TRY_OK(check_ready(reading.get(), child, start, log_path));
  return child;
}

}  // namespace lunet::programs
