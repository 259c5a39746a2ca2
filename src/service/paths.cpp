// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "base/text.h"
#include "service/names.h"
#include "service/verbs.h"
#include "target/kinds.h"
#include "target/names.h"

namespace lunet::service {

using config::ObjectClass;
using config::ObjectKey;
using config::Path;

Path disk_path_of(std::string_view plugin, std::string_view name) {
  return {ObjectKey{ObjectClass::storage, std::string(target::core_plugin(plugin))},
          ObjectKey{ObjectClass::disk, std::string(name)}};
}

Path target_path(std::string_view wwn, std::string_view fabric) {
  return {ObjectKey{ObjectClass::fabric, std::string(fabric)},
          ObjectKey{ObjectClass::target, std::string(wwn)}};
}

Path tpg_path(const TpgRef& tpg) {
  const Result<std::string> wwn = normalise_wwn(tpg.target, WwnUse::target, tpg.fabric);
  Path path = target_path(wwn ? *wwn : tpg.target, tpg.fabric);
  // What other fabrics have in a TPG these have in the target itself.
  if (target::is_flat(tpg.fabric)) return path;
  return below(path, ObjectClass::tpgt, tpg.tag);
}

Path below(const Path& path, ObjectClass object_class, std::string_view id) {
  Path child = path;
  child.push_back(ObjectKey{object_class, std::string(id)});
  return child;
}

Path below(const Path& path, ObjectClass object_class, std::uint64_t id) {
  return below(path, object_class, std::string_view(std::to_string(id)));
}

std::string shell_path(const Path& path) {
  std::string text;
  for (const ObjectKey& key : path) {
    switch (key.object_class) {
      case ObjectClass::storage: text += fmt::format("/backstores/{}", target::shell_plugin(key.id)); break;
      case ObjectClass::tpgt: text += "/tpg" + key.id; break;
      case ObjectClass::lun: text += "/luns/lun" + key.id; break;
      case ObjectClass::acl: text += "/acls/" + key.id; break;
      case ObjectClass::portal: text += "/portals/" + key.id; break;
      case ObjectClass::mapped_lun: text += "/mapped_lun" + key.id; break;
      default: text += "/" + key.id; break;
    }
  }
  return text;
}

Error no_such_disk(const Path& path) {
  return Error{ENOENT, fmt::format("{} does not exist", shell_path(path)), "see `ls /backstores`"};
}

Result<config::Object*> find_tpg(Draft& draft, const TpgRef& tpg) {
  const Path path = tpg_path(tpg);
  if (config::Object* object = draft.tree.find(path)) return object;
  const Path parent(path.begin(), path.end() - 1);
  if (target::is_flat(tpg.fabric) || draft.tree.find(parent) == nullptr) {
    return Error{ENOENT, fmt::format("target '{}' does not exist", tpg.target),
                 fmt::format("see `ls /{}`", tpg.fabric)};
  }
  return Error{ENOENT, fmt::format("target '{}' has no TPG {}", tpg.target, tpg.tag),
               fmt::format("see `ls {}`", shell_path(parent))};
}

std::set<std::uint64_t> numbers_of(const config::Object& object, ObjectClass object_class) {
  std::set<std::uint64_t> numbers;
  for (const auto& [key, child] : object.children) {
    if (key.object_class != object_class) continue;
    if (const auto number = parse_unsigned(key.id)) numbers.insert(*number);
  }
  return numbers;
}

std::string new_alias() {
  return random_hex(10);
}

std::string_view yes_no(bool value) {
  return value ? "yes" : "no";
}

}  // namespace lunet::service
