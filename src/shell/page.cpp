// SPDX-License-Identifier: Apache-2.0
#include "shell/page.h"

#include "base/text.h"

namespace lunet::shell {

namespace {

/// Reads a page line by line; a paragraph or bullet ends with an empty line or the next bullet.
class Reader {
 public:
  Page run(std::string_view markdown) {
    for (const std::string_view line : split(markdown, '\n')) take(line);
    end_block();
    return std::move(page_);
  }

 private:
  void take(std::string_view line) {
    constexpr std::string_view code = "    ";
    if (line.starts_with("# ")) return;
    if (line.starts_with("## ")) {
      end_block();
      in_examples_ = line == "## Examples";
    } else if (in_examples_ && line.starts_with(code)) {
      page_.examples.emplace_back(line.substr(code.size()));
    } else if (trim(line).empty()) {
      end_block();
    } else {
      if (line.starts_with("- ")) end_block();
      if (!block_.empty()) block_ += ' ';
      block_ += trim(line);
    }
  }

  void end_block() {
    if (block_.empty()) return;
    constexpr std::string_view bullet = "- **";
    const auto end = block_.find("**: ");
    if (block_.starts_with(bullet) && end != std::string::npos) {
      page_.parameters[block_.substr(bullet.size(), end - bullet.size())] = block_.substr(end + 4);
    } else if (page_.summary.empty()) {
      page_.summary = block_;
    } else {
      page_.paragraphs.push_back(block_);
    }
    block_.clear();
  }

  Page page_;
  std::string block_;
  bool in_examples_ = false;
};

}  // namespace

Page parse_page(std::string_view markdown) {
  return Reader().run(markdown);
}

Page page_of(std::string_view name) {
  for (const PageText& page : shipped_pages()) {
    if (page.name == name) return parse_page(page.text);
  }
  return {};
}

}  // namespace lunet::shell
