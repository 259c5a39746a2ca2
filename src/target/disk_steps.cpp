// SPDX-License-Identifier: Apache-2.0
#include "target/disk_steps.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/byte_size.h"
#include "base/text.h"
#include "target/steps.h"

namespace lunet::target {
namespace {

using configfs::Operation;
using configfs::Verb;

class Settings {
 public:
  Settings(std::vector<Operation>& operations, const config::Object& disk, const config::Path& path,
           const std::string& directory)
      : operations_(operations), disk_(disk), path_(path), directory_(directory) {}

  Result<> run() {
    const std::string& plugin = path_[0].id;
    if (plugin == "fileio") return add_fileio();
    if (plugin == "iblock") return add_iblock();
    if (plugin == "rd_mcp") return add_ramdisk();
    if (plugin == "pscsi") return add_pscsi();
    if (plugin == "user") return add_user();
    return Error{
        EINVAL,
        fmt::format("{}: this version cannot make disks of plugin '{}'", config::path_text(path_), plugin),
        ""};
  }

 private:
  void write(std::string_view file, std::string text) {
    operations_.push_back({Verb::write, fmt::format("{}/{}", directory_, file), std::move(text)});
  }

  /// Control strings have no quoting.
  Result<std::string> plain(std::string_view name) const {
    const std::string_view value = disk_.attribute(name);
    if (value.empty()) return missing_value(path_, name);
    if (value.find_first_of(std::string_view(",\n\0", 3)) != std::string_view::npos) {
      return Error{
          EINVAL,
          fmt::format("{}: {} '{}' has a comma, a line end or a NUL", config::path_text(path_), name, value),
          "rename the file: the target would open another one"};
    }
    return std::string(value);
  }

  Result<> add_iblock() {
    const std::string device = TRY(plain("path"));
    write("udev_path", device);
    write("control", "udev_path=" + device);
    write("control", fmt::format("readonly={}", is_yes(disk_.attribute("readonly")) ? 1 : 0));
    if (const std::string_view exclusive = disk_.attribute("exclusive"); !exclusive.empty())
      write("control", fmt::format("exclusive={}", is_yes(exclusive) ? 1 : 0));
    return {};
  }

  Result<> add_fileio() {
    const std::string file = TRY(plain("path"));
    std::string control = fmt::format("fd_dev_name={}", file);
    // A block device has a size of its own; none is given then.
    if (!disk_.attribute("size").empty())
      control += fmt::format(",fd_dev_size={}", TRY(parse_byte_size(disk_.attribute("size"))));
    write("control", std::move(control));
    if (is_yes(disk_.attribute("buffered"))) {
      write("attrib/emulate_write_cache", "1");
      write("control", "fd_buffered_io=1");
    }
    if (is_yes(disk_.attribute("aio"))) write("control", "fd_async_io=1");
    write("udev_path", file);
    return {};
  }

  Result<> add_ramdisk() {
    if (disk_.attribute("size").empty()) return missing_value(path_, "size");
    const std::uint64_t size = TRY(parse_byte_size(disk_.attribute("size")));
    write("control", fmt::format("rd_pages={}", ram_pages(size)));
    if (is_yes(disk_.attribute("nullio"))) write("control", "rd_nullio=1");
    return {};
  }

  /// HOST:CHANNEL:TARGET:LUN: in the name of a bsg node, or as the kernel says of a block, tape or generic
  /// device.
  static std::string scsi_address(const std::string& device) {
    std::string name = device.substr(device.rfind('/') + 1);
    if (std::count(name.begin(), name.end(), ':') == 3) return name;
    std::error_code error;
    const std::filesystem::path real = std::filesystem::canonical(device, error);
    const std::string node = error ? name : real.filename().string();
    for (const std::string_view folder : {"block", "scsi_generic", "scsi_tape", "scsi_changer", "bsg"}) {
      const auto link =
          std::filesystem::canonical(fmt::format("/sys/class/{}/{}/device", folder, node), error);
      if (!error) return link.filename().string();
    }
    return {};
  }

  Result<> add_pscsi() {
    const std::string device = TRY(plain("path"));
    const std::string address = scsi_address(device);
    const auto numbers = split(address, ':');
    if (numbers.size() != 4 || !std::all_of(numbers.begin(), numbers.end(), [](std::string_view n) {
          return parse_unsigned(n).has_value();
        })) {
      return Error{ENODEV,
                   fmt::format("{}: {} is no SCSI device of this machine", config::path_text(path_), device),
                   "see `lsscsi -g`"};
    }
    write("control", fmt::format("scsi_host_id={},scsi_channel_id={},scsi_target_id={},scsi_lun_id={}",
                                 numbers[0], numbers[1], numbers[2], numbers[3]));
    write("udev_path", device);
    return {};
  }

  Result<> add_user() {
    write("control", "dev_config=" + TRY(plain("config")));
    if (disk_.attribute("size").empty()) return missing_value(path_, "size");
    write("control", fmt::format("dev_size={}", TRY(parse_byte_size(disk_.attribute("size")))));
    if (const auto sectors = disk_.attribute("hw_max_sectors"); !sectors.empty())
      write("control", fmt::format("hw_max_sectors={}", sectors));
    if (const auto more = disk_.attribute("control"); !more.empty()) write("control", std::string(more));
    return {};
  }

  std::vector<Operation>& operations_;
  const config::Object& disk_;
  const config::Path& path_;
  const std::string& directory_;
};

}  // namespace

std::uint64_t ram_pages(std::uint64_t bytes) {
  const std::uint64_t nearest =
      bytes / ram_page_bytes + (bytes % ram_page_bytes >= ram_page_bytes / 2 ? 1 : 0);
  return std::max<std::uint64_t>(1, nearest);
}

Result<> add_settings(std::vector<Operation>& operations, const config::Object& disk,
                      const config::Path& path, const std::string& directory) {
  return Settings(operations, disk, path, directory).run();
}

}  // namespace lunet::target
