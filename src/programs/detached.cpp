// SPDX-License-Identifier: Apache-2.0
#include "programs/detached.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/fd.h"

namespace lunet::programs {

// In a child: only functions that are safe between fork and exec.
[[noreturn]] static void become(const std::vector<char*>& arguments, int null, int failed) {
  ::setsid();
  // A second child, so that nobody has to wait for it.
  const pid_t second = ::fork();
  if (second > 0) ::_exit(0);
  ::signal(SIGPIPE, SIG_DFL);
  ::signal(SIGHUP, SIG_IGN);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const bool wired = second == 0 && ::dup2(null, STDIN_FILENO) >= 0 && ::dup2(null, STDOUT_FILENO) >= 0 &&
                     ::dup2(null, STDERR_FILENO) >= 0 && ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) == 0 &&
                     ::chdir("/") == 0;
  if (wired) ::execv(arguments[0], arguments.data());
  const int error = errno;
  if (::write(failed, &error, sizeof error) < 0) ::_exit(126);
  ::_exit(127);
}

Result<> start_detached(const std::string& program, std::vector<std::string> arguments) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return system_error(errno, "starting " + program);
  const Fd reading(ends[0]);
  Fd writing(ends[1]);
  const Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) return system_error(errno, "opening /dev/null");
  arguments.insert(arguments.begin(), program);
  std::vector<char*> words;
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  const pid_t child = ::fork();
  if (child < 0) return system_error(errno, "starting " + program);
  if (child == 0) become(words, null.get(), writing.get());
  writing.reset();
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {
  }
  // The pipe ends without a word when the program was executed.
  int error = 0;
  if (::read(reading.get(), &error, sizeof error) == static_cast<ssize_t>(sizeof error))
    return system_error(error, "starting " + program);
  return {};
}

}  // namespace lunet::programs
