// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "base/text.h"
#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/consent.h"
#include "shell/nodes.h"

namespace lunet::shell {

using service::NodeKind;

static Result<Outcome> create_acl(const Invocation& call) {
  TRY_OK(require_iscsi(call.place));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->create_acl(tpg_ref(call.place), call.arguments.text("wwn"),
                                            call.arguments.flag("add_mapped_luns"))));
}

static Result<Outcome> delete_acl(const Invocation& call) {
  TRY_OK(require_iscsi(call.place));
  const std::string wwn = call.arguments.text("wwn");
  const Place acl = TRY(child_of(call.place, wwn));
  TRY_OK(require_consent_to(call.session, "delete", acl));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->delete_acl(tpg_ref(call.place), wwn)));
}

// The number of the TPG's LUN that exports the disk.
static Result<std::uint16_t> lun_of_disk(const Invocation& call, const Place& disk) {
  const service::ViewNode root = TRY(call.session.runtime.view());
  const Place luns = TRY(follow_path(call.place, "../../luns"));
  const service::ViewNode* node = find_node(root, luns.path);
  if (node == nullptr) return no_such_node(root, luns.path);
  for (const service::ViewNode& lun : node->children) {
    const auto number = parse_unsigned(detail_of(lun, "index"));
    if (number && detail_of(lun, "storage_object") == disk.path) return static_cast<std::uint16_t>(*number);
  }
  return Error{ENOENT, fmt::format("{} is no LUN of this TPG", disk.path),
               fmt::format("export it first: {} create {}", luns.path, disk.path)};
}

// A LUN number, lunN, or the path of a disk that the TPG exports.
static Result<std::uint16_t> wanted_lun(const Invocation& call) {
  const std::string text = call.arguments.text("lun");
  if (text.find('/') == std::string::npos) return parse_numbered(text, "lun");
  return lun_of_disk(call, TRY(follow_path({}, text)));
}

static Result<Outcome> create_mapped_lun(const Invocation& call) {
  TRY_OK(require_iscsi(call.place));
  const Place mapped = TRY(child_of(call.place, call.arguments.text("mapped_lun")));
  service::MappedLunOptions options;
  options.mapped_lun = mapped.lun;
  options.lun = TRY(wanted_lun(call));
  options.write_protect = call.arguments.flag("write_protect");
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->create_mapped_lun(tpg_ref(call.place), call.place.acl, options)));
}

static Result<Outcome> delete_mapped_lun(const Invocation& call) {
  TRY_OK(require_iscsi(call.place));
  const Place mapped = TRY(child_of(call.place, call.arguments.text("mapped_lun")));
  TRY_OK(require_consent_to(call.session, "delete", mapped));
  service::Service* service = TRY(call.session.runtime.service());
  return outcome_of(TRY(service->delete_mapped_lun(tpg_ref(mapped), mapped.acl, mapped.lun)));
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
