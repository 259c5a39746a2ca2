// SPDX-License-Identifier: Apache-2.0
#include "language/writer.h"

#include "language/word.h"

namespace lunet::language {

void Writer::gap() {
  constexpr std::size_t indent = 4;
  if (line_started_) {
    out_ += ' ';
  } else {
    out_.append(depth_ * indent, ' ');
  }
  line_started_ = true;
}

void Writer::name(std::string_view name) {
  gap();
  out_ += name;
}

void Writer::word(std::string_view text) {
  gap();
  append_word(out_, text);
}

void Writer::comment(std::string_view text) {
  gap();
  out_ += '#';
  if (!text.empty()) out_ += ' ';
  out_ += text;
}

void Writer::open() {
  gap();
  out_ += '{';
  ++depth_;
}

void Writer::close() {
  --depth_;
  if (!line_started_) gap();  // "{}" when nothing stands between
  out_ += '}';
}

void Writer::end_line() {
  out_ += '\n';
  line_started_ = false;
}

}  // namespace lunet::language
