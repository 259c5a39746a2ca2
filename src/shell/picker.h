// SPDX-License-Identifier: Apache-2.0
// Choosing a node of the tree with the arrow keys (features 1.4, `cd`): what is shown and what keys do. Not
// the screen (picker_screen.h).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "service/view.h"

namespace lunet::shell {

enum class PickerKey : unsigned char { up, down, page_up, page_down, first, last, choose, leave, other };

class Picker {
 public:
  struct Row {
    std::string text;  ///< indented, with the summary
    std::string path;
  };

  /// The cursor stands on the node at `path`.
  Picker(const service::ViewNode& root, const std::string& path);

  [[nodiscard]] const std::vector<Row>& rows() const { return rows_; }
  [[nodiscard]] std::size_t cursor() const { return cursor_; }
  /// The first row that a screen of so many lines shows: the cursor's is among them.
  [[nodiscard]] std::size_t top(std::size_t height) const;

  /// True when it is over.
  bool press(PickerKey key, std::size_t height);
  /// A letter: the next node, in turn, whose name begins with it.
  void search(char letter);
  /// After the end: the path, or nothing when it was left.
  [[nodiscard]] const std::optional<std::string>& chosen() const { return chosen_; }

 private:
  void add(const service::ViewNode& node, const std::string& path, int depth);

  std::vector<Row> rows_;
  std::size_t cursor_ = 0;
  std::optional<std::string> chosen_;
};

}  // namespace lunet::shell
