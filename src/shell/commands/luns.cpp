// SPDX-License-Identifier: Apache-2.0
#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/consent.h"
#include "shell/shell.h"

namespace lunet::shell {

using service::NodeKind;

Result<service::LunOptions> lun_options(const std::string& text, const Session& session) {
  service::LunOptions options;
  const auto disk = follow_word_from({}, text, session);
  if (!disk) {
    options.path = TRY(absolute_file(text));
    return options;
  }
  options.plugin = disk->plugin;
  options.disk = disk->disk;
  return options;
}

static Result<Outcome> create_lun(const Invocation& call) {
  service::LunOptions options = TRY(lun_options(call.arguments.text("storage_object"), call.session));
  options.lun = call.arguments.numbered("lun", "lun");
  options.add_mapped_luns = call.arguments.flag("add_mapped_luns");
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->create_lun(tpg_ref(call.place), options)));
}

static Result<Outcome> delete_lun(const Invocation& call) {
  const Place lun = TRY(child_of(call.place, call.arguments.text("lun")));
  TRY_OK(require_consent_to(call.session, "delete", lun));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->delete_lun(tpg_ref(lun), lun.lun)));
}

std::vector<Command> lun_commands() {
  return {
      {.name = "create",
       .page = "create-lun",
       .kinds = {NodeKind::luns},
       .parameters =
           {{.name = "storage_object", .type = ParameterType::disk_or_file, .complete = complete_new_lun},
            {.name = "lun", .type = ParameterType::lun, .required = false, .complete = complete_free_lun},
            {.name = "add_mapped_luns",
             .type = ParameterType::boolean,
             .required = false,
             .preference = "auto_add_mapped_luns"}},
       .run = create_lun},
      {.name = "delete",
       .page = "delete-lun",
       .kinds = {NodeKind::luns},
       .parameters = {{.name = "lun", .type = ParameterType::lun, .complete = complete_child}},
       .run = delete_lun},
  };
}

}  // namespace lunet::shell
