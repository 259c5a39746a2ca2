// SPDX-License-Identifier: Apache-2.0
#include "service/hbas.h"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "base/text.h"
#include "service/verbs.h"
#include "service/view_parts.h"
#include "target/hbas.h"
#include "target/names.h"

namespace lunet::service {
namespace {

using config::ObjectClass;
using config::ObjectKey;
using config::Path;
using target::HbaNumbers;

Path storage_path(std::string_view plugin) {
  return {ObjectKey{ObjectClass::storage, std::string(target::core_plugin(plugin))}};
}

/// "fileio0", as the first targetcli named it.
std::string shown_name(const Path& storage, unsigned number) {
  return storage[0].id + std::to_string(number);
}

/// Names in the directory of an HBA; nothing when it is not there.
Result<std::optional<std::vector<std::string>>> disks_in(configfs::Tree& live, const std::string& directory) {
  const auto entries = live.list(directory);
  if (!entries && entries.error().errnum == ENOENT) return std::optional<std::vector<std::string>>();
  if (!entries) return entries.error();
  std::vector<std::string> names;
  for (const configfs::Entry& entry : *entries) {
    if (entry.kind == configfs::EntryKind::directory) names.push_back(entry.name);
  }
  return std::optional(std::move(names));
}

/// Identifiers of the disks that the configuration has on the HBA.
std::vector<std::string> recorded_on(const config::Tree& tree, const Path& storage, unsigned number) {
  std::vector<std::string> ids;
  const config::Object* object = tree.find(storage);
  if (object == nullptr) return ids;
  const std::string text = std::to_string(number);
  for (const auto& [key, disk] : object->children) {
    if (disk.attribute("hba") == text) ids.push_back(key.id);
  }
  return ids;
}

Result<unsigned> free_number(configfs::Tree& live, const config::Tree& tree, const Path& storage) {
  HbaNumbers used;
  const auto entries = live.list("core");
  if (!entries && entries.error().errnum != ENOENT) return entries.error();
  for (const configfs::Entry& entry : entries ? *entries : std::vector<configfs::Entry>{}) {
    const auto hba = target::parse_hba(entry.name);
    if (hba && hba->first == storage[0].id) used.insert(hba->second);
  }
  if (const config::Object* object = tree.find(storage)) {
    used.merge(target::kept_hbas(object));
    // Also of disks that are pending.
    object->children.scan_numbers("hba", [&](const config::NumberRange& range) {
      for (std::uint64_t number = range.first; number <= range.last; ++number)
        used.insert(static_cast<unsigned>(number));
    });
  }
  unsigned number = 0;
  while (used.contains(number)) ++number;
  return number;
}

}  // namespace

void keep_hba(config::Tree& tree, std::string_view plugin, unsigned number) {
  config::Object& storage = tree.ensure(storage_path(plugin));
  HbaNumbers numbers = target::kept_hbas(&storage);
  numbers.insert(number);
  target::set_kept_hbas(storage, numbers);
}

Result<Report> create_hba(Editor& editor, std::string_view plugin) {
  return editor.run([&](Draft& draft) -> Result<> {
    const Path storage = storage_path(plugin);
    const unsigned number = TRY(free_number(editor.live(), draft.tree, storage));
    keep_hba(draft.tree, plugin, number);
    draft.report.created = "/backstores/" + shown_name(storage, number);
    draft.report.lines.push_back(fmt::format("Created backstore {}.", shown_name(storage, number)));
    return {};
  });
}

Result<Report> delete_hba(Editor& editor, std::string_view plugin, unsigned number) {
  return editor.run([&](Draft& draft) -> Result<> {
    const Path storage = storage_path(plugin);
    const std::string name = shown_name(storage, number);
    const std::string directory = target::hba_directory(storage[0].id, number);
    const std::vector<std::string> recorded = recorded_on(draft.tree, storage, number);
    HbaNumbers kept = target::kept_hbas(std::as_const(draft.tree).find(storage));
    const bool listed = kept.erase(number) > 0;
    const auto running = TRY(disks_in(editor.live(), directory));
    if (!running && recorded.empty() && !listed)
      return Error{ENOENT, fmt::format("there is no backstore {}", name), "see `ls /backstores`"};
    std::set<std::string, std::less<>> known;
    for (const std::string& id : recorded) {
      const Path disk = below(storage, ObjectClass::disk, std::string_view(id));
      known.emplace(target::disk_name(*std::as_const(draft.tree).find(disk), disk));
    }
    for (const std::string& disk : running ? *running : std::vector<std::string>{}) {
      if (known.contains(disk)) continue;
      return Error{ESTALE, fmt::format("drift on {}: its disk {} runs, but is not recorded", name, disk),
                   "`adopt /` records what runs; then it can be deleted with the backstore"};
    }
    for (const std::string& id : recorded) {
      remove_luns_of_disk(draft.tree, storage[0].id, id);
      TRY_OK(draft.tree.remove(below(storage, ObjectClass::disk, std::string_view(id))));
      draft.report.lines.push_back(fmt::format("Deleted storage object {}.", id));
    }
    if (listed) target::set_kept_hbas(draft.tree.ensure(storage), kept);
    // An empty one that some other tool has left is in no generation.
    if (recorded.empty() && !listed && !editor.dry_run()) {
      TRY_OK(editor.live().remove_dir(directory));
      draft.report.changed = true;
    }
    draft.report.lines.push_back(fmt::format("Deleted backstore {}.", name));
    return {};
  });
}

Result<Path> new_disk_path(const config::Tree& tree, std::string_view plugin, std::string_view name,
                           std::optional<unsigned> hba) {
  Path path = disk_path_of(plugin, name);
  const config::Object* there = tree.find(path);
  if (!hba || there == nullptr) return path;
  const auto its = parse_unsigned(there->attribute("hba"));
  if (!its || *its == *hba) return path;
  // The name alone belongs to the disk on the lowest HBA, here and in what runs (ruling 26).
  if (*its > *hba) {
    const std::string_view shown = target::shell_plugin(path[0].id);
    return Error{EEXIST, fmt::format("there is a {} disk '{}' on HBA {} already", shown, name, *its),
                 "choose another name; two disks of one name need the second on the higher HBA"};
  }
  path.back().id = fmt::format("{}.hba{}", name, *hba);
  return path;
}

Result<std::string> disk_on_hba(configfs::Tree& live, const config::Tree& recorded, std::string_view plugin,
                                unsigned number, std::string_view name) {
  const Path storage = storage_path(plugin);
  for (const std::string& id : recorded_on(recorded, storage, number)) {
    const Path disk = below(storage, ObjectClass::disk, std::string_view(id));
    if (target::disk_name(*recorded.find(disk), disk) == name) return id;
  }
  configfs::ReadFilter filter;
  filter.depth = 1;
  filter.leaf = name;
  filter.files = {"-"};
  const auto core = live.read_tree("core", filter);
  if (!core && core.error().errnum != ENOENT) return core.error();
  for (const DiskOnHba& each : core ? disks_on_hbas(*core) : std::vector<DiskOnHba>{}) {
    if (each.plugin == storage[0].id && each.number == number && each.disk->entry.name == name)
      return each.shown;
  }
  return Error{ENOENT, fmt::format("backstore {} has no disk '{}'", shown_name(storage, number), name),
               fmt::format("see `ls /backstores/{}`", shown_name(storage, number))};
}

Result<bool> hbas_are_as(configfs::Tree& live, const config::Tree& candidate, const config::Tree& before) {
  const target::KeptHbas hbas = TRY(target::compare_kept_hbas(before, candidate, live));
  return hbas.missing.empty() && hbas.given_up.empty();
}

void put_hbas_back(config::Tree& goal, const config::Tree& candidate, const config::Tree& before) {
  for (const config::Tree* tree : {&candidate, &before}) {
    for (const auto& [key, storage] : tree->root.children) {
      if (key.object_class != ObjectClass::storage) continue;
      const HbaNumbers had = target::kept_hbas(before.find({key}));
      HbaNumbers wanted = target::kept_hbas(std::as_const(goal).find({key}));
      const HbaNumbers now = wanted;
      for (const unsigned number : target::kept_hbas(candidate.find({key}))) {
        if (!had.contains(number)) wanted.erase(number);
      }
      wanted.insert(had.begin(), had.end());
      if (wanted != now) target::set_kept_hbas(goal.ensure({key}), wanted);
    }
  }
}

}  // namespace lunet::service
