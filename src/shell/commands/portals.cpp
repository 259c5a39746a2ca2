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
  const std::uint16_t port = static_cast<std::uint16_t>(call.arguments.number("port"));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(
      TRY(service->create_portal(tpg_ref(call.place), bracketed(call.arguments.text("ip")), port)));
}

static Result<Outcome> delete_portal(const Invocation& call) {
  const std::uint16_t port = static_cast<std::uint16_t>(call.arguments.number("port"));
  const std::string ip = bracketed(call.arguments.text("ip"));
  const Place portal = TRY(child_of(call.place, fmt::format("{}:{}", ip, port)));
  TRY_OK(require_consent_to(call.session, "delete", portal));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->delete_portal(tpg_ref(portal), ip, port)));
}

static Result<Outcome> set_transport(const Invocation& call, service::Transport transport, bool on) {
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  return outcome_of(
      TRY(tasks->set_transport({tpg_ref(call.place), call.place.ip, call.place.port}, transport, on)));
}

static Result<Outcome> enable_iser(const Invocation& call) {
  return set_transport(call, service::Transport::iser, call.arguments.flag("boolean"));
}

static Result<Outcome> enable_offload(const Invocation& call) {
  return set_transport(call, service::Transport::offload, call.arguments.flag("boolean"));
}

// The words of the first targetcli.
static Result<Outcome> iser_enable(const Invocation& call) {
  return set_transport(call, service::Transport::iser, true);
}

static Result<Outcome> iser_disable(const Invocation& call) {
  return set_transport(call, service::Transport::iser, false);
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
      {.name = "enable_iser",
       .kinds = {NodeKind::portal},
       .parameters = {{"boolean", ParameterType::boolean}},
       .run = enable_iser},
      {.name = "enable_offload",
       .kinds = {NodeKind::portal},
       .parameters = {{"boolean", ParameterType::boolean}},
       .run = enable_offload},
      {.name = "iser_enable", .kinds = {NodeKind::portal}, .run = iser_enable},
      {.name = "iser_disable", .kinds = {NodeKind::portal}, .run = iser_disable},
  };
}

}  // namespace lunet::shell
