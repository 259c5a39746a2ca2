// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "target/changes.h"
#include "target/names.h"
#include "target/steps.h"
#include "target/target.h"

namespace lunet::target {
namespace {

using config::ObjectClass;
using config::Path;
using configfs::Verb;

/// Ruling 9: what stands on something goes before it when removing and after it when making; a TPG admits
/// initiators only when everything else is there. A removed disk's contents may be gone for good, so that
/// comes last (ruling 13), unless a new disk may need its HBA or its file.
enum class Phase : unsigned char {
  close_tpg,
  remove_portal,
  remove_mapped_lun,
  remove_acl,
  remove_lun,
  remove_tpg,
  remove_target,
  remove_disk_first,
  make_disk,
  fabric,
  make_target,
  make_tpg,
  make_lun,
  make_acl,
  make_mapped_lun,
  make_portal,
  open_tpg,
  remove_disk_last,
};

bool is_yes(std::string_view value) {
  return parse_bool(value).value_or(false);
}

Path tpg_of(const Path& path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i].object_class == ObjectClass::tpgt)
      return {path.begin(), path.begin() + static_cast<long>(i) + 1};
  }
  return {};
}

Phase removal_phase(ObjectClass object_class, bool frees_something) {
  switch (object_class) {
    case ObjectClass::portal: return Phase::remove_portal;
    case ObjectClass::mapped_lun: return Phase::remove_mapped_lun;
    case ObjectClass::acl: return Phase::remove_acl;
    case ObjectClass::lun: return Phase::remove_lun;
    case ObjectClass::tpgt: return Phase::remove_tpg;
    case ObjectClass::target: return Phase::remove_target;
    default: return frees_something ? Phase::remove_disk_first : Phase::remove_disk_last;
  }
}

Phase making_phase(ObjectClass object_class) {
  switch (object_class) {
    case ObjectClass::disk: return Phase::make_disk;
    case ObjectClass::target: return Phase::make_target;
    case ObjectClass::tpgt: return Phase::make_tpg;
    case ObjectClass::lun: return Phase::make_lun;
    case ObjectClass::acl: return Phase::make_acl;
    case ObjectClass::mapped_lun: return Phase::make_mapped_lun;
    case ObjectClass::portal: return Phase::make_portal;
    default: return Phase::fabric;
  }
}

class Planner {
 public:
  Planner(const config::Tree& from, const config::Tree& to, configfs::Tree& live)
      : from_(from), to_(to), live_(live), changes_(collect_changes(from, to, live.transactional())) {}

  Result<Plan> run() {
    note_taken();
    TRY_OK(find_closed_tpgs());
    for (const Path& path : changes_.removed) TRY_OK(remove(path));
    for (const Path& path : changes_.created) TRY_OK(make(path));
    for (const Path& path : changes_.changed) TRY_OK(change(path, *from_.find(path), *to_.find(path)));
    for (const Path& path : closed_) TRY_OK(close_and_open(path));
    std::stable_sort(steps_.begin(), steps_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    Plan plan;
    for (auto& [phase, step] : steps_) plan.steps.push_back(std::move(step));
    plan.rewrites = std::move(rewrites_);
    return plan;
  }

 private:
  void add(Phase phase, Step step) {
    if (!step.operations.empty()) steps_.emplace_back(phase, std::move(step));
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
  /// each operation by itself a TPG is closed while a session could see that.
  Result<> find_closed_tpgs() {
    if (live_.transactional()) return {};
    for (const Path& path : changes_.removed) {
      const ObjectClass object_class = path.back().object_class;
      if (path.back().id != "0" ||
          (object_class != ObjectClass::mapped_lun && object_class != ObjectClass::lun)) {
        continue;
      }
      const Path tpg = tpg_of(path);
      const config::Object* object = from_.find(tpg);
      if (changes_.removed.contains(tpg) || !is_yes(object->attribute("enable"))) continue;
      const bool is_lun = object_class == ObjectClass::lun;
      const Path owner = is_lun ? tpg : Path(path.begin(), path.end() - 1);
      const std::string directory = TRY(directory_of(from_, owner));
      const auto text = live_.read(directory + (is_lun ? "/dynamic_sessions" : "/info"));
      const bool idle = text && (trim(*text).empty() || text->starts_with("No active"));
      if (!idle) closed_.insert(tpg);
    }
    return {};
  }

  Result<> close_and_open(const Path& tpg) {
    const std::string file = TRY(directory_of(from_, tpg)) + "/enable";
    Step step{
        Change::changed, config::path_text(tpg), {{Verb::write, file, "0"}}, {{Verb::write, file, "1"}}};
    step.loses = fmt::format("the sessions of {} are cut", config::path_text(tpg));
    const config::Object* after = to_.find(tpg);
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
    if (object_class == ObjectClass::fabric) return change(path, *from_.find(path), config::Object{});
    MakeOptions options;
    options.for_removal = true;
    if (object_class == ObjectClass::disk) options.make_hba = TRY(hba_has_only(path));
    if (object_class == ObjectClass::mapped_lun) {
      options.prod_mode_write_protect = TRY(guard_for(path, *from_.find(path)));
    }
    if (object_class == ObjectClass::tpgt && is_yes(from_.find(path)->attribute("enable"))) {
      TRY_OK(write_enable(path, Phase::close_tpg, true, false));
    }
    Step step = reversed(TRY(make_object(from_, path, options)));
    if (object_class == ObjectClass::disk && path[0].id == "rd_mcp" &&
        !is_yes(from_.find(path)->attribute("nullio")))
      step.loses = fmt::format("the data in RAM disk {} is lost", path.back().id);
    if (object_class == ObjectClass::acl && TRY(has_session(path)))
      step.loses = fmt::format("the session of {} is cut", path.back().id);
    add(removal_phase(object_class, frees_something(path)), std::move(step));
    return {};
  }

  /// Whether the ACL's initiator is logged in.
  Result<bool> has_session(const Path& acl) {
    const auto info = live_.read(TRY(directory_of(from_, acl)) + "/info");
    return info && !trim(*info).empty() && !info->starts_with("No active");
  }

  /// True when no other disk is on the HBA of the disk at `path`, so that the HBA goes with it.
  Result<bool> hba_has_only(const Path& path) {
    const std::string directory = TRY(directory_of(from_, path));
    const std::string hba = directory.substr(0, directory.rfind('/'));
    const auto entries = live_.list(hba);
    if (!entries) return true;  // gone already: the removal says so
    const bool others = std::any_of(entries->begin(), entries->end(), [&](const configfs::Entry& entry) {
      return entry.kind == configfs::EntryKind::directory && entry.name != path.back().id;
    });
    if (!others) removed_hbas_.insert(hba);
    return !others;
  }

  Result<> make(const Path& path) {
    const ObjectClass object_class = path.back().object_class;
    const config::Object& object = *to_.find(path);
    if (object_class == ObjectClass::storage) return {};
    MakeOptions options;
    if (object_class == ObjectClass::fabric && TRY(is_live("", path.back().id))) {
      return change(path, config::Object{}, object);
    }
    if (object_class == ObjectClass::disk) {
      const std::string directory = TRY(directory_of(to_, path));
      const std::string hba = directory.substr(0, directory.rfind('/'));
      const bool kept = !removed_hbas_.contains(hba) && TRY(is_live("core", hba.substr(hba.find('/') + 1)));
      options.make_hba = !kept && made_hbas_.insert(hba).second;
    }
    if (object_class == ObjectClass::mapped_lun) {
      options.prod_mode_write_protect = TRY(guard_for(path, object));
    }
    add(making_phase(object_class), TRY(make_object(to_, path, options)));
    if (object_class == ObjectClass::tpgt && is_yes(object.attribute("enable"))) {
      TRY_OK(write_enable(path, Phase::open_tpg, false, true));
    }
    return {};
  }

  /// MakeOptions::prod_mode_write_protect for the mapped LUN at `path`.
  Result<std::string> guard_for(const Path& path, const config::Object& mapped) {
    const Path tpg = tpg_of(path);
    const config::Object* before = from_.find(tpg);
    const bool open = before != nullptr && !changes_.removed.contains(tpg) && !closed_.contains(tpg) &&
                      is_yes(before->attribute("enable"));
    if (live_.transactional() || !open || !is_yes(mapped.attribute("write_protect"))) return std::string();
    const std::string file = TRY(directory_of(from_, tpg)) + "/attrib/prod_mode_write_protect";
    const std::string text(trim(TRY(live_.read(file))));
    if (text != "1") rewrites_.push_back({file, text, "1", text});
    return text;
  }

  Result<> write_enable(const Path& tpg, Phase phase, bool before, bool after) {
    const std::string file = TRY(directory_of(after ? to_ : from_, tpg)) + "/enable";
    const auto text = [](bool on) { return on ? "1" : "0"; };
    if (from_.find(tpg) != nullptr) rewrites_.push_back({file, text(before), text(after), text(after)});
    add(phase, Step{Change::changed,
                    config::path_text(tpg),
                    {{Verb::write, file, text(after)}},
                    {{Verb::write, file, text(before)}}});
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

  Result<> change(const Path& path, const config::Object& before, const config::Object& after) {
    const ObjectClass object_class = path.back().object_class;
    if (object_class == ObjectClass::storage) return {};
    const std::string directory = TRY(directory_of(to_.find(path) != nullptr ? to_ : from_, path));
    Step step{Change::changed, config::path_text(path), {}, {}};
    for (const GroupChange& group : group_changes(before, after)) {
      const std::string file = directory + "/" + group_file(object_class, group.group, group.name);
      step.operations.push_back({Verb::write, file, group_text(group.group, group.name, group.value)});
      const std::string old = group_value(group.group, group.name, TRY(live_.read(file)));
      step.undo.push_back({Verb::write, file, group_text(group.group, group.name, old)});
      rewrites_.push_back(
          {file, step.undo.back().text, step.operations.back().text, step.operations.back().text});
    }
    for (const auto& [attribute, file] : own_files) {
      if (same_value(attribute, before.attribute(attribute), after.attribute(attribute))) continue;
      if (attribute == "buffered" && object_class != ObjectClass::disk) continue;
      const bool on = is_yes(after.attribute(attribute));
      if (attribute == "enable") {
        if (!closed_.contains(path))
          TRY_OK(write_enable(path, on ? Phase::open_tpg : Phase::close_tpg, !on, on));
        continue;
      }
      step.operations.push_back({Verb::write, fmt::format("{}/{}", directory, file), on ? "1" : "0"});
      step.undo.push_back({Verb::write, fmt::format("{}/{}", directory, file), on ? "0" : "1"});
      rewrites_.push_back({step.undo.back().path, on ? "0" : "1", on ? "1" : "0", on ? "1" : "0"});
    }
    std::reverse(step.undo.begin(), step.undo.end());
    add(making_phase(object_class), std::move(step));
    return {};
  }

  /// Attributes that can change in place, and their files. Everything else is in collect_changes.
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 3> own_files{
      {{"enable", "enable"}, {"write_protect", "write_protect"}, {"buffered", "attrib/emulate_write_cache"}}};

  const config::Tree& from_;
  const config::Tree& to_;
  configfs::Tree& live_;
  Changes changes_;
  std::set<std::string> taken_;  ///< names, HBAs and files of the disks that are made
  std::set<Path> closed_;
  std::set<std::string> removed_hbas_;
  std::set<std::string> made_hbas_;
  std::map<std::string, std::set<std::string, std::less<>>> listed_;
  std::vector<std::pair<Phase, Step>> steps_;
  std::vector<Rewrite> rewrites_;
};

}  // namespace

Result<Plan> make_plan(const config::Tree& from, const config::Tree& to, configfs::Tree& live) {
  return Planner(from, to, live).run();
}

Plan inverse(const Plan& plan) {
  Plan back;
  for (auto step = plan.steps.rbegin(); step != plan.steps.rend(); ++step)
    back.steps.push_back(reversed(*step));
  return back;
}

}  // namespace lunet::target
