// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "base/text.h"
#include "service/ensure.h"
#include "service/names.h"
#include "service/tags.h"
#include "service/verbs.h"
#include "target/changes.h"
#include "target/kinds.h"
#include "target/names.h"

namespace lunet::service {
namespace {

using config::ObjectClass;
using config::ObjectKey;
using config::Path;

Error no_free_lun(std::string_view where) {
  return Error{ENOSPC, fmt::format("{} has all 65536 LUNs", where), "delete one first"};
}

/// Features 3.7: under the LUN's own number when that was asked for, else from 0; the lowest free when it is
/// taken.
Result<> map_into_acls(Draft& draft, config::Object& tpg, std::uint16_t lun, std::uint16_t wanted) {
  std::vector<ObjectKey> acls;
  for (const auto& [key, child] : tpg.children) {
    if (key.object_class == ObjectClass::acl) acls.push_back(key);
  }
  for (const ObjectKey& key : acls) {
    config::Object& acl = tpg.children[key];
    const std::set<std::uint64_t> used = numbers_of(acl, ObjectClass::mapped_lun);
    const auto number = used.contains(wanted) ? lowest_free(used, 0) : std::optional(wanted);
    if (!number) return no_free_lun("ACL " + key.id);
    map_lun(acl, *number, lun, false);
    draft.report.lines.push_back(
        fmt::format("Created LUN {}->{} mapping in node ACL {}", lun, *number, key.id));
  }
  return {};
}

Result<> check_has_acls(const TpgRef& tpg) {
  if (target::kind_of(below(tpg_path(tpg), ObjectClass::acl, std::string_view("x"))) != nullptr) return {};
  return Error{EOPNOTSUPP, fmt::format("targets of {} have no ACLs", tpg.fabric),
               "every initiator of it sees the LUNs"};
}

/// The ACL of that name, or all that have it as their tag.
Result<std::vector<Path>> find_acls(Draft& draft, const TpgRef& tpg, std::string_view name) {
  (void)TRY(find_tpg(draft, tpg));
  const Result<std::string> wwn = normalise_wwn(name, WwnUse::initiator, tpg.fabric);
  const std::string_view id = wwn ? std::string_view(*wwn) : name;
  std::vector<Path> acls = acls_named(draft.tree, below(tpg_path(tpg), ObjectClass::acl, id));
  if (!acls.empty()) return acls;
  return Error{ENOENT, fmt::format("TPG {} of target '{}' has no ACL '{}'", tpg.tag, tpg.target, name),
               fmt::format("see `ls {}/acls`", shell_path(tpg_path(tpg)))};
}

}  // namespace

void map_lun(config::Object& acl, std::uint64_t mapped_lun, std::uint64_t lun, bool write_protect) {
  config::Object& mapped = acl.children[ObjectKey{ObjectClass::mapped_lun, std::to_string(mapped_lun)}];
  mapped.attributes["target_lun"] = std::to_string(lun);
  mapped.attributes["write_protect"] = yes_no(write_protect);
  mapped.attributes["alias"] = new_alias();
}

std::optional<std::uint16_t> lun_of(const config::Tree& tree, const Path& tpg, const Path& disk) {
  const std::vector<Path> luns = target::luns_below(*tree.find(tpg), disk);
  if (luns.empty()) return std::nullopt;
  return static_cast<std::uint16_t>(*parse_unsigned(luns.front().back().id));
}

Result<std::uint16_t> add_lun(Draft& draft, const TpgRef& tpg, const Path& disk,
                              std::optional<std::uint16_t> wanted) {
  const config::Object* object = TRY(find_tpg(draft, tpg));
  const Path at = tpg_path(tpg);
  const std::set<std::uint64_t> used = numbers_of(*object, ObjectClass::lun);
  const auto number = wanted ? wanted : lowest_free(used, 0);
  if (!number) return no_free_lun(fmt::format("TPG {} of target '{}'", tpg.tag, tpg.target));
  if (used.contains(*number)) {
    return Error{EEXIST, fmt::format("TPG {} has a LUN {} already", tpg.tag, *number),
                 "choose another number, or leave it out"};
  }
  const Path path = below(at, ObjectClass::lun, *number);
  config::Object& lun = draft.tree.ensure(path);
  lun.attributes["backend"] = fmt::format("{}:{}", disk[0].id, disk[1].id);
  lun.attributes["alias"] = new_alias();
  draft.report.created = shell_path(path);
  draft.report.lines.push_back(fmt::format("Created LUN {}.", *number));
  return *number;
}

/// The disk that the options name by itself or by its file; made in the second case when there is none.
static Result<Path> wanted_disk(Editor& editor, Draft& draft, const LunOptions& options) {
  if (!options.path.empty()) {
    FileioOptions file;
    file.path = options.path;
    file.write_back = false;
    return disk_for_path(editor, draft, file);
  }
  Path disk = disk_path_of(options.plugin, options.disk);
  if (draft.tree.find(disk) != nullptr) return disk;
  return Error{ENOENT, fmt::format("there is no disk {}/{}", target::shell_plugin(disk[0].id), options.disk),
               "see `ls /backstores`"};
}

Result<Report> create_lun(Editor& editor, const TpgRef& tpg, const LunOptions& options) {
  return editor.run([&](Draft& draft) -> Result<> {
    (void)TRY(find_tpg(draft, tpg));
    const Path at = tpg_path(tpg);
    const Path disk = TRY(wanted_disk(editor, draft, options));
    const std::string_view plugin = target::shell_plugin(disk[0].id);
    if (const auto other = lun_of(draft.tree, at, disk)) {
      const Path there = below(at, ObjectClass::lun, *other);
      if (editor.ensure() && options.lun && *options.lun != *other)
        return differs(there, fmt::format("the disk is LUN {}, not {}", *other, *options.lun));
      if (TRY(is_as_wished(editor, draft, there, {}))) return {};
      return Error{EEXIST,
                   fmt::format("disk {}/{} is LUN {} of this TPG already", plugin, disk[1].id, *other),
                   "delete that LUN first"};
    }
    if (options.lun) {
      const std::string backend = fmt::format("{}:{}", disk[0].id, disk[1].id);
      (void)TRY(
          is_as_wished(editor, draft, below(at, ObjectClass::lun, *options.lun), {{"backend", backend}}));
    }
    const std::uint16_t number = TRY(add_lun(draft, tpg, disk, options.lun));
    if (!options.add_mapped_luns) return {};
    return map_into_acls(draft, *TRY(find_tpg(draft, tpg)), number, options.lun.value_or(0));
  });
}

Result<Report> delete_lun(Editor& editor, const TpgRef& tpg, std::uint16_t lun) {
  return editor.run([&](Draft& draft) -> Result<> {
    config::Object* object = TRY(find_tpg(draft, tpg));
    const std::string number = std::to_string(lun);
    if (object->children.erase(ObjectKey{ObjectClass::lun, number}) == 0) {
      return Error{ENOENT, fmt::format("TPG {} of target '{}' has no LUN {}", tpg.tag, tpg.target, lun),
                   fmt::format("see `ls {}/luns`", shell_path(tpg_path(tpg)))};
    }
    object->children.edit_each(ObjectClass::acl, [&](const ObjectKey&, config::Object& acl) {
      erase_if(acl.children,
               [&](const auto& mapped) { return mapped.second.attribute("target_lun") == number; });
    });
    draft.report.lines.push_back(fmt::format("Deleted LUN {}.", lun));
    return {};
  });
}

Result<Report> create_acl(Editor& editor, const TpgRef& tpg, std::string_view wwn, bool add_mapped_luns) {
  return editor.run([&](Draft& draft) -> Result<> {
    config::Object* object = TRY(find_tpg(draft, tpg));
    TRY_OK(check_has_acls(tpg));
    const std::string name = TRY(normalise_wwn(wwn, WwnUse::initiator, tpg.fabric));
    const Path path = below(tpg_path(tpg), ObjectClass::acl, std::string_view(name));
    if (TRY(is_as_wished(editor, draft, path, {}))) return {};
    if (draft.tree.find(path) != nullptr) {
      return Error{EEXIST, fmt::format("TPG {} has an ACL for '{}' already", tpg.tag, name),
                   "delete it first"};
    }
    config::Object& acl = draft.tree.ensure(path);
    draft.report.created = shell_path(path);
    draft.report.lines.push_back(fmt::format("Created Node ACL for {}", name));
    if (!add_mapped_luns) return {};
    for (const std::uint64_t lun : numbers_of(*object, ObjectClass::lun)) {
      map_lun(acl, lun, lun, false);
      draft.report.lines.push_back(fmt::format("Created mapped LUN {}.", lun));
    }
    return {};
  });
}

Result<Report> delete_acl(Editor& editor, const TpgRef& tpg, std::string_view wwn) {
  return editor.run([&](Draft& draft) -> Result<> {
    const std::vector<Path> acls = TRY(find_acls(draft, tpg, wwn));
    // A tag is what several initiators have in common, and no name of one.
    if (const config::Object* first = draft.tree.find(acls.front()); first->attribute("tag") == wwn) {
      return Error{
          EINVAL, fmt::format("'{}' is a tag of {} ACLs", wwn, acls.size()),
          fmt::format("delete each by its initiator's name, or take the tag away: `{}/acls untag {}`",
                      shell_path(tpg_path(tpg)), wwn)};
    }
    TRY_OK(draft.tree.remove(acls.front()));
    draft.report.lines.push_back(fmt::format("Deleted Node ACL {}.", acls.front().back().id));
    return {};
  });
}

/// The LUN to be mapped: by number, or of a disk, which is exported when it is not yet.
static Result<std::uint16_t> lun_to_map(Editor& editor, Draft& draft, const TpgRef& tpg,
                                        const MappedLunOptions& options) {
  const Path at = tpg_path(tpg);
  if (options.disk) {
    const Path disk = TRY(wanted_disk(editor, draft, *options.disk));
    if (const auto lun = lun_of(draft.tree, at, disk)) return *lun;
    return add_lun(draft, tpg, disk, std::nullopt);
  }
  if (draft.tree.find(below(at, ObjectClass::lun, options.lun)) != nullptr) return options.lun;
  return Error{ENOENT, fmt::format("TPG {} of target '{}' has no LUN {}", tpg.tag, tpg.target, options.lun),
               "create the LUN first"};
}

static Result<> map_into_acl(Editor& editor, Draft& draft, const Path& acl, std::uint16_t lun,
                             const MappedLunOptions& options) {
  const std::string number = std::to_string(lun);
  if (TRY(is_as_wished(
          editor, draft, below(acl, ObjectClass::mapped_lun, options.mapped_lun),
          {{"target_lun", number}, {"write_protect", std::string(yes_no(options.write_protect))}})))
    return {};
  config::Object* object = draft.tree.find(acl);
  if (object->children.contains(ObjectKey{ObjectClass::mapped_lun, std::to_string(options.mapped_lun)})) {
    return Error{EEXIST,
                 fmt::format("ACL '{}' has a mapped LUN {} already", acl.back().id, options.mapped_lun),
                 "choose another number, or delete that one first"};
  }
  for (const auto& [key, mapped] : object->children) {
    if (mapped.attribute("target_lun") != number) continue;
    draft.report.warnings.push_back(fmt::format(
        "LUN {} is mapped as {} in this ACL already: the initiator sees it twice", number, key.id));
  }
  map_lun(*object, options.mapped_lun, lun, options.write_protect);
  draft.report.created = shell_path(below(acl, ObjectClass::mapped_lun, options.mapped_lun));
  return {};
}

Result<Report> create_mapped_lun(Editor& editor, const TpgRef& tpg, std::string_view acl,
                                 const MappedLunOptions& options) {
  return editor.run([&](Draft& draft) -> Result<> {
    const std::vector<Path> acls = TRY(find_acls(draft, tpg, acl));
    const std::uint16_t lun = TRY(lun_to_map(editor, draft, tpg, options));
    draft.report.created.clear();
    for (const Path& each : acls) TRY_OK(map_into_acl(editor, draft, each, lun, options));
    if (!draft.report.created.empty())
      draft.report.lines.push_back(fmt::format("Created Mapped LUN {}.", options.mapped_lun));
    return {};
  });
}

Result<Report> delete_mapped_lun(Editor& editor, const TpgRef& tpg, std::string_view acl,
                                 std::uint16_t mapped_lun) {
  return editor.run([&](Draft& draft) -> Result<> {
    std::size_t gone = 0;
    const std::vector<Path> acls = TRY(find_acls(draft, tpg, acl));
    for (const Path& each : acls) {
      config::Object* object = draft.tree.find(each);
      gone += object->children.erase(ObjectKey{ObjectClass::mapped_lun, std::to_string(mapped_lun)});
    }
    if (gone == 0) {
      return Error{ENOENT, fmt::format("ACL '{}' has no mapped LUN {}", acls.front().back().id, mapped_lun),
                   fmt::format("see `ls {}`", shell_path(acls.front()))};
    }
    draft.report.lines.push_back(fmt::format("Deleted Mapped LUN {}.", mapped_lun));
    return {};
  });
}

}  // namespace lunet::service
