// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/consent.h"

namespace lunet::shell {

using service::NodeKind;

service::TpgRef tpg_ref(const Place& place) {
  return {place.target, place.tag, place.fabric};
}

static service::TpgOptions new_tpg(const Invocation& call) {
  const Preferences& preferences = call.session.preferences;
  return {preferences.flag("auto_enable_tpgt"), preferences.flag("auto_add_default_portal"),
          call.place.fabric};
}

static Result<Outcome> create_target(const Invocation& call) {
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->create_target(call.arguments.text("wwn"), new_tpg(call))));
}

static Result<Outcome> delete_target(const Invocation& call) {
  const std::string wwn = call.arguments.text("wwn");
  const Place target = TRY(child_of(call.place, wwn));
  TRY_OK(require_consent_to(call.session, "delete", target));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->delete_target(wwn, call.place.fabric)));
}

static Result<Outcome> create_tpg(const Invocation& call) {
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(
      TRY(service->create_tpg(call.place.target, call.arguments.numbered("tag", "tpg"), new_tpg(call))));
}

static Result<Outcome> delete_tpg(const Invocation& call) {
  const Place tpg = TRY(child_of(call.place, call.arguments.text("tag")));
  TRY_OK(require_consent_to(call.session, "delete", tpg));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->delete_tpg(tpg_ref(tpg))));
}

static Result<Outcome> enable(const Invocation& call) {
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->enable_tpg(tpg_ref(call.place), true)));
}

static Result<Outcome> disable(const Invocation& call) {
  TRY_OK(require_consent_to(call.session, "disable", call.place));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->enable_tpg(tpg_ref(call.place), false)));
}

std::vector<Command> target_commands() {
  return {
      {.name = "create",
       .page = "create-target",
       .kinds = {NodeKind::fabric},
       .parameters = {{.name = "wwn", .required = false, .complete = complete_target_wwn}},
       .run = create_target},
      {.name = "delete",
       .page = "delete-target",
       .kinds = {NodeKind::fabric},
       .parameters = {{.name = "wwn", .complete = complete_child}},
       .run = delete_target},
      {.name = "create",
       .page = "create-tpg",
       .kinds = {NodeKind::target},
       .parameters = {{"tag", ParameterType::tag, false}},
       .run = create_tpg},
      {.name = "delete",
       .page = "delete-tpg",
       .kinds = {NodeKind::target},
       .parameters = {{.name = "tag", .type = ParameterType::tag, .complete = complete_child}},
       .run = delete_tpg},
      {.name = "enable", .kinds = {NodeKind::tpg}, .run = enable},
      {.name = "disable", .kinds = {NodeKind::tpg}, .run = disable},
  };
}

}  // namespace lunet::shell
