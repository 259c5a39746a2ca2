// SPDX-License-Identifier: Apache-2.0
#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/consent.h"

namespace lunet::shell {

using service::NodeKind;

static Result<Outcome> create_acl(const Invocation& call) {
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->create_acl(tpg_ref(call.place), call.arguments.text("wwn"),
                                            call.arguments.flag("add_mapped_luns"))));
}

static Result<Outcome> delete_acl(const Invocation& call) {
  const std::string wwn = call.arguments.text("wwn");
  const Place acl = TRY(child_of(call.place, wwn));
  TRY_OK(require_consent_to(call.session, "delete", acl));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->delete_acl(tpg_ref(call.place), wwn)));
}

static Result<Outcome> create_mapped_lun(const Invocation& call) {
  const Place mapped = TRY(child_of(call.place, call.arguments.text("mapped_lun")));
  service::MappedLunOptions options;
  options.mapped_lun = mapped.lun;
  // A LUN number, lunN, or the path of a disk, file or device.
  const std::string lun = call.arguments.text("lun");
  if (lun.find('/') == std::string::npos) {
    options.lun = TRY(parse_numbered(lun, "lun"));
  } else {
    options.disk = TRY(lun_options(lun, call.session));
  }
  options.write_protect = call.arguments.flag("write_protect");
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->create_mapped_lun(tpg_ref(call.place), call.place.acl, options)));
}

static Result<Outcome> delete_mapped_lun(const Invocation& call) {
  const Place mapped = TRY(child_of(call.place, call.arguments.text("mapped_lun")));
  TRY_OK(require_consent_to(call.session, "delete", mapped));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->delete_mapped_lun(tpg_ref(mapped), mapped.acl, mapped.lun)));
}

static Result<Outcome> tag(const Invocation& call) {
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  return outcome_of(TRY(tasks->tag_acl(tpg_ref(call.place), call.arguments.text("wwn_or_tag"),
                                       call.arguments.text("new_tag"))));
}

static Result<Outcome> untag(const Invocation& call) {
  service::Tasks* tasks = TRY(call.session.runtime.tasks());
  return outcome_of(TRY(tasks->untag_acl(tpg_ref(call.place), call.arguments.text("wwn_or_tag"))));
}

std::vector<Command> acl_commands() {
  return {
      {.name = "create",
       .page = "create-acl",
       .kinds = {NodeKind::acls},
       .parameters = {{.name = "wwn", .complete = complete_initiator},
                      {.name = "add_mapped_luns",
                       .type = ParameterType::boolean,
                       .required = false,
                       .preference = "auto_add_mapped_luns"}},
       .run = create_acl},
      {.name = "delete",
       .page = "delete-acl",
       .kinds = {NodeKind::acls},
       .parameters = {{.name = "wwn", .complete = complete_child}},
       .run = delete_acl},
      {.name = "tag",
       .kinds = {NodeKind::acls},
       .parameters = {{.name = "wwn_or_tag", .complete = complete_child}, {"new_tag"}},
       .run = tag},
      {.name = "untag",
       .kinds = {NodeKind::acls},
       .parameters = {{.name = "wwn_or_tag", .complete = complete_child}},
       .run = untag},
      {.name = "create",
       .page = "create-mapped-lun",
       .kinds = {NodeKind::acl},
       .parameters = {{.name = "mapped_lun", .type = ParameterType::lun, .complete = complete_free_mapped},
                      {.name = "lun",
                       .type = ParameterType::lun_or_disk,
                       .other_name = "tpg_lun_or_backstore",
                       .complete = complete_tpg_lun},
                      {"write_protect", ParameterType::boolean, false, "false"}},
       .run = create_mapped_lun},
      {.name = "delete",
       .page = "delete-mapped-lun",
       .kinds = {NodeKind::acl},
       .parameters = {{.name = "mapped_lun", .type = ParameterType::lun, .complete = complete_child}},
       .run = delete_mapped_lun},
  };
}

}  // namespace lunet::shell
