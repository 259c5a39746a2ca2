// SPDX-License-Identifier: Apache-2.0
#include "shell/line_editor.h"

#include <histedit.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cwchar>

#include "base/late_library.h"
#include "shell/interrupt.h"
#include "shell/user_file.h"

namespace lunet::shell {

namespace {

/// Loaded by the first command line that is typed.
struct Libedit {
  LateLibrary library{"libedit.so.2"};
  LUNET_LATE(el_deletestr);
  LUNET_LATE(el_end);
  LUNET_LATE(el_get);
  LUNET_LATE(el_gets);
  LUNET_LATE(el_init);
  LUNET_LATE(el_insertstr);
  LUNET_LATE(el_line);
  LUNET_LATE(el_reset);
  LUNET_LATE(el_resize);
  LUNET_LATE(el_set);
  LUNET_LATE(el_wset);
  LUNET_LATE(history);
  LUNET_LATE(history_end);
  LUNET_LATE(history_init);
};

const Libedit& libedit() {
  static const Libedit loaded;
  return loaded;
}

constexpr int history_lines_max = 1000;

// A signal handler can reach nothing else.
volatile std::sig_atomic_t resized = 0;

class LibeditEditor : public LineEditor {
 public:
  LibeditEditor(EditorHooks hooks, std::string history_file)
      : hooks_(std::move(hooks)), history_file_(std::move(history_file)) {
    std::setlocale(LC_CTYPE, "");
    edit_ = libedit().el_init("lunet", stdin, stdout, stderr);
    history_ = libedit().history_init();
    HistEvent event{};
    libedit().history(history_, &event, H_SETSIZE, history_lines_max);
    libedit().history(history_, &event, H_SETUNIQUE, 1);
    libedit().el_set(edit_, EL_CLIENTDATA, this);
    libedit().el_set(edit_, EL_PROMPT, &LibeditEditor::prompt);
    libedit().el_set(edit_, EL_EDITOR, "emacs");
    libedit().el_set(edit_, EL_HIST, libedit().history, history_);
    libedit().el_set(edit_, EL_GETCFN, &LibeditEditor::next_key);
    // Wide: copies of narrow names are never freed.
    libedit().el_wset(edit_, EL_ADDFN, L"lunet-complete", L"Completes the word",
                      &LibeditEditor::complete_key);
    libedit().el_set(edit_, EL_BIND, "^I", "lunet-complete", nullptr);
    libedit().el_set(edit_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    libedit().el_set(edit_, EL_BIND, "\\e[1;5C", "em-next-word", nullptr);
    libedit().el_set(edit_, EL_BIND, "\\e[1;5D", "ed-prev-word", nullptr);
    for (const std::string& line : read_lines(history_file_))
      libedit().history(history_, &event, H_ENTER, line.c_str());
    struct sigaction action{};
    action.sa_handler = [](int) { resized = 1; };
    ::sigemptyset(&action.sa_mask);
    ::sigaction(SIGWINCH, &action, nullptr);
  }
  ~LibeditEditor() override {
    libedit().history_end(history_);
    libedit().el_end(edit_);
  }
  LibeditEditor(const LibeditEditor&) = delete;
  LibeditEditor& operator=(const LibeditEditor&) = delete;

  TypedLine read() override {
    forget_interrupt();
    prompt_text_ = hooks_.prompt();
    int count = 0;
    const char* line = libedit().el_gets(edit_, &count);
    if (interrupted()) {
      std::fputs("^C\n", stdout);
      std::fflush(stdout);
      libedit().el_reset(edit_);
      forget_interrupt();
      return {LineEnd::interrupted, {}};
    }
    if (line == nullptr || count <= 0) return {LineEnd::end_of_input, {}};
    std::string text(line, static_cast<std::size_t>(count));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return {LineEnd::typed, std::move(text)};
  }

  void remember(const std::string& line) override {
    HistEvent event{};
    libedit().history(history_, &event, H_ENTER, line.c_str());
    // Without a file that can be written the keys have it all the same.
    const auto kept = change_lines(history_file_, [&](std::vector<std::string>& lines) -> Result<> {
      if (lines.empty() || lines.back() != line) lines.push_back(line);
      if (lines.size() > history_lines_max) lines.erase(lines.begin());
      return {};
    });
    static_cast<void>(kept);
  }

 private:
  static LibeditEditor* self(EditLine* edit) {
    void* data = nullptr;
    libedit().el_get(edit, EL_CLIENTDATA, &data);
    return static_cast<LibeditEditor*>(data);
  }

  static char* prompt(EditLine* edit) { return self(edit)->prompt_text_.data(); }

  // Waits so that Ctrl-C ends the line and a new window size is seen at once.
  static int next_key(EditLine* edit, wchar_t* key) {
    std::mbstate_t state{};
    for (;;) {
      if (resized != 0) {
        resized = 0;
        libedit().el_resize(edit);
      }
      if (interrupted()) return 0;
      pollfd waiting{STDIN_FILENO, POLLIN, 0};
      if (::poll(&waiting, 1, -1) < 0) continue;
      char byte = 0;
      const auto got = ::read(STDIN_FILENO, &byte, 1);
      if (got < 0) continue;
      if (got == 0) return 0;
      const auto size = std::mbrtowc(key, &byte, 1, &state);
      if (size == static_cast<std::size_t>(-2)) continue;
      if (size == static_cast<std::size_t>(-1)) *key = static_cast<unsigned char>(byte);
      return 1;
    }
  }

  static unsigned char complete_key(EditLine* edit, int /*key*/) { return self(edit)->complete_here(); }

  unsigned char complete_here() {
    const LineInfo* info = libedit().el_line(edit_);
    const std::string before(info->buffer, info->cursor);
    const Completion completion = hooks_.complete(before);
    const std::string common = common_beginning(completion.candidates);
    const std::string word = before.substr(completion.start);
    const bool one = completion.candidates.size() == 1;
    std::string insert =
        common.size() > word.size() && common.starts_with(word) ? common.substr(word.size()) : "";
    // A quote was opened or is needed: the word is typed anew.
    if (one && !common.starts_with(word)) {
      libedit().el_deletestr(edit_, static_cast<int>(word.size()));
      insert = common;
    }
    if (one && !completion.candidates.front().goes_on) insert += ' ';
    if (!insert.empty()) {
      libedit().el_insertstr(edit_, insert.c_str());
      return CC_REFRESH;
    }
    const std::string text = hooks_.list(completion);
    if (text.empty()) return CC_REFRESH_BEEP;
    std::fputs(("\n" + text).c_str(), stdout);
    std::fflush(stdout);
    return CC_REDISPLAY;
  }

  EditorHooks hooks_;
  std::string history_file_;
  std::string prompt_text_;
  EditLine* edit_ = nullptr;
  History* history_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<LineEditor>> make_line_editor(EditorHooks hooks, const std::string& history_file) {
  TRY_OK(libedit().library.need("no command can be typed", "libedit2"));
  return std::unique_ptr<LineEditor>(std::make_unique<LibeditEditor>(std::move(hooks), history_file));
}

}  // namespace lunet::shell
