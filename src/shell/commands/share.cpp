// SPDX-License-Identifier: Apache-2.0
// From a file to a LUN that a host can use, and back.
#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "shell/commands/commands.h"
#include "shell/commands/connect.h"
#include "shell/completers.h"
#include "shell/consent.h"
#include "shell/nodes.h"
#include "shell/shell.h"

namespace lunet::shell {

using service::NodeKind;
using service::ShareOptions;

static std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  for (const std::string_view name : split(list, ',')) {
    if (!trim(name).empty()) names.emplace_back(trim(name));
  }
  return names;
}

static Result<ShareOptions> what(const Invocation& call, const char* whom) {
  ShareOptions options;
  const std::string text = call.arguments.text("disk");
  if (text.starts_with("/backstores")) {
    const Place disk = TRY(follow_word_from({}, text, call.session));
    options.disk = {disk.plugin, disk.disk};
  } else {
    options.path = TRY(absolute_file(text));
  }
  options.initiators = names_in(call.arguments.text(whom));
  for (const std::string& more : call.arguments.extra) options.initiators.push_back(more);
  options.target = call.arguments.text("target");
  return options;
}

// "192.0.2.1:3260", "192.0.2.1", "[::1]:3260", ":3261".
static Result<> set_portal(const std::string& text, ShareOptions& options) {
  if (text.empty()) return {};
  const auto colon = text.rfind(':');
  const bool bare_v6 = std::count(text.begin(), text.end(), ':') > 1 && text.front() != '[';
  const bool has_port = colon != std::string::npos && !bare_v6 && text.back() != ']';
  options.ip = has_port ? text.substr(0, colon) : text;
  if (!has_port) return {};
  const auto port = parse_unsigned(std::string_view(text).substr(colon + 1));
  if (!port || *port > 65535)
    return Error{EINVAL, fmt::format("'{}' is no portal", text), "write ADDRESS, ADDRESS:PORT or :PORT"};
  options.port = static_cast<std::uint16_t>(*port);
  return {};
}

static Result<Outcome> share(const Invocation& call) {
  ShareOptions options = TRY(what(call, "to"));
  if (call.arguments.has("size")) options.size_bytes = call.arguments.size("size");
  TRY_OK(set_portal(call.arguments.text("portal"), options));
  options.read_only = call.arguments.flag("read-only");
  options.userid = call.arguments.text("userid");
  options.password = call.arguments.text("password");
  options.model_alias = call.session.preferences.flag("export_backstore_name_as_model");
  const bool typed = !options.password.empty() && options.password != "-";
  if (options.password == "-") options.password = TRY(call.session.console.read_secret("password: "));
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  Outcome outcome = outcome_of(TRY(tasks->share(options)));
  if (typed && !call.session.stays) {
    outcome.warnings.emplace_back(
        "a secret on the command line can be seen by other users of this machine; password=- reads it from "
        "the terminal");
  }
  const auto place = follow_path({}, outcome.created);
  if (!place || options.initiators.empty()) return outcome;
  const auto lines = connect_lines(call.session, {place->target, options.initiators.front(), "linux"});
  if (!lines) return outcome;
  outcome.lines.push_back(fmt::format("On the host {}:", options.initiators.front()));
  for (const std::string& line : *lines) outcome.lines.push_back("  " + line);
  return outcome;
}

// Initiators that use the disk now.
static std::vector<std::string> cut_off(const service::ViewNode& node, const ShareOptions& options,
                                        const std::string& disk) {
  std::vector<std::string> lost;
  if (node.kind == NodeKind::acl && !detail_of(node, "session").empty()) {
    const bool meant = options.initiators.empty() ||
                       std::find(options.initiators.begin(), options.initiators.end(), node.name) !=
                           options.initiators.end();
    const bool maps = std::any_of(node.children.begin(), node.children.end(), [&](const auto& mapped) {
      return detail_of(mapped, "storage_object") == disk;
    });
    if (meant && maps) lost.push_back(fmt::format("{} is logged in and would be cut off", node.name));
  }
  for (const service::ViewNode& child : node.children) {
    for (std::string& each : cut_off(child, options, disk)) lost.push_back(std::move(each));
  }
  return lost;
}

static std::string disk_with_file(const service::ViewNode& node, const std::string& file) {
  if (node.kind == NodeKind::disk && detail_of(node, "dev") == file)
    return fmt::format("/backstores/{}/{}", detail_of(node, "plugin"), node.name);
  for (const service::ViewNode& child : node.children) {
    if (std::string found = disk_with_file(child, file); !found.empty()) return found;
  }
  return {};
}

static Result<Outcome> unshare(const Invocation& call) {
  const ShareOptions options = TRY(what(call, "from"));
  if (!call.session.yes) {
    const service::ViewNode root = TRY(call.session.runtime.view());
    const std::string disk =
        options.path.empty()
            ? by_plugin(TRY(follow_word_from({}, call.arguments.text("disk"), call.session))).path
            : disk_with_file(root, options.path);
    TRY_OK(require_consent(call.session, "unshare", cut_off(root, options, disk)));
  }
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  return outcome_of(TRY(tasks->unshare(options)));
}

static Parameter option(std::string_view name, Completer complete = nullptr,
                        ParameterType type = ParameterType::text) {
  const bool flag = type == ParameterType::boolean;
  return {.name = name,
          .type = type,
          .required = false,
          .default_value = flag ? "no" : "",
          .complete = complete,
          .option = true};
}

std::vector<Command> share_commands() {
  const Parameter disk{
      .name = "disk", .type = ParameterType::disk_or_file, .complete = complete_disk_or_file};
  return {
      {.name = "share",
       .kinds = {NodeKind::root},
       .parameters = {disk, option("to", complete_any_initiator),
                      option("size", nullptr, ParameterType::size), option("target"),
                      option("portal", complete_local_address),
                      option("read-only", nullptr, ParameterType::boolean), option("userid"),
                      option("password")},
       .extra = "initiator",
       .takes_options = true,
       .run = share},
      {.name = "unshare",
       .kinds = {NodeKind::root},
       .parameters = {disk, option("from", complete_any_initiator), option("target")},
       .extra = "initiator",
       .takes_options = true,
       .run = unshare},
  };
}

}  // namespace lunet::shell
