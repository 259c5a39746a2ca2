// SPDX-License-Identifier: Apache-2.0
// Where a command's words go and answers come from: a terminal, a pipe, a test.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lunet::shell {

class Console {
 public:
  virtual ~Console() = default;
  virtual void write(std::string_view text) = 0;
  virtual void write_error(std::string_view text) = 0;
  /// A passing line on standard error, where that is a terminal; what is said next takes its place. "" takes
  /// it away.
  virtual void progress(std::string_view /*text*/) {}
  /// Columns for `ls`: the terminal's, at most 132; 132 when standard output is none.
  [[nodiscard]] virtual int width() const = 0;
  /// All of the terminal's columns; 80 when there is none.
  [[nodiscard]] virtual int terminal_width() const { return 80; }
  /// Its lines; 0 when there is none.
  [[nodiscard]] virtual int terminal_height() const { return 0; }
  [[nodiscard]] virtual bool colours() const = 0;
  /// Asks a yes-or-no question; nothing when there is no terminal to ask at.
  virtual std::optional<bool> confirm(std::string_view question) = 0;
  /// The same with one key: y or n; Enter is `fallback`, Ctrl-C and Ctrl-D are no.
  virtual std::optional<bool> confirm_key(std::string_view question, bool /*fallback*/) {
    return confirm(question);
  }
  /// Shows the prompt while it waits for one key; 0 when there is no terminal, or at Ctrl-C and Ctrl-D.
  virtual char read_key(std::string_view /*prompt*/) { return '\0'; }
  /// The next line of standard input, without its end; nothing at its end.
  virtual std::optional<std::string> read_line() = 0;
  /// One line without echo from the terminal, or the next line of standard input. EIO: there is none.
  virtual Result<std::string> read_secret(std::string_view prompt) = 0;
};

/// The process's standard streams. Colours only on a terminal with NO_COLOR unset or empty.
class StandardConsole : public Console {
 public:
  void write(std::string_view text) override;
  void write_error(std::string_view text) override;
  void progress(std::string_view text) override;
  [[nodiscard]] int width() const override;
  [[nodiscard]] int terminal_width() const override;
  [[nodiscard]] int terminal_height() const override;
  [[nodiscard]] bool colours() const override;
  std::optional<bool> confirm(std::string_view question) override;
  std::optional<bool> confirm_key(std::string_view question, bool fallback) override;
  char read_key(std::string_view prompt) override;
  std::optional<std::string> read_line() override;
  Result<std::string> read_secret(std::string_view prompt) override;

 private:
  bool has_progress_ = false;
};

}  // namespace lunet::shell
