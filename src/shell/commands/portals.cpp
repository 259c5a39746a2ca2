// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "shell/commands/commands.h"
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
       .kinds = {NodeKind::portals},
       .parameters = {{"ip", ParameterType::text, false, "::0", "ip_address"},
                      {"port", ParameterType::port, false, "3260", "ip_port"}},
       .summary = "Makes the TPG reachable at an address and port.",
       .description =
           "::0 is every address, IPv6 and IPv4. On lunetd port 0 takes a free one; 'ls' shows which.",
       .examples = {"/iscsi/iqn.2003-01.org.example:t1/tpg1/portals create",
                    "/iscsi/iqn.2003-01.org.example:t1/tpg1/portals create 192.0.2.10 3260",
                    "/iscsi/iqn.2003-01.org.example:t1/tpg1/portals create ip_address=2001:db8::1"},
       .run = create_portal},
      {.name = "delete",
       .kinds = {NodeKind::portals},
       .parameters = {{"ip", ParameterType::text, true, {}, "ip_address"},
                      {"port", ParameterType::port, true, {}, "ip_port"}},
       .summary = "Deletes a portal.",
       .description = "While initiators are logged in to the TPG it takes --yes.",
       .examples = {"/iscsi/iqn.2003-01.org.example:t1/tpg1/portals delete 192.0.2.10 3260"},
       .run = delete_portal},
  };
}

}  // namespace lunet::shell
