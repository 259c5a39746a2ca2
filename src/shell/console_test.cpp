// SPDX-License-Identifier: Apache-2.0
// On a pipe and on a pseudo-terminal in a child process, whose standard streams are replaced.
#include "shell/console.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "base/fd.h"

namespace lunet::shell {
namespace {

/// Runs `body` in a child with the three streams on `fd`; its answer is the exit status.
int in_child(int fd, const std::function<int(StandardConsole&)>& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    for (const int stream : {0, 1, 2}) ::dup2(fd, stream);
    StandardConsole console;
    const int status = body(console);
    std::fflush(nullptr);
    ::_exit(status);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// A pseudo-terminal of 100 columns.
struct Terminal {
  Terminal() : user(::posix_openpt(O_RDWR | O_NOCTTY)) {
    EXPECT_EQ(::grantpt(user.get()), 0);
    EXPECT_EQ(::unlockpt(user.get()), 0);
    program.reset(::open(::ptsname(user.get()), O_RDWR | O_NOCTTY));
    const winsize size{24, columns, 0, 0};
    EXPECT_EQ(::ioctl(program.get(), TIOCSWINSZ, &size), 0);
  }
  void type(std::string_view text) const {
    EXPECT_EQ(::write(user.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  std::string shown() const {
    char text[512];
    const ssize_t size = ::read(user.get(), text, sizeof text);
    return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : "";
  }
  static constexpr unsigned short columns = 100;
  Fd user;
  Fd program;
};

TEST(Console, AProgramHearsTheAnswerBeforeItSaysTheNextLine) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  const Fd program(ends[0]);
  Fd ours(ends[1]);
  std::thread peer([&] {
    char text[16] = "";
    const ssize_t size = ::recv(program.get(), text, sizeof text, 0);
    if (size > 0) {
      EXPECT_EQ(::send(program.get(), "next\n", 5, MSG_NOSIGNAL), 5);
    }
    EXPECT_STREQ(text, "answer\n");
  });
  const int status = in_child(ours.get(), [](StandardConsole& console) {
    ::alarm(60);  // not for ever
    console.write("answer\n");
    return console.read_line() == "next" ? 0 : 1;
  });
  EXPECT_EQ(status, 0);
  ours.reset();
  peer.join();
}

TEST(Console, OnAPipeIsWideAndPlainAndAsksNothing) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Fd reader(ends[0]);
  Fd writer(ends[1]);
  const int status = in_child(writer.get(), [](StandardConsole& console) {
    console.write("text\n");
    return console.width() == 132 && !console.colours() && !console.confirm("sure?") ? 0 : 1;
  });
  EXPECT_EQ(status, 0);
  writer.reset();
  char text[16] = "";
  EXPECT_EQ(::read(reader.get(), text, sizeof text), 5);
  EXPECT_STREQ(text, "text\n");
}

TEST(Console, OnATerminalTakesItsWidthAndColours) {
  const Terminal terminal;
  ::unsetenv("NO_COLOR");
  EXPECT_EQ(
      in_child(terminal.program.get(),
               [](StandardConsole& console) { return console.width() == 100 && console.colours() ? 0 : 1; }),
      0);
  ::setenv("NO_COLOR", "1", 1);
  EXPECT_EQ(
      in_child(terminal.program.get(), [](StandardConsole& console) { return console.colours() ? 1 : 0; }),
      0);
  ::unsetenv("NO_COLOR");
}

TEST(Console, TakesYesAndNothingElseForAYes) {
  for (const auto& [typed, yes] : {std::pair("y\n", true), {"YES\n", true}, {"\n", false}, {"n\n", false}}) {
    const Terminal terminal;
    terminal.type(typed);
    const bool wanted = yes;
    EXPECT_EQ(in_child(terminal.program.get(),
                       [&](StandardConsole& console) { return console.confirm("sure?") == wanted ? 0 : 1; }),
              0)
        << typed;
  }
}

TEST(Console, ReadsASecretFromAPipeLineByLine) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Fd reader(ends[0]);
  Fd writer(ends[1]);
  ASSERT_EQ(::write(writer.get(), "first one\nsecond", 16), 16);
  writer.reset();
  EXPECT_EQ(in_child(reader.get(),
                     [](StandardConsole& console) {
                       const auto first = console.read_secret("p");
                       const auto second = console.read_secret("p");
                       const auto third = console.read_secret("p");
                       return first && *first == "first one" && second && *second == "second" && !third ? 0
                                                                                                        : 1;
                     }),
            0);
}

TEST(Console, DoesNotEchoASecret) {
  const Terminal terminal;
  // Typed once the prompt is there: before, the terminal still echoes.
  const pid_t typist = ::fork();
  if (typist == 0) {
    const std::string prompt = terminal.shown();
    terminal.type("hidden\n");
    const std::string after = terminal.shown();
    ::_exit(prompt == "password: " && after.find("hidden") == std::string::npos ? 0 : 1);
  }
  EXPECT_EQ(in_child(terminal.program.get(),
                     [](StandardConsole& console) {
                       const auto secret = console.read_secret("password: ");
                       return secret && *secret == "hidden" ? 0 : 1;
                     }),
            0);
  int status = 0;
  ASSERT_EQ(::waitpid(typist, &status, 0), typist);
  EXPECT_EQ(status, 0);
}

TEST(Console, ProgressIsALineThatWhatIsSaidNextReplaces) {
  const Terminal terminal;
  EXPECT_EQ(in_child(terminal.program.get(),
                     [](StandardConsole& console) {
                       console.progress(std::string(200, 'x'));
                       console.progress("half");
                       console.write_error("error: no\n");
                       console.progress("");
                       return 0;
                     }),
            0);
  const std::string shown = terminal.shown();
  EXPECT_EQ(shown, "\r" + std::string(99, 'x') + "\x1b[K\rhalf\x1b[K\r\x1b[Kerror: no\r\n");
}

TEST(Console, NobodySeesProgressOnAPipe) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  const Fd reader(ends[0]);
  Fd writer(ends[1]);
  EXPECT_EQ(in_child(writer.get(),
                     [](StandardConsole& console) {
                       console.progress("half");
                       console.write_error("said");
                       return 0;
                     }),
            0);
  writer.reset();
  char text[100];
  EXPECT_EQ(::read(reader.get(), text, sizeof text), 4);
}

}  // namespace
}  // namespace lunet::shell
