// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/consent.h"

namespace lunet::shell {

using service::NodeKind;

// IPv6 addresses go in brackets, as everywhere in the tree.
static std::string bracketed(std::string ip) {
  return ip.find(':') != std::string::npos && ip[0] != '[' ? "[" + ip + "]" : ip;
}

static Result<Outcome> create_portal(const Invocation& call) {
  TRY_OK(require_iscsi(call.place));
  const std::uint16_t port = static_cast<std::uint16_t>(call.arguments.number("port"));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(
      TRY(service->create_portal(tpg_ref(call.place), bracketed(call.arguments.text("ip")), port)));
}

static Result<Outcome> delete_portal(const Invocation& call) {
  TRY_OK(require_iscsi(call.place));
  const std::uint16_t port = static_cast<std::uint16_t>(call.arguments.number("port"));
  const std::string ip = bracketed(call.arguments.text("ip"));
  const Place portal = TRY(child_of(call.place, fmt::format("{}:{}", ip, port)));
  TRY_OK(require_consent_to(call.session, "delete", portal));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->delete_portal(tpg_ref(portal), ip, port)));
}

std::vector<Command> portal_commands() {
  return {
      {.name = "create",
       .page = "create-portal",
       .kinds = {NodeKind::portals},
       .parameters = {{.name = "ip",
                       .required = false,
                       .default_value = "::0",
                       .other_name = "ip_address",
                       .complete = complete_local_address},
                      {"port", ParameterType::port, false, "3260", "ip_port"}},
       .run = create_portal},
      {.name = "delete",
       .page = "delete-portal",
       .kinds = {NodeKind::portals},
       .parameters = {{.name = "ip", .other_name = "ip_address", .complete = complete_portal_ip},
                      {.name = "port",
                       .type = ParameterType::port,
                       .other_name = "ip_port",
                       .complete = complete_portal_port}},
       .run = delete_portal},
  };
}

}  // namespace lunet::shell
