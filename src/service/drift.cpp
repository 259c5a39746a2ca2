// SPDX-License-Identifier: Apache-2.0
#include "service/drift.h"

#include <fmt/core.h>

#include <set>

#include "target/changes.h"
#include "target/names.h"

namespace lunet::service {
namespace {

using config::ObjectClass;
using config::Path;
using configfs::EntryKind;
using Names = std::set<std::string>;

constexpr std::string_view hint =
    "see `lunet status`; `lunet restore` makes the runtime what the generation says";

class TouchedCheck {
 public:
  TouchedCheck(configfs::Tree& live, const config::Tree& base, const config::Tree& candidate,
               std::uint64_t generation)
      : live_(live), base_(base), candidate_(candidate), generation_(generation) {}

  Result<> run() {
    for (const config::Difference& difference : config::diff(base_, candidate_)) {
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
    return Error{ESTALE, fmt::format("drift on {}: {}", config::path_text(path), what), std::string(hint)};
  }

  Result<bool> is_live(const config::Tree& tree, const Path& path) {
    const std::string directory = TRY(target::directory_of(tree, path));
    const auto entries = live_.list(directory);
    if (entries) return true;
    if (entries.error().errnum == ENOENT) return false;
    return entries.error();
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
    const bool exists = object_class == ObjectClass::disk
                            ? !TRY(target::find_disk(live_, path[0].id, path[1].id)).empty()
                            : TRY(is_live(candidate_, path));
    if (exists) return drift(path, fmt::format("it runs, but generation {} does not have it", generation_));
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
    if (TRY(is_live(base_, path))) return {};
    return drift(path, fmt::format("generation {} has it, but it does not run", generation_));
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
      case ObjectClass::target: return no_others_in(path, directory, "tpgt_", ObjectClass::tpgt);
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
      const config::ObjectKey key{object_class, entry.name.substr(prefix.size())};
      if (object.children.contains(key)) continue;
      Path other = path;
      other.push_back(key);
      return drift(other, fmt::format("it runs, but generation {} does not have it", generation_));
    }
    return {};
  }

  /// The values that the edit replaces.
  Result<> values_must_be_as_recorded(const Path& path) {
    const ObjectClass object_class = path.back().object_class;
    if (object_class == ObjectClass::storage) return {};
    const config::Object& before = *base_.find(path);
    const std::string directory = TRY(target::directory_of(base_, path));
    for (const target::GroupChange& change : target::group_changes(before, *candidate_.find(path))) {
      const auto group = before.groups.find(change.group);
      if (group == before.groups.end()) continue;
      const auto recorded = group->second.find(change.name);
      if (recorded == group->second.end()) continue;
      const std::string file =
          fmt::format("{}/{}", directory, target::group_file(object_class, change.group, change.name));
      const std::string text = TRY(live_.read(file));
      if (target::group_value(change.group, change.name, text) == recorded->second) continue;
      return drift(
          path, fmt::format("{} {} is not what generation {} says", change.group, change.name, generation_));
    }
    return {};
  }

  configfs::Tree& live_;
  const config::Tree& base_;
  const config::Tree& candidate_;
  std::uint64_t generation_;
};

void describe_values(const Path& path, const config::Object& recorded, const config::Object& running,
                     std::vector<std::string>& out) {
  const std::string object = config::path_text(path);
  for (const auto& [name, value] : recorded.attributes) {
    if (target::same_value(name, value, running.attribute(name))) continue;
    out.push_back(
        fmt::format("{}: {} is '{}', recorded is '{}'", object, name, running.attribute(name), value));
  }
  for (const target::GroupChange& change : target::group_changes(running, recorded)) {
    if (target::is_secret(change.group, change.name)) {
      out.push_back(
          fmt::format("{}: {} {} differs from the recorded one", object, change.group, change.name));
      continue;
    }
    const auto group = running.groups.find(change.group);
    const auto value = group == running.groups.end() ? config::Attributes::const_iterator{}
                                                     : group->second.find(change.name);
    const bool known = group != running.groups.end() && value != group->second.end();
    out.push_back(fmt::format("{}: {} {} is '{}', recorded is '{}'", object, change.group, change.name,
                              known ? value->second : "", change.value));
  }
}

}  // namespace

Result<> check_touched(configfs::Tree& live, const config::Tree& base, const config::Tree& candidate,
                       std::uint64_t generation) {
  return TouchedCheck(live, base, candidate, generation).run();
}

std::vector<std::string> describe_drift(const config::Tree& recorded, const config::Tree& running,
                                        std::uint64_t generation) {
  std::vector<std::string> sentences;
  for (const config::Difference& difference : config::diff(recorded, running)) {
    const ObjectClass object_class = difference.path.back().object_class;
    const std::string object = config::path_text(difference.path);
    const bool is_group = object_class == ObjectClass::storage || object_class == ObjectClass::fabric;
    switch (difference.kind) {
      case config::Difference::Kind::created:
        if (is_group && running.find(difference.path)->children.empty()) break;
        sentences.push_back(
            fmt::format("{}: it runs, but generation {} does not have it", object, generation));
        break;
      case config::Difference::Kind::removed:
        if (is_group && recorded.find(difference.path)->children.empty()) break;
        sentences.push_back(fmt::format("{}: generation {} has it, but it does not run", object, generation));
        break;
      case config::Difference::Kind::changed:
        describe_values(difference.path, *recorded.find(difference.path), *running.find(difference.path),
                        sentences);
        break;
    }
  }
  return sentences;
}

}  // namespace lunet::service
