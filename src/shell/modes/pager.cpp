// SPDX-License-Identifier: Apache-2.0
#include "shell/modes/pager.h"

#include "base/text.h"
#include "shell/modes/statement.h"

namespace lunet::shell::modes {

void show_pages(const std::vector<std::string_view>& lines, std::size_t rows, Console& console) {
  std::size_t on_screen = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    console.write(std::string(lines[i]) + "\n");
    if (++on_screen < rows || i + 1 == lines.size()) continue;
    const char key = console.read_key("---(more)---");
    if (key == 'q' || key == '\0') return;
    on_screen = key == '\n' || key == '\r' ? rows - 1 : 0;
  }
}

bool paged(const Outcome& outcome, std::string_view line, Session& session) {
  const int height = session.console.terminal_height();
  if (height < 3 || session.json) return false;
  std::string text;
  for (const std::string& each : outcome.lines) text += each + "\n";
  if (outcome.text) text += *outcome.text;
  if (!outcome.warnings.empty() || outcome.listing) return false;
  std::vector<std::string_view> lines = split(text, '\n');
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  if (lines.size() < static_cast<std::size_t>(height)) return false;
  for (const std::string& pipe : split_pipes(line)) {
    if (pipe == "no-more") return false;
  }
  show_pages(lines, static_cast<std::size_t>(height) - 1, session.console);
  return true;
}

}  // namespace lunet::shell::modes
