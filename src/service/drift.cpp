// SPDX-License-Identifier: Apache-2.0
#include "service/drift.h"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>

#include "service/verbs.h"
#include "target/changes.h"
#include "target/kinds.h"
#include "target/names.h"

namespace lunet::service {
namespace {

using config::ObjectClass;
using config::Path;
using configfs::EntryKind;
using Names = std::set<std::string>;

class TouchedCheck {
  /// Objects of one class with one parent stand in one directory.
  using Place = std::pair<Path, ObjectClass>;

 public:
  TouchedCheck(configfs::Tree& live, const config::Tree& base, const config::Tree& candidate,
               std::uint64_t generation)
      : live_(live), base_(base), candidate_(candidate), generation_(generation) {}

  Result<> run() {
    const auto differences = config::diff(base_, candidate_);
    TRY_OK(meet_crowds(differences));
    for (const config::Difference& difference : differences) {
      const Path& path = difference.path;
      switch (difference.kind) {
        case config::Difference::Kind::created: TRY_OK(must_be_new(path)); break;
        case config::Difference::Kind::removed: TRY_OK(must_be_as_recorded(path, *base_.find(path))); break;
        case config::Difference::Kind::changed:
          TRY_OK(must_be_there(path));
          TRY_OK(values_must_be_as_recorded(path));
          break;
      }
    }
    return {};
  }

 private:
  Error drift(const Path& path, std::string_view what) const {
    const std::string object = shell_path(path);
    if (base_.find(path) == nullptr) {
      return Error{ESTALE, fmt::format("drift on {}: {}", config::path_text(path), what),
                   fmt::format("`lunet adopt {}` records what runs, and then it can be deleted", object)};
    }
    return Error{
        ESTALE, fmt::format("drift on {}: {}", config::path_text(path), what),
        fmt::format("see `lunet diff {}`; `lunet adopt {}` records what runs, `lunet restore {}` makes it "
                    "what is recorded",
                    object, object, object)};
  }

  Result<bool> is_live(const config::Tree& tree, const Path& path) {
    const std::string directory = TRY(target::directory_of(tree, path));
    const auto entries = live_.list(directory);
    if (entries) return true;
    if (entries.error().errnum == ENOENT) return false;
    return entries.error();
  }

  static Place place_of(const Path& path) {
    return {Path(path.begin(), path.end() - 1), path.back().object_class};
  }

  Result<bool> runs_already(const Path& path) {
    const bool is_disk = path.back().object_class == ObjectClass::disk;
    const auto crowd = crowds_.find(place_of(path));
    if (crowd != crowds_.end()) {
      const std::string directory = is_disk ? path[1].id : TRY(target::directory_of(candidate_, path));
      return crowd->second.contains(directory.substr(directory.rfind('/') + 1));
    }
    if (is_disk) return !TRY(target::find_disk(live_, path[0].id, path[1].id)).empty();
    return is_live(candidate_, path);
  }

  /// The objects of which must_be_new() is to be asked, for an object that the edit makes.
  void add_new(const Path& path, std::vector<Path>& found) const {
    const ObjectClass object_class = path.back().object_class;
    if (object_class != ObjectClass::storage && object_class != ObjectClass::fabric)
      return found.push_back(path);
    for (const auto& [key, child] : candidate_.find(path)->children) {
      found.push_back(path);
      found.back().push_back(key);
    }
  }

  /// Where many are new at one place, the names that run there are read at once: one question for each would
  /// take longer.
  Result<> meet_crowds(const std::vector<config::Difference>& differences) {
    constexpr std::size_t many = 256;
    std::map<Place, std::vector<Path>> by_place;
    for (const config::Difference& difference : differences) {
      if (difference.kind != config::Difference::Kind::created) continue;
      std::vector<Path> found;
      add_new(difference.path, found);
      for (Path& path : found) by_place[place_of(path)].push_back(std::move(path));
    }
    for (const auto& [place, paths] : by_place) {
      if (paths.size() >= many) crowds_.emplace(place, TRY(names_beside(paths.front())));
    }
    return {};
  }

  Result<Names> names_beside(const Path& path) {
    if (path.back().object_class == ObjectClass::disk) return target::disk_names(live_, path[0].id);
    const std::string directory = TRY(target::directory_of(candidate_, path));
    Names names;
    const auto entries = live_.list(directory.substr(0, directory.rfind('/')));
    if (!entries && entries.error().errnum != ENOENT) return entries.error();
    for (const configfs::Entry& entry : entries ? *entries : std::vector<configfs::Entry>{})
      names.insert(entry.name);
    return names;
  }

  Result<> must_be_new(const Path& path) {
    const ObjectClass object_class = path.back().object_class;
    if (object_class == ObjectClass::storage || object_class == ObjectClass::fabric) {
      // The group is made on demand; what matters is what comes with it.
      for (const auto& [key, child] : candidate_.find(path)->children) {
        Path below = path;
        below.push_back(key);
        TRY_OK(must_be_new(below));
      }
      return {};
    }
    TRY_OK(parent_must_be_there(path));
    if (TRY(runs_already(path)))
      return drift(path, fmt::format("it runs, but generation {} does not have it", generation_));
    return {};
  }

  Result<> parent_must_be_there(const Path& path) {
    const Path parent(path.begin(), path.end() - 1);
    const ObjectClass object_class = parent.back().object_class;
    if (object_class == ObjectClass::storage || object_class == ObjectClass::fabric) return {};
    return must_be_there(parent);
  }

  Result<> must_be_there(const Path& path) {
    const ObjectClass object_class = path.back().object_class;
    if (object_class == ObjectClass::storage || object_class == ObjectClass::fabric) return {};
    if (there_.contains(path)) return {};
    if (!TRY(is_live(base_, path)))
      return drift(path, fmt::format("generation {} has it, but it does not run", generation_));
    there_.insert(path);
    return {};
  }

  /// The object and all below it, and nothing else below it: it will be removed.
  Result<> must_be_as_recorded(const Path& path, const config::Object& object) {
    TRY_OK(must_be_there(path));
    TRY_OK(no_others_below(path));
    for (const auto& [key, child] : object.children) {
      Path below = path;
      below.push_back(key);
      TRY_OK(must_be_as_recorded(below, child));
    }
    return {};
  }

  Result<> no_others_below(const Path& path) {
    const std::string directory = TRY(target::directory_of(base_, path));
    switch (path.back().object_class) {
      case ObjectClass::target:
        if (!target::is_flat(path[0].id)) return no_others_in(path, directory, "tpgt_", ObjectClass::tpgt);
        TRY_OK(no_others_in(path, directory + "/tpgt_1/lun", "lun_", ObjectClass::lun));
        return no_others_in(path, directory + "/tpgt_1/acls", "", ObjectClass::acl);
      case ObjectClass::tpgt:
        TRY_OK(no_others_in(path, directory + "/lun", "lun_", ObjectClass::lun));
        TRY_OK(no_others_in(path, directory + "/acls", "", ObjectClass::acl));
        return no_others_in(path, directory + "/np", "", ObjectClass::portal);
      case ObjectClass::acl: return no_others_in(path, directory, "lun_", ObjectClass::mapped_lun);
      default: return {};
    }
  }

  Result<> no_others_in(const Path& path, const std::string& directory, std::string_view prefix,
                        ObjectClass object_class) {
    const config::Object& object = *base_.find(path);
    const auto entries = TRY(live_.list(directory));
    for (const configfs::Entry& entry : entries) {
      if (entry.kind != EntryKind::directory || !entry.name.starts_with(prefix)) continue;
      std::string id = entry.name.substr(prefix.size());
      if (object_class == ObjectClass::acl) id = target::wwn_of_directory(path[0].id, id);
      const config::ObjectKey key{object_class, std::move(id)};
      if (object.children.contains(key)) continue;
      Path other = path;
      other.push_back(key);
      return drift(other, fmt::format("it runs, but generation {} does not have it", generation_));
    }
    return {};
  }

  /// The values that the edit replaces.
  Result<> values_must_be_as_recorded(const Path& path) {
    if (path.back().object_class == ObjectClass::storage) return {};
    const std::string directory = TRY(target::directory_of(base_, path));
    for (const config::ValueChange& change :
         config::changed_values(*base_.find(path), *candidate_.find(path), target::shipped_schema(),
                                target::kind_of(path), target::runtime_of(live_))) {
      const std::string file = target::value_file(path, change.group, change.name);
      if (file.empty() || change.from.state != config::ValueState::set) continue;
      std::string text = target::written_text(file, TRY(live_.read(fmt::format("{}/{}", directory, file))));
      if (text == "NULL") text.clear();
      if (target::is_same(path, change.group, change.name, text, change.from.text)) continue;
      return drift(path, fmt::format("{}{}{} is not what generation {} says", change.group,
                                     change.group.empty() ? "" : " ", change.name, generation_));
    }
    return {};
  }

  configfs::Tree& live_;
  const config::Tree& base_;
  const config::Tree& candidate_;
  std::uint64_t generation_;
  std::map<Place, Names> crowds_;  ///< names of directories that run
  std::set<Path> there_;           ///< found to run
};

class Describer {
 public:
  Describer(const config::Tree& recorded, const config::Tree& running, std::uint64_t generation)
      : recorded_(recorded), running_(running), generation_(generation) {}

  std::vector<Difference> run() {
    for (const config::Difference& difference : config::diff(recorded_, running_)) {
      switch (difference.kind) {
        case config::Difference::Kind::created:
          add_each(running_, difference.path, SyncKind::foreign,
                   fmt::format("it runs, but generation {} does not have it", generation_));
          break;
        case config::Difference::Kind::removed:
          add_each(recorded_, difference.path, SyncKind::drift,
                   fmt::format("generation {} has it, but it does not run", generation_));
          break;
        case config::Difference::Kind::changed: add_values(difference.path); break;
      }
    }
    return std::move(found_);
  }

 private:
  void add(SyncKind kind, const Path& path, std::string_view what) {
    found_.push_back({kind, path, fmt::format("{}: {}", config::path_text(path), what)});
  }

  /// A storage or fabric object is no more than what is in it.
  void add_each(const config::Tree& tree, const Path& path, SyncKind kind, std::string_view what) {
    const ObjectClass object_class = path.back().object_class;
    if (object_class != ObjectClass::storage && object_class != ObjectClass::fabric)
      return add(kind, path, what);
    // Besides its HBAs that stay without disks.
    if (kind == SyncKind::drift && !tree.find(path)->attribute("hbas").empty())
      add(kind, path, fmt::format("its HBAs {} do not run", tree.find(path)->attribute("hbas")));
    for (const auto& [key, child] : tree.find(path)->children) {
      Path below = path;
      below.push_back(key);
      add(kind, below, what);
    }
  }

  void add_values(const Path& path) {
    const config::Object& recorded = *recorded_.find(path);
    const config::Object& running = *running_.find(path);
    for (const auto& [name, value] : recorded.attributes) {
      if (target::same_value(name, value, running.attribute(name))) continue;
      add(SyncKind::drift, path,
          fmt::format("{} is '{}', recorded is '{}'", name, running.attribute(name), value));
    }
    for (const target::GroupChange& change : target::group_changes(running, recorded)) {
      if (target::is_secret(change.group, change.name)) {
        add(SyncKind::drift, path,
            fmt::format("{} {} differs from the recorded one", change.group, change.name));
        continue;
      }
      const auto group = running.groups.find(change.group);
      const auto value = group == running.groups.end() ? config::Attributes::const_iterator{}
                                                       : group->second.find(change.name);
      const bool known = group != running.groups.end() && value != group->second.end();
      add(SyncKind::drift, path,
          fmt::format("{} {} is '{}', recorded is '{}'", change.group, change.name,
                      known ? value->second : "", change.value));
    }
  }

  const config::Tree& recorded_;
  const config::Tree& running_;
  std::uint64_t generation_;
  std::vector<Difference> found_;
};

}  // namespace

Result<> check_touched(configfs::Tree& live, const config::Tree& base, const config::Tree& candidate,
                       std::uint64_t generation) {
  return TouchedCheck(live, base, candidate, generation).run();
}

std::vector<Difference> describe_drift(const config::Tree& recorded, const config::Tree& running,
                                       std::uint64_t generation) {
  return Describer(recorded, running, generation).run();
}

bool touches(const Path& a, const Path& b) {
  const auto size = static_cast<std::ptrdiff_t>(std::min(a.size(), b.size()));
  return std::equal(a.begin(), a.begin() + size, b.begin());
}

}  // namespace lunet::service
