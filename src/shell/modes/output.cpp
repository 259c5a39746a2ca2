// SPDX-License-Identifier: Apache-2.0
#include "shell/modes/output.h"

#include <fmt/core.h>

#include <algorithm>
#include <regex>

#include "base/text.h"
#include "language/word.h"
#include "shell/modes/statement.h"
#include "shell/suggest.h"

namespace lunet::shell::modes {
namespace {

/// Takes the outcome's lines and gives back what is left of them.
using Lines = std::vector<std::string>;

Lines lines_of(const Outcome& outcome) {
  Lines lines = outcome.lines;
  if (!outcome.text) return lines;
  for (const std::string_view line : split(*outcome.text, '\n')) lines.emplace_back(line);
  if (!lines.empty() && lines.back().empty()) lines.pop_back();
  return lines;
}

// The library throws at a mistake in the expression.
Result<std::regex> expression(Editing& editing, const std::vector<std::string>& words) {
  if (words.size() != 2)
    return misuse(editing, fmt::format("| {}: it takes one regular expression", words[0]),
                  "put quotes around one with blanks");
  try {
    return std::regex(words[1], std::regex::extended);
  } catch (const std::regex_error& error) {
    return misuse(editing,
                  fmt::format("| {}: '{}' is no regular expression: {}", words[0], words[1], error.what()));
  }
}

Result<Lines> match(Editing& editing, const std::vector<std::string>& words, Lines lines) {
  const std::regex wanted = TRY(expression(editing, words));
  const bool with = words[0] == "match";
  std::erase_if(lines, [&](const std::string& line) { return std::regex_search(line, wanted) != with; });
  return lines;
}

Result<Lines> find(Editing& editing, const std::vector<std::string>& words, Lines lines) {
  const std::regex wanted = TRY(expression(editing, words));
  const auto first = std::find_if(lines.begin(), lines.end(),
                                  [&](const std::string& line) { return std::regex_search(line, wanted); });
  lines.erase(lines.begin(), first);
  return lines;
}

Result<Lines> last(Editing& editing, const std::vector<std::string>& words, Lines lines) {
  const auto count = words.size() == 2 ? parse_unsigned(words[1]) : std::nullopt;
  if (!count) return misuse(editing, "| last: it takes a number of lines");
  if (*count < lines.size()) lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(*count));
  return lines;
}

Result<Lines> count(Editing& /*editing*/, const std::vector<std::string>& /*words*/, Lines lines) {
  lines = {fmt::format("Count: {} lines", lines.size())};
  return lines;
}

Result<Lines> no_more(Editing& /*editing*/, const std::vector<std::string>& /*words*/, Lines lines) {
  return lines;  // run.cpp has seen it
}

std::string set_line(const config::Item& item) {
  std::string line = "set " + config::node_text(item.node);
  if (item.kind != config::Item::Kind::attribute) return line;
  const bool kept = item.value == language::keep_marker;
  return fmt::format("{} {}", line, kept ? item.value : language::word_text(item.value));
}

/// The text that is shown, as `set` commands that can be typed at the top.
Result<Lines> display(Editing& editing, const std::vector<std::string>& words, Lines lines) {
  if (words.size() != 2 || words[1] != "set")
    return misuse(editing, "| display: only 'display set' is known");
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  if (!editing.level.empty() && !text.empty())
    text = fmt::format("{} {{\n{}}}\n", config::path_text(editing.level), text);
  const auto read = config::parse(text, "show");
  if (!read)
    return misuse(editing, "| display set: what is shown is no configuration", "put it before other filters");
  const config::Tree& shown = *read;
  const config::SearchContext context{editing.schema, editing.runtime, editing.level};
  lines.clear();
  for (const config::Item& item : config::collect(shown, context, config::filters::only_set())) {
    if (item.kind != config::Item::Kind::group) lines.push_back(set_line(item));
  }
  return lines;
}

struct Pipe {
  std::string_view name;
  Result<Lines> (*run)(Editing&, const std::vector<std::string>&, Lines);
};
constexpr Pipe pipes_there_are[] = {{"match", match},    {"except", match}, {"find", find},
                                    {"last", last},      {"count", count},  {"no-more", no_more},
                                    {"display", display}};

}  // namespace

std::vector<std::string> pipe_names() {
  std::vector<std::string> names = {"compare"};
  for (const Pipe& pipe : pipes_there_are) names.emplace_back(pipe.name);
  return names;
}

Result<> filter(Editing& editing, std::span<const std::string> pipes, Outcome& outcome) {
  for (const std::string& text : pipes) {
    const std::vector<std::string> words = TRY(words_of(text));
    const auto* pipe =
        std::find_if(std::begin(pipes_there_are), std::end(pipes_there_are),
                     [&](const Pipe& each) { return !words.empty() && each.name == words[0]; });
    if (pipe == std::end(pipes_there_are)) {
      const std::string near = did_you_mean(words.empty() ? "" : words[0], pipe_names());
      return misuse(
          editing, fmt::format("'| {}' is not known", text),
          near.empty() ? "after '|': compare, match, except, find, last, count, no-more, display set" : near);
    }
    outcome.lines = TRY(pipe->run(editing, words, lines_of(outcome)));
    outcome.text.reset();
  }
  return {};
}

}  // namespace lunet::shell::modes
