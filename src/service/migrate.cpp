// SPDX-License-Identifier: Apache-2.0
#include "service/migrate.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <utility>

#include "service/editor.h"
#include "service/migrate_checks.h"
#include "target/kept_states.h"
#include "target/steps.h"
#include "target/target.h"

namespace lunet::service {
namespace {

using config::Path;

std::string_view name_of(RuntimeKind kind) {
  return kind == RuntimeKind::kernel ? "kernel" : "lunetd";
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
    const Given given = TRY(look_at_old(old_, head_, new_.runtime()));
    TRY_OK(check_agreed(given.shown, agreed));
    new_had_ = TRY(check_new_has_none(new_, head_.tree));
    ran_ = given.runs;
    TRY_OK(record_what_fits());
    // Of the old one; the new one's revision is another one's.
    TRY_OK(store().record_in_sync({head_.generation.number, "unknown", false}));
    TRY_OK(give_up(given));
    // What the kernel kept when it had the store before is older than all that was recorded since.
    if (new_.runtime() == RuntimeKind::kernel) target::forget_states(new_.live(), head_.tree, {});
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

  /// What it has of ours by now. Values of a fabric that it had before stay.
  Result<> empty_new() {
    new_.begin_to_look();
    const config::Tree running = target::comparable(TRY(target::read_live(new_.live())), head_.tree);
    config::Tree ours = ours_in(head_.tree, running);
    for (const Path& path : new_had_) {
      config::Object& fabric = ours.ensure(path);
      fabric.attributes.clear();
      fabric.groups.clear();
    }
    return target::apply(new_.live(), TRY(target::make_plan(ours, {}, new_.live(), {.disrupt = true})));
  }

  /// The old runtime's again. The new one is emptied first: killed before that is done, the store still names
  /// the one that has it all, or a part.
  Error go_back(Error error) {
    // Of the new one; it says nothing about the old one.
    if (error.errnum == ENOTRECOVERABLE) error.errnum = EIO;
    const auto add = [&](const std::string& sentence) { error.message += "\n" + sentence; };
    const auto left = [&](const std::string& sentence) {
      add(sentence);
      error.errnum = ENOTRECOVERABLE;
    };
    if (Result<> emptied = empty_new(); !emptied)
      left(fmt::format("and {} still has a part of it: {}", title_of(new_.runtime()),
                       emptied.error().message));
    if (Result<> recorded = store().record_runtime(name_of(old_.runtime())); !recorded) {
      left(fmt::format("and {} could not be recorded again: {}", title_of(old_.runtime()),
                       recorded.error().message));
      error.hint = "`lunet status` says which runtime the store is of; `lunet restore` fills that one";
      return error;
    }
    if (!sides_.from_runs) {
      add(fmt::format("the store is of {} again, which does not run, as before", title_of(old_.runtime())));
      return error;
    }
    auto report = old_.restore_recorded(head_, Scope{}, Manner::what_can);
    if (!report) {
      left(fmt::format("the store is of {} again, but it could not be restored there: {}",
                       title_of(old_.runtime()), report.error().message));
      error.hint = "remove the cause, then `lunet restore`";
      return error;
    }
    const std::size_t lost = count_lost();
    if (lost > 0) {
      left(fmt::format("the store is of {} again, where not all of it runs:", title_of(old_.runtime())));
      error.hint = "remove the cause, then `lunet restore`";
    } else {
      add(fmt::format("the store is of {} again, where generation {} runs as before{}",
                      title_of(old_.runtime()), head_.generation.number,
                      emptied_disks().empty() ? "" : ", but for RAM disks"));
    }
    for (const std::string& disk : emptied_disks()) add(fmt::format("  RAM disk {} is empty now", disk));
    for (const std::string& warning : report->warnings) add("  " + warning);
    return error;
  }

  /// Objects that ran before, and do not, or not as they did.
  [[nodiscard]] std::size_t count_lost() const {
    const auto leftovers = store().leftovers();
    if (!leftovers) return 1;
    return static_cast<std::size_t>(
        std::count_if(leftovers->begin(), leftovers->end(), [&](const store::Leftover& leftover) {
          return std::as_const(ran_).find(leftover.object) != nullptr;
        }));
  }

  [[nodiscard]] std::vector<std::string> emptied_disks() const {
    std::vector<std::string> names;
    for (const auto& [key, group] : ran_.root.children) {
      if (key.object_class != config::ObjectClass::storage || key.id != "rd_mcp") continue;
      for (const auto& [disk, object] : group.children) {
        if (!target::is_yes(object.attribute("nullio"))) names.push_back(disk.id);
      }
    }
    return names;
  }

  Report finished(Report report, const Given& given) const {
    report.changed = true;
    if (sides_.from_runs) target::forget_states(old_.live(), head_.tree, {});
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
  config::Tree ran_;             ///< of it, on the old one
  std::set<Path> new_had_ = {};  ///< fabrics of the new one that had our values before
};

}  // namespace

std::string_view title_of(RuntimeKind kind) {
  return kind == RuntimeKind::kernel ? "the kernel's target" : "lunetd";
}

Result<MigrationPlan> plan_migration(const MigrationSides& sides) {
  const store::Store::Head head = TRY(sides.from.store->head());
  TRY_OK(check_can_have(head.tree, sides.from.runtime, sides.to));
  TRY_OK(check_settled(*sides.from.store, head));
  const Editor old(sides.from);
  Given given = TRY(look_at_old(old, head, sides.to));
  return std::move(given.shown);
}

Result<Report> migrate(const MigrationSides& sides, const std::optional<std::vector<std::string>>& agreed) {
  const store::Store::Head head = TRY(sides.from.store->head());
  TRY_OK(check_can_have(head.tree, sides.from.runtime, sides.to));
  configfs::Tree* live = TRY(sides.reach());
  return Migration(sides, live).run(agreed);
}

}  // namespace lunet::service
