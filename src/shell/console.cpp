// SPDX-License-Identifier: Apache-2.0
#include "shell/console.h"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"

namespace lunet::shell {

constexpr int width_max = 132;

void StandardConsole::progress(std::string_view text) {
  if (text.empty() && !has_progress_) return;
  winsize size{};
  if (::isatty(STDERR_FILENO) == 0) return;
  std::size_t columns = 80;
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0) columns = size.ws_col;
  std::fflush(stdout);
  // One column less: a full line would wrap.
  fmt::print(stderr, "\r{}\x1b[K", text.substr(0, columns - 1));
  std::fflush(stderr);
  has_progress_ = !text.empty();
}

void StandardConsole::write(std::string_view text) {
  if (has_progress_) progress("");
  std::fwrite(text.data(), 1, text.size(), stdout);
}

void StandardConsole::write_error(std::string_view text) {
  if (has_progress_) progress("");
  std::fflush(stdout);  // so that both streams on one terminal or log keep their order
  std::fwrite(text.data(), 1, text.size(), stderr);
}

int StandardConsole::width() const {
  winsize size{};
  if (::isatty(STDOUT_FILENO) == 0 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return width_max;
  }
  return std::min<int>(size.ws_col, width_max);
}

int StandardConsole::terminal_width() const {
  constexpr int usual = 80;
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col != 0 ? size.ws_col : usual;
}

int StandardConsole::terminal_height() const {
  winsize size{};
  if (::isatty(STDOUT_FILENO) == 0 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_row;
}

bool StandardConsole::colours() const {
  const char* off = std::getenv("NO_COLOR");
  return ::isatty(STDOUT_FILENO) != 0 && (off == nullptr || *off == '\0');
}

// A line of standard input without its end; nothing at its end.
std::optional<std::string> StandardConsole::read_line() {
  std::fflush(stdout);  // a program at the other end waits for it before it says the next line
  std::string line;
  for (int c = std::getchar(); c != '\n'; c = std::getchar()) {
    if (c == EOF) return line.empty() ? std::nullopt : std::optional(line);
    line += static_cast<char>(c);
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

std::optional<bool> StandardConsole::confirm(std::string_view question) {
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0) return std::nullopt;
  write_error(std::string(question) + " [y/N] ");
  const auto answer = read_line();
  if (!answer) return false;
  const std::string word = to_lower(trim(*answer));
  return word == "y" || word == "yes";
}

namespace {

/// No echo, and no signal that would leave the terminal like that, while it lives.
class SilentTerminal {
 public:
  SilentTerminal() {
    if (::isatty(STDIN_FILENO) == 0 || ::tcgetattr(STDIN_FILENO, &before_) != 0) return;
    sigset_t deadly;
    sigemptyset(&deadly);
    for (const int signal : {SIGINT, SIGTERM, SIGQUIT, SIGTSTP}) sigaddset(&deadly, signal);
    ::sigprocmask(SIG_BLOCK, &deadly, &signals_before_);
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    active_ = true;
  }
  ~SilentTerminal() {
    if (!active_) return;
    ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    ::sigprocmask(SIG_SETMASK, &signals_before_, nullptr);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

  [[nodiscard]] bool active() const { return active_; }

 private:
  bool active_ = false;
  termios before_{};
  sigset_t signals_before_{};
};

}  // namespace

// Keys come one at a time and are not shown; Ctrl-C is one of them.
char StandardConsole::read_key(std::string_view prompt) {
  termios before{};
  if (::isatty(STDIN_FILENO) == 0 || ::tcgetattr(STDIN_FILENO, &before) != 0) return '\0';
  write_error(prompt);
  termios by_key = before;
  by_key.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
  by_key.c_cc[VMIN] = 1;
  by_key.c_cc[VTIME] = 0;
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &by_key);
  char key = '\0';
  ssize_t count = 0;
  do {
    count = ::read(STDIN_FILENO, &key, 1);
  } while (count < 0 && errno == EINTR);
  ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before);
  write_error(fmt::format("\r{}\r", std::string(prompt.size(), ' ')));
  constexpr char ctrl_c = 3;
  constexpr char ctrl_d = 4;
  return count == 1 && key != ctrl_c && key != ctrl_d ? key : '\0';
}

std::optional<bool> StandardConsole::confirm_key(std::string_view question, bool fallback) {
  if (::isatty(STDIN_FILENO) == 0 || ::isatty(STDERR_FILENO) == 0) return std::nullopt;
  const std::string prompt = fmt::format("{} [{}] ", question, fallback ? "Y/n" : "y/N");
  std::optional<bool> answer;
  while (!answer) {
    switch (read_key(prompt)) {
      case 'y':
      case 'Y': answer = true; break;
      case 'n':
      case 'N':
      case '\0': answer = false; break;
      case '\n':
      case '\r': answer = fallback; break;
      default: break;
    }
  }
  write_error(fmt::format("{}{}\n", prompt, *answer ? "y" : "n"));
  return answer;
}

Result<std::string> StandardConsole::read_secret(std::string_view prompt) {
  const SilentTerminal terminal;
  if (terminal.active()) write_error(prompt);
  auto line = read_line();
  if (terminal.active()) write_error("\n");
  if (!line)
    return Error{EIO, "reading the secret: standard input has no line", "pipe the secret in, one line each"};
  return std::move(*line);
}

}  // namespace lunet::shell
