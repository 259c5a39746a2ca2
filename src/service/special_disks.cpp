// SPDX-License-Identifier: Apache-2.0
// SCSI devices passed through, and disks of user-space handlers, which only the kernel's target has.
#include <dirent.h>
#include <fmt/core.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "service/block_device.h"
#include "service/hbas.h"
#include "service/names.h"
#include "service/task_verbs.h"
#include "service/user_handlers.h"
#include "target/names.h"

namespace lunet::service {
namespace {

using config::ObjectClass;
using config::Path;

Result<> check_runtime_has(const Editor& editor, std::string_view plugin) {
  if (editor.runtime() == RuntimeKind::kernel) return {};
  return Error{EOPNOTSUPP, fmt::format("lunetd has no disks of {}", plugin),
               "the kernel's target has them: --runtime kernel; a block device is a disk of block here"};
}

bool is_address(std::string_view text) {
  const auto numbers = split(text, ':');
  return numbers.size() == 4 && std::all_of(numbers.begin(), numbers.end(), [](std::string_view number) {
           return parse_unsigned(number).has_value();
         });
}

/// The device node of HOST:CHANNEL:TARGET:LUN: a disk's, else the generic one.
Result<std::string> device_at(const std::string& address) {
  for (const std::string_view kind : {"block", "scsi_tape", "scsi_changer", "scsi_generic"}) {
    std::error_code error;
    const auto folder = fmt::format("/sys/class/scsi_device/{}/device/{}", address, kind);
    for (const auto& entry : std::filesystem::directory_iterator(folder, error))
      return "/dev/" + entry.path().filename().string();
  }
  return Error{ENODEV, fmt::format("there is no SCSI device {}", address), "see `lsscsi -g`"};
}

std::string config_of(const UserOptions& options) {
  return fmt::format("{}/{}", options.handler, options.config);
}

/// What the handler says of the configuration, before anything is made.
Result<> check_config(const Editor& editor, const UserOptions& options) {
  if (editor.handlers() == nullptr) return {};
  auto taken = editor.handlers()->check(options.handler, config_of(options));
  if (taken) return {};
  return std::move(taken)
      .error()
      .during(fmt::format("creating user '{}': handler {} does not take '{}'", options.name, options.handler,
                          options.config))
      .advise(fmt::format("`/backstores/user:{} info` says what it takes", options.handler));
}

bool nobody_serves(const Editor& editor) {
  if (editor.handlers() == nullptr) return true;
  const auto handlers = editor.handlers()->list();
  return !handlers || handlers->empty();
}

bool serves(const Editor& editor, const std::string& handler) {
  const auto handlers = editor.handlers()->list();
  return handlers && std::any_of(handlers->begin(), handlers->end(),
                                 [&](const UserHandler& one) { return one.name == handler; });
}

/// The kernel waits for a tcmu-runner that it has seen before.
Error explained(Error error) {
  const std::string start = "no tcmu-runner answers on the message bus: start it first";
  error.hint = error.hint.empty() ? start : fmt::format("{}; {}", start, error.hint);
  return error;
}

}  // namespace

Result<Report> create_pscsi(Editor& editor, const PscsiOptions& options) {
  return editor.run([&](Draft& draft) -> Result<> {
    const Path path = TRY(new_disk_path(draft.tree, "pscsi", options.name, options.hba));
    (void)TRY(check_new_disk(draft, path, "", false));
    config::Object disk;
    const std::string device = is_address(options.device) ? TRY(device_at(options.device)) : options.device;
    struct stat status{};
    if (::stat(device.c_str(), &status) != 0)
      return system_error(errno, fmt::format("creating pscsi '{}': {}", options.name, device))
          .advise("see `lsscsi -g`");
    const Path other = disk_of_file(draft.tree, device);
    if (!other.empty()) {
      return Error{EBUSY, fmt::format("{} is the disk {} already", device, shell_path(other)),
                   "a device serves one disk at a time"};
    }
    disk.attributes["path"] = device;
    TRY_OK(add_disk(draft, path, std::move(disk), editor.live(), options.hba));
    if (S_ISBLK(status.st_mode))
      draft.report.lines.emplace_back("Note: block backstore preferred for best results");
    draft.report.lines.push_back(
        fmt::format("Created pscsi storage object {} using {}", options.name, device));
    return {};
  });
}

Result<Report> create_user(Editor& editor, const UserOptions& options) {
  bool nobody = false;
  auto made = editor.run([&](Draft& draft) -> Result<> {
    TRY_OK(check_runtime_has(editor, "user"));
    const Path path = disk_path_of("user", options.name);
    const std::string serial = TRY(check_new_disk(draft, path, options.wwn, true));
    if (options.config.find(':') != std::string::npos || options.config.find(',') != std::string::npos) {
      return Error{EINVAL, fmt::format("the configuration '{}' has a colon or a comma", options.config),
                   "tcmu-runner's handlers take none there"};
    }
    if (options.size_bytes == 0)
      return Error{EINVAL, "a size of 0 is no disk", "give a size, such as size=10G"};
    TRY_OK(check_config(editor, options));
    nobody = nobody_serves(editor);
    config::Object disk;
    disk.attributes["config"] = config_of(options);
    disk.attributes["size"] = std::to_string(options.size_bytes);
    if (options.max_sectors) disk.attributes["hw_max_sectors"] = std::to_string(*options.max_sectors);
    if (!options.control.empty()) disk.attributes["control"] = options.control;
    disk.attributes["wwn"] = serial;
    TRY_OK(add_disk(draft, path, std::move(disk), editor.live()));
    draft.report.lines.push_back(
        fmt::format("Created user-backed storage object {} size {}.", options.name, options.size_bytes));
    if (nobody)
      draft.report.warnings.push_back(fmt::format(
          "no tcmu-runner answers on the message bus: what uses '{}' waits until one with handler {} runs",
          options.name, options.handler));
    return {};
  });
  if (!made && nobody) return explained(std::move(made).error());
  return made;
}

/// For a handler that changes no media: the disk goes, and what exports it, and comes with the other one.
static Result<Report> make_with_medium(Editor& editor, const Path& path, const UserOptions& options) {
  TRY_OK(check_config(editor, options));
  return editor.run([&](Draft& draft) -> Result<> {
    config::Object* disk = draft.tree.find(path);
    if (disk == nullptr) return Error{ENOENT, fmt::format("there is no user disk '{}'", options.name), ""};
    disk->attributes["config"] = config_of(options);
    disk->attributes["size"] = std::to_string(options.size_bytes);
    draft.report.lines.push_back(
        fmt::format("Medium changed: handler {} cannot, so the disk was made again, with what exports it.",
                    options.handler));
    return {};
  });
}

Result<Report> change_medium(Editor& editor, const UserOptions& options) {
  TRY_OK(check_runtime_has(editor, "user"));
  const Path path = disk_path_of("user", options.name);
  const store::Store::Head head = TRY(editor.store().head());
  if (head.tree.find(path) == nullptr)
    return Error{ENOENT, fmt::format("there is no user disk '{}'", options.name),
                 fmt::format("see `ls /backstores/user:{}`", options.handler)};
  if (editor.handlers() == nullptr)
    return Error{EOPNOTSUPP, "nobody can be asked to change a medium: there is no message bus",
                 "tcmu-runner and the system's D-Bus have to run"};
  if (editor.dry_run()) {
    Report report;
    report.lines = {"Nothing was changed: this was a dry run."};
    return report;
  }
  auto changed =
      editor.handlers()->change_medium(options.handler, options.name, options.size_bytes, config_of(options));
  if (!changed && changed.error().errnum == EOPNOTSUPP && serves(editor, options.handler))
    return make_with_medium(editor, path, options);
  TRY_OK(std::move(changed));
  // The handler has told the kernel; what runs now is what is recorded.
  Report report = TRY(editor.adopt(Scope{path, {}}));
  report.lines.insert(report.lines.begin(), "Medium changed.");
  report.changed = true;
  return report;
}

Result<Report> set_transport(Editor& editor, const PortalRef& portal, Transport transport, bool on) {
  return editor.run([&](Draft& draft) -> Result<> {
    const config::Object* tpg = TRY(find_tpg(draft, portal.tpg));
    const std::string id = TRY(portal_id(portal.ip, portal.port));
    Path path;
    for (const auto& [key, child] : tpg->children) {
      if (key.object_class == ObjectClass::portal && portal_key(key.id) == portal_key(id))
        path = below(tpg_path(portal.tpg), ObjectClass::portal, std::string_view(key.id));
    }
    if (path.empty()) {
      return Error{ENOENT, fmt::format("TPG {} has no portal {}", portal.tpg.tag, id),
                   fmt::format("see `ls {}/portals`", shell_path(tpg_path(portal.tpg)))};
    }
    const std::string name = transport == Transport::iser ? "iser" : "offload";
    if (on && editor.runtime() == RuntimeKind::lunetd) {
      return Error{EOPNOTSUPP, fmt::format("portal {}: lunetd serves TCP only, it has no {}", id, name),
                   "the kernel's target has it: --runtime kernel"};
    }
    config::Object* object = draft.tree.find(path);
    const bool is_on = parse_bool(object->attribute(name)).value_or(false);
    if (is_on == on) {
      draft.report.lines.push_back(fmt::format("{} is {} already.", name, on ? "enabled" : "disabled"));
      return {};
    }
    object->attributes[name] = yes_no(on);
    draft.report.lines.push_back(fmt::format("{} enable now: {}", name, on ? "True" : "False"));
    return {};
  });
}

}  // namespace lunet::service
