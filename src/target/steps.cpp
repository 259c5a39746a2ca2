// SPDX-License-Identifier: Apache-2.0
#include "target/steps.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/text.h"
#include "target/alua.h"
#include "target/changes.h"
#include "target/disk_steps.h"
#include "target/kinds.h"
#include "target/names.h"

namespace lunet::target {
namespace {

using config::ObjectClass;
using configfs::Operation;
using configfs::Verb;
using Operations = std::vector<Operation>;

/// False for what a runtime says of itself, and for what is gone from it.
bool is_written(const schema::Kind* kind, std::string_view group, std::string_view name) {
  const schema::Attribute* known = kind == nullptr ? nullptr : kind->attribute(group, name);
  return known == nullptr || (!known->obsolete && known->attribute_class == schema::AttributeClass::config);
}

/// The groups that are directories of files; `inside`: of those only the ones that lie below this.
void add_groups(Operations& operations, const config::Object& object, const config::Path& path,
                const std::string& directory, std::string_view inside = {}) {
  const schema::Kind* kind = object.groups.empty() ? nullptr : kind_of(path);
  // Credentials first (ruling 9): nothing is opened before its secret is there.
  for (const std::string_view group : {"auth", "discovery_auth", "attribute", "parameter"}) {
    const auto values = object.groups.find(group);
    if (values == object.groups.end()) continue;
    for (const auto& [name, value] : values->second) {
      if (!is_written(kind, group, name)) continue;
      const std::string file = value_file(path, group, name);
      const bool flat = file.starts_with("tpgt_1/");
      if (path.back().object_class == ObjectClass::target && flat == inside.empty()) continue;
      operations.push_back(
          {Verb::write, fmt::format("{}/{}", directory, file), value_text(path, group, name, value)});
    }
  }
}

/// The object's own attributes among `names` that are set.
void add_own(Operations& operations, const config::Object& object, const config::Path& path,
             const std::string& directory, std::initializer_list<std::string_view> names) {
  const schema::Kind* kind = kind_of(path);
  for (const std::string_view name : names) {
    const std::string_view value = object.attribute(name);
    if (value.empty() || !is_written(kind, "", name)) continue;
    operations.push_back({Verb::write, fmt::format("{}/{}", directory, value_file(path, "", name)),
                          value_text(path, "", name, value)});
  }
}

/// Each of these fills `step`; the undo is complete also when they fail.
Result<> make_disk(Step& step, const config::Object& disk, const config::Path& path,
                   const std::string& directory, const MakeOptions& options) {
  const std::string hba = directory.substr(0, directory.rfind('/'));
  if (options.make_hba) add_part(step, {{Verb::make_dir, hba, ""}}, {{Verb::remove_dir, hba, ""}});
  Operations operations{{Verb::make_dir, directory, ""}};
  Result<> settings = add_settings(operations, disk, path, directory);
  operations.push_back({Verb::write, directory + "/enable", "1\n"});
  if (path[0].id != "pscsi") add_own(operations, disk, path, directory, {"wwn"});
  add_groups(operations, disk, path, directory);
  std::vector<PortGroup> groups = port_groups_of(disk);
  for (PortGroup& group : groups) {
    const auto kept = options.access_states.find(group.name);
    if (kept != options.access_states.end()) group.kept_state = kept->second;
  }
  for (const PortGroup& group : groups) {
    if (group.id != 0) continue;
    for (Operation& operation : make_group(directory, group)) operations.push_back(std::move(operation));
  }
  for (const std::string& registration : options.registrations)
    operations.push_back({Verb::write, directory + "/pr/res_aptpl_metadata", registration});
  add_part(step, std::move(operations), {{Verb::remove_dir, directory, ""}});
  for (const PortGroup& group : groups) {
    if (group.id == 0) continue;
    add_part(step, make_group(directory, group),
             {{Verb::remove_dir, fmt::format("{}/alua/{}", directory, group.name), ""}});
  }
  return settings;
}

Result<> make_lun(Step& step, const config::Tree& tree, const config::Path& path,
                  const std::string& directory, const MakeOptions& options) {
  const config::Object& lun = *tree.find(path);
  add_part(step, {{Verb::make_dir, directory, ""}}, {{Verb::remove_dir, directory, ""}});
  const std::string_view alias = lun.attribute("alias");
  const std::string link = fmt::format("{}/{}", directory, alias);
  const config::Path disk = reference_of(tree, path);
  Result<> made;
  Operations operations;
  if (disk.empty() || tree.find(disk) == nullptr) {
    made = Error{
        EINVAL,
        fmt::format("{}: its disk '{}' does not exist", config::path_text(path), lun.attribute("backend")),
        "create the disk first"};
  } else if (alias.empty()) {
    made = missing_value(path, "alias");
  } else {
    operations.push_back({Verb::link, link, TRY(directory_of(tree, disk))});
    // Before it is in a group, whose delay of a transition this would take.
    if (options.offline) operations.push_back({Verb::write, directory + "/alua_tg_pt_offline", "1"});
    add_own(operations, lun, path, directory, {"alua_tg_pt_gp_name"});
    add_own(operations, lun, path, directory, {"alua_tg_pt_write_md"});
  }
  if (!alias.empty()) add_part(step, std::move(operations), {{Verb::unlink, link, ""}});
  return made;
}

Result<> make_mapped_lun(Step& step, const config::Tree& tree, const config::Path& path,
                         const std::string& directory, const MakeOptions& options) {
  const config::Object& mapped = *tree.find(path);
  const bool read_only = is_yes(mapped.attribute("write_protect"));
  const std::string& before = options.prod_mode_write_protect;
  const bool guarded = read_only && !before.empty() && !options.for_removal;
  const std::string guard = directory.substr(0, directory.find("/acls/")) + "/attrib/prod_mode_write_protect";
  if (guarded) add_part(step, {{Verb::write, guard, "1"}}, {{Verb::write, guard, before}});
  add_part(step, {{Verb::make_dir, directory, ""}}, {{Verb::remove_dir, directory, ""}});
  const std::string_view alias = mapped.attribute("alias");
  const std::string link = fmt::format("{}/{}", directory, alias);
  const config::Path lun = reference_of(tree, path);
  Result<> made;
  Operations operations;
  if (lun.empty() || tree.find(lun) == nullptr) {
    made = Error{
        EINVAL,
        fmt::format("{}: LUN {} does not exist", config::path_text(path), mapped.attribute("target_lun")),
        "create the LUN first"};
  } else if (alias.empty()) {
    made = missing_value(path, "alias");
  } else {
    operations.push_back({Verb::link, link, TRY(directory_of(tree, lun))});
    operations.push_back({Verb::write, directory + "/write_protect", read_only ? "1" : "0"});
  }
  // Taken away and put back under the guard as well.
  if (options.for_removal && read_only && !before.empty() && !operations.empty()) {
    operations.insert(operations.begin(), {Verb::write, guard, "1"});
    operations.push_back({Verb::write, guard, before});
  }
  if (!alias.empty()) add_part(step, std::move(operations), {{Verb::unlink, link, ""}});
  if (guarded) add_part(step, {{Verb::write, guard, before}}, {{Verb::write, guard, "1"}});
  return made;
}

void make_portal(Step& step, const config::Object& portal, const config::Path& path,
                 const std::string& directory) {
  add_part(step, {{Verb::make_dir, directory, ""}}, {{Verb::remove_dir, directory, ""}});
  for (const std::string_view name : {"iser", "offload"}) {
    const std::string file = fmt::format("{}/{}", directory, value_file(path, "", name));
    if (is_yes(portal.attribute(name)))
      add_part(step, {{Verb::write, file, "1"}}, {{Verb::write, file, "0"}});
  }
}

/// Fabric, target, TPG, ACL: a directory with files.
void make_directory(Step& step, const config::Object& object, const config::Path& path,
                    const std::string& directory) {
  Operations operations{{Verb::make_dir, directory, ""}};
  add_groups(operations, object, path, directory);
  if (path.size() == 1 || path.back().object_class == ObjectClass::acl)
    add_own(operations, object, path, directory, {"cpus_allowed_list", "tag", "tcq_depth"});
  const bool flat = path.back().object_class == ObjectClass::target && is_flat(path[0].id);
  if (path.back().object_class == ObjectClass::tpgt)
    add_own(operations, object, path, directory, {"nexus_wwn", "rtpi"});
  add_part(step, std::move(operations), {{Verb::remove_dir, directory, ""}});
  if (!flat) return;
  const std::string tpg = directory + "/tpgt_1";
  Operations inside{{Verb::make_dir, tpg, ""}};
  add_groups(inside, object, path, directory, "tpgt_1/");
  add_own(inside, object, path, directory, {"nexus_wwn", "directory_id"});
  add_part(step, std::move(inside), {{Verb::remove_dir, tpg, ""}});
}

}  // namespace

bool is_yes(std::string_view value) {
  return parse_bool(value).value_or(false);
}

void add_part(Step& step, Operations operations, Operations undo) {
  step.operations.insert(step.operations.end(), std::make_move_iterator(operations.begin()),
                         std::make_move_iterator(operations.end()));
  step.undo.insert(step.undo.end(), std::make_move_iterator(undo.begin()),
                   std::make_move_iterator(undo.end()));
  step.parts.push_back({step.operations.size(), step.undo.size()});
}

Result<Step> make_object(const config::Tree& tree, const config::Path& path, const MakeOptions& options) {
  const std::string directory = TRY(directory_of(tree, path));
  const ObjectClass object_class = path.back().object_class;
  const config::Object& object = *tree.find(path);
  Step step{Change::created, config::path_text(path), {}, {}};
  Result<> made;
  switch (object_class) {
    case ObjectClass::disk: made = make_disk(step, object, path, directory, options); break;
    case ObjectClass::lun: made = make_lun(step, tree, path, directory, options); break;
    case ObjectClass::mapped_lun: made = make_mapped_lun(step, tree, path, directory, options); break;
    case ObjectClass::portal: make_portal(step, object, path, directory); break;
    default: make_directory(step, object, path, directory);
  }
  if (!made && !options.for_removal) return std::move(made).error();
  return step;
}

Error missing_value(const config::Path& path, std::string_view name) {
  return Error{EINVAL, fmt::format("{}: '{}' is not set", config::path_text(path), name), "set it"};
}

Step reversed(Step step) {
  Step back{step.change, std::move(step.object), {}, {}, std::move(step.loses), {}};
  if (step.parts.empty()) step.parts.push_back({step.operations.size(), step.undo.size()});
  const auto slice = [](Operations& all, std::size_t begin, std::size_t end) {
    return Operations(std::make_move_iterator(all.begin() + static_cast<std::ptrdiff_t>(begin)),
                      std::make_move_iterator(all.begin() + static_cast<std::ptrdiff_t>(end)));
  };
  for (std::size_t i = step.parts.size(); i-- > 0;) {
    const Step::Part begin = i == 0 ? Step::Part{} : step.parts[i - 1];
    add_part(back, slice(step.undo, begin.undo_end, step.parts[i].undo_end),
             slice(step.operations, begin.operations_end, step.parts[i].operations_end));
  }
  if (back.change == Change::created) {
    back.change = Change::removed;
  } else if (back.change == Change::removed) {
    back.change = Change::created;
  }
  return back;
}

Operations undo_of(const Step& step, std::size_t done) {
  if (step.parts.empty()) return done > 0 ? step.undo : Operations{};
  Operations operations;
  for (std::size_t i = step.parts.size(); i-- > 0;) {
    const Step::Part begin = i == 0 ? Step::Part{} : step.parts[i - 1];
    if (begin.operations_end >= done) continue;
    operations.insert(operations.end(), step.undo.begin() + static_cast<std::ptrdiff_t>(begin.undo_end),
                      step.undo.begin() + static_cast<std::ptrdiff_t>(step.parts[i].undo_end));
  }
  return operations;
}

}  // namespace lunet::target
