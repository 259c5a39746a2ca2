// SPDX-License-Identifier: Apache-2.0
// What a command is: its name, where it applies, its parameters, its help, its function. The table of all of
// them is command_table.h; commands/ holds the functions, one group of objects a file.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "config/tree.h"
#include "service/configurations.h"
#include "service/migrate.h"
#include "service/outline.h"
#include "service/service.h"
#include "service/tasks.h"
#include "service/user_handlers.h"
#include "service/view.h"
#include "shell/bookmarks.h"
#include "shell/console.h"
#include "shell/metrics.h"
#include "shell/page.h"
#include "shell/path_history.h"
#include "shell/place.h"
#include "shell/preferences.h"
#include "shell/table.h"

namespace lunet::shell {

/// What is known without a running target, for reports.
struct Facts {
  config::Tree configuration;  ///< with its secrets
  std::string state_dir, socket, runtime;
};

/// What a migration of the store would do.
struct MigrationQuestion {
  service::RuntimeKind from = service::RuntimeKind::lunetd;
  service::RuntimeKind to = service::RuntimeKind::lunetd;
  service::MigrationPlan plan;
  bool dry_run = false;  ///< nothing is to be done, as the program's options say
};

/// The target machine as commands reach it. Both calls connect when they are first made, so that help needs
/// nobody.
class Runtime {
 public:
  virtual ~Runtime() = default;
  virtual Result<service::Service*> service() = 0;
  virtual Result<service::Configurations*> configurations() = 0;
  virtual Result<service::Tasks*> tasks() = 0;
  /// The same for those of its calls that need no running target.
  virtual Result<service::Configurations*> recorded() = 0;
  virtual Result<service::ViewNode> view(service::Hierarchy hierarchy) = 0;
  Result<service::ViewNode> view() { return view(service::Hierarchy::plugins); }
  /// service::read_target_view
  virtual Result<service::ViewNode> target_view(std::string_view fabric, const std::string& target) = 0;
  /// Starts what takes the unconfirmed change back when its time has passed; outlives this process.
  virtual Result<> start_waiter() = 0;
  /// Erases secrets that are not those of the newest generation from the history. Needs no running target.
  virtual Result<service::Report> forget_secrets() = 0;
  /// Of the store to a runtime, or to the other one. Starts none.
  virtual Result<MigrationQuestion> plan_migration(std::optional<service::RuntimeKind> to) = 0;
  /// service/migrate.h
  virtual Result<service::Report> migrate(service::RuntimeKind to,
                                          const std::optional<std::vector<std::string>>& agreed) = 0;
  /// The store alone; needs no running target. `limit` 0 is all.
  virtual Result<std::vector<store::Generation>> history(std::size_t limit) = 0;
  /// Shows the target tree as files at `directory` until it is unmounted or a signal ends it; calls `mounted`
  /// when it is there.
  virtual Result<> mount(const std::string& directory, const std::function<void()>& mounted) = 0;
  /// Names of what is below a node; reads no attribute. ENOENT: there is no such node.
  virtual Result<std::vector<std::string>> child_names(const Place& place, service::Hierarchy hierarchy) = 0;
  Result<std::vector<std::string>> child_names(const Place& place) {
    return child_names(place, service::Hierarchy::plugins);
  }
  /// Of every disk, sorted.
  virtual Result<std::vector<std::string>> disk_paths(service::Hierarchy hierarchy) = 0;
  /// What the LUNs of a place's TPG export.
  virtual Result<std::vector<service::ExportedDisk>> exported_disks(const Place& place,
                                                                    service::Hierarchy hierarchy) = 0;
  /// Programs that serve disks in user space; none when nobody can be asked.
  virtual std::vector<service::UserHandler> user_handlers() { return {}; }
  /// What the configuration calls the disk of a place in the legacy hierarchy. ENOENT: there is none.
  virtual Result<std::string> disk_on_hba(const Place& place) = 0;
  /// The command that comes, for the history; forgets the notices.
  virtual void announce(const std::string& command) = 0;
  virtual Result<Facts> facts() = 0;
  /// Tells the program that started this one, such as systemd, how far it is: sd_notify(3).
  virtual void tell_supervisor(const std::string& /*state*/) {}
  /// What happened on the way that the user should know, such as that lunetd was started.
  [[nodiscard]] virtual std::vector<std::string> notices() const { return {}; }
};

struct Session;
struct Command;
class Arguments;

/// What a completer may look at.
struct Wanted {
  const Command& command;
  const Place& place;
  const Arguments& given;  ///< the parameters that are typed already
  std::string_view text;   ///< the beginning of the value
  Session& session;
};
/// The values that a parameter may have; those that do not begin with Wanted::text are left out later.
using Completer = std::vector<std::string> (*)(const Wanted&);

enum class ParameterType : unsigned char {
  text,
  number,
  size,
  boolean,
  port,
  tag,
  lun,
  storage_object,  ///< path of a disk
  lun_or_disk,     ///< number of a LUN, or path of a disk, file or device
  disk_or_file,    ///< path of a disk, or of a file or device
  group,
  path
};

struct Parameter {
  std::string_view name;
  ParameterType type = ParameterType::text;
  bool required = true;
  std::string_view default_value = {};  ///< of an optional one; "" is none
  std::string_view other_name = {};     ///< a second keyword for it
  Completer complete = nullptr;         ///< nothing: what the type says
  std::string_view preference = {};     ///< that its default is, instead of default_value
  /// Given by its name only: "--NAME VALUE" or "--NAME=VALUE", of a boolean one "--NAME"; "NAME=VALUE" as
  /// any.
  bool option = false;
};

/// Values after binding and checking; absent optional ones without default are not in it.
class Arguments {
 public:
  void set(std::string_view name, std::string value) {
    values_.insert_or_assign(std::string(name), std::move(value));
  }
  [[nodiscard]] bool has(std::string_view name) const { return values_.find(name) != values_.end(); }
  [[nodiscard]] std::string text(std::string_view name) const;  ///< "" when absent
  // These are for parameters whose type was checked while binding.
  [[nodiscard]] bool flag(std::string_view name) const;
  [[nodiscard]] std::uint64_t number(std::string_view name) const;
  [[nodiscard]] std::uint64_t size(std::string_view name) const;
  /// tag and lun.
  [[nodiscard]] std::optional<std::uint16_t> numbered(std::string_view name, std::string_view prefix) const;

  std::vector<std::string> extra;  ///< positional values beyond the declared ones
  std::vector<std::pair<std::string, std::string>>
      extra_pairs;  ///< NAME=value pairs beyond the declared ones

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

/// A node to print as a tree.
struct Listing {
  service::ViewNode node;
  int levels_above = 0;  ///< of the node: depth decides its colour
  int depth = 0;         ///< levels below it, 0 is all
};

/// Exit statuses (ruling 31).
enum class ExitStatus : int {
  done = 0,
  failed = 1,
  usage = 2,
  different = 3,
  incomplete = 4,
  not_undone = 5
};

/// usage, failed, not_undone: the command is not done.
bool is_failure(ExitStatus status);

/// What a command found or did. `lines` is all of it in words, except a listing, which the shell renders.
struct Outcome {
  std::vector<std::string> lines = {};
  std::vector<std::string> warnings = {};
  std::string created = {};          ///< path of a new object
  std::optional<bool> changed = {};  ///< of commands that may change something
  std::optional<Listing> listing = {};
  std::optional<std::vector<std::pair<std::string, std::string>>> details = {};
  std::optional<std::vector<service::GroupValue>> values = {};
  std::optional<std::vector<store::Generation>> generations = {};
  std::optional<service::Comparison> comparison = {};
  bool notes = false;  ///< the lines say what was done, and are not what was asked for
  std::optional<service::PlanReport> plan = {};
  std::optional<std::vector<service::RecordChange>> changes = {};
  std::optional<std::string> text = {};  ///< a configuration, printed as it is
  std::optional<store::Confirmation> waiting = {};
  std::optional<Table> table = {};                  ///< for --json; the lines say it in words
  std::optional<std::vector<Metric>> metrics = {};  ///< for --json; the text says it too
  ExitStatus status = ExitStatus::done;
  bool reported = false;  ///< all of it is said already
};

struct Invocation {
  const Place& place;
  const Arguments& arguments;
  Session& session;
};

struct Command {
  std::string_view name;
  std::string_view page = {};            ///< in share/commands; "": the name
  std::vector<service::NodeKind> kinds;  ///< empty: every node
  std::string_view plugin = {};          ///< only at this plugin's nodes
  std::vector<Parameter> parameters = {};
  std::string_view extra = {};        ///< name of further positional values, "" for none
  std::string_view extra_pairs = {};  ///< name of further NAME=value pairs, "" for none
  Completer complete_extra = nullptr;
  Completer complete_pairs = nullptr;  ///< "NAME=" for names, "NAME=value" for what Wanted::text begins
  bool hidden = false;                 ///< of programs: neither listed nor completed
  bool raw = false;                    ///< its words are its own affair: all are `extra`
  bool of_hbas = false;                ///< only where backstores are shown by HBA
  bool takes_options = false;          ///< --yes and --json may stand behind it too
  bool needs_runtime = true;           ///< false: also when something is not found, nobody is asked
  Result<Outcome> (*run)(const Invocation&) = nullptr;

  [[nodiscard]] bool applies_to(const Place& place) const;
  /// "create name size [nullio] [wwn]"
  [[nodiscard]] std::string syntax() const;
  [[nodiscard]] std::string_view page_name() const { return page.empty() ? name : page; }
};

/// The options -H, -p and -o of a command that lists something, and what they ask for.
std::vector<Parameter> list_options();
TableStyle style_of(const Arguments& arguments);
/// The rows as wanted. EINVAL: there is no such column.
Result<Outcome> outcome_of(const Table& table, const Arguments& arguments);

/// Every command there is.
std::vector<Command> make_command_table();

/// A user at work: one for a one-shot command, one as long as an interactive shell is open.
struct Session {
  Runtime& runtime;
  Console& console;
  bool json = false;
  bool yes = false;        ///< consents to what loses data or cuts sessions
  bool ensure = false;     ///< what is there as wished, or gone as wished, is no error
  bool stays = false;      ///< commands follow each other: a path alone is entered
  bool leave = false;      ///< no further command is wanted
  Place place = {};        ///< where commands without a path are run
  std::string where = {};  ///< "FILE:3: " before errors of a script
  int depth = 0;           ///< of `source` in `source`
  Preferences preferences{};
  Bookmarks bookmarks{};
  PathHistory paths{};
  /// The full-screen picker: a path, or nothing when it was left. Null: there is no terminal.
  Result<std::optional<std::string>> (*pick)(const service::ViewNode& root,
                                             const std::string& path) = nullptr;
  std::vector<Command> table = make_command_table();

  /// Enters a place that exists.
  void enter(const Place& to) {
    place = to;
    paths.enter(to.path);
  }
};

/// How the tree is shown where that place is: as the place was named, else as the user likes it.
service::Hierarchy hierarchy_of(const Place& place, const Session& session);
/// Whether help and completion speak of the command there.
bool is_offered(const Command& command, const Place& place, const Session& session);

/// A report as an outcome.
Outcome outcome_of(service::Report report);

}  // namespace lunet::shell
