// SPDX-License-Identifier: Apache-2.0
// One edit from lock to durable generation (ruling 21): the verbs only say what the candidate is. Whatever
// fails, the store, the runtime and the file system are left as they were, or the error says what could not
// be put back.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/tree.h"
#include "service/backing_file.h"
#include "service/configurations.h"
#include "service/revised_tree.h"
#include "service/service.h"
#include "target/target.h"

namespace lunet::service {

/// A part of an edit that the rest can do without.
struct OptionalPart {
  config::Path path;  ///< object that is left out when the runtime refuses it
  std::function<void(Report&, const Error&)> left_out;  ///< tells the user
  std::function<void(Report&)> done;
};

/// An edit while it is made.
struct Draft {
  config::Tree tree;  ///< the newest generation; the verb turns it into the candidate
  Report report;
  NewFile file;  ///< gets its name when the intent is durable; removed again unless the edit is
  std::optional<OptionalPart> optional_part;
  /// Runs when the runtime has the candidate, before it is durable: compares, or takes over values as the
  /// runtime reads them. An error undoes the edit.
  std::function<Result<>(Draft&)> check_result;
  bool unchanged = false;  ///< check_result: the candidate is the newest generation, nothing was applied
  std::vector<std::string> secrets;       ///< words that must not reach the history
  std::string why = {};                   ///< history's; "" is the command
  bool disrupt = false;                   ///< as in Source
  std::optional<target::Plan> plan = {};  ///< made already
  bool in_sync = false;                   ///< before the edit the newest generation ran, and nothing else
  bool no_findings = false;               ///< as in store::InSync
};

using Leftovers = std::vector<store::Leftover>;

struct Prepared;

/// What a restore makes of what the runtime refuses.
enum class Manner : unsigned char {
  what_can,  ///< it is left out, the rest is served
  whole      ///< it is an error, and all is as it was; what is missing is left out all the same
};

/// Whether values that are recorded may have become others because of what else leads from one to the other.
bool has_side_effects(const config::Tree& before, const config::Tree& after);

/// History's reason of a first generation that was there before Lunet.
inline constexpr std::string_view adopted_why = "adopted what runs";

/// What becomes of a change that waits to be confirmed.
enum class Waiting : unsigned char {
  stays,  ///< so nothing else may be changed
  ends    ///< with the change that is made now
};

class Editor {
 public:
  using Change = std::function<Result<>(Draft&)>;

  explicit Editor(Context context) : context_(std::move(context)) {
    if (context_.live != nullptr) live_ = std::make_unique<RevisedTree>(*context_.live);
  }

  /// Makes the change and commits it; nothing to commit when the candidate is the newest generation.
  Result<Report> run(const Change& change);
  // As in service.h.
  Result<Report> restore(const Scope& scope);
  Result<Report> adopt(const Scope& scope);
  // For what is more than one edit (migrate.h). The first gives the lock under which the others are called.
  Result<std::unique_ptr<store::Lock>> take_lock();
  /// The newest generation, with nothing half done and nothing that waits to be confirmed.
  Result<store::Store::Head> open_recorded(Waiting waiting);
  /// ENOTRECOVERABLE: in part, with Manner::whole.
  Result<Report> restore_recorded(const store::Store::Head& head, const Scope& scope, Manner manner);
  // As in configurations.h.
  Result<PlanReport> plan_of(const Source& source);
  Result<Report> apply_source(const Source& source, const ApplyOptions& options);
  Result<Report> confirm();
  Result<std::optional<std::string>> expire();

  /// Nothing: it is not known. Else the newest generation runs and nothing else, for nothing was changed
  /// since that was seen; asks for no more than the runtime's revision.
  [[nodiscard]] std::optional<store::InSync> known_in_sync(const store::Store::Head& head) const;
  /// What is read from now on is compared with what the newest generation says.
  void begin_to_look() const;

  [[nodiscard]] configfs::Tree& live() const { return *live_; }
  [[nodiscard]] store::Store& store() const { return *context_.store; }
  [[nodiscard]] RuntimeKind runtime() const { return context_.runtime; }
  [[nodiscard]] bool ensure() const { return context_.ensure; }
  [[nodiscard]] UserHandlers* handlers() const { return context_.handlers; }
  [[nodiscard]] const TellProgress& progress() const { return context_.progress; }
  [[nodiscard]] bool dry_run() const { return context_.dry_run; }

 private:
  static constexpr int lock_wait_ms = 10'000;

  Result<store::Store::Head> open_head(Waiting waiting = Waiting::stays);
  Result<store::Store::Head> adopt_all(const store::Store::Head& head);
  [[nodiscard]] Result<> refuse_dry_run(std::string_view verb) const;
  Result<> check_runtime(const store::Store::Head& head) const;
  Result<Leftovers> known_leftovers(const store::Store::Head& head, Report& report);
  /// What is to run, of the draft's tree.
  using Goal = std::function<config::Tree(const config::Tree&)>;
  /// Tells how far it is when it is long.
  Result<> run_plan(const target::Plan& plan, target::Failure& failure);
  Result<target::Plan> apply_candidate(const store::Store::Head& head, const config::Tree& from,
                                       const Goal& goal, Draft& draft);
  Result<> commit_or_take_back(const store::Store::Head& head, const target::Plan& done, Draft& draft);
  Result<> begin(const store::Store::Head& head, const target::Plan& plan, Draft& draft);
  Error withdraw(Draft& draft, Error error);
  Error take_back(const target::Plan& done, Draft& draft, Error error);
  // whole.cpp
  Result<Report> make_it_so(const store::Store::Head& head, const Source& source,
                            const ApplyOptions& options);
  Result<> serve_what_can(const store::Store::Head& head, Prepared& prepared, Draft& draft);
  // confirm.cpp
  Result<> record_waiting(const store::Store::Head& head, const ApplyOptions& options, Report& report);
  Result<> settle_confirmation(store::Store::Head& head, Waiting allowed);
  Result<std::string> go_back(store::Store::Head& head, const store::Confirmation& waiting);
  void keep_in_sync(const store::Store::Head& before, const Draft& draft);
  void note_in_sync(std::uint64_t generation, bool no_findings);
  void tell(const std::string& text);
  Result<> record_runtime(const store::Store::Head& head);
  Result<> commit(const store::Store::Head& head, const Draft& draft);
  [[nodiscard]] std::string why(const Draft& draft) const;

  Context context_;
  std::unique_ptr<RevisedTree> live_;  ///< null where there is no runtime
};

}  // namespace lunet::service
