// SPDX-License-Identifier: Apache-2.0
// One line at a time from a terminal, with editing, history and completion: libedit, and nobody else knows
// that.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "shell/complete.h"

namespace lunet::shell {

struct EditorHooks {
  std::function<std::string()> prompt;
  std::function<Completion(std::string_view line)> complete;
  /// The candidates as they are printed below the line.
  std::function<std::string(const Completion&)> list;
};

enum class LineEnd : unsigned char { typed, interrupted, end_of_input };
struct TypedLine {
  LineEnd end = LineEnd::typed;
  std::string text;
};

class LineEditor {
 public:
  virtual ~LineEditor() = default;
  virtual TypedLine read() = 0;
  /// For the arrow keys, and for the next shell.
  virtual void remember(const std::string& line) = 0;
};

/// `history_file` "": none is kept. Error: libedit is not installed.
Result<std::unique_ptr<LineEditor>> make_line_editor(EditorHooks hooks, const std::string& history_file);

}  // namespace lunet::shell
