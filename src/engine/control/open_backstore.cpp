// SPDX-License-Identifier: Apache-2.0
#include "engine/control/open_backstore.h"

#include <fmt/core.h>

#include "base/text.h"
#include "engine/backstore/pass_through.h"

namespace lunet::control {

using configfs::ModelView;

namespace {

bool wants_write_back(const std::string& path, const ModelView& view) {
  return view.control_setting(path, "fd_buffered_io") == "1" ||
         view.value(path + "/attrib/emulate_write_cache") == "1";
}

}  // namespace

bool is_ram(std::string_view disk_path) {
  return disk_path.starts_with("core/rd_mcp_");
}

bool is_block_device(std::string_view disk_path) {
  return disk_path.starts_with("core/iblock_");
}

bool is_passed_through(std::string_view disk_path) {
  return disk_path.starts_with("core/pscsi_");
}

SlowCalls::Open open_backstore(const std::string& path, const ModelView& view,
                               std::vector<backstore::Holding> held) {
  if (is_ram(path)) {
    const auto pages = parse_unsigned(view.control_setting(path, "rd_pages")).value_or(0);
    const backstore::RamOptions options{pages * rd_page_bytes,
                                        view.control_setting(path, "rd_nullio") == "1"};
    return [options] { return backstore::open_ram(options); };
  }
  backstore::FileOptions options;
  options.held = std::move(held);
  if (path.starts_with("core/fileio_")) {
    options.path = view.control_setting(path, "fd_dev_name");
    options.size_bytes = parse_unsigned(view.control_setting(path, "fd_dev_size")).value_or(0);
    options.write_back = wants_write_back(path, view);
    return [options] { return backstore::open_file(options); };
  }
  if (is_block_device(path)) {
    options.path = view.control_setting(path, "udev_path");
    options.direct = true;
    options.read_only = view.control_setting(path, "readonly") == "1";
    return [options] { return backstore::open_file(options); };
  }
  if (is_passed_through(path)) {
    const auto number = [&](std::string_view key) {
      return parse_unsigned(view.control_setting(path, key)).value_or(0);
    };
    const backstore::ScsiAddress address{static_cast<std::uint32_t>(number("scsi_host_id")),
                                         static_cast<std::uint32_t>(number("scsi_channel_id")),
                                         static_cast<std::uint32_t>(number("scsi_target_id")),
                                         number("scsi_lun_id")};
    return [address] { return backstore::open_scsi(address); };
  }
  return [path]() -> SlowCalls::Opened {
    return Error{ENOSYS, fmt::format("{}: this plugin cannot be enabled on lunetd in this version", path),
                 "use the fileio, block, pscsi or ramdisk backstore, or the kernel runtime"};
  };
}

}  // namespace lunet::control
