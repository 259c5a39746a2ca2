// SPDX-License-Identifier: Apache-2.0
#include "target/steps.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "base/byte_size.h"
#include "base/text.h"
#include "target/changes.h"
#include "target/names.h"

namespace lunet::target {
namespace {

using config::ObjectClass;
using configfs::Verb;

constexpr std::uint64_t page_size = 4096;  ///< of rd_mcp: rd_pages counts these

Error missing_value(const config::Path& path, std::string_view name) {
  return Error{EINVAL, fmt::format("{}: '{}' is not set", config::path_text(path), name), "set it"};
}

bool is_yes(std::string_view value) {
  return parse_bool(value).value_or(false);
}

void add(Step& step, Verb verb, std::string path, std::string text = "") {
  step.operations.push_back({verb, std::move(path), std::move(text)});
}
void add_undo(Step& step, Verb verb, std::string path, std::string text = "") {
  step.undo.push_back({verb, std::move(path), std::move(text)});
}

void add_groups(Step& step, const config::Object& object, ObjectClass object_class,
                const std::string& directory) {
  for (const GroupChange& change : group_changes(config::Object{}, object)) {
    add(step, Verb::write, directory + "/" + group_file(object_class, change.group, change.name),
        group_text(change.group, change.name, change.value));
  }
}

/// The path of a disk; control strings have no quoting.
Result<std::string> path_of_disk(const config::Object& disk, const config::Path& path) {
  const std::string_view file = disk.attribute("path");
  if (file.empty()) return missing_value(path, "path");
  if (file.find_first_of(std::string_view(",\n\0", 3)) != std::string_view::npos) {
    return Error{EINVAL,
                 fmt::format("{}: path '{}' has a comma, a line end or a NUL", config::path_text(path), file),
                 "rename the file: the target would open another one"};
  }
  return std::string(file);
}

/// As targetcli writes it (features 4.2.1).
Result<> add_iblock(Step& step, const config::Object& disk, const config::Path& path,
                    const std::string& directory) {
  const std::string device = TRY(path_of_disk(disk, path));
  add(step, Verb::write, directory + "/udev_path", device);
  add(step, Verb::write, directory + "/control", "udev_path=" + device);
  add(step, Verb::write, directory + "/control",
      fmt::format("readonly={}", is_yes(disk.attribute("readonly")) ? 1 : 0));
  return {};
}

Result<> add_fileio(Step& step, const config::Object& disk, const config::Path& path,
                    const std::string& directory) {
  const std::string file = TRY(path_of_disk(disk, path));
  std::string control = fmt::format("fd_dev_name={}", file);
  // A block device has a size of its own; none is given then.
  if (!disk.attribute("size").empty()) {
    const std::uint64_t size = TRY(parse_byte_size(disk.attribute("size")));
    control += fmt::format(",fd_dev_size={}", size);
  }
  add(step, Verb::write, directory + "/control", control);
  if (is_yes(disk.attribute("buffered"))) {
    add(step, Verb::write, directory + "/attrib/emulate_write_cache", "1");
    add(step, Verb::write, directory + "/control", "fd_buffered_io=1");
  }
  add(step, Verb::write, directory + "/udev_path", file);
  return {};
}

Result<> add_ramdisk(Step& step, const config::Object& disk, const config::Path& path,
                     const std::string& directory) {
  if (disk.attribute("size").empty()) return missing_value(path, "size");
  const std::uint64_t size = TRY(parse_byte_size(disk.attribute("size")));
  const std::uint64_t pages =
      std::max<std::uint64_t>(1, size / page_size + (size % page_size >= page_size / 2 ? 1 : 0));
  add(step, Verb::write, directory + "/control", fmt::format("rd_pages={}", pages));
  if (is_yes(disk.attribute("nullio"))) add(step, Verb::write, directory + "/control", "rd_nullio=1");
  return {};
}

/// Each of these fills `step`; the undo is complete also when they fail.
Result<> make_disk(Step& step, const config::Object& disk, const config::Path& path,
                   const std::string& directory, const MakeOptions& options) {
  const std::string hba = directory.substr(0, directory.rfind('/'));
  add_undo(step, Verb::remove_dir, directory);
  if (options.make_hba) add_undo(step, Verb::remove_dir, hba);
  if (options.make_hba) add(step, Verb::make_dir, hba);
  add(step, Verb::make_dir, directory);
  if (path[0].id == "fileio") {
    TRY_OK(add_fileio(step, disk, path, directory));
  } else if (path[0].id == "iblock") {
    TRY_OK(add_iblock(step, disk, path, directory));
  } else if (path[0].id == "rd_mcp") {
    TRY_OK(add_ramdisk(step, disk, path, directory));
  } else {
    return Error{
        EINVAL,
        fmt::format("{}: this version cannot make disks of plugin '{}'", config::path_text(path), path[0].id),
        ""};
  }
  add(step, Verb::write, directory + "/enable", "1\n");
  if (const auto wwn = disk.attribute("wwn"); !wwn.empty()) {
    add(step, Verb::write, directory + "/wwn/vpd_unit_serial", std::string(wwn) + "\n");
  }
  add_groups(step, disk, ObjectClass::disk, directory);
  return {};
}

Result<> make_lun(Step& step, const config::Tree& tree, const config::Path& path,
                  const std::string& directory) {
  const config::Object& lun = *tree.find(path);
  const std::string link = fmt::format("{}/{}", directory, lun.attribute("alias"));
  const bool has_link = !lun.attribute("alias").empty();
  if (has_link) add_undo(step, Verb::unlink, link);
  add_undo(step, Verb::remove_dir, directory);
  add(step, Verb::make_dir, directory);
  const config::Path disk = reference_of(tree, path);
  if (disk.empty() || tree.find(disk) == nullptr) {
    return Error{
        EINVAL,
        fmt::format("{}: its disk '{}' does not exist", config::path_text(path), lun.attribute("backend")),
        "create the disk first"};
  }
  if (!has_link) return missing_value(path, "alias");
  add(step, Verb::link, link, TRY(directory_of(tree, disk)));
  return {};
}

Result<> make_mapped_lun(Step& step, const config::Tree& tree, const config::Path& path,
                         const std::string& directory, const MakeOptions& options) {
  const config::Object& mapped = *tree.find(path);
  const bool read_only = is_yes(mapped.attribute("write_protect"));
  const bool guarded = read_only && !options.prod_mode_write_protect.empty();
  const std::string guard = directory.substr(0, directory.find("/acls/")) + "/attrib/prod_mode_write_protect";
  const std::string link = fmt::format("{}/{}", directory, mapped.attribute("alias"));
  const bool has_link = !mapped.attribute("alias").empty();
  if (has_link) add_undo(step, Verb::unlink, link);
  add_undo(step, Verb::remove_dir, directory);
  if (guarded && !options.for_removal) add_undo(step, Verb::write, guard, options.prod_mode_write_protect);
  if (guarded) add(step, Verb::write, guard, "1");
  add(step, Verb::make_dir, directory);
  const config::Path lun = reference_of(tree, path);
  if (lun.empty() || tree.find(lun) == nullptr) {
    return Error{
        EINVAL,
        fmt::format("{}: LUN {} does not exist", config::path_text(path), mapped.attribute("target_lun")),
        "create the LUN first"};
  }
  if (!has_link) return missing_value(path, "alias");
  add(step, Verb::link, link, TRY(directory_of(tree, lun)));
  add(step, Verb::write, directory + "/write_protect", read_only ? "1" : "0");
  if (guarded) add(step, Verb::write, guard, options.prod_mode_write_protect);
  return {};
}

Result<> make_directory(Step& step, const config::Object& object, ObjectClass object_class,
                        const std::string& directory) {
  add(step, Verb::make_dir, directory);
  add_groups(step, object, object_class, directory);
  add_undo(step, Verb::remove_dir, directory);
  return {};
}

}  // namespace

Result<Step> make_object(const config::Tree& tree, const config::Path& path, const MakeOptions& options) {
  const std::string directory = TRY(directory_of(tree, path));
  const ObjectClass object_class = path.back().object_class;
  Step step{Change::created, config::path_text(path), {}, {}};
  Result<> made;
  if (object_class == ObjectClass::disk) {
    made = make_disk(step, *tree.find(path), path, directory, options);
  } else if (object_class == ObjectClass::lun) {
    made = make_lun(step, tree, path, directory);
  } else if (object_class == ObjectClass::mapped_lun) {
    made = make_mapped_lun(step, tree, path, directory, options);
  } else {
    made = make_directory(step, *tree.find(path), object_class, directory);
  }
  if (!made && !options.for_removal) return std::move(made).error();
  return step;
}

Step reversed(Step step) {
  std::swap(step.operations, step.undo);
  if (step.change == Change::created) {
    step.change = Change::removed;
  } else if (step.change == Change::removed) {
    step.change = Change::created;
  }
  return step;
}

}  // namespace lunet::target
