// SPDX-License-Identifier: Apache-2.0
// Where the objects of a printed configuration stand in its text, kept beside it: who has that need not look
// through the text. Lines of numbers, which count bytes of the text:
//   run START SIZE LAST COUNT   COUNT objects one after the other, the last of them at LAST
//   in START                    what follows up to `out` is in the large object that starts there
//   own START SIZE              what the object says beside the objects in it
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "config/tree.h"

namespace lunet::config {

class OutlineWriter {
 public:
  void run(std::size_t start, std::size_t size, std::size_t last, std::size_t count);
  void enter(std::size_t start);
  void own(std::size_t start, std::size_t size);
  void leave() { text_ += "out\n"; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

/// The tree of parse_later(), of the same body. Nothing: this is no outline of such a text. That it is one of
/// this very text, the caller knows.
std::optional<Tree> parse_outlined(std::shared_ptr<const std::string> text, std::string_view body,
                                   std::string_view outline);

}  // namespace lunet::config
