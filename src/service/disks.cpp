// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.h"
#include "service/block_device.h"
#include "service/ensure.h"
#include "service/hbas.h"
#include "service/names.h"
#include "service/verbs.h"
#include "target/changes.h"
#include "target/disk_steps.h"
#include "target/names.h"

namespace lunet::service {
namespace {

using config::ObjectClass;
using config::ObjectKey;
using config::Path;

}  // namespace

Result<std::string> check_new_disk(const Draft& draft, const Path& path, std::string_view given_serial,
                                   bool generate) {
  const std::string& name = path.back().id;
  const std::string_view plugin = target::shell_plugin(path[0].id);
  TRY_OK(check_disk_name(name));
  TRY_OK(check_serial(given_serial));
  if (draft.tree.find(path) != nullptr) {
    return Error{EEXIST, fmt::format("there is a {} disk '{}' already", plugin, name), "choose another name"};
  }
  if (!given_serial.empty()) {
    const auto others = draft.tree.root.children.find_all({ObjectClass::disk, "wwn", given_serial});
    if (!others.empty()) {
      return Error{
          EEXIST,
          fmt::format("disk '{}' has the serial '{}' already", others.front().back().id, given_serial),
          "initiators would take both for one disk; leave 'wwn' out to get a random one"};
    }
  }
  if (!given_serial.empty() || !generate) return std::string(given_serial);
  return random_uuid();
}

namespace {

FileUsers files_in_use(const config::Tree& tree) {
  FileUsers files;
  for (const auto& [storage_key, storage] : tree.root.children) {
    if (storage_key.object_class != ObjectClass::storage) continue;
    for (const auto& [disk_key, disk] : storage.children) {
      if (const auto path = disk.attribute("path"); !path.empty()) files.emplace_back(disk_key.id, path);
    }
  }
  return files;
}

}  // namespace

Result<> add_disk(Draft& draft, const Path& path, config::Object disk, configfs::Tree& live,
                  std::optional<unsigned> hba) {
  if (!hba) hba = TRY(target::free_hba(live, draft.tree));
  disk.attributes["hba"] = std::to_string(*hba);
  // A twin on another HBA has the name already.
  if (const std::string suffix = fmt::format(".hba{}", *hba); path.back().id.ends_with(suffix)) {
    const std::string name = path.back().id.substr(0, path.back().id.size() - suffix.size());
    if (draft.tree.find(disk_path_of(path[0].id, name)) != nullptr) disk.attributes["name"] = name;
  }
  draft.report.created = shell_path(path);
  draft.tree.ensure(path) = std::move(disk);
  return {};
}

namespace {

/// Ruling 7: what the target opened is what was asked for. `before` and `after` stand around the path in
/// `info`.
Result<> check_opened(configfs::Tree& live, const Draft& draft, const Path& path,
                      std::pair<std::string_view, std::string_view> around) {
  const std::string directory = TRY(target::directory_of(draft.tree, path));
  const std::string info = TRY(live.read(directory + "/info"));
  const auto expected =
      fmt::format("{}{}{}", around.first, draft.tree.find(path)->attribute("path"), around.second);
  if (info.find(expected) != std::string::npos) return {};
  return Error{EIO,
               fmt::format("creating {} '{}': the target opened another file; {}/info says: {}",
                           target::shell_plugin(path[0].id), path.back().id, directory, trim(info)),
               "use a path without special characters"};
}

/// An older kernel takes no notice of the word.
Result<> check_shared(configfs::Tree& live, const Draft& draft, const Path& path) {
  const std::string directory = TRY(target::directory_of(draft.tree, path));
  const std::string info = TRY(live.read(directory + "/info"));
  if (info.find("exclusive: 0") != std::string::npos) return {};
  return Error{
      EOPNOTSUPP,
      fmt::format("creating block '{}': this kernel claims the device for itself alone", path.back().id),
      "exclusive=false needs Linux 6.17 or newer; leave it out"};
}

/// The LUNs and what maps them.
void remove_luns(config::Object& tpg, const std::set<std::string>& numbers) {
  for (const std::string& number : numbers) tpg.children.erase(ObjectKey{ObjectClass::lun, number});
  tpg.children.edit_each(ObjectClass::acl, [&](const ObjectKey&, config::Object& acl) {
    erase_if(acl.children, [&](const auto& mapped) {
      return numbers.contains(std::string(mapped.second.attribute("target_lun")));
    });
  });
}

std::vector<Wish> wishes_of(const FileioOptions& options) {
  std::vector<Wish> wishes{{"path", options.path}, {"buffered", std::string(yes_no(options.write_back))}};
  if (options.size_bytes)
    wishes.emplace_back("size", std::to_string(*options.size_bytes / block_size * block_size));
  if (!options.wwn.empty()) wishes.emplace_back("wwn", options.wwn);
  if (options.hba) wishes.emplace_back("hba", std::to_string(*options.hba));
  return wishes;
}
std::vector<Wish> wishes_of(const BlockOptions& options) {
  std::vector<Wish> wishes{{"path", options.device}};
  if (options.read_only) wishes.emplace_back("readonly", yes_no(*options.read_only));
  if (!options.exclusive) wishes.emplace_back("exclusive", "no");
  if (!options.wwn.empty()) wishes.emplace_back("wwn", options.wwn);
  if (options.hba) wishes.emplace_back("hba", std::to_string(*options.hba));
  return wishes;
}
std::vector<Wish> wishes_of(const RamdiskOptions& options) {
  std::vector<Wish> wishes{
      {"size", std::to_string(target::ram_pages(options.size_bytes) * target::ram_page_bytes)},
      {"nullio", std::string(yes_no(options.nullio))}};
  if (!options.wwn.empty()) wishes.emplace_back("wwn", options.wwn);
  if (options.hba) wishes.emplace_back("hba", std::to_string(*options.hba));
  return wishes;
}

}  // namespace

Result<> add_fileio(Editor& editor, Draft& draft, const FileioOptions& options) {
  const Path path = TRY(new_disk_path(draft.tree, "fileio", options.name, options.hba));
  if (TRY(is_as_wished(editor, draft, path, wishes_of(options)))) return {};
  const std::string serial = TRY(check_new_disk(draft, path, options.wwn, options.generate_wwn));
  const FileRequest request{"fileio",
                            options.name,
                            options.path,
                            options.size_bytes,
                            options.sparse,
                            editor.runtime() == RuntimeKind::kernel,
                            [&draft] { return files_in_use(draft.tree); },
                            editor.progress()};
  BackingFile file = TRY(prepare_backing_file(request));
  draft.file = std::move(file.created);
  config::Object disk;
  disk.attributes["path"] = file.path;
  if (file.size_bytes) disk.attributes["size"] = std::to_string(*file.size_bytes);
  disk.attributes["buffered"] = yes_no(options.write_back);
  if (!serial.empty()) disk.attributes["wwn"] = serial;
  if (options.model_alias) disk.groups["attribute"]["emulate_model_alias"] = "1";
  TRY_OK(add_disk(draft, path, std::move(disk), editor.live(), options.hba));
  draft.report.lines = std::move(file.notes);
  draft.report.lines.push_back(fmt::format("Created fileio {} with size {}", options.name, file.capacity));
  draft.check_result = [&editor, path](Draft& made) {
    return check_opened(editor.live(), made, path, {"File: ", " "});
  };
  return {};
}

Result<Report> create_fileio(Editor& editor, const FileioOptions& options) {
  return editor.run([&](Draft& draft) { return add_fileio(editor, draft, options); });
}

Result<> add_block(Editor& editor, Draft& draft, const BlockOptions& options) {
  const Path path = TRY(new_disk_path(draft.tree, "iblock", options.name, options.hba));
  if (TRY(is_as_wished(editor, draft, path, wishes_of(options)))) return {};
  const std::string serial = TRY(check_new_disk(draft, path, options.wwn, true));
  if (!options.exclusive && editor.runtime() != RuntimeKind::kernel) {
    return Error{EOPNOTSUPP,
                 fmt::format("creating block '{}': lunetd claims its devices for itself alone", options.name),
                 "leave exclusive=false out, or use the kernel's target: --runtime kernel"};
  }
  FileRequest request;
  request.plugin = "block";
  request.disk = options.name;
  request.path = options.device;
  request.check_users = editor.runtime() == RuntimeKind::kernel && options.exclusive;
  request.users = [&draft] { return files_in_use(draft.tree); };
  BlockDevice device = TRY(prepare_block_device(request, options.read_only));
  config::Object disk;
  disk.attributes["path"] = device.path;
  disk.attributes["readonly"] = yes_no(device.read_only);
  if (!options.exclusive) disk.attributes["exclusive"] = "no";
  disk.attributes["wwn"] = serial;
  if (options.model_alias) disk.groups["attribute"]["emulate_model_alias"] = "1";
  TRY_OK(add_disk(draft, path, std::move(disk), editor.live(), options.hba));
  draft.report.lines = std::move(device.notes);
  draft.report.lines.push_back(
      fmt::format("Created block storage object {} using {}.", options.name, device.path));
  draft.check_result = [&editor, path, shared = !options.exclusive](Draft& made) -> Result<> {
    if (shared) TRY_OK(check_shared(editor.live(), made, path));
    return check_opened(editor.live(), made, path, {"UDEV PATH: ", "  readonly: "});
  };
  return {};
}

Result<Report> create_block(Editor& editor, const BlockOptions& options) {
  return editor.run([&](Draft& draft) { return add_block(editor, draft, options); });
}

Result<Report> create_ramdisk(Editor& editor, const RamdiskOptions& options) {
  return editor.run([&](Draft& draft) -> Result<> {
    const Path path = TRY(new_disk_path(draft.tree, "rd_mcp", options.name, options.hba));
    if (TRY(is_as_wished(editor, draft, path, wishes_of(options)))) return {};
    const std::string serial = TRY(check_new_disk(draft, path, options.wwn, options.generate_wwn));
    if (options.size_bytes == 0) {
      return Error{EINVAL, fmt::format("creating ramdisk '{}': a size of 0 is no disk", options.name),
                   "give a size, such as size=64M"};
    }
    const std::uint64_t size = target::ram_pages(options.size_bytes) * target::ram_page_bytes;
    config::Object disk;
    disk.attributes["size"] = std::to_string(size);
    if (options.nullio) disk.attributes["nullio"] = "yes";
    if (!serial.empty()) disk.attributes["wwn"] = serial;
    if (options.model_alias) disk.groups["attribute"]["emulate_model_alias"] = "1";
    TRY_OK(add_disk(draft, path, std::move(disk), editor.live(), options.hba));
    if (size != options.size_bytes) {
      draft.report.lines.push_back(
          fmt::format("The size of {} bytes is rounded to {} bytes, whole pages of {}", options.size_bytes,
                      size, target::ram_page_bytes));
    }
    draft.report.lines.push_back(
        fmt::format("Created ramdisk {} with size {}.", options.name, short_size(size)));
    return {};
  });
}

void remove_luns_of_disk(config::Tree& tree, std::string_view plugin, std::string_view name) {
  std::map<Path, std::set<std::string>> numbers;  // by portal group
  for (const Path& lun : target::luns_of(tree, disk_path_of(plugin, name)))
    numbers[Path(lun.begin(), lun.end() - 1)].insert(lun.back().id);
  for (const auto& [group, luns] : numbers) remove_luns(*tree.find(group), luns);
}

Result<Report> delete_disk(Editor& editor, std::string_view plugin, std::string_view name, EmptyHba hba) {
  return editor.run([&](Draft& draft) -> Result<> {
    const Path path = disk_path_of(plugin, name);
    if (draft.tree.find(path) == nullptr) {
      const std::string_view shown = target::shell_plugin(path[0].id);
      return Error{ENOENT, fmt::format("there is no {} disk '{}'", shown, name),
                   fmt::format("see `ls /backstores/{}`", shown)};
    }
    const auto number = parse_unsigned(std::as_const(draft.tree).find(path)->attribute("hba"));
    if (hba == EmptyHba::stays && number) keep_hba(draft.tree, plugin, static_cast<unsigned>(*number));
    remove_luns_of_disk(draft.tree, plugin, name);
    TRY_OK(draft.tree.remove(path));
    draft.report.lines.push_back(fmt::format("Deleted storage object {}.", name));
    return {};
  });
}

}  // namespace lunet::service
