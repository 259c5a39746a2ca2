// SPDX-License-Identifier: Apache-2.0
#include "shell/modes/complete.h"

#include <algorithm>

#include "shell/completers.h"
#include "shell/modes/output.h"
#include "shell/modes/schema_words.h"
#include "shell/modes/statement.h"

namespace lunet::shell::modes {
namespace {

class Engine {
 public:
  Engine(Editing& editing, std::string text) : editing_(editing), text_(std::move(text)) {}

  Completion run(std::vector<std::string> before) {
    const auto pipe = std::find(before.rbegin(), before.rend(), "|");
    if (before.empty()) {
      add_commands();
    } else if (pipe != before.rend()) {
      add_pipes({pipe.base(), before.end()});
    } else {
      add_behind(before);
    }
    return std::move(completion_);
  }

 private:
  void add(std::string_view text, CandidateKind kind, std::string_view about = {}, bool goes_on = false) {
    if (!text.starts_with(text_)) return;
    completion_.candidates.push_back({std::string(text), kind, std::string(about), goes_on});
  }

  void add_commands() {
    for (const ModeCommand& command : commands_of(editing_.kind))
      add(command.name, CandidateKind::command, page_of(page_name(editing_.kind, command)).summary);
  }

  void add_pipes(const std::vector<std::string>& words) {
    if (words.empty()) {
      for (const std::string& name : pipe_names()) add(name, CandidateKind::command);
    } else if (words.front() == "display" && words.size() == 1) {
      add("set", CandidateKind::value);
    }
  }

  void add_behind(std::vector<std::string> words) {
    const auto table = commands_of(editing_.kind);
    const auto command = std::find_if(table.begin(), table.end(),
                                      [&](const ModeCommand& each) { return each.name == words.front(); });
    if (command == table.end()) return;
    words.erase(words.begin());
    if (words.empty() || command->typed == Typed::words) {
      for (const std::string_view word : command->words) {
        if (std::find(words.begin(), words.end(), word) == words.end()) add(word, CandidateKind::value);
      }
    }
    add_typed(*command, std::move(words));
  }

  void add_typed(const ModeCommand& command, std::vector<std::string> words) {
    switch (command.typed) {
      case Typed::nothing:
      case Typed::words: return;
      case Typed::command:
        if (words.empty()) {
          add_commands();
        } else {
          add_behind(std::move(words));
        }
        return;
      case Typed::file:
        if (words.empty()) {
          add_files();
        } else {
          add_schema(std::move(words), true, 1);
        }
        return;
      case Typed::statement:
      case Typed::place: add_schema(std::move(words), false, 0); return;
      case Typed::pattern: {
        const std::size_t skipped = !words.empty() && words.front() == "all" ? 1 : 0;
        add_schema(std::move(words), true, skipped);
      }
    }
  }

  void add_schema(std::vector<std::string> words, bool pattern, std::size_t skipped) {
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(skipped));
    NextWords next = next_words(editing_, words, pattern);
    for (const Candidate& each : next.candidates) add(each.text, each.kind, each.about);
    if (completion_.hint.empty()) completion_.hint = std::move(next.hint);
  }

  void add_files() {
    const Arguments none;
    const Command command{.name = "load", .kinds = {}};
    const Wanted wanted{command, editing_.session.place, none, text_, editing_.session};
    for (const std::string& path : complete_file(wanted))
      add(path, CandidateKind::path, {}, path.ends_with('/'));
  }

  Editing& editing_;
  std::string text_;
  Completion completion_;
};

}  // namespace

Completion complete_words(Editing& editing, std::vector<std::string> words) {
  if (words.empty()) return {};
  std::string last = std::move(words.back());
  words.pop_back();
  return Engine(editing, std::move(last)).run(std::move(words));
}

Completion complete(Editing& editing, std::string_view line) {
  Unfinished typed = unfinished_words(line);
  const std::size_t start = typed.start;
  Completion completion = complete_words(editing, std::move(typed.words));
  completion.start = start;
  return completion;
}

}  // namespace lunet::shell::modes
