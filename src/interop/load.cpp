// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <utility>

#include "base/text.h"
#include "interop/alua.h"
#include "interop/json.h"
#include "interop/kinds.h"
#include "interop/names.h"
#include "interop/reader.h"
#include "interop/saveconfig.h"

namespace lunet::interop {
namespace {

using config::ObjectClass;
using config::ObjectKey;
using config::Path;

Path child(const Path& path, ObjectClass object_class, std::string id) {
  Path longer = path;
  longer.push_back({object_class, std::move(id)});
  return longer;
}

/// How the objects stand in each other (features 6.2).
class Loader {
 public:
  Loader(std::string_view name, const schema::Schema& schema) : reader_(name), schema_(schema) {}

  Result<Loaded> load(const Json& root) {
    const auto* members = root.as<JsonObject>();
    if (members == nullptr) {
      reader_.fail("", "an object", root);
    } else {
      each(root, "storage_objects", "", [this](const auto&... element) { disk(element...); });
      each(root, "fabric_modules", "", [this](const auto&... element) { fabric(element...); });
      each(root, "targets", "", [this](const auto&... element) { target(element...); });
      for (const auto& [key, value] : *members) {
        if (key == "storage_objects" || key == "fabric_modules" || key == "targets") continue;
        reader_.notes.push_back(
            fmt::format("the file's key \"{}\" is not known, and a configuration has no place for it", key));
      }
    }
    if (auto error = reader_.mistakes()) return *std::move(error);
    check_references();
    return Loaded{std::move(tree_), std::move(reader_.notes)};
  }

 private:
  /// Calls read(element, its JSON path) for each element that is an object.
  template <class Read>
  void each(const Json& object, std::string_view key, const std::string& where, Read read) {
    const JsonArray& list = reader_.list(object, key, where);
    for (std::size_t i = 0; i < list.size(); ++i) {
      const std::string place = element_path(where, key, i);
      if (list[i].as<JsonObject>() == nullptr) {
        reader_.fail(place, "an object", list[i]);
      } else {
        read(list[i], place);
      }
    }
  }

  [[nodiscard]] bool has(const Path& path) const { return tree_.find(path) != nullptr; }
  /// True, and a note, when the file has the object already: its first entry counts, as rtslib-fb does it.
  bool is_second(const Path& path) {
    if (!has(path)) return false;
    reader_.note(path, "the file has it twice; the second entry is left out");
    return true;
  }
  /// Of targets, TPGs and ACLs rtslib-fb joins the entries.
  void note_joined(const Path& path) {
    if (has(path)) reader_.note(path, "the file has it twice; the entries are joined");
  }

  void disk(const Json& json, const std::string& where) {
    const auto name = reader_.required(json, "name", Type::text, where);
    const auto plugin = reader_.required(json, "plugin", Type::text, where);
    if (!name || !plugin) return;
    const Path path = {{ObjectClass::storage, std::string(plugin_from_file(*plugin))},
                       {ObjectClass::disk, *name}};
    if (is_second(path)) return;
    config::Object& object = tree_.ensure(path);
    load_alua(reader_, json, where, path, object.groups["alua"]);
    const std::string_view ignored = path.front().id == "iblock" ? "write_back" : "";
    reader_.members(json, Kind::storage_object, {"name", "plugin", "alua_tpgs", ignored}, {where, path},
                    object);
    join_write_cache(json, where, path, object);
  }

  /// rtslib-fb writes the write cache twice. A configuration has it once: a file's as `buffered` (it says how
  /// the file is opened), a block device's as the attribute.
  void join_write_cache(const Json& json, const std::string& where, const Path& path,
                        config::Object& object) {
    const auto write_back = reader_.optional(json, "write_back", Type::flag, where);
    if (!write_back) return;
    config::Attributes& attributes = object.groups["attribute"];
    const auto cache = attributes.find("emulate_write_cache");
    const bool agree = cache != attributes.end() && parse_bool(cache->second) == parse_bool(*write_back);
    if (path.front().id == "fileio" && agree) attributes.erase(cache);
    if (path.front().id == "iblock" && cache == attributes.end())
      attributes["emulate_write_cache"] = *write_back == "yes" ? "1" : "0";
    if (cache != attributes.end() && !agree)
      reader_.note(path, "\"write_back\" and the attribute emulate_write_cache contradict each other");
    if (attributes.empty()) object.groups.erase("attribute");
  }

  void fabric(const Json& json, const std::string& where) {
    const auto name = reader_.required(json, "name", Type::text, where);
    if (!name) return;
    const Path path = {{ObjectClass::fabric, *name}};
    reader_.members(json, Kind::fabric, {"name"}, {where, path}, tree_.ensure(path));
  }

  void target(const Json& json, const std::string& where) {
    auto wwn = reader_.required(json, "wwn", Type::text, where);
    const auto fabric = reader_.required(json, "fabric", Type::text, where);
    if (!wwn || !fabric) return;
    const bool old_name = wwn->starts_with("naa.6");
    if (old_name) (*wwn)[4] = '5';
    const Path path = {{ObjectClass::fabric, *fabric}, {ObjectClass::target, *wwn}};
    note_joined(path);
    if (old_name) reader_.note(path, "the file calls it naa.6...; rtslib-fb has renamed such targets");
    reader_.members(json, Kind::target, {"wwn", "fabric", "tpgs"}, {where, path}, tree_.ensure(path));
    const JsonArray& tpgs = reader_.list(json, "tpgs", where);
    const bool itself = tpgs.size() == 1 && is_first(tpgs.front()) && is_tpg_itself(kind_of(schema_, path));
    each(json, "tpgs", where, [&](const Json& tpg, const std::string& place) {
      if (itself) {
        read_tpg_content(tpg, place, path);
      } else {
        read_tpg(tpg, place, path);
      }
    });
  }

  static bool is_first(const Json& tpg) {
    const Json* tag = tpg.find("tag");
    return tag == nullptr || *tag == Json(std::int64_t{1});
  }

  std::string free_tag(const Path& target) {
    for (std::uint64_t tag = 1;; ++tag) {
      if (!has(child(target, ObjectClass::tpgt, std::to_string(tag)))) return std::to_string(tag);
    }
  }

  void read_tpg(const Json& json, const std::string& where, const Path& target) {
    const bool has_tag = json.find("tag") != nullptr && !json.find("tag")->is_null();
    auto tag = has_tag ? reader_.required(json, "tag", Type::number, where) : free_tag(target);
    if (!tag) return;
    const Path path = child(target, ObjectClass::tpgt, *std::move(tag));
    if (!has_tag) reader_.note(path, "the file has no number for it; it gets the lowest free one");
    note_joined(path);
    read_tpg_content(json, where, path);
  }

  void read_tpg_content(const Json& json, const std::string& where, const Path& path) {
    config::Object& object = tree_.ensure(path);
    reader_.members(json, Kind::tpg, {"tag", "luns", "portals", "node_acls"}, {where, path}, object);
    const bool always = is_always_enabled(kind_of(schema_, path));
    if (always && object.attribute("enable") == "yes") object.attributes.erase("enable");
    // What rtslib-fb does; of itself a TPG is disabled.
    if (!always && json.find("enable") == nullptr) object.attributes["enable"] = "yes";
    each(json, "luns", where, [&](const Json& lun, const std::string& place) { read_lun(lun, place, path); });
    each(json, "portals", where,
         [&](const Json& portal, const std::string& place) { read_portal(portal, place, path); });
    each(json, "node_acls", where,
         [&](const Json& acl, const std::string& place) { read_acl(acl, place, path); });
  }

  /// "/backstores/fileio/vm1" as "fileio:vm1".
  std::optional<std::string> backend(const Json& json, const std::string& where) {
    const auto text = reader_.required(json, "storage_object", Type::text, where);
    if (!text) return std::nullopt;
    const auto parts = split(*text, '/');
    if (parts.size() != 4 || !parts[0].empty() || parts[2].empty() || parts[3].empty()) {
      reader_.fail(member_path(where, "storage_object"), "a path /backstores/PLUGIN/NAME",
                   *json.find("storage_object"));
      return std::nullopt;
    }
    return fmt::format("{}:{}", plugin_from_file(parts[2]), parts[3]);
  }

  void read_lun(const Json& json, const std::string& where, const Path& tpg) {
    const auto index = reader_.required(json, "index", Type::number, where);
    auto disk = backend(json, where);
    if (!index || !disk) return;
    const Path path = child(tpg, ObjectClass::lun, *index);
    if (is_second(path)) return;
    config::Object& object = tree_.ensure(path);
    object.attributes["backend"] = *std::move(disk);
    reader_.members(json, Kind::lun, {"index", "storage_object"}, {where, path}, object);
  }

  void read_portal(const Json& json, const std::string& where, const Path& tpg) {
    const auto address = reader_.required(json, "ip_address", Type::text, where);
    const auto port = reader_.required(json, "port", Type::number, where);
    if (!address || !port) return;
    const Path path = child(tpg, ObjectClass::portal, portal_id(*address, *port));
    if (is_second(path)) return;
    reader_.members(json, Kind::portal, {"ip_address", "port"}, {where, path}, tree_.ensure(path));
  }

  void read_acl(const Json& json, const std::string& where, const Path& tpg) {
    const auto wwn = reader_.required(json, "node_wwn", Type::text, where);
    if (!wwn) return;
    const Path path = child(tpg, ObjectClass::acl, *wwn);
    note_joined(path);
    reader_.members(json, Kind::node_acl, {"node_wwn", "mapped_luns"}, {where, path}, tree_.ensure(path));
    each(json, "mapped_luns", where,
         [&](const Json& mapped, const std::string& place) { read_mapped_lun(mapped, place, path); });
  }

  void read_mapped_lun(const Json& json, const std::string& where, const Path& acl) {
    const auto index = reader_.required(json, "index", Type::number, where);
    const auto lun = reader_.required(json, "tpg_lun", Type::number, where);
    if (!index || !lun) return;
    const Path path = child(acl, ObjectClass::mapped_lun, *index);
    if (is_second(path)) return;
    config::Object& object = tree_.ensure(path);
    object.attributes["target_lun"] = *lun;
    reader_.members(json, Kind::mapped_lun, {"index", "tpg_lun"}, {where, path}, object);
  }

  void check_references() {
    Path path;
    check_below(std::as_const(tree_).root, path);
  }
  void check_below(const config::Object& object, Path& path) {
    if (!path.empty() && path.back().object_class == ObjectClass::lun) {
      const std::string_view disk = object.attribute("backend");
      const std::size_t colon = disk.find(':');
      if (!has({{ObjectClass::storage, std::string(disk.substr(0, colon))},
                {ObjectClass::disk, std::string(disk.substr(colon + 1))}}))
        reader_.note(path, fmt::format("its disk {} is not in the file", disk));
    }
    if (!path.empty() && path.back().object_class == ObjectClass::mapped_lun) {
      Path lun(path.begin(), path.end() - 2);
      lun.push_back({ObjectClass::lun, std::string(object.attribute("target_lun"))});
      if (!has(lun)) reader_.note(path, fmt::format("its LUN {} is not in the file", lun.back().id));
    }
    for (const auto& [key, below] : object.children) {
      path.push_back(key);
      check_below(below, path);
      path.pop_back();
    }
  }

  Reader reader_;
  const schema::Schema& schema_;
  config::Tree tree_;
};

}  // namespace

Format format_of(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  const bool json = start != std::string_view::npos && (text[start] == '{' || text[start] == '[');
  return json ? Format::saveconfig : Format::language;
}

Result<Loaded> load_saveconfig(std::string_view text, std::string_view name, const schema::Schema& schema) {
  const Json root = TRY(parse_json(text, name));
  return Loader(name, schema).load(root);
}

}  // namespace lunet::interop
