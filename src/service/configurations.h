// SPDX-License-Identifier: Apache-2.0
// The verbs about whole configurations: what a file, an earlier generation or nothing at all would make of
// what runs, and doing it as one edit. Beside service.h, which changes single objects.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/tree.h"
#include "service/service.h"
#include "store/store.h"

namespace lunet::service {

/// A configuration as text.
struct ConfigurationText {
  std::string text;  ///< in the language or as saveconfig.json, told apart by content
  std::string name;  ///< of the file, for messages
};

/// What an editing session begins with.
struct Base {
  config::Tree tree;             ///< with its secrets
  std::uint64_t generation = 0;  ///< 0: nothing is recorded, and the tree is what runs
  RuntimeKind runtime = RuntimeKind::lunetd;
};

/// What an editing session made of what it began with.
struct Edited {
  config::Tree base;
  std::uint64_t generation = 0;  ///< of the base
  config::Tree tree;
};

/// Which configuration is meant; the newest generation when nothing is said.
struct Source {
  std::optional<ConfigurationText> text = {};
  /// The edits of a session, made again on the newest generation. As any edit they touch nothing else: drift
  /// elsewhere stays, drift on what they touch is ESTALE. EBUSY: somebody else has changed the same objects.
  std::shared_ptr<const Edited> edited = {};
  std::optional<std::uint64_t> generation = {};  ///< one that is kept; 0 is the empty one
  /// The text is laid over the newest generation: what it does not have stays.
  bool merge = false;
  /// Of the text only this target, or this disk; what else there is stays.
  std::string target = {};
  std::string disk = {};
  /// EEXIST when a disk or target of the text is there already.
  bool refuse_existing = false;
  /// What the runtime refuses while it is exported is done all the same (ruling 13).
  bool disrupt = false;
};

/// One step towards a configuration, as users see it.
struct PlannedStep {
  enum class Kind : unsigned char { created, changed, removed };
  Kind kind = Kind::changed;
  std::string object;               ///< path_text of the configuration
  std::vector<std::string> writes;  ///< of a changed one: "attrib/authentication = 1"; no secrets
  std::string loses = {};           ///< what cannot be put back, a sentence; "" for nothing
};

/// An object that one configuration has and the other has not, or has otherwise.
struct RecordChange {
  PlannedStep::Kind kind = PlannedStep::Kind::changed;
  config::Path object;
  std::vector<std::string> values = {};  ///< of a changed one: "size '1M' becomes '2M'"; no secrets
  /// Of a changed one: it cannot become that in place, it is made again with what stands on it.
  bool made_again = false;
};

struct PlanReport {
  std::uint64_t base = 0;          ///< the newest generation
  std::string name;                ///< of the source
  std::vector<PlannedStep> steps;  ///< what the runtime does, in order
  std::vector<RecordChange> records;
  std::vector<store::Leftover> pending;
  std::vector<std::string> concerns;  ///< what is overwritten or lost: needs consent
  std::vector<std::string> notes;     ///< what else its reader should know

  [[nodiscard]] bool differs() const { return !steps.empty() || !records.empty(); }
};

struct ApplyOptions {
  /// The concerns that may happen; nothing: all of them. ESTALE when there is another one.
  std::optional<std::vector<std::string>> agreed = {};
  /// Goes back by itself after so many seconds unless confirm() is called.
  std::optional<std::int64_t> confirm_within_s = {};
  /// What the runtime refuses is left out as degraded, the rest is served.
  bool what_can = false;
  std::string why = {};  ///< history's; "" is the command
};

struct SaveOptions {
  std::string path;  ///< of the file; with its folder it is made when missing
  std::optional<config::Path> disk =
      {};  ///< only this one and the targets that export it; the rest of the file stays
  /// The file before is kept in this folder, compressed, unless it is the newest one there already; "": not.
  std::string backup_folder = {};
  std::size_t backups_max = 10;  ///< older ones go
};

/// What undo() goes back to.
struct UndoGoal {
  Source source;
  std::string why;
  std::string what;  ///< the command that is undone
};

/// Which part of what a pattern finds.
enum class TextPart : unsigned char {
  everything,
  changed,   ///< values that are not the default's
  defaults,  ///< values that are the default's, set to it or not set
  required,  ///< values without which an object cannot be made
  missing,   ///< those of them that are not set, a comment each
  objects,   ///< a line each, without values
};

struct TextOptions {
  std::string pattern = {};  ///< only what it finds (docs/policy.md); "": all
  TextPart part = TextPart::everything;
  bool live = false;           ///< what runs, instead of what is recorded
  bool with_defaults = false;  ///< also what has its default's value, or is not set
  bool show_secrets = false;   ///< else they are the bare word ~keep~
};

/// What is found in a text that can be had.
struct Findings {
  std::vector<std::string> pending;  ///< files, devices and addresses that are missing
  std::vector<std::string> warnings;
};

class Configurations {
 public:
  virtual ~Configurations() = default;

  /// What apply() would do. Takes no lock and changes nothing.
  virtual Result<PlanReport> plan(const Source& source) = 0;
  /// Makes it what runs, as far as it is Lunet's, and what is recorded, as one edit. What is missing is left
  /// out as pending.
  virtual Result<Report> apply(const Source& source, const ApplyOptions& options) = 0;
  /// The configuration before the newest change that no undo has taken back. ENOENT: there is none.
  virtual Result<UndoGoal> undo_goal() = 0;

  /// The change that waits stays. ENOENT: none waits.
  virtual Result<Report> confirm() = 0;
  /// Takes back a change that was not confirmed in time; says so. Nothing when there is none.
  virtual Result<std::optional<std::string>> expire() = 0;

  // Need no runtime and take no lock.
  virtual Result<std::vector<RecordChange>> differences(const Source& from, const Source& to) = 0;
  virtual Result<config::Tree> tree_of(const Source& source) = 0;
  virtual Result<Base> base() = 0;
  /// As text that can be loaded again; with `live` it needs the runtime.
  virtual Result<std::string> text_of(const Source& source, const TextOptions& options) = 0;
  /// Looks at a configuration and at the machine. EINVAL: all mistakes, each with its place.
  virtual Result<Findings> validate(const ConfigurationText& text) = 0;
  virtual Result<std::optional<store::Confirmation>> confirmation() = 0;

  /// What runs; of recorded objects no more than what is recorded of them. Needs the runtime.
  virtual Result<config::Tree> running() = 0;

  /// Writes the newest generation as saveconfig.json, whole or not at all.
  virtual Result<Report> save(const SaveOptions& options) = 0;
};

std::unique_ptr<Configurations> make_configurations(const Context& context);

/// As Configurations::validate(), where nothing is recorded yet.
Result<Findings> validate_alone(const ConfigurationText& text);

}  // namespace lunet::service
