// SPDX-License-Identifier: Apache-2.0
#include "service/complete.h"

#include <fmt/core.h>

#include <array>
#include <map>
#include <set>

#include "base/byte_size.h"
#include "base/text.h"
#include "service/names.h"
#include "service/verbs.h"
#include "target/changes.h"
#include "target/disk_steps.h"
#include "target/kinds.h"
#include "target/names.h"

namespace lunet::service {
namespace {

using config::Object;
using config::ObjectClass;
using config::ObjectKey;
using config::Path;

Error refused(const Path& path, std::string_view what, std::string_view hint) {
  return Error{EINVAL, fmt::format("{}: {}", config::path_text(path), what), std::string(hint)};
}

class Completion {
 public:
  Completion(const config::Tree& written, const config::Tree& recorded, configfs::Tree& live,
             RuntimeKind runtime, const config::Tree* around)
      : written_(written), recorded_(recorded), live_(live), runtime_(runtime), around_(around) {}

  Result<config::Tree> run() {
    for (const auto& [key, group] : written_.root.children) {
      const bool storage = key.object_class == ObjectClass::storage;
      TRY_OK(storage ? add_disks(key, group) : add_fabric(key, group));
    }
    return std::move(tree_);
  }

 private:
  /// Of what is written and recorded, and of what runs: all of it where many may be asked for.
  Result<> collect_numbers() {
    for (const config::Tree* tree : {&written_, &recorded_}) {
      for (const auto& [key, storage] : tree->root.children) {
        if (key.object_class != ObjectClass::storage) continue;
        storage.children.scan_numbers("hba", [&](const config::NumberRange& range) {
          for (auto number = range.first; number <= range.last; ++number)
            hbas_.insert(static_cast<unsigned>(number));
        });
      }
    }
    if (around_ != nullptr) return {};
    const auto entries = TRY(live_.list("core"));
    for (const configfs::Entry& entry : entries) {
      if (const auto hba = target::parse_hba(entry.name)) hbas_.insert(hba->second);
    }
    return {};
  }

  Result<unsigned> free_hba() {
    if (!numbers_known_) TRY_OK(collect_numbers());
    numbers_known_ = true;
    for (;; ++next_hba_) {
      if (hbas_.contains(next_hba_)) continue;
      if (around_ == nullptr || !TRY(target::is_hba_there(live_, next_hba_))) return next_hba_++;
    }
  }

  /// Its own value, or the recorded one of the same object; "" for neither.
  std::string kept(const Object& object, const Path& path, std::string_view name) const {
    if (!object.attribute(name).empty()) return std::string(object.attribute(name));
    const Object* before = recorded_.find(path);
    return before == nullptr ? "" : std::string(before->attribute(name));
  }

  Result<> add_disks(const ObjectKey& key, const Object& storage) {
    const ObjectKey plugin{ObjectClass::storage, std::string(target::core_plugin(key.id))};
    const bool everywhere = plugin.id == "fileio" || plugin.id == "iblock" || plugin.id == "rd_mcp";
    if (target::kind_of({plugin}) == nullptr)
      return refused({key}, "there is no such plugin", "use fileio, iblock, rd_mcp, pscsi or user");
    if (!everywhere && runtime_ == RuntimeKind::lunetd)
      return refused({key}, "lunetd has no disks of this plugin",
                     "use fileio, iblock or rd_mcp, or the kernel runtime");
    for (const auto& [disk_key, written] : storage.children) {
      const Path path{plugin, disk_key};
      Object disk = written;
      TRY_OK(check_disk_name(disk_key.id));
      if (std::string hba = kept(written, path, "hba"); !hba.empty()) {
        disk.attributes["hba"] = std::move(hba);
      } else {
        disk.attributes["hba"] = std::to_string(TRY(free_hba()));
      }
      if (plugin.id != "pscsi") TRY_OK(complete_serial(disk, path));
      TRY_OK(complete_settings(disk, path));
      tree_.ensure(path) = std::move(disk);
    }
    return {};
  }

  Result<> complete_settings(Object& disk, const Path& path) {
    if (path[0].id == "rd_mcp") return complete_ramdisk(disk, path);
    if (path[0].id != "user") return complete_file(disk, path);
    if (disk.attribute("config").empty() || !parse_byte_size(disk.attribute("size")))
      return refused(path, "a disk of a handler needs its configuration and a size",
                     "write `config HANDLER/TEXT` and `size 1G`");
    return {};
  }

  Result<> complete_serial(Object& disk, const Path& path) {
    std::string serial = kept(disk, path, "wwn");
    if (serial.empty()) serial = random_uuid();
    TRY_OK(check_serial(serial));
    if (const auto [other, is_new] = serials_.emplace(serial, path.back().id); !is_new) {
      return refused(path, fmt::format("disk '{}' has the serial '{}' already", other->second, serial),
                     "initiators would take both for one disk; leave 'wwn' out to get a random one");
    }
    disk.attributes["wwn"] = std::move(serial);
    return {};
  }

  Result<> complete_file(Object& disk, const Path& path) {
    const std::string file(disk.attribute("path"));
    if (file.empty() || file.front() != '/' ||
        file.find_first_of(std::string_view(",\n\0", 3)) != std::string::npos) {
      return refused(path, fmt::format("'{}' is no path that a target can open", file),
                     "give an absolute path without comma and line end");
    }
    if (const auto [other, is_new] = paths_.emplace(file, path.back().id); !is_new)
      return refused(path, fmt::format("{} is the file of disk '{}' already", file, other->second), "");
    const auto group = disk.groups.find("attribute");
    if (path[0].id == "fileio" && group != disk.groups.end() &&
        group->second.contains("emulate_write_cache")) {
      return refused(path, "emulate_write_cache follows from how the file is opened",
                     "write `buffered yes` or `buffered no` instead");
    }
    return {};
  }

  static Result<> complete_ramdisk(Object& disk, const Path& path) {
    const auto size = parse_byte_size(disk.attribute("size"));
    if (!size || *size == 0) return refused(path, "a RAM disk needs a size", "write `size 64M`");
    disk.attributes["size"] = std::to_string(target::ram_pages(*size) * target::ram_page_bytes);
    return {};
  }

  Result<> add_fabric(const ObjectKey& key, const Object& fabric) {
    const schema::Kind* kind = target::kind_of({key});
    if (kind == nullptr) return refused({key}, "there is no such fabric", "see docs/schema.md");
    const ObjectKey named{key.object_class, kind->names.front()};
    if (named.id != "iscsi" && runtime_ == RuntimeKind::lunetd)
      return refused({key}, "lunetd serves iSCSI only", "use the kernel runtime");
    Object& made = tree_.ensure({named});
    made = fabric;
    made.children = {};
    for (const auto& [target_key, target_object] : fabric.children) {
      const std::string name = TRY(wwn_of(*kind, named.id, target_key, WwnUse::target));
      const Path path{named, {ObjectClass::target, name}};
      Object& target_made = tree_.ensure(path);
      target_made.attributes = target_object.attributes;
      target_made.groups = target_object.groups;
      target_made.comments = target_object.comments;
      spell(target_made);
      if (target::is_flat(named.id)) {
        TRY_OK(add_tpg(path, target_object));
        continue;
      }
      for (const auto& [tpg_key, tpg] : target_object.children) {
        TRY_OK(add_tpg(below(path, ObjectClass::tpgt, std::string_view(tpg_key.id)), tpg));
      }
    }
    return {};
  }

  /// The name in its normal form. The checks of iSCSI names say more than the schema's.
  static Result<std::string> wwn_of(const schema::Kind& parent, std::string_view fabric, const ObjectKey& key,
                                    WwnUse use) {
    if (fabric == "iscsi") return normalise_wwn(key.id, use);
    return schema::Schema::check_identifier(parent, static_cast<std::uint8_t>(key.object_class), key.id);
  }

  /// LIO has no initiator there but the one that is named.
  void complete_nexus(Object& tpg, const Path& path) const {
    if (target::kind_of(path)->attribute("", "nexus_wwn") == nullptr) return;
    const std::string nexus = kept(tpg, path, "nexus_wwn");
    tpg.attributes["nexus_wwn"] = nexus.empty() ? "naa.5001405" + random_hex(9) : nexus;
  }

  Result<> add_tpg(const Path& path, const Object& tpg) {
    if (path.back().object_class == ObjectClass::tpgt && !parse_unsigned(path.back().id))
      return refused(path, "its tag is no number", "");
    Object made;
    made.attributes = tpg.attributes;
    made.groups = tpg.groups;
    made.comments = tpg.comments;
    spell(made);
    complete_nexus(made, path);
    tree_.ensure(path) = std::move(made);
    // In canonical order: LUNs before what maps them.
    for (const auto& [key, child] : tpg.children) {
      switch (key.object_class) {
        case ObjectClass::lun:
          TRY_OK(add_lun(below(path, ObjectClass::lun, std::string_view(key.id)), child));
          break;
        case ObjectClass::acl: TRY_OK(add_acl(path, key, child)); break;
        case ObjectClass::portal: TRY_OK(add_portal(path, key, child)); break;
        default: return refused(path, "something stands in it that does not belong there", "");
      }
    }
    return {};
  }

  Result<> add_portal(const Path& tpg, const ObjectKey& key, const Object& portal) {
    const std::size_t colon = key.id.rfind(':');
    const auto port = colon == std::string::npos ? std::nullopt : parse_unsigned(key.id.substr(colon + 1));
    const Path path = below(tpg, ObjectClass::portal, std::string_view(key.id));
    if (!port || *port > 65535)
      return refused(path, "it is no ADDRESS:PORT", "write `portal 192.0.2.1:3260`");
    if (*port == 0 && runtime_ == RuntimeKind::kernel)
      return refused(path, "the kernel cannot choose a port", "give one, such as 3260");
    const std::string id = TRY(portal_id(key.id.substr(0, colon), static_cast<std::uint16_t>(*port)));
    Object made = portal;
    spell(made);
    tree_.ensure(below(tpg, ObjectClass::portal, std::string_view(id))) = std::move(made);
    return {};
  }

  Result<> add_lun(const Path& path, const Object& lun) {
    Object made = lun;
    const std::string_view backend = lun.attribute("backend");
    const std::size_t colon = std::min(backend.find(':'), backend.size());
    const std::string_view disk = backend.substr(std::min(colon + 1, backend.size()));
    made.attributes["backend"] = fmt::format("{}:{}", target::core_plugin(backend.substr(0, colon)), disk);
    complete_alias(made, path, "backend");
    tree_.ensure(path) = std::move(made);
    return must_exist(path, fmt::format("there is no disk '{}'", backend));
  }

  Result<> add_acl(const Path& tpg, const ObjectKey& key, const Object& acl) {
    const std::string name = TRY(wwn_of(*target::kind_of(tpg), tpg[0].id, key, WwnUse::initiator));
    const Path path = below(tpg, ObjectClass::acl, std::string_view(name));
    Object made;
    made.attributes = acl.attributes;
    made.groups = acl.groups;
    made.comments = acl.comments;
    spell(made);
    // Ruling 10: a secret that is set is asked for.
    if (made.groups.contains("auth")) made.groups["attribute"].try_emplace("authentication", "1");
    tree_.ensure(path) = std::move(made);
    for (const auto& [mapped_key, mapped] : acl.children) {
      const Path at = below(path, ObjectClass::mapped_lun, std::string_view(mapped_key.id));
      Object mapped_made = mapped;
      mapped_made.attributes.try_emplace("write_protect", "no");
      complete_alias(mapped_made, at, "target_lun");
      tree_.ensure(at) = std::move(mapped_made);
      TRY_OK(must_exist(at, fmt::format("there is no LUN {}", mapped.attribute("target_lun"))));
    }
    return {};
  }

  Result<> must_exist(const Path& path, std::string what) {
    const Path reference = target::reference_of(tree_, path);
    if (!reference.empty() && std::as_const(tree_).find(reference) != nullptr) return {};
    if (!reference.empty() && around_ != nullptr && around_->find(reference) != nullptr) return {};
    return Error{ENOENT, fmt::format("{}: {}", config::path_text(path), what), "write it into the file too"};
  }

  /// A link that leads elsewhere than the recorded one gets another name.
  void complete_alias(Object& object, const Path& path, std::string_view reference) const {
    const Object* before = recorded_.find(path);
    const bool same = before != nullptr && before->attribute(reference) == object.attribute(reference);
    std::string alias = same ? kept(object, path, "alias") : std::string(object.attribute("alias"));
    object.attributes["alias"] = alias.empty() ? new_alias() : std::move(alias);
  }

  /// As runtimes read them back.
  static void spell(Object& object) {
    for (auto& [group, values] : object.groups) {
      if (group != "attribute" && group != "parameter") continue;
      for (auto& [name, value] : values) {
        const auto flag = parse_unsigned(value) ? std::nullopt : parse_bool(value);
        if (!flag) continue;
        value = group == "attribute" ? (*flag ? "1" : "0") : (*flag ? "Yes" : "No");
      }
    }
  }

  const config::Tree& written_;
  const config::Tree& recorded_;
  configfs::Tree& live_;
  RuntimeKind runtime_;
  const config::Tree* around_;
  config::Tree tree_;
  bool numbers_known_ = false;
  std::set<unsigned> hbas_;
  unsigned next_hba_ = 0;
  std::map<std::string, std::string> serials_;  ///< of which disk
  std::map<std::string, std::string> paths_;
};

}  // namespace

Result<config::Tree> complete(const config::Tree& written, const config::Tree& recorded, configfs::Tree& live,
                              RuntimeKind runtime, const config::Tree* around) {
  return Completion(written, recorded, live, runtime, around).run();
}

}  // namespace lunet::service
