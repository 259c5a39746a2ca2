// SPDX-License-Identifier: Apache-2.0
#include "language/diagnostic.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>

namespace lunet::language {

/// As many of a long line's bytes are shown at most.
static constexpr std::size_t shown_max = 160;

/// Control characters would move the cursor of a terminal: shown as '?'. Tabs stay, the caret's line has them
/// too.
static std::string visible(std::string_view text) {
  std::string shown(text);
  for (char& c : shown) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7f) c = '?';
  }
  return shown;
}

/// The blanks that put the caret under the character after `text`.
static std::string caret_indent(std::string_view text) {
  std::string blanks;
  for (const char c : text) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
    if (!continues) blanks += c == '\t' ? '\t' : ' ';
  }
  return blanks;
}

static std::string render_one(const Source& source, const Diagnostic& diagnostic) {
  const Position at = source.position(diagnostic.offset);
  std::string_view line = source.line(diagnostic.offset);
  const auto line_offset = static_cast<std::size_t>(line.data() - source.text().data());
  std::size_t caret = std::min(std::size_t{diagnostic.offset} - line_offset, line.size());
  if (line.size() > shown_max) {
    const std::size_t start = caret > shown_max / 2 ? caret - shown_max / 2 : 0;
    line = line.substr(start, shown_max);
    caret -= start;
  }
  return fmt::format("{}:{}:{}: {}\n    {}\n    {}^", source.name(), at.line, at.column, diagnostic.sentence,
                     visible(line), caret_indent(line.substr(0, caret)));
}

std::string render(const Source& source, std::vector<Diagnostic> diagnostics) {
  constexpr std::size_t rendered_max = 100;
  std::stable_sort(diagnostics.begin(), diagnostics.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return a.offset < b.offset; });
  const std::size_t rendered = std::min(diagnostics.size(), rendered_max);
  std::string text;
  for (std::size_t i = 0; i < rendered; ++i) {
    if (i > 0) text += '\n';
    text += render_one(source, diagnostics[i]);
  }
  if (diagnostics.size() > rendered)
    text += fmt::format("\nand {} more mistakes", diagnostics.size() - rendered);
  return text;
}

/// Levenshtein's distance, with a swap of neighbours as one mistake.
static std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  std::iota(d[0].begin(), d[0].end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t wrong = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + wrong});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
    }
  }
  return d[a.size()][b.size()];
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  constexpr std::size_t mistakes_max = 2;
  constexpr std::size_t word_max = 40;
  std::string_view best;
  if (word.size() > word_max) return best;
  std::size_t best_distance = mistakes_max + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t mistakes = distance(word, candidate);
    // Of a short word at least half must be right.
    if (mistakes < best_distance && mistakes * 2 <= candidate.size()) {
      best = candidate;
      best_distance = mistakes;
    }
  }
  return best;
}

}  // namespace lunet::language
