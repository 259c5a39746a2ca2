// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "shell/commands/commands.h"
#include "shell/consent.h"

namespace lunet::shell {

using service::NodeKind;

Result<> require_iscsi(const Place& place) {
  if (place.fabric == "iscsi") return {};
  return Error{EOPNOTSUPP, fmt::format("{}: this version changes targets of iscsi only", place.path),
               "'ls' and 'info' show the others"};
}

service::TpgRef tpg_ref(const Place& place) {
  return {place.target, place.tag};
}

static Result<Outcome> create_target(const Invocation& call) {
  TRY_OK(require_iscsi(call.place));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->create_target(call.arguments.text("wwn"))));
}

static Result<Outcome> delete_target(const Invocation& call) {
  TRY_OK(require_iscsi(call.place));
  const std::string wwn = call.arguments.text("wwn");
  const Place target = TRY(child_of(call.place, wwn));
  TRY_OK(require_consent_to(call.session, "delete", target));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->delete_target(wwn)));
}

static Result<Outcome> create_tpg(const Invocation& call) {
  TRY_OK(require_iscsi(call.place));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->create_tpg(call.place.target, call.arguments.numbered("tag", "tpg"))));
}

static Result<Outcome> delete_tpg(const Invocation& call) {
  TRY_OK(require_iscsi(call.place));
  const Place tpg = TRY(child_of(call.place, call.arguments.text("tag")));
  TRY_OK(require_consent_to(call.session, "delete", tpg));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->delete_tpg(tpg_ref(tpg))));
}

static Result<Outcome> enable(const Invocation& call) {
  TRY_OK(require_iscsi(call.place));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->enable_tpg(tpg_ref(call.place), true)));
}

static Result<Outcome> disable(const Invocation& call) {
  TRY_OK(require_iscsi(call.place));
  TRY_OK(require_consent_to(call.session, "disable", call.place));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->enable_tpg(tpg_ref(call.place), false)));
}

std::vector<Command> target_commands() {
  return {
      {.name = "create",
       .kinds = {NodeKind::fabric},
       .parameters = {{"wwn", ParameterType::text, false}},
       .summary = "Creates a target with TPG 1, enabled, and its default portal.",
       .description = "Without a wwn one is generated. Nobody can log in before an ACL is created.",
       .examples = {"/iscsi create", "/iscsi create iqn.2003-01.org.example:t1"},
       .run = create_target},
      {.name = "delete",
       .kinds = {NodeKind::fabric},
       .parameters = {{"wwn"}},
       .summary = "Deletes a target with everything below it.",
       .description = "The disks stay. With initiators logged in it takes --yes.",
       .examples = {"/iscsi delete iqn.2003-01.org.example:t1"},
       .run = delete_target},
      {.name = "create",
       .kinds = {NodeKind::target},
       .parameters = {{"tag", ParameterType::tag, false}},
       .summary = "Creates a target portal group.",
       .description = "Without a tag the lowest free one is taken, from 1.",
       .examples = {"/iscsi/iqn.2003-01.org.example:t1 create", "/iscsi/iqn.2003-01.org.example:t1 create 2"},
       .run = create_tpg},
      {.name = "delete",
       .kinds = {NodeKind::target},
       .parameters = {{"tag", ParameterType::tag}},
       .summary = "Deletes a target portal group with everything below it.",
       .description = "The tag may be written 2 or tpg2. With initiators logged in it takes --yes.",
       .examples = {"/iscsi/iqn.2003-01.org.example:t1 delete tpg2"},
       .run = delete_tpg},
      {.name = "enable",
       .kinds = {NodeKind::tpg},
       .summary = "Lets initiators log in.",
       .examples = {"/iscsi/iqn.2003-01.org.example:t1/tpg1 enable"},
       .run = enable},
      {.name = "disable",
       .kinds = {NodeKind::tpg},
       .summary = "Stops serving the TPG; nothing of its configuration is lost.",
       .description = "With initiators logged in it takes --yes.",
       .examples = {"/iscsi/iqn.2003-01.org.example:t1/tpg1 disable"},
       .run = disable},
  };
}

}  // namespace lunet::shell
