// SPDX-License-Identifier: Apache-2.0
#include "shell/metrics.h"

#include <fmt/core.h>

namespace lunet::shell {

static bool between(unsigned char byte, unsigned char least, unsigned char most) {
  return least <= byte && byte <= most;
}

// Of the character that the text begins with; 0: that is no UTF-8 (RFC 3629, 4).
static std::size_t character_bytes(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(i < text.size() ? text[i] : '\0'); };
  const unsigned char first = at(0);
  if (first < 0x80) return 1;
  const std::size_t bytes = between(first, 0xC2, 0xDF) ? 2 : between(first, 0xE0, 0xEF) ? 3 : 4;
  if (first < 0xC2 || first > 0xF4) return 0;
  const unsigned char least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned char most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (!between(at(1), least, most)) return 0;
  for (std::size_t i = 2; i < bytes; ++i) {
    if (!between(at(i), 0x80, 0xBF)) return 0;
  }
  return bytes;
}

// A reader refuses the whole text for one byte that is no UTF-8; names may have any.
static std::string label_text(std::string_view text) {
  constexpr std::string_view replacement = "\xEF\xBF\xBD";
  std::string out;
  while (!text.empty()) {
    const std::size_t bytes = character_bytes(text);
    const std::string_view character = text.substr(0, bytes);
    if (bytes == 0) {
      out += replacement;
    } else if (character == "\n") {
      out += "\\n";
    } else {
      if (character == "\\" || character == "\"") out += '\\';
      out += character;
    }
    text.remove_prefix(bytes == 0 ? 1 : bytes);
  }
  return out;
}

static std::string labels_text(const Metric& metric, const MetricSample& sample) {
  std::string text;
  for (std::size_t i = 0; i < metric.labels.size(); ++i) {
    text += fmt::format("{}{}=\"{}\"", text.empty() ? "{" : ",", metric.labels[i],
                        label_text(sample.label_values[i]));
  }
  return text.empty() ? text : text + "}";
}

std::string exposition_of(const std::vector<Metric>& metrics) {
  std::string text;
  for (const Metric& metric : metrics) {
    if (metric.samples.empty()) continue;
    text += fmt::format("# HELP {} {}\n# TYPE {} {}\n", metric.name, metric.help, metric.name, metric.type);
    for (const MetricSample& sample : metric.samples) {
      text += fmt::format("{}{}{} {}\n", metric.name, sample.suffix, labels_text(metric, sample),
                          std::visit([](auto value) { return fmt::format("{}", value); }, sample.value));
    }
  }
  return text;
}

}  // namespace lunet::shell
