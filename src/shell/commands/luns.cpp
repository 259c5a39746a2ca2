// SPDX-License-Identifier: Apache-2.0
#include "shell/commands/commands.h"
#include "shell/consent.h"

namespace lunet::shell {

using service::NodeKind;

static Result<Outcome> create_lun(const Invocation& call) {
  TRY_OK(require_iscsi(call.place));
  const Place disk = TRY(follow_path({}, call.arguments.text("storage_object")));
  service::LunOptions options;
  options.plugin = disk.plugin;
  options.disk = disk.disk;
  options.lun = call.arguments.numbered("lun", "lun");
  options.add_mapped_luns = call.arguments.flag("add_mapped_luns");
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->create_lun(tpg_ref(call.place), options)));
}

static Result<Outcome> delete_lun(const Invocation& call) {
  TRY_OK(require_iscsi(call.place));
  const Place lun = TRY(child_of(call.place, call.arguments.text("lun")));
  TRY_OK(require_consent_to(call.session, "delete", lun));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->delete_lun(tpg_ref(lun), lun.lun)));
}

std::vector<Command> lun_commands() {
  return {
      {.name = "create",
       .kinds = {NodeKind::luns},
       .parameters = {{"storage_object", ParameterType::storage_object},
                      {"lun", ParameterType::lun, false},
                      {"add_mapped_luns", ParameterType::boolean, false, "true"}},
       .summary = "Exports a disk as a LUN of the TPG.",
       .description = "Without a number the lowest free one is taken. With add_mapped_luns every ACL of the "
                      "TPG gets it.",
       .examples = {"/iscsi/iqn.2003-01.org.example:t1/tpg1/luns create /backstores/fileio/d1",
                    "/iscsi/iqn.2003-01.org.example:t1/tpg1/luns create /backstores/ramdisk/rd0 lun=5"},
       .run = create_lun},
      {.name = "delete",
       .kinds = {NodeKind::luns},
       .parameters = {{"lun", ParameterType::lun}},
       .summary = "Deletes a LUN and its mapped LUNs; the disk stays.",
       .description =
           "The number may be written 0 or lun0. With initiators logged in that see it, it takes --yes.",
       .examples = {"/iscsi/iqn.2003-01.org.example:t1/tpg1/luns delete lun0"},
       .run = delete_lun},
  };
}

}  // namespace lunet::shell
