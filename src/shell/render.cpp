// SPDX-License-Identifier: Apache-2.0
#include "shell/render.h"

#include <algorithm>
#include <array>

#include "shell/nodes.h"

namespace lunet::shell {

using service::Health;
using service::ViewNode;

// Columns of UTF-8 text: every byte that does not continue a character.
static int columns(std::string_view text) {
  return static_cast<int>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

namespace {

class Renderer {
 public:
  Renderer(const Listing& listing, const Style& style) : listing_(listing), style_(style) {}

  std::string run() {
    add(listing_.node, "", "", 0);
    return std::move(text_);
  }

 private:
  // `margin` stands before the node's marker, `inner` before those of its children.
  void add(const ViewNode& node, const std::string& margin, const std::string& inner, int level) {
    if (level > 0 || style_.show_root) add_line(node, margin + (style_.round_nodes ? "o- " : "+- "), level);
    if (listing_.depth != 0 && level >= listing_.depth) return;
    for (std::size_t i = 0; i < node.children.size(); ++i) {
      const bool last = i + 1 == node.children.size();
      // The listed root takes two blanks of its children's margin, whatever follows it.
      const std::string child_margin = level == 0 ? "  " : inner;
      add(node.children[i], child_margin, child_margin + (last ? "  " : "| "), level + 1);
    }
  }

  void add_line(const ViewNode& node, const std::string& margin, int level) {
    const std::string summary = summary_of(node);
    const int dots = style_.width - 1 - (columns(summary) + 3) - columns(margin) - columns(node.name);
    const int colour = (listing_.levels_above + level) % 3;
    const std::string_view level_colour = colour == 0 ? "" : colour == 1 ? "34" : "35";
    text_ += margin;
    paint(node.name, level == 0 ? join("1;4", level_colour) : join("1", level_colour));
    if (!style_.status) {
      text_ += '\n';
      return;
    }
    text_ += ' ';
    paint(std::string(static_cast<std::size_t>(std::max(dots, 0)), '.'), std::string(level_colour));
    text_ += ' ';
    paint("[", "1");
    paint(summary, node.health == Health::good ? "32" : node.health == Health::bad ? "31;1" : "");
    paint("]", "1");
    text_ += '\n';
  }

  static std::string join(std::string_view one, std::string_view other) {
    return std::string(one) + (other.empty() ? "" : ";") + std::string(other);
  }

  void paint(std::string_view text, std::string_view codes) {
    if (!style_.colours || codes.empty() || text.empty()) {
      text_ += text;
      return;
    }
    text_.append("\033[").append(codes).append("m").append(text).append("\033[0m");
  }

  const Listing& listing_;
  const Style& style_;
  std::string text_;
};

}  // namespace

std::string colour_code(std::string_view name) {
  constexpr std::array<std::string_view, 8> names = {"black", "red",     "green", "yellow",
                                                     "blue",  "magenta", "cyan",  "white"};
  const auto at = std::find(names.begin(), names.end(), name);
  return at == names.end() ? "" : "\033[3" + std::to_string(at - names.begin()) + "m";
}

std::string render(const Listing& listing, const Style& style) {
  return Renderer(listing, style).run();
}

}  // namespace lunet::shell
