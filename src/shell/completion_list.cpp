// SPDX-License-Identifier: Apache-2.0
#include "shell/completion_list.h"

#include <fmt/core.h>

#include <algorithm>

#include "shell/render.h"

namespace lunet::shell {

constexpr std::size_t shown_max = 200;  ///< more is of no use to anybody

static std::string colour_of(CandidateKind kind, const Preferences& preferences) {
  switch (kind) {
    case CandidateKind::path: return colour_code(preferences.value("color_path"));
    case CandidateKind::command: return colour_code(preferences.value("color_command"));
    case CandidateKind::keyword: return colour_code(preferences.value("color_keyword"));
    case CandidateKind::value: return colour_code(preferences.value("color_parameter"));
  }
  return {};
}

// Of a path only what its last step is: the beginning stands in the line already.
static std::string shown(const Candidate& candidate, std::size_t common_path) {
  return candidate.kind == CandidateKind::path && candidate.text.size() > common_path
             ? candidate.text.substr(common_path)
             : candidate.text;
}

static std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

namespace {

class Lister {
 public:
  Lister(const Completion& completion, const ListStyle& style, const Preferences& preferences)
      : completion_(completion), style_(style), preferences_(preferences) {
    // Only when all are paths, up to the last slash that they share.
    const auto& all = completion.candidates;
    const bool paths = std::all_of(all.begin(), all.end(),
                                   [](const Candidate& each) { return each.kind == CandidateKind::path; });
    const std::string common = paths ? common_beginning(all) : "";
    const auto slash = common.rfind('/');
    if (slash != std::string::npos && all.size() > 1) common_path_ = slash + 1;
  }

  std::string run() {
    if (!completion_.hint.empty()) text_ += cut(completion_.hint) + "\n";
    const std::size_t count = std::min(completion_.candidates.size(), shown_max);
    if (style_.columns) {
      add_columns(count);
    } else {
      for (std::size_t i = 0; i < count; ++i) add_row(completion_.candidates[i]);
    }
    if (completion_.candidates.size() > count)
      text_ += fmt::format("... and {} more\n", completion_.candidates.size() - count);
    return std::move(text_);
  }

 private:
  [[nodiscard]] std::string cut(const std::string& line) const {
    const auto width = static_cast<std::size_t>(std::max(style_.width - 1, 8));
    return columns_of(line) <= width ? line : line.substr(0, width - 3) + "...";
  }

  void paint(const Candidate& candidate, const std::string& text) {
    const std::string colour = style_.colours ? colour_of(candidate.kind, preferences_) : "";
    text_ += colour.empty() ? text : colour + text + "\033[0m";
  }

  void add_row(const Candidate& candidate) {
    const std::string name = shown(candidate, common_path_);
    paint(candidate, name);
    const std::size_t used = columns_of(name);
    if (!candidate.about.empty() && used + 4 < static_cast<std::size_t>(style_.width))
      text_ += "  " + cut(std::string(used, ' ') + candidate.about).substr(used);
    text_ += '\n';
  }

  // Down the columns, as `ls` of files does.
  void add_columns(std::size_t count) {
    std::size_t widest = 1;
    for (std::size_t i = 0; i < count; ++i)
      widest = std::max(widest, columns_of(shown(completion_.candidates[i], common_path_)));
    const std::size_t columns =
        std::max<std::size_t>(1, static_cast<std::size_t>(std::max(style_.width, 1)) / (widest + 2));
    const std::size_t rows = (count + columns - 1) / columns;
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t i = row; i < count; i += rows) {
        const std::string name = shown(completion_.candidates[i], common_path_);
        paint(completion_.candidates[i], name);
        if (i + rows < count) text_ += std::string(widest + 2 - columns_of(name), ' ');
      }
      text_ += '\n';
    }
  }

  const Completion& completion_;
  const ListStyle& style_;
  const Preferences& preferences_;
  std::size_t common_path_ = 0;
  std::string text_;
};

}  // namespace

std::string list_candidates(const Completion& completion, const ListStyle& style,
                            const Preferences& preferences) {
  return Lister(completion, style, preferences).run();
}

}  // namespace lunet::shell
