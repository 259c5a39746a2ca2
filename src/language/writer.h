// SPDX-License-Identifier: Apache-2.0
// Writes the language's layout: four blanks a level, one statement a line, words quoted where needed.
#pragma once

#include <string>
#include <string_view>

namespace lunet::language {

class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}

  /// A class, group or attribute name, or the unset marker: written as it is.
  void name(std::string_view name);
  /// An identifier or a value: quoted where needed.
  void word(std::string_view text);
  void comment(std::string_view text);
  void open();  ///< '{', without ending the line
  void end_line();
  void close();  ///< '}', without ending the line

 private:
  void gap();

  std::string& out_;
  std::size_t depth_ = 0;
  bool line_started_ = false;
};

}  // namespace lunet::language
