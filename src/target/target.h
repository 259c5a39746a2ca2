// SPDX-License-Identifier: Apache-2.0
// Between what the user wants (config/) and a target tree (configfs/): read the live tree as a configuration,
// plan the steps from one configuration to another, apply them, undo them when one fails. Knows the names of
// LIO's files and in which order the kernel wants them (ruling 9); knows nothing of storage of generations or
// of users' commands.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/tree.h"
#include "configfs/tree.h"
#include "schema/kind.h"

namespace lunet::target {

/// What one step did, or will do.
enum class Change : unsigned char { none, created, changed, removed };

/// One object's share of a plan: operations in order, and what takes them back.
struct Step {
  Change change = Change::none;
  std::string object;  ///< path_text of the config object
  std::vector<configfs::Operation> operations;
  std::vector<configfs::Operation> undo;  ///< each part's in the order to run them
  std::string loses = {};  ///< what cannot be put back once it is done, a sentence; "" for nothing
  /// What is taken back together: a part of which anything was done is, the last part first.
  struct Part {
    std::size_t operations_end = 0;
    std::size_t undo_end = 0;
  };
  std::vector<Part> parts = {};  ///< none: the step is one
};

/// Operations that take back the first `done` of the step's.
std::vector<configfs::Operation> undo_of(const Step& step, std::size_t done);

/// A file that the plan writes and that is there before it: what a plan that stopped in the middle may have
/// left.
struct Rewrite {
  std::string path;
  std::string before;  ///< its text before the plan
  std::string during;  ///< after the first write; differs from `after` where the plan puts it back at the end
  std::string after;
};

/// An object that the runtime refuses.
struct Refusal {
  config::Path object;
  Error error;
  bool held = false;  ///< something else has its file, device or port; it may be given up
  bool runs = false;  ///< as it was
};

struct Plan {
  std::vector<Step> steps;
  std::vector<Rewrite> rewrites;
  /// Objects with values that need PlanOptions::disrupt; those values stay as they are.
  std::vector<Refusal> refused = {};
};

struct PlanOptions {
  /// What the runtime refuses while a LUN exports the disk is done all the same: its LUNs are taken away
  /// and put back. Without it such a change is refused (ruling 13).
  bool disrupt = false;
  /// What needs `disrupt` is left as it is and listed in Plan::refused, instead of refusing the whole plan.
  bool leave_refused = false;
  std::optional<schema::Runtime> runtime = {};  ///< whose defaults; unset: runtime_of(live)
  /// Of an edit: the configuration before it. ALUA states that the kernel kept are of its objects, as far as
  /// they stay as they are. Null: of all objects, as for a restore.
  const config::Tree* recorded = nullptr;
};

/// Steps from `from` (what runs) to `to`. `live` answers what must be looked up, e.g. what a file reads now.
/// EINVAL: something in `to` cannot be expressed, named. EBUSY: it needs `disrupt`.
Result<Plan> make_plan(const config::Tree& from, const config::Tree& to, configfs::Tree& live,
                       const PlanOptions& options = {});

/// What is known about a plan that failed, besides the error.
struct Failure {
  std::string object;  ///< Step::object of the step that failed
  bool undone = true;  ///< false: the target was not left as it was
  /// The runtime went away before it answered: the plan is done or not, only the next look tells. Not undone
  /// then.
  bool unknown = false;
  std::vector<std::string> left =
      {};  ///< Step::object of each that is not as it was before; named in the error
};

/// Runs a plan: one batch on a transactional tree, else step by step with undo in reverse order on failure.
/// The error names the object, the verb and path, the errno's text and the likely cause; a failed undo is
/// added to it with the state the target was left in (errnum stays the first failure's).
Result<> apply(configfs::Tree& live, const Plan& plan, Failure* failure = nullptr);

/// Runs the steps that can be run: those of a refused object and of what stands on it in `goal` are left out,
/// so that the rest is served. An error only when the runtime went away; then more may have been done.
Result<std::vector<Refusal>> apply_what_can(configfs::Tree& live, Plan plan, const config::Tree& goal);

/// The plan that takes `plan` back after it was applied.
Plan inverse(const Plan& plan);

/// The live tree as a configuration: every `config` attribute that can be written, exact sizes (features 5.10
/// without its losses). What the schema has: all plugins and fabrics. Never modifies.
Result<config::Tree> read_live(configfs::Tree& live);

/// `live` without what `reference` says nothing about: attributes and group values that the same object of
/// `reference` has not set. A value that nobody set is the runtime's default and no difference (ruling 12).
/// Values that mean the same are spelled as `reference` spells them.
config::Tree comparable(const config::Tree& live, const config::Tree& reference);
/// Keeps what either of the two says something about; names disks of one name as `reference`, else as
/// `other`.
config::Tree comparable(const config::Tree& live, const config::Tree& reference, const config::Tree& other);

/// Objects of the live tree that read_live leaves out (plugins and fabrics that the schema has not, further
/// TPGs of fabrics without TPGs), as paths of the target tree.
Result<std::vector<std::string>> unknown_objects(configfs::Tree& live);

}  // namespace lunet::target
