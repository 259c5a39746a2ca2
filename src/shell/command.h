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
#include "service/service.h"
#include "service/view.h"
#include "shell/console.h"
#include "shell/place.h"

namespace lunet::shell {

/// The target machine as commands reach it. Both calls connect when they are first made, so that help needs
/// nobody.
class Runtime {
 public:
  virtual ~Runtime() = default;
  virtual Result<service::Service*> service() = 0;
  virtual Result<service::ViewNode> view() = 0;
  /// The store alone; needs no running target. `limit` 0 is all.
  virtual Result<std::vector<store::Generation>> history(std::size_t limit) = 0;
  /// Shows the target tree as files at `directory` until it is unmounted or a signal ends it; calls `mounted`
  /// when it is there.
  virtual Result<> mount(const std::string& directory, const std::function<void()>& mounted) = 0;
  /// What happened on the way that the user should know, such as that lunetd was started.
  [[nodiscard]] virtual std::vector<std::string> notices() const { return {}; }
};

struct Session {
  Runtime& runtime;
  Console& console;
  bool json = false;
  bool yes = false;  ///< consents to what loses data or cuts sessions
};

enum class ParameterType : unsigned char {
  text,
  number,
  size,
  boolean,
  port,
  tag,
  lun,
  storage_object,  ///< path of a disk
  lun_or_disk,     ///< number of a LUN, or path of a disk
  group,
  path
};

struct Parameter {
  std::string_view name;
  ParameterType type = ParameterType::text;
  bool required = true;
  std::string_view default_value = {};  ///< of an optional one; "" is none
  std::string_view other_name = {};     ///< a second keyword for it
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

/// What a command found or did. `lines` is all of it in words, except a listing, which the shell renders.
struct Outcome {
  std::vector<std::string> lines;
  std::vector<std::string> warnings;
  std::string created;  ///< path of a new object
  std::optional<Listing> listing;
  std::optional<std::vector<std::pair<std::string, std::string>>> details;
  std::optional<std::vector<service::GroupValue>> values;
  std::optional<std::vector<store::Generation>> generations;
  std::optional<service::Comparison> comparison = {};
  ExitStatus status = ExitStatus::done;
};

struct Invocation {
  const Place& place;
  const Arguments& arguments;
  Session& session;
};

struct Command {
  std::string_view name;
  std::vector<service::NodeKind> kinds;  ///< empty: every node
  std::string_view plugin = {};          ///< only at this plugin's nodes
  std::vector<Parameter> parameters = {};
  std::string_view extra = {};             ///< name of further positional values, "" for none
  std::string_view extra_pairs = {};       ///< name of further NAME=value pairs, "" for none
  std::string_view summary;                ///< one line
  std::string_view description = {};       ///< what else there is to know
  std::vector<std::string_view> examples;  ///< whole lines, as typed at the root
  bool needs_runtime = true;               ///< false: also when something is not found, nobody is asked
  Result<Outcome> (*run)(const Invocation&) = nullptr;

  [[nodiscard]] bool applies_to(const Place& place) const;
  /// "create name size [nullio] [wwn]"
  [[nodiscard]] std::string syntax() const;
};

/// A report as an outcome.
Outcome outcome_of(service::Report report);

}  // namespace lunet::shell
