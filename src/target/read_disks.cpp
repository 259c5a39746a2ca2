// SPDX-License-Identifier: Apache-2.0
#include "target/read_disks.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <array>
#include <set>
#include <vector>

#include "base/text.h"
#include "target/alua.h"
#include "target/hbas.h"
#include "target/kinds.h"
#include "target/names.h"

namespace lunet::target {
namespace {

using config::ObjectClass;
using config::ObjectKey;
using configfs::EntryKind;
using configfs::Node;
using configfs::Operation;
using configfs::Verb;

/// The text after `key` in an `info` file, up to `end` or the line's end; "" when the key is not there.
/// Unlike the originals' parser it keeps blanks inside values.
std::string_view info_value(std::string_view info, std::string_view key, std::string_view end) {
  const std::size_t at = info.find(key);
  if (at == std::string_view::npos) return "";
  info.remove_prefix(at + key.size());
  info = info.substr(0, info.find('\n'));
  if (!end.empty()) info = info.substr(0, info.rfind(end));
  return trim(info);
}

/// A number after `key`, anywhere in the text.
std::string info_number(std::string_view info, std::string_view key) {
  const std::size_t at = info.find(key);
  if (at == std::string_view::npos) return {};
  info.remove_prefix(at + key.size());
  while (!info.empty() && info.front() == ' ') info.remove_prefix(1);
  return std::string(info.substr(0, info.find_first_not_of("0123456789")));
}

bool is_block_device(const std::string& path) {
  struct stat status{};
  return ::stat(path.c_str(), &status) == 0 && S_ISBLK(status.st_mode);
}

void read_path(config::Object& disk, std::string_view udev_path, std::string_view fallback) {
  std::string path(trim(udev_path));
  if (path.empty()) path = fallback;
  if (!path.empty()) disk.attributes["path"] = path;
}

void read_fileio(config::Object& disk, std::string_view udev_path, std::string_view info) {
  read_path(disk, udev_path, info_value(info, "File: ", "  Size: "));
  const std::string_view size = info_value(info, "  Size: ", "  Mode: ");
  if (!size.empty() && !is_block_device(std::string(disk.attribute("path"))))
    disk.attributes["size"] = std::string(size);
  disk.attributes["buffered"] = info.find("Mode: Buffered") == std::string_view::npos ? "no" : "yes";
  if (info.find("Async: 1") != std::string_view::npos) disk.attributes["aio"] = "yes";
}

void read_iblock(config::Object& disk, std::string_view udev_path, std::string_view info) {
  read_path(disk, udev_path, info_value(info, "UDEV PATH: ", "  readonly: "));
  disk.attributes["readonly"] = info.find("readonly: 1") == std::string_view::npos ? "no" : "yes";
  if (info.find("exclusive: 0") != std::string_view::npos) disk.attributes["exclusive"] = "no";
}

void read_ramdisk(config::Object& disk, std::string_view info) {
  const std::string_view pages = info_value(info, "PAGES/PAGE_SIZE: ", "");
  const std::size_t star = pages.find('*');
  if (star != std::string_view::npos) {
    const auto count = parse_unsigned(pages.substr(0, star));
    const auto bytes = parse_unsigned(pages.substr(star + 1, pages.find(' ', star) - star - 1));
    if (count && bytes) disk.attributes["size"] = std::to_string(*count * *bytes);
  }
  if (info.find("nullio: 1") != std::string_view::npos) disk.attributes["nullio"] = "yes";
}

void read_user(config::Object& disk, std::string_view info) {
  const std::string_view handler = info_value(info, "Config: ", " Size: ");
  if (!handler.empty()) disk.attributes["config"] = std::string(handler);
  if (const std::string size = info_number(info, " Size: "); !size.empty()) disk.attributes["size"] = size;
  if (const std::string sectors = info_number(info, "HwMaxSectors: "); !sectors.empty())
    disk.attributes["hw_max_sectors"] = sectors;
  std::string control;
  constexpr std::array<std::pair<std::string_view, std::string_view>, 4> settings{
      {{"max_data_area_mb", "MaxDataAreaMB: "},
       {"hw_block_size", "SectorSize: "},
       {"data_pages_per_blk", "DataPagesPerBlk: "},
       {"cmd_ring_size_mb", "CmdRingSizeMB: "}}};
  for (const auto& [key, shown] : settings) {
    const std::string value = info_number(info, shown);
    if (!value.empty()) control += fmt::format("{}{}={}", control.empty() ? "" : ",", key, value);
  }
  if (!control.empty()) disk.attributes["control"] = control;
}

struct FoundDisk {
  std::string directory;
  std::string plugin;
  unsigned hba = 0;
  const Node* node = nullptr;
};

std::vector<FoundDisk> find_disks(const Node& root) {
  std::vector<FoundDisk> found;
  const Node* core = root.find("core");
  if (core == nullptr) return found;
  for (const Node& hba : core->nodes) {
    const auto parsed = parse_hba(hba.entry.name);
    if (!parsed || hba.entry.kind != EntryKind::directory || !is_known_plugin(parsed->first)) continue;
    for (const Node& disk : hba.nodes) {
      if (disk.entry.kind == EntryKind::directory)
        found.push_back({fmt::format("core/{}/{}", hba.entry.name, disk.entry.name), parsed->first,
                         parsed->second, &disk});
    }
  }
  return found;
}

/// Of disks of one plugin and name the one of the lowest HBA has the name, the others one of their own.
DiskNames name_disks(const std::vector<FoundDisk>& disks) {
  std::map<std::pair<std::string, std::string>, const FoundDisk*> first;
  for (const FoundDisk& disk : disks) {
    const FoundDisk*& owner = first[{disk.plugin, disk.node->entry.name}];
    if (owner == nullptr || disk.hba < owner->hba) owner = &disk;
  }
  DiskNames names;
  for (const FoundDisk& disk : disks) {
    const std::string& name = disk.node->entry.name;
    if (first.at({disk.plugin, name}) == &disk) {
      names[disk.directory] = name;
      continue;
    }
    std::string other = fmt::format("{}.hba{}", name, disk.hba);
    while (first.contains({disk.plugin, other})) other += '_';
    names[disk.directory] = other;
    first[{disk.plugin, other}] = &disk;
  }
  return names;
}

void read_disk(const FoundDisk& disk, const std::string& id, std::array<std::string_view, 3> texts,
               config::Object& object) {
  const auto [info, udev_path, serial_text] = texts;
  object.attributes["hba"] = std::to_string(disk.hba);
  if (id != disk.node->entry.name) object.attributes["name"] = disk.node->entry.name;
  if (disk.plugin == "fileio") read_fileio(object, udev_path, info);
  if (disk.plugin == "iblock") read_iblock(object, udev_path, info);
  if (disk.plugin == "rd_mcp") read_ramdisk(object, info);
  if (disk.plugin == "pscsi") read_path(object, udev_path, "");
  if (disk.plugin == "user") read_user(object, info);
  const std::string_view serial = info_value(serial_text, "Serial Number: ", "");
  if (!serial.empty() && disk.plugin != "pscsi") object.attributes["wwn"] = std::string(serial);
  read_group(disk.node->find("attrib"), object, "attribute");
  // Follows from `buffered` for files, and from the device; that of others is an attribute like the rest.
  if (disk.plugin == "fileio" || disk.plugin == "iblock")
    object.groups["attribute"].erase("emulate_write_cache");
  read_port_groups(*disk.node, object);
}

}  // namespace

bool is_known_plugin(std::string_view plugin) {
  return kind_of({{ObjectClass::storage, std::string(plugin)}}) != nullptr;
}

void read_group(const Node* directory, config::Object& object, const std::string& group) {
  if (directory == nullptr) return;
  for (const Node& file : directory->nodes) {
    const bool writable = (file.entry.mode & 0200) != 0 && (file.entry.mode & 0444) != 0;
    if (file.entry.kind != EntryKind::file || !writable || file.errnum != 0) continue;
    const std::string name = group_value_name(group, file.entry.name);
    std::string value = group_value(group, name, file.text);
    // An empty credential is an unset one; discovery authentication that is off is the default of every
    // runtime.
    const bool credential = group == "auth" || group == "discovery_auth";
    if (credential && (value.empty() || (name == "enable" && value == "no"))) continue;
    // Values that nobody wrote yet.
    const bool unwritten = name == "alias" || name == "dev_config" || name == "dev_size";
    if (value.empty() && unwritten) continue;
    object.groups[group][name] = std::move(value);
  }
}

Result<DiskNames> read_disks(configfs::Tree& live, const Node& root, config::Tree& out) {
  constexpr std::array files{std::string_view("info"), std::string_view("udev_path"),
                             std::string_view("wwn/vpd_unit_serial")};
  const std::vector<FoundDisk> disks = find_disks(root);
  DiskNames names = name_disks(disks);
  if (const Node* core = root.find("core")) read_empty_hbas(*core, out);
  // What they say is not in a tree of `config` files: one batch for all disks.
  std::vector<Operation> reads;
  for (const FoundDisk& disk : disks) {
    for (const std::string_view file : files)
      reads.push_back({Verb::read, fmt::format("{}/{}", disk.directory, file), ""});
  }
  if (reads.empty()) return names;
  const configfs::BatchResult result = live.batch(reads);
  if (!result) return result.failure->error;
  for (std::size_t i = 0; i < disks.size(); ++i) {
    const auto answer = [&](std::size_t file) -> std::string_view {
      return result.answers[i * files.size() + file].text;
    };
    const std::string& id = names.at(disks[i].directory);
    config::Object& object =
        out.ensure({ObjectKey{ObjectClass::storage, disks[i].plugin}, ObjectKey{ObjectClass::disk, id}});
    read_disk(disks[i], id, {answer(0), answer(1), answer(2)}, object);
  }
  return names;
}

}  // namespace lunet::target
