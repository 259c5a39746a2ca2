// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "service/ensure.h"
#include "service/names.h"
#include "service/verbs.h"
#include "target/changes.h"
#include "target/names.h"

namespace lunet::service {
namespace {

using config::ObjectClass;
using config::ObjectKey;
using config::Path;

Error no_free_lun(std::string_view where) {
  return Error{ENOSPC, fmt::format("{} has all 65536 LUNs", where), "delete one first"};
}

void map_lun(config::Object& acl, std::uint64_t mapped_lun, std::uint64_t lun, bool write_protect) {
  config::Object& mapped = acl.children[ObjectKey{ObjectClass::mapped_lun, std::to_string(mapped_lun)}];
  mapped.attributes["target_lun"] = std::to_string(lun);
  mapped.attributes["write_protect"] = yes_no(write_protect);
  mapped.attributes["alias"] = new_alias();
}

/// The number of the LUN that exports the disk in this TPG; nothing when there is none.
std::optional<std::string> exporting_lun(const Draft& draft, const Path& tpg, const config::Object& object,
                                         const Path& disk) {
  for (const auto& [key, lun] : object.children) {
    if (key.object_class != ObjectClass::lun) continue;
    if (target::reference_of(draft.tree, below(tpg, ObjectClass::lun, key.id)) == disk) return key.id;
  }
  return std::nullopt;
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

struct AclAt {
  config::Object* object = nullptr;
  Path path;
};

Result<AclAt> find_acl(Draft& draft, const TpgRef& tpg, std::string_view wwn) {
  (void)TRY(find_tpg(draft, tpg));
  const Result<std::string> name = normalise_wwn(wwn, WwnUse::initiator);
  const Path path = below(tpg_path(tpg), ObjectClass::acl, std::string_view(name ? *name : std::string(wwn)));
  if (config::Object* object = draft.tree.find(path)) return AclAt{object, path};
  return Error{ENOENT, fmt::format("TPG {} of target '{}' has no ACL '{}'", tpg.tag, tpg.target, wwn),
               fmt::format("see `ls {}/acls`", shell_path(tpg_path(tpg)))};
}

}  // namespace

Result<Report> create_lun(Editor& editor, const TpgRef& tpg, const LunOptions& options) {
  return editor.run([&](Draft& draft) -> Result<> {
    config::Object* object = TRY(find_tpg(draft, tpg));
    const Path at = tpg_path(tpg);
    const Path disk = disk_path_of(options.plugin, options.disk);
    const std::string_view plugin = target::shell_plugin(disk[0].id);
    if (draft.tree.find(disk) == nullptr) {
      return Error{ENOENT, fmt::format("there is no disk {}/{}", plugin, options.disk),
                   "see `ls /backstores`"};
    }
    if (const auto other = exporting_lun(draft, at, *object, disk)) {
      const Path there = below(at, ObjectClass::lun, std::string_view(*other));
      if (editor.ensure() && options.lun && std::to_string(*options.lun) != *other)
        return differs(there, fmt::format("the disk is LUN {}, not {}", *other, *options.lun));
      if (TRY(is_as_wished(editor, draft, there, {}))) return {};
      return Error{EEXIST,
                   fmt::format("disk {}/{} is LUN {} of this TPG already", plugin, options.disk, *other),
                   "delete that LUN first"};
    }
    const std::set<std::uint64_t> used = numbers_of(*object, ObjectClass::lun);
    const auto number = options.lun ? options.lun : lowest_free(used, 0);
    if (!number) return no_free_lun("the TPG");
    if (used.contains(*number)) {
      const std::string backend = fmt::format("{}:{}", disk[0].id, options.disk);
      (void)TRY(is_as_wished(editor, draft, below(at, ObjectClass::lun, *number), {{"backend", backend}}));
      return Error{EEXIST, fmt::format("TPG {} has a LUN {} already", tpg.tag, *number),
                   "choose another number, or leave it out"};
    }
    const Path path = below(at, ObjectClass::lun, *number);
    config::Object& lun = draft.tree.ensure(path);
    lun.attributes["backend"] = fmt::format("{}:{}", disk[0].id, options.disk);
    lun.attributes["alias"] = new_alias();
    draft.report.created = shell_path(path);
    draft.report.lines.push_back(fmt::format("Created LUN {}.", *number));
    if (!options.add_mapped_luns) return {};
    return map_into_acls(draft, *object, *number, options.lun.value_or(0));
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
    const std::string name = TRY(normalise_wwn(wwn, WwnUse::initiator));
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
    const AclAt acl = TRY(find_acl(draft, tpg, wwn));
    const std::string name = acl.path.back().id;
    TRY_OK(draft.tree.remove(acl.path));
    draft.report.lines.push_back(fmt::format("Deleted Node ACL {}.", name));
    return {};
  });
}

Result<Report> create_mapped_lun(Editor& editor, const TpgRef& tpg, std::string_view acl,
                                 const MappedLunOptions& options) {
  return editor.run([&](Draft& draft) -> Result<> {
    const AclAt at = TRY(find_acl(draft, tpg, acl));
    const std::string number = std::to_string(options.lun);
    if (draft.tree.find(below(tpg_path(tpg), ObjectClass::lun, options.lun)) == nullptr) {
      return Error{ENOENT,
                   fmt::format("TPG {} of target '{}' has no LUN {}", tpg.tag, tpg.target, options.lun),
                   "create the LUN first"};
    }
    if (TRY(is_as_wished(
            editor, draft, below(at.path, ObjectClass::mapped_lun, options.mapped_lun),
            {{"target_lun", number}, {"write_protect", std::string(yes_no(options.write_protect))}})))
      return {};
    if (at.object->children.contains(
            ObjectKey{ObjectClass::mapped_lun, std::to_string(options.mapped_lun)})) {
      return Error{EEXIST,
                   fmt::format("ACL '{}' has a mapped LUN {} already", at.path.back().id, options.mapped_lun),
                   "choose another number, or delete that one first"};
    }
    for (const auto& [key, mapped] : at.object->children) {
      if (mapped.attribute("target_lun") != number) continue;
      draft.report.warnings.push_back(fmt::format(
          "LUN {} is mapped as {} in this ACL already: the initiator sees it twice", number, key.id));
    }
    map_lun(*at.object, options.mapped_lun, options.lun, options.write_protect);
    draft.report.created = shell_path(below(at.path, ObjectClass::mapped_lun, options.mapped_lun));
    draft.report.lines.push_back(fmt::format("Created Mapped LUN {}.", options.mapped_lun));
    return {};
  });
}

Result<Report> delete_mapped_lun(Editor& editor, const TpgRef& tpg, std::string_view acl,
                                 std::uint16_t mapped_lun) {
  return editor.run([&](Draft& draft) -> Result<> {
    const AclAt at = TRY(find_acl(draft, tpg, acl));
    if (at.object->children.erase(ObjectKey{ObjectClass::mapped_lun, std::to_string(mapped_lun)}) == 0) {
      return Error{ENOENT, fmt::format("ACL '{}' has no mapped LUN {}", at.path.back().id, mapped_lun),
                   fmt::format("see `ls {}`", shell_path(at.path))};
    }
    draft.report.lines.push_back(fmt::format("Deleted Mapped LUN {}.", mapped_lun));
    return {};
  });
}

}  // namespace lunet::service
