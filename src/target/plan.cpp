// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "target/alua.h"
#include "target/changes.h"
#include "target/hbas.h"
#include "target/kept_states.h"
#include "target/kinds.h"
#include "target/names.h"
#include "target/phases.h"
#include "target/registrations.h"
#include "target/steps.h"
#include "target/target.h"
#include "target/value_steps.h"

namespace lunet::target {
namespace {

using config::ObjectClass;
using config::Path;
using configfs::Verb;

bool has_word(const schema::Kind* kind, std::string_view group, std::string_view name) {
  return kind != nullptr && kind->attribute(group, name) != nullptr;
}

class Planner {
 public:
  Planner(const config::Tree& from, const config::Tree& to, configfs::Tree& live, const PlanOptions& options)
      : from_(from),
        to_(to),
        live_(live),
        disrupt_(options.disrupt),
        leave_refused_(options.leave_refused),
        kept_states_(live, options.recorded),
        changes_(collect_changes(from, to, options.runtime.value_or(runtime_of(live)))) {}

  Result<Plan> run() {
    TRY_OK(unexport());
    note_taken();
    TRY_OK(find_closed_groups());
    for (const Path& path : changes_.removed) TRY_OK(remove(path));
    TRY_OK(keep_hbas());
    for (const Path& path : changes_.created) TRY_OK(make(path));
    for (const Path& path : changes_.changed) {
      TRY_OK(change(path, *from_.find(path), *to_.find(path), changes_.values[path]));
    }
    TRY_OK(bind_again());
    for (const Path& path : closed_) TRY_OK(close_and_open(path));
    TRY_OK(remove_hbas());
    std::stable_sort(steps_.begin(), steps_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    Plan plan;
    for (auto& [phase, step] : steps_) plan.steps.push_back(std::move(step));
    plan.rewrites = std::move(rewrites_);
    plan.refused = std::move(refused_);
    return plan;
  }

 private:
  void add(Phase phase, Step step) {
    if (!step.operations.empty()) steps_.emplace_back(phase, std::move(step));
  }

  /// What the runtime refuses while a LUN exports the disk: the LUNs go for it, or it is refused.
  Result<> unexport() {
    if (changes_.unexported.empty()) return {};
    auto exports = exports_of(from_, changes_.unexported);
    std::set<Path> moved;
    for (auto& [disk, luns] : exports) {
      std::erase_if(luns, [&](const Path& lun) { return changes_.removed.contains(lun); });
      if (luns.empty()) continue;
      if (!disrupt_) {
        Error error = refused_while_exported(changes_, disk, luns.front());
        if (!leave_refused_) return error;
        leave_as_it_is(changes_, disk);
        refused_.push_back({disk, std::move(error), false, true});
        continue;
      }
      disrupted_.insert(disk);
      moved.insert(luns.begin(), luns.end());
    }
    std::set<Path> again = changes_.fresh;
    again.insert(moved.begin(), moved.end());
    make_again(changes_, from_, to_, again);
    return {};
  }

  /// What disks that are made take: a removed one with that goes first.
  void note_taken() {
    for (const Path& path : changes_.created) {
      if (path.back().object_class != ObjectClass::disk) continue;
      const config::Object& made = *to_.find(path);
      taken_.insert(config::path_text(path));
      taken_.insert("hba " + std::string(made.attribute("hba")));
      if (!made.attribute("path").empty()) taken_.insert("file " + std::string(made.attribute("path")));
    }
  }

  /// Whether a disk that is made takes the name, the HBA or the file of this one.
  bool frees_something(const Path& path) const {
    if (taken_.empty() || path.back().object_class != ObjectClass::disk) return false;
    const config::Object& disk = *from_.find(path);
    return taken_.contains(config::path_text(path)) ||
           taken_.contains("hba " + std::string(disk.attribute("hba"))) ||
           taken_.contains("file " + std::string(disk.attribute("path")));
  }

  /// Ruling 4: LIO answers reads of an unmapped LUN 0 in a live session with zeros, so on a tree that applies
  /// each operation by itself a portal group is closed while a session could see that.
  Result<> find_closed_groups() {
    if (live_.transactional()) return {};
    for (const Path& path : changes_.removed) {
      const ObjectClass object_class = path.back().object_class;
      if (path.back().id != "0" ||
          (object_class != ObjectClass::mapped_lun && object_class != ObjectClass::lun)) {
        continue;
      }
      const Path group = portal_group_of(path);
      const config::Object* object = from_.find(group);
      if (changes_.removed.contains(group) || !is_yes(object->attribute("enable"))) continue;
      const bool is_lun = object_class == ObjectClass::lun;
      const Path owner = is_lun ? group : Path(path.begin(), path.end() - 1);
      const std::string file = is_lun ? TRY(group_directory_of(from_, group)) + "/dynamic_sessions"
                                      : TRY(directory_of(from_, owner)) + "/info";
      const auto text = live_.read(file);
      const bool idle = text && (trim(*text).empty() || text->starts_with("No active"));
      if (!idle) closed_.insert(group);
    }
    return {};
  }

  /// The directory of the TPG, also of a target that is one.
  static Result<std::string> group_directory_of(const config::Tree& tree, const Path& group) {
    const std::string directory = TRY(directory_of(tree, group));
    return group.back().object_class == ObjectClass::target ? directory + "/tpgt_1" : directory;
  }

  Result<> close_and_open(const Path& group) {
    const std::string file = TRY(group_directory_of(from_, group)) + "/enable";
    Step step{
        Change::changed, config::path_text(group), {{Verb::write, file, "0"}}, {{Verb::write, file, "1"}}};
    step.loses = fmt::format("the sessions of {} are cut", config::path_text(group));
    const config::Object* after = to_.find(group);
    const bool opens = after != nullptr && is_yes(after->attribute("enable"));
    if (opens) {
      Step opening = reversed(step);
      opening.loses.clear();
      add(Phase::open_tpg, std::move(opening));
    }
    rewrites_.push_back({file, "1", "0", opens ? "1" : "0"});
    add(Phase::close_tpg, std::move(step));
    return {};
  }

  Result<> remove(const Path& path) {
    const ObjectClass object_class = path.back().object_class;
    if (object_class == ObjectClass::storage) return {};
    // The fabric's directory stays: other tools may use it, and it is made on demand.
    if (object_class == ObjectClass::fabric) return change_fabric(path, *from_.find(path), config::Object{});
    MakeOptions options;
    options.for_removal = true;
    options.make_hba = false;
    options.registrations = registrations_of(path, *from_.find(path));
    kept_states_.add_to(options, from_, path);
    if (object_class == ObjectClass::mapped_lun)
      options.prod_mode_write_protect = TRY(guard_for(path, *from_.find(path), false));
    if (is_portal_group(path) && is_yes(from_.find(path)->attribute("enable")))
      TRY_OK(write_enable(path, Phase::close_tpg, true, false));
    Step step = reversed(TRY(make_object(from_, path, options)));
    step.loses = TRY(loss_of(path));
    const Phase phase = removal_phase(object_class, frees_something(path));
    if (object_class == ObjectClass::disk) {
      const std::string directory = TRY(directory_of(from_, path));
      HbaUse& use = hbas_[directory.substr(0, directory.rfind('/'))];
      use.removed.insert(directory.substr(directory.rfind('/') + 1));
      if (phase >= use.phase) {
        use.phase = phase;
        use.last = steps_.size();
      }
    }
    add(phase, std::move(step));
    return {};
  }

  std::vector<std::string> registrations_of(const Path& path, const config::Object& object) {
    if (path.back().object_class != ObjectClass::disk || path[0].id == "pscsi") return {};
    return registrations_.of(std::string(object.attribute("wwn")));
  }

  Result<std::string> loss_of(const Path& path) {
    const ObjectClass object_class = path.back().object_class;
    if (object_class == ObjectClass::disk && path[0].id == "rd_mcp" &&
        !is_yes(from_.find(path)->attribute("nullio")))
      return fmt::format("the data in RAM disk {} is lost", path.back().id);
    if (object_class == ObjectClass::acl && TRY(has_session(path)))
      return fmt::format("the session of {} is cut", path.back().id);
    if (object_class == ObjectClass::lun && disrupted_.contains(reference_of(from_, path)))
      return fmt::format("{} is taken away and put back: {}", config::path_text(path), TRY(who_sees(path)));
    return std::string();
  }

  /// Whether the ACL's initiator is logged in.
  Result<bool> has_session(const Path& acl) {
    const auto info = live_.read(TRY(directory_of(from_, acl)) + "/info");
    return info && !trim(*info).empty() && !info->starts_with("No active");
  }

  /// Who is logged in to the LUN's portal group.
  Result<std::string> who_sees(const Path& lun) {
    const Path group = portal_group_of(lun);
    std::string names;
    for (const auto& [key, acl] : from_.find(group)->children) {
      if (key.object_class != ObjectClass::acl) continue;
      Path path = group;
      path.push_back(key);
      if (TRY(has_session(path))) names += (names.empty() ? "" : ", ") + key.id;
    }
    const auto dynamic = live_.read(TRY(group_directory_of(from_, group)) + "/dynamic_sessions");
    for (const std::string_view name : dynamic ? split(*dynamic, '\n') : std::vector<std::string_view>{}) {
      if (const auto word = trim(name); !word.empty() && word.front() != '\0')
        names.append(names.empty() ? "" : ", ").append(word);
    }
    return names.empty() ? "nobody is logged in" : "commands of " + names + " fail meanwhile";
  }

  /// Before the disks in them.
  Result<> keep_hbas() {
    kept_ = TRY(compare_kept_hbas(from_, to_, live_));
    const auto step = [](Change change, const Hba& hba) {
      Step made{change, config::path_text(hba.storage), {{Verb::make_dir, hba.directory, ""}}, {}};
      made.undo = {{Verb::remove_dir, hba.directory, ""}};
      return made;
    };
    for (const Hba& hba : kept_.missing) {
      made_in_.insert(hba.directory);
      add(making_phase(ObjectClass::disk), step(Change::created, hba));
    }
    for (const Hba& hba : kept_.given_up)
      add(removal_phase(ObjectClass::disk, false), reversed(step(Change::created, hba)));
    return {};
  }

  /// An HBA that holds nothing any more goes with the last disk in it.
  Result<> remove_hbas() {
    for (const auto& [hba, use] : hbas_) {
      if (made_in_.contains(hba) || kept_.all.contains(hba)) continue;
      const auto entries = live_.list(hba);
      const bool others =
          entries && std::any_of(entries->begin(), entries->end(), [&](const auto& entry) {
            return entry.kind == configfs::EntryKind::directory && !use.removed.contains(entry.name);
          });
      if (!others)
        add_part(steps_[use.last].second, {{Verb::remove_dir, hba, ""}}, {{Verb::make_dir, hba, ""}});
    }
    return {};
  }

  Result<> make(const Path& path) {
    const ObjectClass object_class = path.back().object_class;
    const config::Object& object = *to_.find(path);
    if (object_class == ObjectClass::storage) return {};
    if (object_class == ObjectClass::fabric &&
        TRY(is_live("", std::string(fabric_directory(path.back().id)))))
      return change_fabric(path, config::Object{}, object);
    MakeOptions options;
    options.registrations = registrations_of(path, object);
    kept_states_.add_to(options, to_, path);
    if (object_class == ObjectClass::disk) {
      const std::string directory = TRY(directory_of(to_, path));
      const std::string hba = directory.substr(0, directory.rfind('/'));
      const bool first = made_in_.insert(hba).second;
      options.make_hba = first && !TRY(is_live("core", hba.substr(hba.find('/') + 1)));
    }
    if (object_class == ObjectClass::mapped_lun)
      options.prod_mode_write_protect = TRY(guard_for(path, object, true));
    add(making_phase(object_class), TRY(make_object(to_, path, options)));
    if (is_portal_group(path) && is_yes(object.attribute("enable")))
      TRY_OK(write_enable(path, Phase::open_tpg, false, true));
    return {};
  }

  /// MakeOptions::prod_mode_write_protect for the mapped LUN at `path`.
  Result<std::string> guard_for(const Path& path, const config::Object& mapped, bool making) {
    const Path group = portal_group_of(path);
    const config::Object* before = from_.find(group);
    const bool open = before != nullptr && !changes_.removed.contains(group) && !closed_.contains(group) &&
                      is_yes(before->attribute("enable"));
    const bool guarded = has_word(kind_of(group), "attribute", "prod_mode_write_protect");
    if (live_.transactional() || !open || !guarded || !is_yes(mapped.attribute("write_protect")))
      return std::string();
    const std::string file = TRY(group_directory_of(from_, group)) + "/attrib/prod_mode_write_protect";
    std::string text(trim(TRY(live_.read(file))));
    // Its own change comes before the mappings are made, and is in the rewrites by itself.
    if (const auto changed = changes_.values.find(group); changed != changes_.values.end()) {
      for (const config::ValueChange& change : changed->second) {
        if (change.group == "attribute" && change.name == "prod_mode_write_protect")
          return making ? value_text(group, change.group, change.name, change.to.text) : text;
      }
    }
    if (text != "1") rewrites_.push_back({file, text, "1", text});
    return text;
  }

  Result<> write_enable(const Path& group, Phase phase, bool before, bool after) {
    const std::string directory = TRY(group_directory_of(after ? to_ : from_, group));
    const std::string file = directory + "/enable";
    const auto text = [](bool on) { return on ? "1" : "0"; };
    if (from_.find(group) != nullptr) rewrites_.push_back({file, text(before), text(after), text(after)});
    Step step{Change::changed, config::path_text(group), {}, {}};
    std::vector<configfs::Operation> undo{{Verb::write, file, text(before)}};
    // Enabling takes None out of the methods of a TPG that asks for CHAP.
    const bool offers = after && group[0].id == "iscsi" && from_.find(group) != nullptr;
    if (const auto methods = offers ? live_.read(directory + "/param/AuthMethod") : std::string();
        methods && offers)
      undo.push_back({Verb::write, directory + "/param/AuthMethod", *methods});
    add_part(step, {{Verb::write, file, text(after)}}, std::move(undo));
    add(phase, std::move(step));
    return {};
  }

  /// Whether the directory `parent` of the live tree has a child `name`; each directory is listed once.
  Result<bool> is_live(const std::string& parent, std::string_view name) {
    auto found = listed_.find(parent);
    // For a few a long list is not worth its reading.
    constexpr std::size_t few = 8;
    if (found == listed_.end() && changes_.created.size() < few) {
      return is_directory_there(live_,
                                parent.empty() ? std::string(name) : fmt::format("{}/{}", parent, name));
    }
    if (found == listed_.end()) {
      std::set<std::string, std::less<>> names;
      const auto entries = TRY(live_.list(parent));
      for (const configfs::Entry& entry : entries) names.insert(entry.name);
      found = listed_.emplace(parent, std::move(names)).first;
    }
    return found->second.contains(name);
  }

  Result<> change_fabric(const Path& path, const config::Object& before, const config::Object& after) {
    const auto values =
        config::changed_values(before, after, shipped_schema(), kind_of(path), runtime_of(live_));
    return change(path, before, after, values);
  }

  Result<> change(const Path& path, const config::Object& before, const config::Object& after,
                  const std::vector<config::ValueChange>& values) {
    const ObjectClass object_class = path.back().object_class;
    if (object_class == ObjectClass::storage) return {};
    const std::string directory = TRY(directory_of(to_.find(path) != nullptr ? to_ : from_, path));
    const InPlace object{path, directory, before, after, values};
    Step step{Change::changed, config::path_text(path), {}, {}};
    if (object_class == ObjectClass::disk) TRY_OK(change_port_groups(step, object));
    TRY_OK(add_value_changes(step, rewrites_, live_, object));
    if (object_class == ObjectClass::lun) come_from_default(step, path);
    for (const config::ValueChange& change : values) {
      if (object_class != ObjectClass::disk || change.name != "size") continue;
      const auto from = parse_unsigned(change.from.text);
      const auto to = parse_unsigned(change.to.text);
      if (from && to && *to < *from)
        step.loses = fmt::format("{} shrinks: what is behind its new end is lost", config::path_text(path));
    }
    const bool depth = std::any_of(values.begin(), values.end(), [](const config::ValueChange& change) {
      return change.name == "tcq_depth" && change.is_visible();
    });
    // LIO ends the session, so that the initiator learns of its new window.
    if (depth && object_class == ObjectClass::acl && !live_.transactional() && TRY(has_session(path)))
      step.loses = fmt::format("the session of {} is cut", path.back().id);
    const bool on = is_yes(after.attribute("enable"));
    if (is_portal_group(path) && on != is_yes(before.attribute("enable")) && !closed_.contains(path))
      TRY_OK(write_enable(path, on ? Phase::open_tpg : Phase::close_tpg, !on, on));
    add(making_phase(object_class), std::move(step));
    return {};
  }

  /// Groups that go, in a step of their own; new ones and values in `step`.
  Result<> change_port_groups(Step& step, const InPlace& object) {
    const std::string serial = serial_of_states(object.path, object.before);
    Step removal{Change::changed, step.object, {}, {}};
    for (const PortGroup& group : removed_groups(object.before, object.after)) {
      const std::string directory = fmt::format("{}/alua/{}", object.directory, group.name);
      // As it is, not as it is recorded.
      configfs::ReadFilter filter;
      filter.state = true;
      const configfs::Node now = TRY(live_.read_tree(directory, filter));
      PortGroup whole{group.id, group.name, {}};
      for (const configfs::Node& file : now.nodes) {
        if (file.entry.kind != configfs::EntryKind::file || (file.entry.mode & 0200) == 0) continue;
        const bool has_place = file.entry.name != "tg_pt_gp_id" && file.entry.name != "alua_access_status";
        // A new group is in state 0; 15 is a transition.
        const bool as_made =
            file.entry.name == access_state_file && (trim(file.text) == "0" || trim(file.text) == "15");
        if (has_place && !as_made) whole.values[file.entry.name] = written_text(file.entry.name, file.text);
      }
      whole = kept_states_.with_state(std::move(whole), object.path, serial);
      add_part(removal, {{Verb::remove_dir, directory, ""}}, make_group(object.directory, whole));
      gone_groups_[object.path].insert(group.name);
    }
    add(Phase::remove_port_group, std::move(removal));
    for (const PortGroup& group : removed_groups(object.after, object.before)) {
      add_part(step, make_group(object.directory, kept_states_.with_state(group, object.path, serial)),
               {{Verb::remove_dir, fmt::format("{}/alua/{}", object.directory, group.name), ""}});
    }
    return add_port_group_changes(step, rewrites_, live_, object);
  }

  /// A LUN whose group goes has left it before.
  void come_from_default(Step& step, const Path& lun) const {
    const auto gone = gone_groups_.find(reference_of(from_, lun));
    if (gone == gone_groups_.end() ||
        !gone->second.contains(from_.find(lun)->attribute("alua_tg_pt_gp_name")))
      return;
    for (configfs::Operation& operation : step.undo) {
      if (operation.path.ends_with("/alua_tg_pt_gp")) operation.text = default_port_group;
    }
  }

  /// LUNs in groups that go leave them first, and come back where the new group has the name of the old one.
  Result<> bind_again() {
    std::set<Path> disks;
    for (const auto& [disk, names] : gone_groups_) disks.insert(disk);
    for (const auto& [disk, luns] : exports_of(from_, disks)) {
      for (const Path& lun : luns) {
        const std::string name(from_.find(lun)->attribute("alua_tg_pt_gp_name"));
        if (changes_.removed.contains(lun) || !gone_groups_.at(disk).contains(name)) continue;
        const std::string file = TRY(directory_of(from_, lun)) + "/alua_tg_pt_gp";
        const std::string fallback(default_port_group);
        add(Phase::unbind_lun, Step{Change::changed,
                                    config::path_text(lun),
                                    {{Verb::write, file, fallback}},
                                    {{Verb::write, file, name}}});
        const config::Object* after = to_.find(lun);
        if (after == nullptr || after->attribute("alua_tg_pt_gp_name") != name) continue;
        add(Phase::make_lun, Step{Change::changed,
                                  config::path_text(lun),
                                  {{Verb::write, file, name}},
                                  {{Verb::write, file, fallback}}});
      }
    }
    return {};
  }

  struct HbaUse {
    std::set<std::string, std::less<>> removed;  ///< names of disks
    std::size_t last = 0;                        ///< the step that removes the last one
    Phase phase = Phase::close_tpg;
  };

  const config::Tree& from_;
  const config::Tree& to_;
  configfs::Tree& live_;
  bool disrupt_;
  bool leave_refused_;
  KeptStates kept_states_;
  std::vector<Refusal> refused_;
  Changes changes_;
  std::set<Path> disrupted_;     ///< disks whose LUNs go for a moment
  std::set<std::string> taken_;  ///< names, HBAs and files of the disks that are made
  std::set<Path> closed_;
  std::map<std::string, HbaUse> hbas_;  ///< of disks that are removed
  KeptHbas kept_;
  std::set<std::string> made_in_;                                   ///< HBAs of disks that are made
  std::map<Path, std::set<std::string, std::less<>>> gone_groups_;  ///< port groups, by disk
  std::map<std::string, std::set<std::string, std::less<>>> listed_;
  Registrations registrations_{live_};
  std::vector<std::pair<Phase, Step>> steps_;
  std::vector<Rewrite> rewrites_;
};

}  // namespace

Result<Plan> make_plan(const config::Tree& from, const config::Tree& to, configfs::Tree& live,
                       const PlanOptions& options) {
  return Planner(from, to, live, options).run();
}

Plan inverse(const Plan& plan) {
  Plan back;
  for (auto step = plan.steps.rbegin(); step != plan.steps.rend(); ++step)
    back.steps.push_back(reversed(*step));
  return back;
}

}  // namespace lunet::target
