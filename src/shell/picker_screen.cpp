// SPDX-License-Identifier: Apache-2.0
// The only place that knows ncurses.
#include "shell/picker_screen.h"

#define NCURSES_NOMACROS 1
#include <curses.h>

#include <cctype>
#include <clocale>
#include <cstdio>

#include "shell/interrupt.h"
#include "shell/picker.h"

namespace lunet::shell {

static PickerKey meaning_of(int key) {
  constexpr int escape = 27;
  switch (key) {
    case KEY_UP:
    case 'k': return PickerKey::up;
    case KEY_DOWN:
    case 'j': return PickerKey::down;
    case KEY_PPAGE: return PickerKey::page_up;
    case KEY_NPAGE: return PickerKey::page_down;
    case KEY_HOME: return PickerKey::first;
    case KEY_END: return PickerKey::last;
    case KEY_ENTER:
    case '\n':
    case '\r':
    case ' ': return PickerKey::choose;
    case escape:
    case 'q': return PickerKey::leave;
    default: return PickerKey::other;
  }
}

// Whole characters only, as many columns as fit; names are ASCII, paths of files in summaries need not be.
static std::string cut(const std::string& text, int width) {
  std::string kept;
  int columns = 0;
  for (const char c : text) {
    const bool begins = (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    if (begins && ++columns > width) break;
    kept += c;
  }
  return kept;
}

static void draw(const Picker& picker, int lines, int width) {
  ::erase();
  const auto height = static_cast<std::size_t>(lines - 1);
  const std::size_t top = picker.top(height);
  for (std::size_t i = 0; i < height && top + i < picker.rows().size(); ++i) {
    const bool here = top + i == picker.cursor();
    if (here) ::wattron(stdscr, ::has_colors() ? COLOR_PAIR(1) : static_cast<int>(A_REVERSE));
    ::mvaddstr(static_cast<int>(i), 0, cut(picker.rows()[top + i].text, width - 1).c_str());
    if (here) ::wattroff(stdscr, ::has_colors() ? COLOR_PAIR(1) : static_cast<int>(A_REVERSE));
  }
  ::mvaddstr(lines - 1, 0, cut("arrows move, Enter enters, a letter searches, q leaves", width - 1).c_str());
  ::refresh();
}

std::optional<std::string> pick_on_screen(const service::ViewNode& root, const std::string& path) {
  Picker picker(root, path);
  std::setlocale(LC_CTYPE, "");
  SCREEN* screen = ::newterm(nullptr, stdout, stdin);
  if (screen == nullptr) return std::nullopt;
  ::set_escdelay(50);
  ::cbreak();
  ::noecho();
  ::keypad(stdscr, TRUE);
  ::curs_set(0);
  if (::has_colors()) {
    ::start_color();
    ::init_pair(1, COLOR_BLACK, COLOR_YELLOW);
  }
  for (bool over = false; !over;) {
    int lines = 0;
    int width = 0;
    getmaxyx(stdscr, lines, width);
    draw(picker, lines, width);
    const int key = ::getch();
    if (interrupted()) break;
    const PickerKey meaning = meaning_of(key);
    over = picker.press(meaning, static_cast<std::size_t>(lines - 1));
    if (meaning == PickerKey::other && key < 128 && key > 0 && std::isalnum(key) != 0)
      picker.search(static_cast<char>(key));
  }
  ::endwin();
  ::delscreen(screen);
  forget_interrupt();
  return picker.chosen();
}

}  // namespace lunet::shell
