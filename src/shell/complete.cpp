// SPDX-License-Identifier: Apache-2.0
#include "shell/complete.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "shell/command_table.h"
#include "shell/completers.h"
#include "shell/modes/one_shot.h"
#include "shell/shell.h"

namespace lunet::shell {

namespace {

/// Where the last word of an unfinished line begins, and what it means without its quotes.
struct LastWord {
  std::size_t start = 0;
  std::string text;
};

/// The command that is being typed: what stands before the last word.
struct Before {
  Place place;
  bool has_path = false;
  const Command* command = nullptr;
  std::string_view command_name;
  std::span<const Token> arguments;
};

class Engine {
 public:
  Engine(Session& session, std::string text) : session_(session), text_(std::move(text)) {}

  Completion run(std::span<const Token> before) {
    while (!before.empty() && (before.front().text == "--yes" || before.front().text == "--json"))
      before = before.subspan(1);
    if (before.empty()) {
      add_first_words();
    } else if (const auto typed = understand(before)) {
      if (typed->command != nullptr && typed->command->raw) {
        add_of_mode(*typed);
      } else if (typed->command != nullptr) {
        add_arguments(*typed);
      } else if (typed->command_name.empty()) {
        add_commands(typed->place);
      }
    }
    return std::move(completion_);
  }

 private:
  void add(const std::string& text, CandidateKind kind, std::string about = {}, bool goes_on = false) {
    if (!text.starts_with(text_)) return;
    completion_.candidates.push_back({quoted_word(text, kind), kind, std::move(about), goes_on});
  }

  static std::string quoted_word(const std::string& text, CandidateKind kind) {
    if (kind == CandidateKind::keyword && text.find('=') != std::string::npos) {
      const auto equals = text.find('=');
      const std::string value = text.substr(equals + 1);
      return text.substr(0, equals + 1) + (value.empty() ? "" : as_typed(value));
    }
    return text.empty() ? text : as_typed(text);
  }

  void add_paths(const Place& from) {
    for (const std::string& path : paths_for(from, text_, session_)) {
      const bool goes_on = path.ends_with('/');
      add(path, CandidateKind::path, {}, goes_on);
    }
  }

  void add_commands(const Place& place) {
    std::map<std::string_view, const Command*> found;
    for (const Command& command : session_.table) {
      if (is_offered(command, place, session_) && command.name.starts_with(text_))
        found.emplace(command.name, &command);
    }
    for (const auto& [name, command] : found)
      add(std::string(name), CandidateKind::command, page_of(command->page_name()).summary);
  }

  void add_first_words() {
    if (text_.starts_with('@') && text_.find('/') == std::string::npos) {
      for (const auto& [name, path] : session_.bookmarks.all()) add("@" + name, CandidateKind::path, path);
      return;
    }
    add_paths(session_.place);
    if (text_.find('/') != std::string::npos) {
      if (text_.ends_with('/') && completion_.candidates.size() > 1) add(text_ + "*", CandidateKind::path);
      return;
    }
    add_commands(session_.place);
    if (!text_.empty()) return;
    if (completion_.candidates.size() > 1) add("*", CandidateKind::path, "on every node below");
    if (session_.place.path != "/") add("/", CandidateKind::path, {}, true);
    for (const auto& [name, path] : session_.bookmarks.all()) add("@" + name, CandidateKind::path, path);
  }

  // Nothing: the words before make no sense.
  std::optional<Before> understand(std::span<const Token> words) {
    Before typed;
    typed.place = session_.place;
    if (is_path_word(words[0])) {
      const std::string path = words[0].text;
      typed.has_path = true;
      if (path == "*" || path.ends_with("/*")) {
        const auto child = first_child(path);
        if (!child) return std::nullopt;
        typed.place = *child;
      } else {
        const auto place = follow_word(path, session_);
        if (!place) return std::nullopt;
        typed.place = *place;
      }
      words = words.subspan(1);
    }
    if (words.empty()) return typed;
    typed.command_name = words[0].text;
    const auto command = find_command(session_.table, typed.place, words[0].text);
    if (command) typed.command = *command;
    typed.arguments = words.subspan(1);
    return typed;
  }

  // The commands of all children are those of one.
  std::optional<Place> first_child(const std::string& starred) {
    const std::string parent_word = starred.substr(0, starred.size() - 1);
    const auto parent =
        parent_word.empty() ? Result<Place>(session_.place) : follow_word(parent_word, session_);
    if (!parent) return std::nullopt;
    const auto names = session_.runtime.child_names(*parent, hierarchy_of(*parent, session_));
    if (!names || names->empty()) return std::nullopt;
    const auto child = child_of(*parent, names->front());
    return child ? std::optional(*child) : std::nullopt;
  }

  // Behind `configure` and `live` the words are theirs.
  void add_of_mode(const Before& typed) {
    std::vector<std::string> words;
    for (const Token& token : typed.arguments) words.push_back(token.text);
    words.push_back(text_);
    Completion found = modes::complete_one_shot(typed.command_name, std::move(words), session_);
    completion_.candidates = std::move(found.candidates);
    completion_.hint = std::move(found.hint);
  }

  static const Parameter* named(const Command& command, std::string_view keyword) {
    for (const Parameter& parameter : command.parameters) {
      if (parameter.name == keyword || (!parameter.other_name.empty() && parameter.other_name == keyword))
        return &parameter;
    }
    return nullptr;
  }

  // Options have no position.
  static std::size_t next_place(const Command& command, std::size_t from) {
    while (from < command.parameters.size() && command.parameters[from].option) ++from;
    return from;
  }

  void add_arguments(const Before& typed) {
    const Command& command = *typed.command;
    Arguments given;
    std::size_t position = 0;
    for (const Token& token : typed.arguments) {
      if (token.text.starts_with("--")) {
        if (const Parameter* option = named(command, token.text.substr(2, token.text.find('=') - 2)))
          given.set(option->name, "true");
      } else if (token.is_keyword()) {
        const Parameter* parameter = named(command, token.keyword());
        if (parameter != nullptr) given.set(parameter->name, std::string(token.value()));
        if (parameter == nullptr) given.extra_pairs.emplace_back(token.keyword(), token.value());
      } else {
        const auto place = next_place(command, position);
        if (place < command.parameters.size()) given.set(command.parameters[place].name, token.text);
        position = place + 1;
      }
    }
    const Page page = page_of(command.page_name());
    const auto equals = text_.find('=');
    if (equals != std::string::npos) {
      add_keyword_value(typed, given, page, equals);
      return;
    }
    add_positional(typed, given, page, next_place(command, position));
    for (const Parameter& parameter : command.parameters) {
      if (given.has(parameter.name)) continue;
      if (parameter.option) {
        add("--" + std::string(parameter.name), CandidateKind::keyword, about(parameter, page));
      } else {
        add(std::string(parameter.name) + "=", CandidateKind::keyword, about(parameter, page), true);
      }
    }
    add_pairs(typed, given);
  }

  void add_positional(const Before& typed, const Arguments& given, const Page& page, std::size_t position) {
    const Command& command = *typed.command;
    const Wanted wanted{command, typed.place, given, text_, session_};
    if (position < command.parameters.size()) {
      const Parameter& parameter = command.parameters[position];
      if (given.has(parameter.name)) return;
      set_hint(parameter, page);
      for (const std::string& value : values_for(parameter, wanted)) add_value(value);
    } else if (command.complete_extra != nullptr) {
      completion_.hint = fmt::format("{}...", command.extra);
      for (const std::string& value : command.complete_extra(wanted)) add_value(value);
    }
  }

  void add_value(const std::string& value) {
    const bool is_folder = value.size() > 1 && value.ends_with('/');
    const auto kind = value.find('/') != std::string::npos ? CandidateKind::path : CandidateKind::value;
    add(value, kind, {}, is_folder);
  }

  void add_keyword_value(const Before& typed, const Arguments& given, const Page& page, std::size_t equals) {
    const std::string keyword = text_.substr(0, equals + 1);
    const Parameter* parameter = named(*typed.command, keyword.substr(0, equals));
    if (parameter == nullptr) {
      add_pairs(typed, given);
      return;
    }
    set_hint(*parameter, page);
    const std::string value_text = text_.substr(equals + 1);
    const Wanted wanted{*typed.command, typed.place, given, value_text, session_};
    for (const std::string& value : values_for(*parameter, wanted))
      add(keyword + value, CandidateKind::keyword, {}, value.ends_with('/'));
  }

  void add_pairs(const Before& typed, const Arguments& given) {
    if (typed.command->complete_pairs == nullptr) return;
    for (const std::string& pair :
         typed.command->complete_pairs({*typed.command, typed.place, given, text_, session_})) {
      const bool goes_on = pair.ends_with('=');
      add(pair, CandidateKind::keyword, {}, goes_on);
    }
  }

  static std::string about(const Parameter& parameter, const Page& page) {
    const auto found = page.parameters.find(parameter.name);
    return found == page.parameters.end() ? "" : found->second;
  }

  void set_hint(const Parameter& parameter, const Page& page) {
    completion_.hint = std::string(parameter.name);
    if (const std::string text = about(parameter, page); !text.empty()) completion_.hint += ": " + text;
    const std::string default_value = parameter.preference.empty()
                                          ? std::string(parameter.default_value)
                                          : session_.preferences.value(parameter.preference);
    if (!default_value.empty()) {
      completion_.hint += fmt::format(" ({} when not given)", default_value);
    } else if (!parameter.required) {
      completion_.hint += " (may be left out)";
    }
  }

  Session& session_;
  std::string text_;
  Completion completion_;
};

}  // namespace

// As tokens_of_line() reads it, but a quote need not end.
static LastWord last_word(std::string_view line) {
  LastWord last;
  bool in_word = false;
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool blank = quote == '\0' && (c == ' ' || c == '\t');
    if (blank) {
      in_word = false;
      continue;
    }
    if (!in_word) last = {i, {}};
    in_word = true;
    if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (quote != '\0' && c == quote) {
      quote = '\0';
    } else if (c == '\\' && quote != '\'' && i + 1 < line.size()) {
      last.text += line[++i];
    } else {
      last.text += c;
    }
  }
  return in_word || quote != '\0' ? last : LastWord{line.size(), {}};
}

Completion complete(std::string_view line, Session& session) {
  const LastWord last = last_word(line);
  const auto before = tokens_of_line(line.substr(0, last.start));
  Completion completion;
  if (before) completion = Engine(session, last.text).run(*before);
  completion.start = last.start;
  return completion;
}

Completion complete_words(std::span<const std::string> words, Session& session) {
  if (words.empty()) return {};
  const std::vector<std::string> before(words.begin(), words.end() - 1);
  std::vector<Token> tokens;
  // One by one: a single word with blanks would be taken for a line.
  for (const std::string& word : before) {
    const std::vector<std::string> two = {word, ""};
    if (auto token = tokens_of_words(two)) tokens.push_back(std::move(token->front()));
  }
  return Engine(session, words.back()).run(tokens);
}

std::vector<std::string> typed_words(std::string_view line) {
  const LastWord last = last_word(line);
  std::vector<std::string> words;
  if (const auto before = tokens_of_line(line.substr(0, last.start))) {
    for (const Token& token : *before) words.push_back(token.text);
  }
  words.push_back(last.text);
  return words;
}

std::string common_beginning(const std::vector<Candidate>& candidates) {
  if (candidates.empty()) return {};
  std::string common = candidates.front().text;
  for (const Candidate& each : candidates) {
    const auto end = std::mismatch(common.begin(), common.end(), each.text.begin(), each.text.end());
    common.erase(end.first, common.end());
  }
  return common;
}

}  // namespace lunet::shell
