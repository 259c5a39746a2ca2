// SPDX-License-Identifier: Apache-2.0
// The only place that knows ncurses.
#include "shell/picker_screen.h"

#define NCURSES_NOMACROS 1
#include <curses.h>

#include <cctype>
#include <clocale>
#include <cstdio>

#include "base/late_library.h"
#include "shell/interrupt.h"
#include "shell/picker.h"

namespace lunet::shell {

/// Loaded by the first choice from the screen.
struct Curses {
  LateLibrary library{"libncursesw.so.6"};
  decltype(&::COLOR_PAIR) color_pair = library.function<decltype(::COLOR_PAIR)>("COLOR_PAIR");
  LUNET_LATE(cbreak);
  LUNET_LATE(curs_set);
  LUNET_LATE(delscreen);
  LUNET_LATE(delwin);
  LUNET_LATE(endwin);
  LUNET_LATE(getmaxx);
  LUNET_LATE(getmaxy);
  LUNET_LATE(has_colors);
  LUNET_LATE(init_pair);
  LUNET_LATE(keypad);
  LUNET_LATE(mvwaddstr);
  LUNET_LATE(newterm);
  LUNET_LATE(newwin);
  LUNET_LATE(noecho);
  LUNET_LATE(set_escdelay);
  LUNET_LATE(start_color);
  LUNET_LATE(wattroff);
  LUNET_LATE(wattron);
  LUNET_LATE(werase);
  LUNET_LATE(wgetch);
  LUNET_LATE(wrefresh);
};

static const Curses& curses() {
  static const Curses loaded;
  return loaded;
}

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

static void draw(WINDOW* window, const Picker& picker, int lines, int width) {
  curses().werase(window);
  const auto height = static_cast<std::size_t>(lines - 1);
  const std::size_t top = picker.top(height);
  for (std::size_t i = 0; i < height && top + i < picker.rows().size(); ++i) {
    const bool here = top + i == picker.cursor();
    if (here)
      curses().wattron(window, curses().has_colors() ? curses().color_pair(1) : static_cast<int>(A_REVERSE));
    curses().mvwaddstr(window, static_cast<int>(i), 0, cut(picker.rows()[top + i].text, width - 1).c_str());
    if (here)
      curses().wattroff(window, curses().has_colors() ? curses().color_pair(1) : static_cast<int>(A_REVERSE));
  }
  curses().mvwaddstr(window, lines - 1, 0,
                     cut("arrows move, Enter enters, a letter searches, q leaves", width - 1).c_str());
  curses().wrefresh(window);
}

Result<std::optional<std::string>> pick_on_screen(const service::ViewNode& root, const std::string& path) {
  TRY_OK(curses().library.need("no node can be chosen on the screen", "libncursesw6"));
  Picker picker(root, path);
  std::setlocale(LC_CTYPE, "");
  SCREEN* screen = curses().newterm(nullptr, stdout, stdin);
  if (screen == nullptr) return std::optional<std::string>();
  WINDOW* window = curses().newwin(0, 0, 0, 0);
  curses().set_escdelay(50);
  curses().cbreak();
  curses().noecho();
  curses().keypad(window, TRUE);
  curses().curs_set(0);
  if (curses().has_colors()) {
    curses().start_color();
    curses().init_pair(1, COLOR_BLACK, COLOR_YELLOW);
  }
  for (bool over = false; !over;) {
    const int lines = curses().getmaxy(window);
    draw(window, picker, lines, curses().getmaxx(window));
    const int key = curses().wgetch(window);
    if (interrupted()) break;
    const PickerKey meaning = meaning_of(key);
    over = picker.press(meaning, static_cast<std::size_t>(lines - 1));
    if (meaning == PickerKey::other && key < 128 && key > 0 && std::isalnum(key) != 0)
      picker.search(static_cast<char>(key));
  }
  curses().delwin(window);
  curses().endwin();
  curses().delscreen(screen);
  forget_interrupt();
  return picker.chosen();
}

}  // namespace lunet::shell
