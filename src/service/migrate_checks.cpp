// SPDX-License-Identifier: Apache-2.0
#include "service/migrate_checks.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "config/validate/machine.h"
#include "config/validate/validate.h"
#include "service/absent.h"
#include "service/drift.h"
#include "service/sessions.h"
#include "target/kinds.h"
#include "target/names.h"
#include "target/steps.h"

namespace lunet::service {
namespace {

using config::Object;
using config::ObjectClass;
using config::Path;

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

std::string_view group_value(const Object& object, std::string_view group, std::string_view name) {
  const auto values = object.groups.find(group);
  if (values == object.groups.end()) return "";
  const auto value = values->second.find(name);
  return value == values->second.end() ? std::string_view() : std::string_view(value->second);
}

/// lunetd asks for secrets that are set; the kernel, unless told otherwise, as the TPG says (ruling 10).
bool opens_on_kernel(const config::Tree& tree, const Path& path, const Object& acl) {
  if (path.back().object_class != ObjectClass::acl) return false;
  if (group_value(acl, "auth", "userid").empty() && group_value(acl, "auth", "password").empty())
    return false;
  const std::string_view own = group_value(acl, "attribute", "authentication");
  if (!own.empty() && own != "-1") return false;
  const Object* tpg = tree.find(Path(path.begin(), path.end() - 1));
  return tpg == nullptr || !target::is_yes(group_value(*tpg, "attribute", "authentication"));
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
  visit_objects(tree.root, path, [&](const Path& at, const Object& object) {
    if (at.back().object_class == ObjectClass::portal && at.back().id.ends_with(":0"))
      sentences.push_back(config::path_text(at) +
                          ": port 0, a free one each, exists on lunetd only; make the portal with a number");
    if (opens_on_kernel(tree, at, object))
      sentences.push_back(
          config::path_text(at) +
          ": it has credentials, and neither its authentication nor its TPG's is 1: lunetd asks for them all "
          "the same, the kernel's target lets in whoever uses the name; set attribute authentication=1 of "
          "the "
          "ACL or of the TPG");
  });
  return sentences;
}

}  // namespace

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

config::Tree ours_in(const config::Tree& recorded, const config::Tree& running) {
  std::set<Path> absent;
  for (const config::Difference& difference : config::diff(recorded, running)) {
    if (difference.kind == config::Difference::Kind::removed) absent.insert(difference.path);
  }
  return without(recorded, absent);
}

namespace {

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

/// What runs goes on with a file that was unlinked; once it is closed, it is gone.
Result<> check_all_is_there(const config::Tree& runs, RuntimeKind to) {
  std::string list;
  for (const Path& path : may_be_missing(runs, to)) {
    if (const std::string reason = missing_reason(runs, path); !reason.empty())
      list += fmt::format("\n  {}: {}", config::path_text(path), reason);
  }
  if (list.empty()) return {};
  return Error{EINVAL, fmt::format("these run, and could not be had by {}:{}", title_of(to), list),
               "what was unlinked is lost once it is closed: copy it through an initiator, then delete the "
               "object; put a device or an address back; nothing was touched"};
}

/// Discovery is of the whole fabric, also of who stays behind.
void add_opened(const config::Tree& runs, const config::Tree& running, RuntimeKind old,
                std::vector<std::string>& concerns) {
  for (const auto& [key, fabric] : runs.root.children) {
    const auto auth = fabric.groups.find("discovery_auth");
    if (key.object_class != ObjectClass::fabric || auth == fabric.groups.end() || auth->second.empty())
      continue;
    for (const auto& [child, object] : running.find({key})->children) {
      if (fabric.children.contains(child)) continue;
      concerns.push_back(fmt::format("{} stays on {}, where discovery loses the credentials of {}",
                                     config::path_text({key, child}), title_of(old),
                                     config::path_text({key})));
    }
  }
}

/// What a fabric reads that nobody has set.
bool is_fresh(const Path& path, const std::string& group, const std::string& name, const std::string& value,
              RuntimeKind runtime) {
  if (value.empty() || (target::is_credential_group(group) && value == "NULL")) return true;
  const schema::Kind* kind = target::kind_of(path);
  const schema::Attribute* known = kind == nullptr ? nullptr : kind->attribute(group, name);
  if (known == nullptr) return false;
  const auto normal = target::shipped_schema().check_value(*known, value);
  return normal && known->default_on(schema_runtime(runtime)) == *normal;
}

/// The name of the first value that is neither ours nor a fresh one's; "" for none. `ours`: one is as ours.
std::string foreign_value(const Path& path, const Object& running, const Object& wanted, RuntimeKind runtime,
                          bool& ours) {
  std::string found;
  const auto look = [&](const std::string& group, const config::Attributes& values,
                        const config::Attributes& recorded) {
    for (const auto& [name, value] : values) {
      if (is_fresh(path, group, name, value, runtime)) continue;
      const auto own = recorded.find(name);
      const bool same = own != recorded.end() && own->second == value;
      ours = ours || same;
      if (!same && found.empty()) found = group.empty() ? name : fmt::format("{} {}", group, name);
    }
  };
  look("", running.attributes, wanted.attributes);
  for (const auto& [group, values] : running.groups) {
    const auto own = wanted.groups.find(group);
    look(group, values, own == wanted.groups.end() ? config::Attributes() : own->second);
  }
  return found;
}

}  // namespace

Result<> check_settled(store::Store& store, const store::Store::Head& head) {
  const auto waiting = TRY(store.confirmation());
  if (waiting && waiting->generation <= head.generation.number) {
    return Error{EBUSY,
                 fmt::format("generation {} waits to be confirmed, and may go back to {}",
                             waiting->generation, waiting->back_to),
                 fmt::format("`lunet confirm` keeps it, `lunet rollback {}` takes it back; then migrate",
                             waiting->back_to)};
  }
  if (const auto intent = TRY(store.open_intent(head))) {
    return Error{EBUSY, fmt::format("the change '{}' was interrupted", intent->generation.why),
                 "`lunet restore` finishes or undoes it; then migrate"};
  }
  return {};
}

Result<Given> look_at_old(const Editor& old, const store::Store::Head& head, RuntimeKind to) {
  Given given;
  given.shown.generation = head.generation.number;
  old.begin_to_look();
  const config::Tree running = target::comparable(TRY(target::read_live(old.live())), head.tree);
  const Comparison comparison = compare_trees(head, running, TRY(old.store().leftovers()), Scope{});
  TRY_OK(check_no_drift(comparison));
  if (!comparison.nothing_runs) given.runs = ours_in(head.tree, running);
  TRY_OK(check_all_is_there(given.runs, to));
  TRY_OK(check_ours_alone(old.live(), given.runs, head.generation.number));
  given.steps = TRY(target::make_plan(given.runs, {}, old.live(), {.disrupt = true}));
  given.shown.moves = count_top(given.runs);
  TRY_OK(add_sessions(old.live(), given.runs, given.shown.concerns));
  add_opened(given.runs, running, old.runtime(), given.shown.concerns);
  for (const target::Step& step : given.steps.steps) {
    if (!step.loses.empty()) given.shown.concerns.push_back(step.loses);
  }
  for (const Difference& difference : comparison.differences) {
    if (difference.kind == SyncKind::foreign)
      given.shown.notes.push_back(difference.text + ": it stays where it is");
  }
  return given;
}

Result<std::set<Path>> check_new_has_none(const Editor& made, const config::Tree& wanted) {
  std::set<Path> same;
  made.begin_to_look();
  // Under the names by which a restore would know them: disks of one name are told apart by their HBA.
  const config::Tree running = target::comparable(TRY(target::read_live(made.live())), wanted);
  const auto exists = [&](const Path& path, const std::string& what) {
    return Error{EEXIST,
                 fmt::format("{} {} on {} already, and is not of this store", config::path_text(path), what,
                             title_of(made.runtime())),
                 "remove it there with the tool that made it; nothing was touched"};
  };
  for (const auto& [key, group] : wanted.root.children) {
    for (const auto& [child, object] : group.children) {
      if (running.find({key, child}) != nullptr) return exists({key, child}, "runs");
    }
    const Object* fabric = running.find({key});
    if (key.object_class != ObjectClass::fabric || fabric == nullptr) continue;
    bool ours = false;
    const std::string foreign = foreign_value({key}, *fabric, group, made.runtime(), ours);
    if (!foreign.empty()) return exists({key}, foreign + " is set");
    if (ours) same.insert({key});
  }
  return same;
}

}  // namespace lunet::service
