// SPDX-License-Identifier: Apache-2.0
#include <fmt/core.h>

#include "base/text.h"
#include "shell/commands/commands.h"
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
       .kinds = {NodeKind::acls},
       .parameters = {{"wwn"}, {"add_mapped_luns", ParameterType::boolean, false, "true"}},
       .summary = "Lets an initiator log in.",
       .description = "With add_mapped_luns it sees every LUN of the TPG under the same number.",
       .examples = {"/iscsi/iqn.2003-01.org.example:t1/tpg1/acls create iqn.1994-05.com.example:h1"},
       .run = create_acl},
      {.name = "delete",
       .kinds = {NodeKind::acls},
       .parameters = {{"wwn"}},
       .summary = "Deletes an ACL and its mapped LUNs: the initiator is locked out.",
       .description = "While it is logged in it takes --yes.",
       .examples = {"/iscsi/iqn.2003-01.org.example:t1/tpg1/acls delete iqn.1994-05.com.example:h1"},
       .run = delete_acl},
      {.name = "create",
       .kinds = {NodeKind::acl},
       .parameters = {{"mapped_lun", ParameterType::lun},
                      {"lun", ParameterType::lun_or_disk, true, {}, "tpg_lun_or_backstore"},
                      {"write_protect", ParameterType::boolean, false, "false"}},
       .summary = "Shows a LUN of the TPG to this initiator.",
       .description = "mapped_lun is the number the initiator sees. lun (also: tpg_lun_or_backstore) is a "
                      "LUN of the TPG, or the "
                      "path of a disk that is one. With write_protect=true it can only be read.",
       .examples = {"/iscsi/iqn.2003-01.org.example:t1/tpg1/acls/iqn.1994-05.com.example:h1 create 0 lun3",
                    "/iscsi/iqn.2003-01.org.example:t1/tpg1/acls/iqn.1994-05.com.example:h1 create 1 4 "
                    "write_protect=true"},
       .run = create_mapped_lun},
      {.name = "delete",
       .kinds = {NodeKind::acl},
       .parameters = {{"mapped_lun", ParameterType::lun}},
       .summary = "Hides a LUN from this initiator.",
       .description = "While it is logged in it takes --yes.",
       .examples = {"/iscsi/iqn.2003-01.org.example:t1/tpg1/acls/iqn.1994-05.com.example:h1 delete 0"},
       .run = delete_mapped_lun},
  };
}

}  // namespace lunet::shell
