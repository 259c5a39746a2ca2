// SPDX-License-Identifier: Apache-2.0
#include "service/migrate.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>

#include "config/validate/machine.h"
#include "config/validate/validate.h"
#include "service/absent.h"
#include "service/drift.h"
#include "service/editor.h"
#include "service/sessions.h"
#include "service/verbs.h"
#include "target/kinds.h"
#include "target/target.h"

namespace lunet::service {
namespace {

using config::Object;
using config::ObjectClass;
using config::Path;

std::string_view name_of(RuntimeKind kind) {
  return kind == RuntimeKind::kernel ? "kernel" : "lunetd";
}

schema::Runtime schema_runtime(RuntimeKind kind) {
  return kind == RuntimeKind::kernel ? schema::Runtime::kernel : schema::Runtime::lunetd;
}

/// Calls `visit(path, object)` for each.
template <class Visit>
void visit_objects(const Object& above, Path& path, const Visit& visit) {
  for (const auto& [key, object] : above.children) {
    path.push_back(key);
    visit(path, object);
    visit_objects(object, path, visit);
    path.pop_back();
  }
}

std::vector<std::string> mistakes_of(const config::Tree& tree, RuntimeKind kind,
                                     const config::Machine& machine) {
  std::vector<std::string> sentences;
  for (const config::Finding& each :
       config::validate({tree, target::shipped_schema(), schema_runtime(kind), &machine})) {
    if (each.severity == config::Severity::error) sentences.push_back(config::sentence_of(each));
  }
  if (kind == RuntimeKind::lunetd) return sentences;
  Path path;
  visit_objects(tree.root, path, [&](const Path& at, const Object&) {
    if (at.back().object_class == ObjectClass::portal && at.back().id.ends_with(":0"))
      sentences.push_back(config::path_text(at) +
                          ": port 0, a free one each, exists on lunetd only; make the portal with a number");
  });
  return sentences;
}

/// EINVAL: what runs on one and cannot run on the other.
Result<> check_can_have(const config::Tree& tree, RuntimeKind from, RuntimeKind to) {
  const auto machine = config::this_machine();
  const std::vector<std::string> before = mistakes_of(tree, from, *machine);
  std::string list;
  std::size_t count = 0;
  for (const std::string& sentence : mistakes_of(tree, to, *machine)) {
    if (std::find(before.begin(), before.end(), sentence) != before.end()) continue;
    list += "\n  " + sentence;
    ++count;
  }
  if (count == 0) return {};
  return Error{EINVAL, fmt::format("{} cannot have what is recorded:{}", title_of(to), list),
               fmt::format("change or remove {} first; nothing was touched", count == 1 ? "it" : "these")};
}

/// Without values that only the old runtime has. They are its defaults, or they would be mistakes.
config::Tree fitting(const config::Tree& tree, RuntimeKind to) {
  config::Tree fits = tree;
  const bool kernel = to == RuntimeKind::kernel;
  Path path;
  visit_objects(tree.root, path, [&](const Path& at, const Object& object) {
    const schema::Kind* kind = target::kind_of(at);
    if (kind == nullptr) return;
    const auto is_foreign = [&](const std::string& group, const std::string& name) {
      const schema::Attribute* known = kind->attribute(group, name);
      return known != nullptr && !(kernel ? known->on_kernel : known->on_lunetd);
    };
    for (const auto& [name, value] : object.attributes) {
      if (is_foreign("", name)) fits.ensure(at).attributes.erase(name);
    }
    for (const auto& [group, values] : object.groups) {
      for (const auto& [name, value] : values) {
        if (!is_foreign(group, name)) continue;
        auto& kept = fits.ensure(at).groups;
        kept[group].erase(name);
        if (kept[group].empty()) kept.erase(group);
      }
    }
  });
  return fits;
}

/// Everything of ours that runs on the old one, and what it takes to give it up.
struct Given {
  config::Tree runs;
  target::Plan steps;
  MigrationPlan shown;
};

/// What is recorded and runs.
config::Tree ours_in(const config::Tree& recorded, const config::Tree& running) {
  std::set<Path> absent;
  for (const config::Difference& difference : config::diff(recorded, running)) {
    if (difference.kind == config::Difference::Kind::removed) absent.insert(difference.path);
  }
  return without(recorded, absent);
}

std::size_t count_top(const config::Tree& tree) {
  std::size_t count = 0;
  for (const auto& [key, group] : tree.root.children) count += group.children.size();
  return count;
}

/// Who is logged in to one of these targets.
Result<> add_sessions(configfs::Tree& live, const config::Tree& runs, std::vector<std::string>& concerns) {
  for (const LoginSession& session : TRY(read_sessions(live))) {
    const bool ours =
        std::any_of(runs.root.children.begin(), runs.root.children.end(), [&](const auto& group) {
          return group.second.children.contains({ObjectClass::target, session.target});
        });
    if (ours)
      concerns.push_back(
          fmt::format("{} is logged in to {} and would be cut off", session.initiator, session.target));
  }
  return {};
}

/// What runs must be what is recorded: nothing of it may get lost on the way.
Result<> check_no_drift(const Comparison& comparison) {
  if (comparison.nothing_runs) return {};
  std::string list;
  for (const Difference& difference : comparison.differences) {
    if (difference.kind == SyncKind::drift) list += "\n  " + difference.text;
  }
  if (list.empty()) return {};
  return Error{
      ESTALE, "drift, which would be lost on the way:" + list,
      "see `lunet diff`; `lunet adopt` records what runs, `lunet restore` makes it what is recorded"};
}

/// Also nothing of somebody else's in it.
Result<> check_ours_alone(configfs::Tree& live, const config::Tree& runs, std::uint64_t generation) {
  config::Tree without_them = runs;
  for (const auto& [key, group] : runs.root.children) {
    for (const auto& [child, object] : group.children) TRY_OK(without_them.remove({key, child}));
  }
  return check_touched(live, runs, without_them, generation);
}

Result<Given> look_at_old(const Editor& old, const store::Store::Head& head) {
  Given given;
  given.shown.generation = head.generation.number;
  old.begin_to_look();
  const config::Tree running = target::comparable(TRY(target::read_live(old.live())), head.tree);
  const Comparison comparison = compare_trees(head, running, TRY(old.store().leftovers()), Scope{});
  TRY_OK(check_no_drift(comparison));
  if (!comparison.nothing_runs) given.runs = ours_in(head.tree, running);
  TRY_OK(check_ours_alone(old.live(), given.runs, head.generation.number));
  given.steps = TRY(target::make_plan(given.runs, {}, old.live(), {.disrupt = true}));
  given.shown.moves = count_top(given.runs);
  TRY_OK(add_sessions(old.live(), given.runs, given.shown.concerns));
  for (const target::Step& step : given.steps.steps) {
    if (!step.loses.empty()) given.shown.concerns.push_back(step.loses);
  }
  for (const Difference& difference : comparison.differences) {
    if (difference.kind == SyncKind::foreign)
      given.shown.notes.push_back(difference.text + ": it stays where it is");
  }
  return given;
}

/// The new one must not have anything of these names: it would be somebody else's.
Result<> check_new_has_none(const Editor& made, const config::Tree& wanted) {
  made.begin_to_look();
  const config::Tree running = TRY(target::read_live(made.live()));
  for (const auto& [key, group] : wanted.root.children) {
    for (const auto& [child, object] : group.children) {
      const Path path{key, child};
      if (running.find(path) == nullptr) continue;
      return Error{EEXIST,
                   fmt::format("{} runs on {} already, and is not of this store", config::path_text(path),
                               title_of(made.runtime())),
                   "remove it there with the tool that made it; nothing was touched"};
    }
  }
  return {};
}

Result<> check_agreed(const MigrationPlan& plan, const std::optional<std::vector<std::string>>& agreed) {
  if (!agreed) return {};
  for (const std::string& concern : plan.concerns) {
    if (std::find(agreed->begin(), agreed->end(), concern) != agreed->end()) continue;
    return Error{ESTALE, concern, "it is new: look at it and try again"};
  }
  return {};
}

Context new_side(const MigrationSides& sides, configfs::Tree* live) {
  Context context = sides.from;
  context.live = live;
  context.runtime = sides.to;
  context.handlers = nullptr;
  return context;
}

class Migration {
 public:
  Migration(const MigrationSides& sides, configfs::Tree* live)
      : sides_(sides), old_(sides.from), new_(new_side(sides, live)) {}

  Result<Report> run(const std::optional<std::vector<std::string>>& agreed) {
    const auto lock = TRY(old_.take_lock());
    head_ = TRY(old_.open_recorded(Waiting::stays));
    TRY_OK(check_can_have(head_.tree, old_.runtime(), new_.runtime()));
    const Given given = TRY(look_at_old(old_, head_));
    TRY_OK(check_agreed(given.shown, agreed));
    TRY_OK(check_new_has_none(new_, head_.tree));
    left_out_before_ = TRY(store().leftovers()).size();
    TRY_OK(record_what_fits());
    // Of the old one; the new one's revision is another one's.
    TRY_OK(store().record_in_sync({head_.generation.number, "unknown", false}));
    TRY_OK(give_up(given));
    if (Result<> recorded = store().record_runtime(name_of(new_.runtime())); !recorded)
      return go_back(std::move(recorded).error().during(
          fmt::format("recording that the store is of {} now", title_of(new_.runtime()))));
    auto report = serve();
    if (!report) return go_back(std::move(report).error());
    return finished(*std::move(report), given);
  }

 private:
  [[nodiscard]] store::Store& store() const { return old_.store(); }

  /// Before anything else: it makes no difference to the old one.
  Result<> record_what_fits() {
    const config::Tree fits = fitting(head_.tree, new_.runtime());
    if (fits == head_.tree) return {};
    TRY_OK(store().commit(
        head_, fits,
        fmt::format("migrate to {}: without values that it does not have", name_of(new_.runtime()))));
    head_ = TRY(store().head());
    return {};
  }

  Result<> give_up(const Given& given) {
    target::Failure failure;
    Result<> applied = target::apply(old_.live(), given.steps, &failure);
    if (applied) return {};
    Error error = std::move(applied).error();
    if (failure.undone) return error;
    error.errnum = ENOTRECOVERABLE;
    error.hint = fmt::format("the store is still of {}: `lunet restore` makes it run there as it did",
                             title_of(old_.runtime()));
    return error;
  }

  /// Who gave something up may need a moment more for the file, the device or the port of it.
  Result<Report> serve() {
    constexpr int tries = 20;
    constexpr unsigned pause_us = 100'000;
    for (int left = tries;; --left) {
      auto report = new_.restore_recorded(head_, Scope{}, Manner::whole);
      if (report || left == 0 || !sides_.from_runs) return report;
      const int errnum = report.error().errnum;
      // LIO answers EINVAL for a port that somebody else has.
      const bool held = errnum == EBUSY || errnum == EAGAIN || errnum == EADDRINUSE ||
                        (errnum == EINVAL && new_.runtime() == RuntimeKind::kernel);
      if (!held) return report;
      ::usleep(pause_us);
    }
  }

  /// What it has of ours by now, for it was left in the middle.
  Result<> empty_new() {
    new_.begin_to_look();
    const config::Tree running = target::comparable(TRY(target::read_live(new_.live())), head_.tree);
    const target::Plan plan =
        TRY(target::make_plan(ours_in(head_.tree, running), {}, new_.live(), {.disrupt = true}));
    return target::apply(new_.live(), plan);
  }

  /// The old runtime's again.
  Error go_back(Error error) {
    const bool in_part = error.errnum == ENOTRECOVERABLE;
    const auto add = [&](const std::string& sentence) { error.message += "\n" + sentence; };
    const auto left = [&](const std::string& sentence) {
      add(sentence);
      error.errnum = ENOTRECOVERABLE;
    };
    if (Result<> recorded = store().record_runtime(name_of(old_.runtime())); !recorded) {
      left(fmt::format("and {} could not be recorded again: {}", title_of(old_.runtime()),
                       recorded.error().message));
      error.hint = "`lunet status` says which runtime the store is of; `lunet restore` fills that one";
      return error;
    }
    if (in_part) error.errnum = EIO;
    if (in_part) {
      if (Result<> emptied = empty_new(); !emptied)
        left(fmt::format("and {} still has a part of it: {}", title_of(new_.runtime()),
                         emptied.error().message));
    }
    if (!sides_.from_runs) {
      add(fmt::format("the store is of {} again, which does not run, as before", title_of(old_.runtime())));
      return error;
    }
    auto report = old_.restore_recorded(head_, Scope{}, Manner::what_can);
    if (!report) {
      left(fmt::format("the store is of {} again, but it could not be restored there: {}",
                       title_of(old_.runtime()), report.error().message));
    } else if (report->left_out > left_out_before_) {
      left(fmt::format("the store is of {} again, where not all of it runs:", title_of(old_.runtime())));
      for (const std::string& warning : report->warnings) add("  " + warning);
    } else {
      add(fmt::format("the store is of {} again, where generation {} runs as before",
                      title_of(old_.runtime()), head_.generation.number));
      return error;
    }
    error.hint = "remove the cause, then `lunet restore`";
    return error;
  }

  Report finished(Report report, const Given& given) const {
    report.changed = true;
    report.lines.insert(report.lines.begin(),
                        fmt::format("The store is of {} now; it was of {}.", title_of(new_.runtime()),
                                    title_of(old_.runtime())));
    report.warnings.insert(report.warnings.begin(), given.shown.notes.begin(), given.shown.notes.end());
    return report;
  }

  const MigrationSides& sides_;
  Editor old_;
  Editor new_;
  store::Store::Head head_;
  std::size_t left_out_before_ = 0;  ///< pending and degraded on the old one
};

}  // namespace

std::string_view title_of(RuntimeKind kind) {
  return kind == RuntimeKind::kernel ? "the kernel's target" : "lunetd";
}

Result<MigrationPlan> plan_migration(const MigrationSides& sides) {
  const store::Store::Head head = TRY(sides.from.store->head());
  TRY_OK(check_can_have(head.tree, sides.from.runtime, sides.to));
  const Editor old(sides.from);
  Given given = TRY(look_at_old(old, head));
  return std::move(given.shown);
}

Result<Report> migrate(const MigrationSides& sides, const std::optional<std::vector<std::string>>& agreed) {
  const store::Store::Head head = TRY(sides.from.store->head());
  TRY_OK(check_can_have(head.tree, sides.from.runtime, sides.to));
  configfs::Tree* live = TRY(sides.reach());
  return Migration(sides, live).run(agreed);
}

}  // namespace lunet::service
