// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include <cstdlib>

#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/consent.h"

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

static Result<Outcome> create_fileio(const Invocation& call) {
  const Arguments& arguments = call.arguments;
  service::FileioOptions options;
  options.name = arguments.text("name");
  options.path = TRY(absolute_file(arguments.text("file_or_dev")));
  if (arguments.has("size")) options.size_bytes = arguments.size("size");
  options.write_back = arguments.flag("buffered");
  options.sparse = arguments.flag("sparse");
  options.wwn = arguments.text("wwn");
  options.generate_wwn = arguments.flag("generate_wwn");
  options.model_alias = call.session.preferences.flag("export_backstore_name_as_model");
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->create_fileio(options)));
}

static Result<Outcome> create_block(const Invocation& call) {
  const Arguments& arguments = call.arguments;
  service::BlockOptions options;
  options.name = arguments.text("name");
  options.device = TRY(absolute_file(arguments.text("dev")));
  if (arguments.has("readonly")) options.read_only = arguments.flag("readonly");
  options.wwn = arguments.text("wwn");
  options.model_alias = call.session.preferences.flag("export_backstore_name_as_model");
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->create_block(options)));
}

static Result<Outcome> create_ramdisk(const Invocation& call) {
  const Arguments& arguments = call.arguments;
  service::RamdiskOptions options;
  options.name = arguments.text("name");
  options.size_bytes = arguments.size("size");
  options.nullio = arguments.flag("nullio");
  options.wwn = arguments.text("wwn");
  options.model_alias = call.session.preferences.flag("export_backstore_name_as_model");
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->create_ramdisk(options)));
}

static Result<Outcome> create_pscsi(const Invocation& call) {
  service::PscsiOptions options;
  options.name = call.arguments.text("name");
  options.device = call.arguments.text("dev");
  // HOST:CHANNEL:TARGET:LUN is no path.
  if (options.device.find(':') == std::string::npos || options.device.find('/') != std::string::npos)
    options.device = TRY(absolute_file(options.device));
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  return outcome_of(TRY(tasks->create_pscsi(options)));
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

static Result<Outcome> delete_disk(const Invocation& call) {
  const Place disk = TRY(child_of(call.place, call.arguments.text("name")));
  TRY_OK(require_consent_to(call.session, "delete", disk));
  service::Service* service = TRY(call.session.runtime.service());
  Outcome outcome = outcome_of(TRY(service->delete_disk(disk.plugin, disk.disk)));
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

std::vector<Command> backstore_commands() {
  return {
      {.name = "create",
       .page = "create-fileio",
       .kinds = {NodeKind::plugin},
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
       .kinds = {NodeKind::plugin},
       .plugin = "iblock",
       .parameters = {{"name"},
                      {.name = "dev", .complete = complete_block_device},
                      {"readonly", ParameterType::boolean, false},
                      {"wwn", ParameterType::text, false}},
       .run = create_block},
      {.name = "create",
       .page = "create-ramdisk",
       .kinds = {NodeKind::plugin},
       .plugin = "rd_mcp",
       .parameters = {{"name"},
                      {"size", ParameterType::size},
                      {"nullio", ParameterType::boolean, false, "false"},
                      {"wwn", ParameterType::text, false}},
       .run = create_ramdisk},
      {.name = "create",
       .page = "create-pscsi",
       .kinds = {NodeKind::plugin},
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
      {.name = "delete",
       .page = "delete-disk",
       .kinds = {NodeKind::plugin},
       .parameters = {{.name = "name", .complete = complete_child},
                      {"save", ParameterType::boolean, false, "false"}},
       .run = delete_disk},
  };
}

}  // namespace lunet::shell
