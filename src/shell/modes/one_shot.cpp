// SPDX-License-Identifier: Apache-2.0
#include "shell/modes/one_shot.h"

#include "shell/modes/complete.h"
#include "shell/modes/mode.h"

namespace lunet::shell::modes {

static Completion options_of(const std::string& beginning) {
  Completion completion;
  for (const char* option : {"-c", "--commit", "--keep-going"}) {
    if (std::string_view(option).starts_with(beginning))
      completion.candidates.push_back({option, CandidateKind::keyword});
  }
  return completion;
}

Completion complete_one_shot(std::string_view mode, std::vector<std::string> words, Session& session) {
  while (words.size() > 1 && words.front().starts_with("--")) words.erase(words.begin());
  if (words.size() == 1 && words.front().starts_with('-')) return options_of(words.front());
  const auto schema = schema::installed_schema();
  if (!schema || words.empty()) return {};
  Editing editing{.kind = mode == kind_name(Kind::live) ? Kind::live : Kind::configure,
                  .session = session,
                  .schema = *schema};
  // Without what is there, the schema still says what may be there.
  if (!begin(editing) && editing.kind == Kind::configure)
    editing.candidate = std::make_unique<config::Candidate>(config::Tree{}, *schema, editing.runtime);
  return complete_words(editing, std::move(words));
}

std::vector<Described> described(std::string_view mode) {
  std::vector<Described> rows;
  for (const Kind kind : {Kind::configure, Kind::live}) {
    if (kind_name(kind) != mode) continue;
    for (const ModeCommand& command : commands_of(kind))
      rows.push_back({std::string(command.name), page_name(kind, command), std::string(command.syntax)});
  }
  return rows;
}

}  // namespace lunet::shell::modes
