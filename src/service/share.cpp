// SPDX-License-Identifier: Apache-2.0
// From a file to a LUN that hosts can use, as one change, and back.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "service/names.h"
#include "service/port_holder.h"
#include "service/task_verbs.h"
#include "target/changes.h"
#include "target/names.h"

namespace lunet::service {
namespace {

using config::ObjectClass;
using config::ObjectKey;
using config::Path;

Result<Path> shared_disk(Editor& editor, Draft& draft, const ShareOptions& options) {
  if (options.path.empty()) {
    Path path = disk_path_of(options.disk.plugin, options.disk.disk);
    if (draft.tree.find(path) == nullptr) return no_such_disk(path);
    return path;
  }
  FileioOptions file;
  file.path = options.path;
  file.size_bytes = options.size_bytes;
  file.model_alias = options.model_alias;
  return disk_for_path(editor, draft, file);
}

std::vector<Path> portal_groups(const config::Tree& tree) {
  std::vector<Path> found;
  const Path fabric = {ObjectKey{ObjectClass::fabric, "iscsi"}};
  const config::Object* object = tree.find(fabric);
  if (object == nullptr) return found;
  for (const auto& [target_key, target] : object->children) {
    if (target_key.object_class != ObjectClass::target) continue;
    for (const auto& [tpg_key, tpg] : target.children) {
      if (tpg_key.object_class == ObjectClass::tpgt) found.push_back({fabric[0], target_key, tpg_key});
    }
  }
  return found;
}

/// The portal group that shows the disk already, of a target that is not named.
Path group_that_shows(const config::Tree& tree, const Path& disk) {
  for (const Path& tpg : portal_groups(tree)) {
    if (lun_of(tree, tpg, disk)) return tpg;
  }
  return {};
}

Result<Path> shared_group(Draft& draft, const Path& disk, const ShareOptions& options) {
  if (options.target.empty()) {
    const Path there = group_that_shows(draft.tree, disk);
    if (!there.empty()) return there;
  }
  const std::string wwn =
      options.target.empty() ? generate_iqn() : TRY(normalise_wwn(options.target, WwnUse::target));
  const Path target = target_path(wwn);
  if (const config::Object* object = draft.tree.find(target)) {
    for (const auto& [key, tpg] : object->children) {
      if (key.object_class == ObjectClass::tpgt)
        return below(target, ObjectClass::tpgt, std::string_view(key.id));
    }
  }
  TpgOptions fresh;
  fresh.default_portal = false;
  add_target(draft, target, fresh);
  return below(target, ObjectClass::tpgt, "1");
}

Result<> share_portal(Editor& editor, Draft& draft, const Path& tpg, const ShareOptions& options) {
  const bool any = options.ip.empty();
  const std::string address = !any ? options.ip : host_has_ipv6() ? "::0" : "0.0.0.0";
  const std::string id = TRY(portal_id(address, options.port));
  if (options.port == 0 && editor.runtime() == RuntimeKind::kernel)
    return Error{EINVAL, "the kernel cannot choose a port: 0 is refused", "give a port, such as 3260"};
  for (const auto& [key, portal] : draft.tree.find(tpg)->children) {
    if (key.object_class != ObjectClass::portal) continue;
    if (any || portal_key(key.id) == portal_key(id)) return {};
  }
  draft.tree.ensure(below(tpg, ObjectClass::portal, std::string_view(id)));
  draft.report.lines.push_back(fmt::format("Created network portal {}.", id));
  return {};
}

Result<> set_credentials(Draft& draft, const Path& acl, const ShareOptions& options) {
  if (options.userid.empty() && options.password.empty()) return {};
  if (options.userid.empty() || options.password.empty()) {
    return Error{EINVAL, "CHAP needs a user and a secret", "give userid=NAME and password=-, which reads it"};
  }
  if (options.password.size() > 255 || options.userid.size() > 255)
    return Error{EINVAL, "a CHAP user or secret is longer than 255 bytes", "use a shorter one"};
  constexpr std::size_t secret_min = 12;
  if (options.password.size() < secret_min)
    draft.report.warnings.push_back(
        fmt::format("password has less than {} bytes: who records one login can guess it", secret_min));
  config::Object* object = draft.tree.find(acl);
  object->groups["auth"]["userid"] = options.userid;
  object->groups["auth"]["password"] = options.password;
  // A secret that is set is asked for (ruling 10).
  object->groups["attribute"]["authentication"] = "1";
  draft.secrets.push_back(options.password);
  return {};
}

Result<> share_with(Draft& draft, const Path& tpg, std::uint16_t lun, const std::string& initiator,
                    const ShareOptions& options) {
  const std::string wwn = TRY(normalise_wwn(initiator, WwnUse::initiator));
  const Path acl = below(tpg, ObjectClass::acl, std::string_view(wwn));
  if (draft.tree.find(acl) == nullptr) {
    draft.tree.ensure(acl);
    draft.report.lines.push_back(fmt::format("Created Node ACL for {}", wwn));
  }
  TRY_OK(set_credentials(draft, acl, options));
  config::Object* object = draft.tree.find(acl);
  for (const auto& [key, mapped] : object->children) {
    if (mapped.attribute("target_lun") != std::to_string(lun)) continue;
    const bool read_only = parse_bool(mapped.attribute("write_protect")).value_or(false);
    if (read_only == options.read_only) return {};
    return Error{
        EEXIST, fmt::format("{} sees the disk already, {}", wwn, read_only ? "read-only" : "to be written"),
        fmt::format("unshare it first: `unshare {} --from {}`",
                    options.path.empty() ? shell_path(disk_path_of(options.disk.plugin, options.disk.disk))
                                         : options.path,
                    wwn)};
  }
  const std::set<std::uint64_t> used = numbers_of(*object, ObjectClass::mapped_lun);
  const auto number = used.contains(lun) ? lowest_free(used, 0) : std::optional(lun);
  if (!number) return Error{ENOSPC, fmt::format("{} has all 65536 LUNs", wwn), "delete one first"};
  map_lun(*object, *number, lun, options.read_only);
  draft.report.lines.push_back(fmt::format("Created mapped LUN {} for {}.", *number, wwn));
  return {};
}

/// Whether the ACL is one of those that are named; all when none is.
bool is_meant(const std::vector<std::string>& initiators, const std::string& acl) {
  if (initiators.empty()) return true;
  return std::any_of(initiators.begin(), initiators.end(), [&](const std::string& each) {
    const auto wwn = normalise_wwn(each, WwnUse::initiator);
    return wwn && *wwn == acl;
  });
}

std::size_t count_of(const config::Object& object, ObjectClass object_class) {
  return static_cast<std::size_t>(
      std::count_if(object.children.begin(), object.children.end(),
                    [&](const auto& child) { return child.first.object_class == object_class; }));
}

/// Takes the LUN from the initiators; true: it was mapped to one of them, or to nobody and nobody was named.
bool take_from(Draft& draft, const Path& tpg, std::uint16_t lun, const std::vector<std::string>& initiators) {
  config::Object* group = draft.tree.find(tpg);
  const std::string number = std::to_string(lun);
  bool any = initiators.empty();
  std::vector<ObjectKey> emptied;
  group->children.edit_each(ObjectClass::acl, [&](const ObjectKey& key, config::Object& acl) {
    if (!is_meant(initiators, key.id)) return;
    const std::size_t before = acl.children.size();
    erase_if(acl.children,
             [&](const auto& mapped) { return mapped.second.attribute("target_lun") == number; });
    if (acl.children.size() == before) return;
    any = true;
    if (acl.children.empty()) emptied.push_back(key);
  });
  for (const ObjectKey& key : emptied) {
    group->children.erase(key);
    draft.report.lines.push_back(fmt::format("Deleted Node ACL {}.", key.id));
  }
  return any;
}

bool is_mapped(const config::Object& tpg, std::uint16_t lun) {
  const std::string number = std::to_string(lun);
  for (const auto& [key, acl] : tpg.children) {
    for (const auto& [mapped_key, mapped] : acl.children) {
      if (mapped.attribute("target_lun") == number) return true;
    }
  }
  return false;
}

/// A plugin or fabric that has nothing any more is not recorded.
Result<> drop_if_empty(Draft& draft, const Path& parent) {
  const config::Object* object = draft.tree.find(parent);
  const bool is_empty = object != nullptr && object->children.empty() && object->attributes.empty() &&
                        std::all_of(object->groups.begin(), object->groups.end(),
                                    [](const auto& group) { return group.second.empty(); });
  return is_empty ? draft.tree.remove(parent) : Result<>{};
}

/// The LUN when nobody sees it any more, and the target when nothing is left in it.
Result<> tidy_up(Draft& draft, const Path& tpg, std::uint16_t lun) {
  config::Object* group = draft.tree.find(tpg);
  if (is_mapped(*group, lun)) return {};
  group->children.erase(ObjectKey{ObjectClass::lun, std::to_string(lun)});
  draft.report.lines.push_back(fmt::format("Deleted LUN {}.", lun));
  if (count_of(*group, ObjectClass::lun) > 0 || count_of(*group, ObjectClass::acl) > 0) return {};
  const Path target(tpg.begin(), tpg.end() - 1);
  if (count_of(*draft.tree.find(target), ObjectClass::tpgt) > 1) return {};
  draft.report.lines.push_back(fmt::format("Deleted Target {}.", target.back().id));
  TRY_OK(draft.tree.remove(target));
  return drop_if_empty(draft, {target[0]});
}

}  // namespace

Result<Report> share(Editor& editor, const ShareOptions& options) {
  return editor.run([&](Draft& draft) -> Result<> {
    if (options.initiators.empty())
      return Error{EINVAL, "share with whom? no initiator is named", "share PATH --to IQN"};
    const Path disk = TRY(shared_disk(editor, draft, options));
    const Path tpg = TRY(shared_group(draft, disk, options));
    TRY_OK(share_portal(editor, draft, tpg, options));
    const TpgRef ref{tpg[1].id, static_cast<std::uint16_t>(*parse_unsigned(tpg[2].id))};
    const auto there = lun_of(draft.tree, tpg, disk);
    const std::uint16_t lun = there ? *there : TRY(add_lun(draft, ref, disk, std::nullopt));
    for (const std::string& initiator : options.initiators)
      TRY_OK(share_with(draft, tpg, lun, initiator, options));
    if (!parse_bool(draft.tree.find(tpg)->attribute("enable")).value_or(false))
      draft.report.warnings.push_back(
          fmt::format("{} is disabled: `{} enable` lets initiators in", shell_path(tpg), shell_path(tpg)));
    draft.report.created = shell_path(below(tpg, ObjectClass::lun, lun));
    return {};
  });
}

Result<Report> unshare(Editor& editor, const ShareOptions& options) {
  return editor.run([&](Draft& draft) -> Result<> {
    const Path disk = options.path.empty() ? disk_path_of(options.disk.plugin, options.disk.disk)
                                           : disk_of_file(draft.tree, options.path);
    if (disk.empty())
      return Error{ENOENT, fmt::format("no disk has {}", options.path), "see `ls /backstores`"};
    if (draft.tree.find(disk) == nullptr) return no_such_disk(disk);
    bool any = false;
    for (const Path& tpg : portal_groups(config::Tree(draft.tree))) {
      if (!options.target.empty() && tpg[1].id != to_lower(options.target)) continue;
      const auto lun = lun_of(draft.tree, tpg, disk);
      if (!lun || !take_from(draft, tpg, *lun, options.initiators)) continue;
      any = true;
      TRY_OK(tidy_up(draft, tpg, *lun));
    }
    if (!any)
      return Error{ENOENT,
                   fmt::format("{} is not shared{}", shell_path(disk),
                               options.initiators.empty() ? "" : " with these"),
                   "see `ls /iscsi`"};
    // A disk that was named by its file was made for sharing it.
    const config::Tree now = draft.tree;
    if (options.path.empty() || !target::exports_of(now, {disk})[disk].empty()) return {};
    TRY_OK(draft.tree.remove(disk));
    draft.report.lines.push_back(fmt::format("Deleted storage object {}; its file stays.", disk[1].id));
    return drop_if_empty(draft, {disk[0]});
  });
}

}  // namespace lunet::service
