// SPDX-License-Identifier: Apache-2.0
// The two modes in which configurations are edited and looked at as text: `configure`, which edits a
// candidate and commits it, and `live`, which shows what runs. What a mode is: its table of commands and what
// they share. Neighbours: config/candidate.h is the engine, service/configurations.h does what is committed,
// run.h reads the lines.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/candidate.h"
#include "schema/schema.h"
#include "service/configurations.h"
#include "shell/command.h"

namespace lunet::shell::modes {

enum class Kind : unsigned char { configure, live };
std::string_view kind_name(Kind kind);

/// What stands behind the name of a command, for completion.
enum class Typed : unsigned char {
  nothing,
  words,      ///< those of the row
  statement,  ///< text of the language: may become part of the configuration
  pattern,    ///< finds what is there
  place,      ///< an object, there or not
  file,
  command  ///< name of a command of this mode
};

struct Editing;

/// What was typed behind the name.
struct Line {
  std::string text;                ///< as a line of the language
  std::vector<std::string> words;  ///< the same, without quotes
};

struct ModeCommand {
  std::string_view name;
  std::string_view syntax;  ///< with the name: "set [PATH] ATTRIBUTE VALUE"
  Typed typed = Typed::nothing;
  std::vector<std::string_view> words = {};  ///< that may stand there too
  bool shows = false;                        ///< its output goes through '|'
  Result<Outcome> (*run)(Editing&, const Line&) = nullptr;
};

std::span<const ModeCommand> commands_of(Kind kind);
/// Of share/commands: "configure-set".
std::string page_name(Kind kind, const ModeCommand& command);

/// A mode that is entered. One process has its own candidate; no lock is held.
struct Editing {
  Kind kind = Kind::configure;
  Session& session;
  const schema::Schema& schema;
  schema::Runtime runtime = schema::Runtime::lunetd;
  service::Base base = {};                            ///< what the candidate began with
  std::unique_ptr<config::Candidate> candidate = {};  ///< of configure
  config::Tree running = {};                          ///< of live, as it was read last
  config::Path level = {};
  bool terminal = false;  ///< somebody types, who can be asked
  bool leave = false;
  bool misused = false;  ///< the error is about the words
  std::optional<Error> last_error = {};

  [[nodiscard]] bool is_changed() const;
  [[nodiscard]] const config::Tree& tree() const { return candidate ? candidate->tree() : running; }
};

/// Reads what is recorded and begins a candidate of it, or reads what runs.
Result<> begin(Editing& editing);
/// The level, or what of it is still there.
void keep_level(Editing& editing);
/// "config# ", "..mple:t1 tpgt 1 lun 0# ", "live> ".
std::string prompt_of(const Editing& editing);
/// An error about the words themselves.
Error misuse(Editing& editing, std::string message, std::string hint = {});
/// "usage: set [PATH] ..."
Error wrong_words(Editing& editing, std::string_view name, std::string message);

/// Runs one line. A line that only has blanks or a comment does nothing.
Result<Outcome> run_command(Editing& editing, std::string_view text);
/// The same for words that are tokens already.
Result<Outcome> run_command(Editing& editing, std::span<const std::string> words);

}  // namespace lunet::shell::modes
