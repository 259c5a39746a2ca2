// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "interop/alua.h"
#include "interop/json.h"
#include "interop/kinds.h"
#include "interop/names.h"
#include "interop/saveconfig.h"
#include "interop/writer.h"

namespace lunet::interop {
namespace {

using config::ObjectClass;
using config::ObjectKey;
using config::Path;

// What rtslib-fb 2.1.75 takes.
constexpr std::uint64_t max_lun = 65535;
constexpr std::uint64_t max_mapped_lun = 255;
constexpr std::uint64_t no_limit = ~std::uint64_t{0};

class Saver {
 public:
  explicit Saver(const schema::Schema& schema) : writer_(schema) {}

  Saved save(const config::Tree& tree) {
    Path path;
    each(tree.root, path, ObjectClass::storage, [&](const ObjectKey&, const config::Object& storage) {
      if (!is_name(path)) return;
      each(storage, path, ObjectClass::disk,
           [&](const ObjectKey& key, const config::Object& disk) { save_disk(key, disk, path); });
      lose_own(storage, path);
    });
    each(tree.root, path, ObjectClass::fabric,
         [&](const ObjectKey&, const config::Object& fabric) { save_fabric(fabric, path); });
    JsonObject root;
    root.emplace_back("storage_objects", std::move(disks_));
    root.emplace_back("fabric_modules", std::move(fabrics_));
    root.emplace_back("targets", std::move(targets_));
    return {print_json(Json(std::move(root))), std::move(writer_.losses)};
  }

 private:
  /// Children of one class, with `path` at each of them.
  template <class Visit>
  static void each(const config::Object& object, Path& path, ObjectClass object_class, Visit visit) {
    for (const auto& [key, child] : object.children) {
      if (key.object_class != object_class) continue;
      path.push_back(key);
      visit(key, child);
      path.pop_back();
    }
  }
  /// What stands where nothing is looked for.
  void lose_others(const config::Object& object, Path& path, std::initializer_list<ObjectClass> known) {
    for (const auto& [key, child] : object.children) {
      if (std::find(known.begin(), known.end(), key.object_class) != known.end()) continue;
      path.push_back(key);
      writer_.lose(path, "saveconfig.json has no such object in this place; it is left out");
      path.pop_back();
    }
  }
  /// False, and the loss noted, for a name that the file cannot hold.
  bool is_name(const Path& path) {
    const std::string& id = path.back().id;
    if (id.empty()) writer_.lose(path, "it has no name; it is left out");
    return !id.empty() && writer_.is_text(path, "the name", id);
  }
  /// The object's number; nothing, and the loss noted, when it has none.
  std::optional<Json> number(const Path& path, std::uint64_t limit) {
    const auto number = parse_unsigned(path.back().id);
    if (!number) {
      writer_.lose(path, "it has no number; it is left out");
      return std::nullopt;
    }
    if (*number > limit) writer_.lose(path, fmt::format("rtslib-fb refuses numbers above {}", limit));
    return number_or_text(std::to_string(*number));
  }
  void lose_own(const config::Object& storage, const Path& path) {
    for (const auto& [name, value] : storage.attributes)
      writer_.lose(path, fmt::format("{} has no place in saveconfig.json; it is left out", name));
    for (const auto& [name, values] : storage.groups)
      writer_.lose(path, fmt::format("{} has no place in saveconfig.json; it is left out", name));
  }

  void save_disk(const ObjectKey& key, const config::Object& disk, Path& path) {
    if (!is_name(path)) return;
    const std::string_view plugin = path.front().id;
    if (key.id.find_first_of(" \t\n/") != std::string::npos)
      writer_.lose(path, "rtslib-fb refuses a name with blanks or '/'");
    JsonObject json;
    json.emplace_back("name", Json(key.id));
    json.emplace_back("plugin", Json(std::string(plugin_to_file(plugin))));
    json.emplace_back("alua_tpgs", save_alua_groups(disk, path));
    writer_.members(json, Kind::storage_object, {"alua"}, path, disk);
    add_write_cache(plugin, json);
    lose_others(disk, path, {});
    disks_.emplace_back(std::move(json));
  }

  JsonArray save_alua_groups(const config::Object& disk, const Path& path) {
    const auto values = disk.groups.find("alua");
    if (values == disk.groups.end()) return {};
    std::vector<std::string> misfits;
    JsonArray groups = save_alua(values->second, misfits);
    for (const std::string& name : misfits)
      writer_.lose(path, fmt::format("alua {} has no place in saveconfig.json; it is left out", name));
    return groups;
  }

  /// rtslib-fb has the write cache twice: see join_write_cache in load.cpp.
  static void add_write_cache(std::string_view plugin, JsonObject& json) {
    const auto find = [](JsonObject& object, std::string_view key) -> Json* {
      for (auto& [name, value] : object) {
        if (name == key) return &value;
      }
      return nullptr;
    };
    Json* dictionary = find(json, "attributes");
    if (dictionary == nullptr) return;
    auto& attributes = *dictionary->as<JsonObject>();
    const Json* cache = find(attributes, "emulate_write_cache");
    if (plugin == "fileio" && cache == nullptr) {
      const Json* write_back = find(json, "write_back");
      if (write_back == nullptr) return;
      set_member(attributes, "emulate_write_cache", Json(std::int64_t{*write_back->as<bool>() ? 1 : 0}));
    } else if (plugin == "iblock" && cache != nullptr && cache->as<std::int64_t>() != nullptr) {
      set_member(json, "write_back", Json(*cache->as<std::int64_t>() != 0));
    }
  }

  void save_fabric(const config::Object& fabric, Path& path) {
    if (!is_name(path)) return;
    const std::string name(fabric_to_file(path.front().id));
    JsonObject json;
    json.emplace_back("name", Json(name));
    writer_.members(json, Kind::fabric, {}, path, fabric);
    // One that only has targets follows from them.
    if (json.size() > 1 || fabric.children.empty()) fabrics_.emplace_back(std::move(json));
    each(fabric, path, ObjectClass::target,
         [&](const ObjectKey& key, const config::Object& target) { save_target(name, key, target, path); });
    lose_others(fabric, path, {ObjectClass::target});
  }

  void save_target(const std::string& fabric, const ObjectKey& key, const config::Object& target,
                   Path& path) {
    if (!is_name(path)) return;
    const std::string wwn = wwn_to_file(fabric, key.id);
    if (wwn.starts_with("naa.6")) {
      writer_.lose(path, "rtslib-fb renames it to naa.5..., initiators see another target");
    } else if (const std::string trouble = wwn_trouble(fabric, wwn); !trouble.empty()) {
      writer_.lose(path, trouble);
    }
    JsonObject json;
    json.emplace_back("wwn", Json(wwn));
    json.emplace_back("fabric", Json(fabric));
    JsonArray tpgs;
    each(target, path, ObjectClass::tpgt, [&](const ObjectKey&, const config::Object& tpg) {
      if (auto tag = number(path, no_limit)) tpgs.push_back(save_tpg(*std::move(tag), tpg, path));
    });
    if (tpgs.empty() && (is_tpg(target) || is_tpg_itself(kind_of(writer_.schema(), path)))) {
      tpgs.push_back(save_tpg(Json(std::int64_t{1}), target, path));
      // Without TPGs, parameters are of the target.
      config::Object own;
      if (const auto values = target.groups.find("parameter"); values != target.groups.end())
        own.groups.insert(*values);
      writer_.members(json, Kind::target, {}, path, own);
    } else {
      writer_.members(json, Kind::target, {}, path, target);
      lose_others(target, path, {ObjectClass::tpgt});
    }
    json.emplace_back("tpgs", std::move(tpgs));
    targets_.emplace_back(std::move(json));
  }
  static bool is_tpg(const config::Object& target) {
    return !target.children.empty() || !target.attributes.empty();
  }

  Json save_tpg(Json tag, const config::Object& tpg, Path& path) {
    JsonObject json;
    json.emplace_back("tag", std::move(tag));
    const bool itself = path.back().object_class == ObjectClass::target;
    const std::string fabric(fabric_to_file(path.front().id));
    json.emplace_back("enable", Json(is_always_enabled(kind_of(writer_.schema(), path))));
    writer_.members(json, Kind::tpg, {itself ? std::string_view("parameter") : ""}, path, tpg);
    JsonArray luns;
    JsonArray portals;
    JsonArray acls;
    each(tpg, path, ObjectClass::lun,
         [&](const ObjectKey&, const config::Object& lun) { save_lun(lun, path, luns); });
    each(tpg, path, ObjectClass::portal, [&](const ObjectKey& key, const config::Object& portal) {
      save_portal(key, portal, path, portals);
    });
    each(tpg, path, ObjectClass::acl,
         [&](const ObjectKey& key, const config::Object& acl) { save_acl(fabric, key, acl, path, acls); });
    lose_others(tpg, path, {ObjectClass::lun, ObjectClass::portal, ObjectClass::acl});
    json.emplace_back("luns", std::move(luns));
    json.emplace_back("portals", std::move(portals));
    json.emplace_back("node_acls", std::move(acls));
    return Json(std::move(json));
  }

  void save_lun(const config::Object& lun, Path& path, JsonArray& luns) {
    auto index = number(path, max_lun);
    const std::string_view backend = lun.attribute("backend");
    const std::size_t colon = backend.find(':');
    if (!index || !writer_.is_text(path, "backend", backend)) return;
    const std::string_view plugin = backend.substr(0, colon);
    const std::string_view disk = colon == std::string_view::npos ? "" : backend.substr(colon + 1);
    if (plugin.empty() || disk.empty() || backend.find('/') != std::string_view::npos)
      return writer_.lose(path, "it has no disk PLUGIN:NAME; it is left out");
    JsonObject json;
    json.emplace_back("index", *std::move(index));
    json.emplace_back("storage_object", Json(fmt::format("/backstores/{}/{}", plugin_to_file(plugin), disk)));
    // rtslib-fb says so of disks that have no ALUA groups.
    if (plugin == "pscsi" || plugin == "user") json.emplace_back("alua_tg_pt_gp_name", Json());
    writer_.members(json, Kind::lun, {"backend"}, path, lun);
    lose_others(lun, path, {});
    luns.emplace_back(std::move(json));
  }

  void save_portal(const ObjectKey& key, const config::Object& portal, Path& path, JsonArray& portals) {
    const auto parts = split_portal(key.id);
    if (!parts || parts->first.empty()) return writer_.lose(path, "it is no ADDRESS:PORT; it is left out");
    if (!is_name(path)) return;
    JsonObject json;
    json.emplace_back("ip_address", Json(parts->first));
    json.emplace_back("port", number_or_text(parts->second));
    writer_.members(json, Kind::portal, {}, path, portal);
    lose_others(portal, path, {});
    portals.emplace_back(std::move(json));
  }

  void save_acl(const std::string& fabric, const ObjectKey& key, const config::Object& acl, Path& path,
                JsonArray& acls) {
    if (!is_name(path)) return;
    const std::string wwn = wwn_to_file(fabric, key.id);
    if (const std::string trouble = wwn_trouble(fabric, wwn); !trouble.empty()) writer_.lose(path, trouble);
    JsonObject json;
    json.emplace_back("node_wwn", Json(wwn));
    writer_.members(json, Kind::node_acl, {}, path, acl);
    JsonArray luns;
    each(acl, path, ObjectClass::mapped_lun,
         [&](const ObjectKey&, const config::Object& mapped) { save_mapped_lun(mapped, path, luns); });
    lose_others(acl, path, {ObjectClass::mapped_lun});
    json.emplace_back("mapped_luns", std::move(luns));
    acls.emplace_back(std::move(json));
  }

  void save_mapped_lun(const config::Object& mapped, Path& path, JsonArray& luns) {
    auto index = number(path, max_mapped_lun);
    if (!index) return;
    const auto lun = parse_unsigned(mapped.attribute("target_lun"));
    if (!lun) return writer_.lose(path, "it has no LUN; it is left out");
    JsonObject json;
    json.emplace_back("index", *std::move(index));
    json.emplace_back("tpg_lun", number_or_text(std::to_string(*lun)));
    writer_.members(json, Kind::mapped_lun, {"target_lun"}, path, mapped);
    lose_others(mapped, path, {});
    luns.emplace_back(std::move(json));
  }

  Writer writer_;
  JsonArray disks_;
  JsonArray fabrics_;
  JsonArray targets_;
};

}  // namespace

Saved save_saveconfig(const config::Tree& tree, const schema::Schema& schema) {
  return Saver(schema).save(tree);
}

}  // namespace lunet::interop
