// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <cstdlib>

#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/consent.h"
#include "shell/shell.h"

namespace lunet::shell {

using service::NodeKind;

// "~/x" is in the user's home; "~name" stays as it is. A relative path is one of the current folder.
Result<std::string> absolute_file(const std::string& typed) {
  if (typed.rfind("~/", 0) == 0) {
    const char* home = std::getenv("HOME");
    if (home != nullptr) return std::string(home) + typed.substr(1);
  }
  if (typed.rfind('/', 0) == 0) return typed;
  char* folder = ::realpath(".", nullptr);
  if (folder == nullptr) return system_error(errno, "finding the current folder");
  std::string path = std::string(folder) + "/" + typed;
  std::free(folder);
  return path;
}

// A disk is called as it was made: in the legacy hierarchy by its HBA.
static Outcome made_disk(const Invocation& call, Outcome outcome) {
  if (call.place.hba && !outcome.created.empty())
    outcome.created = fmt::format("{}/{}", call.place.path, call.arguments.text("name"));
  return outcome;
}

static Result<Outcome> create_fileio(const Invocation& call) {
  const Arguments& arguments = call.arguments;
  service::FileioOptions options;
  options.hba = call.place.hba;
  options.name = arguments.text("name");
  options.path = TRY(absolute_file(arguments.text("file_or_dev")));
  if (arguments.has("size")) options.size_bytes = arguments.size("size");
  options.write_back = arguments.flag("buffered");
  options.sparse = arguments.flag("sparse");
  options.wwn = arguments.text("wwn");
  options.generate_wwn = arguments.flag("generate_wwn");
  options.model_alias = call.session.preferences.flag("export_backstore_name_as_model");
  service::Service* service = TRY(call.session.runtime.service());
  return made_disk(call, outcome_of(TRY(service->create_fileio(options))));
}

static Result<Outcome> create_block(const Invocation& call) {
  const Arguments& arguments = call.arguments;
  service::BlockOptions options;
  options.hba = call.place.hba;
  options.name = arguments.text("name");
  options.device = TRY(absolute_file(arguments.text("dev")));
  if (arguments.has("readonly")) options.read_only = arguments.flag("readonly");
  options.exclusive = arguments.flag("exclusive");
  options.wwn = arguments.text("wwn");
  options.model_alias = call.session.preferences.flag("export_backstore_name_as_model");
  service::Service* service = TRY(call.session.runtime.service());
  return made_disk(call, outcome_of(TRY(service->create_block(options))));
}

static Result<Outcome> create_ramdisk(const Invocation& call) {
  const Arguments& arguments = call.arguments;
  service::RamdiskOptions options;
  options.hba = call.place.hba;
  options.name = arguments.text("name");
  options.size_bytes = arguments.size("size");
  options.nullio = arguments.flag("nullio");
  options.wwn = arguments.text("wwn");
  options.model_alias = call.session.preferences.flag("export_backstore_name_as_model");
  service::Service* service = TRY(call.session.runtime.service());
  return made_disk(call, outcome_of(TRY(service->create_ramdisk(options))));
}

static Result<Outcome> create_pscsi(const Invocation& call) {
  service::PscsiOptions options;
  options.hba = call.place.hba;
  options.name = call.arguments.text("name");
  options.device = call.arguments.text("dev");
  // HOST:CHANNEL:TARGET:LUN is no path.
  if (options.device.find(':') == std::string::npos || options.device.find('/') != std::string::npos)
    options.device = TRY(absolute_file(options.device));
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  return made_disk(call, outcome_of(TRY(tasks->create_pscsi(options))));
}

static Result<Outcome> create_user(const Invocation& call) {
  const Arguments& arguments = call.arguments;
  service::UserOptions options;
  options.name = arguments.text("name");
  options.size_bytes = arguments.size("size");
  options.handler = call.place.handler;
  options.config = arguments.text("cfgstring");
  options.wwn = arguments.text("wwn");
  if (arguments.has("hw_max_sectors")) options.max_sectors = arguments.number("hw_max_sectors");
  options.control = arguments.text("control");
  if (options.handler.empty()) {
    return Error{EINVAL, "which program serves the disk?",
                 "name the handler in the path: /backstores/user:qcow create NAME SIZE CFGSTRING"};
  }
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  return outcome_of(TRY(tasks->create_user(options)));
}

static Result<Outcome> change_medium(const Invocation& call) {
  const Arguments& arguments = call.arguments;
  service::UserOptions options;
  options.name = arguments.text("name");
  options.size_bytes = arguments.size("size");
  options.config = arguments.text("cfgstring");
  options.handler = call.place.handler;
  // Whoever is logged in has other data under it at once, and may be cut off.
  const Place disk = TRY(child_of(call.place, options.name));
  TRY_OK(require_consent_to(call.session, "changemedium", disk));
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  return outcome_of(TRY(tasks->change_medium(options)));
}

// What the handler takes, in its own words.
static Result<Outcome> handler_info(const Invocation& call) {
  const std::string& name = call.place.handler;
  for (const service::UserHandler& handler : call.session.runtime.user_handlers()) {
    if (handler.name != name) continue;
    Outcome outcome;
    outcome.details = {{"cfgstring", handler.description}, {"name", handler.name}};
    outcome.lines = {fmt::format("cfgstring: {}", handler.description),
                     fmt::format("name: {}", handler.name)};
    return outcome;
  }
  return Error{ENOENT, fmt::format("no handler {} answers on the message bus", name),
               "tcmu-runner has to run, with that handler; `ls /backstores` shows those that answer"};
}

static Result<Outcome> delete_disk(const Invocation& call) {
  const Place disk = TRY(find_child(call.place, call.arguments.text("name"), call.session));
  TRY_OK(require_consent_to(call.session, "delete", disk));
  service::Service* service = TRY(call.session.runtime.service());
  const auto hba = call.place.hba ? service::EmptyHba::stays : service::EmptyHba::goes;
  Outcome outcome = outcome_of(TRY(service->delete_disk(disk.plugin, disk.disk, hba)));
  if (!call.arguments.flag("save")) return outcome;
  auto saved = save_to_default_file(call);
  if (saved) {
    outcome.lines.insert(outcome.lines.end(), saved->lines.begin(), saved->lines.end());
  } else {
    outcome.warnings.push_back(
        fmt::format("it is deleted, but not so in the file: {}", saved.error().message));
  }
  return outcome;
}

static Result<> check_hbas_are_shown(const Invocation& call) {
  if (hierarchy_of(call.place, call.session) == service::Hierarchy::hbas) return {};
  return Error{EINVAL, "HBAs have no nodes of their own here: each disk has one",
               "disks are made below, as in /backstores/fileio; `set global legacy_hba_view=true` "
               "shows HBAs"};
}

static Result<Outcome> create_hba(const Invocation& call) {
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  TRY_OK(check_hbas_are_shown(call));
  const std::string typed = call.arguments.text("backstore_plugin");
  const std::string_view plugin = plugin_from_name(typed);
  if (plugin.empty()) {
    return Error{EINVAL, fmt::format("there is no backstore plugin '{}'", typed),
                 "the plugins are pscsi, rd_mcp, fileio and iblock"};
  }
  return outcome_of(TRY(tasks->create_hba(plugin)));
}

static Result<Outcome> delete_hba(const Invocation& call) {
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  TRY_OK(check_hbas_are_shown(call));
  const std::string typed = call.arguments.text("backstore");
  const Place hba = TRY(child_of(call.place, typed));
  if (hba.kind != NodeKind::hba) {
    return Error{EINVAL, fmt::format("'{}' is no backstore of this hierarchy", typed),
                 "they are named PLUGIN and number, as in fileio0"};
  }
  TRY_OK(require_consent_to(call.session, "delete", hba));
  return outcome_of(TRY(tasks->delete_hba(hba.plugin, *hba.hba)));
}

std::vector<Command> hba_commands() {
  return {
      {.name = "create",
       .page = "create-hba",
       .kinds = {NodeKind::backstores},
       .parameters = {{.name = "backstore_plugin", .complete = complete_plugin}},
       .of_hbas = true,
       .run = create_hba},
      {.name = "delete",
       .page = "delete-hba",
       .kinds = {NodeKind::backstores},
       .parameters = {{.name = "backstore", .complete = complete_hba}},
       .of_hbas = true,
       .run = delete_hba},
  };
}

std::vector<Command> backstore_commands() {
  return {
      {.name = "create",
       .page = "create-fileio",
       .kinds = {NodeKind::plugin, NodeKind::hba},
       .plugin = "fileio",
       .parameters = {{"name"},
                      {.name = "file_or_dev", .complete = complete_file},
                      {"size", ParameterType::size, false},
                      {"buffered", ParameterType::boolean, false, "true", "write_back"},
                      {"sparse", ParameterType::boolean, false, "true"},
                      {"wwn", ParameterType::text, false},
                      {"generate_wwn", ParameterType::boolean, false, "true"}},
       .run = create_fileio},
      {.name = "create",
       .page = "create-block",
       .kinds = {NodeKind::plugin, NodeKind::hba},
       .plugin = "iblock",
       .parameters = {{"name"},
                      {.name = "dev", .complete = complete_block_device},
                      {"readonly", ParameterType::boolean, false},
                      {"wwn", ParameterType::text, false},
                      {"exclusive", ParameterType::boolean, false, "true"}},
       .run = create_block},
      {.name = "create",
       .page = "create-ramdisk",
       .kinds = {NodeKind::plugin, NodeKind::hba},
       .plugin = "rd_mcp",
       .parameters = {{"name"},
                      {"size", ParameterType::size},
                      {"nullio", ParameterType::boolean, false, "false"},
                      {"wwn", ParameterType::text, false}},
       .run = create_ramdisk},
      {.name = "create",
       .page = "create-pscsi",
       .kinds = {NodeKind::plugin, NodeKind::hba},
       .plugin = "pscsi",
       .parameters = {{"name"}, {.name = "dev", .complete = complete_block_device}},
       .run = create_pscsi},
      {.name = "create",
       .page = "create-user",
       .kinds = {NodeKind::plugin},
       .plugin = "user",
       .parameters = {{"name"},
                      {"size", ParameterType::size},
                      {"cfgstring"},
                      {"wwn", ParameterType::text, false},
                      {"hw_max_sectors", ParameterType::number, false},
                      {"control", ParameterType::text, false}},
       .run = create_user},
      {.name = "changemedium",
       .kinds = {NodeKind::plugin},
       .plugin = "user",
       .parameters = {{.name = "name", .complete = complete_child},
                      {"size", ParameterType::size},
                      {"cfgstring"}},
       .run = change_medium},
      {.name = "info",
       .page = "info-handler",
       .kinds = {NodeKind::plugin},
       .plugin = "user",
       .run = handler_info},
      {.name = "delete",
       .page = "delete-disk",
       .kinds = {NodeKind::plugin, NodeKind::hba},
       .parameters = {{.name = "name", .complete = complete_child},
                      {"save", ParameterType::boolean, false, "false"}},
       .run = delete_disk},
  };
}

}  // namespace lunet::shell
