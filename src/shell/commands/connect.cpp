// SPDX-License-Identifier: Apache-2.0
#include "shell/commands/connect.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "shell/commands/commands.h"
#include "shell/completers.h"
#include "shell/nodes.h"
#include "shell/suggest.h"

namespace lunet::shell {

using service::NodeKind;
using service::ViewNode;

namespace {

struct SeenLun {
  std::uint64_t number = 0;
  std::string disk;  ///< "/backstores/fileio/d1"
  std::string wwid;  ///< as in /dev/disk/by-id; "" when it is not known
  bool read_only = false;
};

/// All that the other side has to know.
struct Connection {
  std::string target;
  std::string initiator;
  std::string user;  ///< of CHAP; "" for none
  std::vector<std::string> portals;
  std::vector<SeenLun> luns;

  [[nodiscard]] const std::string& portal() const { return portals.front(); }
  [[nodiscard]] std::uint64_t lun() const { return luns.empty() ? 0 : luns.front().number; }
  [[nodiscard]] std::string host() const { return portal().substr(0, portal().rfind(':')); }
  [[nodiscard]] std::string port() const { return portal().substr(portal().rfind(':') + 1); }
};

using Lines = std::vector<std::string>;

}  // namespace

/// The NAA name that the target makes of a unit serial: its hexadecimal digits after the company's.
static std::string wwid_of(std::string_view serial) {
  constexpr std::size_t digits = 25;
  std::string hex;
  for (const char c : to_lower(serial)) {
    if (std::string_view("0123456789abcdef").find(c) != std::string_view::npos && hex.size() < digits)
      hex += c;
  }
  return serial.empty() ? "" : "6001405" + hex + std::string(digits - hex.size(), '0');
}

static const ViewNode* list_of(const ViewNode& tpg, NodeKind kind) {
  for (const ViewNode& child : tpg.children) {
    if (child.kind == kind) return &child;
  }
  return nullptr;
}

/// A portal on all addresses is reached at one of this machine.
static std::string reachable(const std::string& ip, const Wanted& wanted) {
  std::string plain = ip;
  if (plain.starts_with('[')) plain = plain.substr(1, plain.size() - 2);
  const bool any = plain == "0.0.0.0" || plain.find_first_not_of("0:") == std::string::npos;
  if (!any) return ip;
  std::string loopback = "127.0.0.1";
  for (const std::string& address : complete_local_address(wanted)) {
    if (address.find(':') != std::string::npos || address.starts_with("127.") || address == "0.0.0.0")
      continue;
    return address;
  }
  return loopback;
}

static std::vector<std::string> portals_of(const ViewNode& tpg, Session& session) {
  std::vector<std::string> found;
  const ViewNode* portals = list_of(tpg, NodeKind::portals);
  const Place root;
  const Arguments none;
  const Wanted wanted{session.table.front(), root, none, "", session};
  for (const ViewNode& portal : portals == nullptr ? std::vector<ViewNode>{} : portals->children) {
    const std::string ip(detail_of(portal, "ip_address"));
    found.push_back(fmt::format("{}:{}", reachable(ip, wanted), detail_of(portal, "port")));
  }
  return found;
}

static SeenLun seen(const ViewNode& root, const ViewNode& node, std::string_view number) {
  SeenLun lun;
  lun.number = parse_unsigned(number).value_or(0);
  lun.disk = detail_of(node, "storage_object");
  lun.read_only = detail_of(node, "write_protect") == "true";
  if (const ViewNode* disk = lun.disk.empty() ? nullptr : find_node(root, lun.disk))
    lun.wwid = wwid_of(detail_of(*disk, "wwn"));
  return lun;
}

static const ViewNode* acl_of(const ViewNode& tpg, const std::string& initiator) {
  const ViewNode* acls = list_of(tpg, NodeKind::acls);
  if (acls == nullptr) return nullptr;
  if (initiator.empty()) return acls->children.size() == 1 ? &acls->children.front() : nullptr;
  for (const ViewNode& acl : acls->children) {
    const auto names = split(detail_of(acl, "wwns"), ',');
    const bool member =
        std::any_of(names.begin(), names.end(), [&](auto name) { return trim(name) == initiator; });
    if (acl.name == initiator || member) return &acl;
  }
  return nullptr;
}

/// The CHAP user that the initiator's ACL has; "" when there is none.
static std::string user_of(Session& session, const std::string& path) {
  const auto place = follow_path({}, path);
  auto service = session.runtime.service();
  if (!place || !service) return {};
  const auto values = (*service)->get_group({config_path(*place), "auth"});
  for (const service::GroupValue& value : values ? *values : std::vector<service::GroupValue>{}) {
    if (value.name == "userid") return value.value;
  }
  return {};
}

static Result<Connection> connection_of(Session& session, const ConnectRequest& request) {
  const ViewNode root = TRY(session.runtime.view());
  const std::string path = "/iscsi/" + request.target;
  const ViewNode* target = find_node(root, path);
  if (target == nullptr) return no_such_node(root, path);
  if (target->children.empty())
    return Error{ENOENT, fmt::format("{} has no TPG", path), fmt::format("`{} create` makes one", path)};
  const ViewNode& tpg = target->children.front();
  Connection connection;
  connection.target = target->name;
  connection.portals = portals_of(tpg, session);
  if (connection.portals.empty()) {
    return Error{ENOENT, fmt::format("{}/{} has no portal: nobody can reach it", path, tpg.name),
                 fmt::format("`{}/{}/portals create`", path, tpg.name)};
  }
  const ViewNode* acl = acl_of(tpg, request.initiator);
  connection.initiator = request.initiator;
  if (acl != nullptr && connection.initiator.empty()) connection.initiator = detail_of(*acl, "node_wwn");
  if (connection.initiator.empty() && acl != nullptr) connection.initiator = acl->name;
  if (acl != nullptr) {
    connection.user = user_of(session, fmt::format("{}/{}/acls/{}", path, tpg.name, acl->name));
    for (const ViewNode& mapped : acl->children)
      connection.luns.push_back(seen(root, mapped, detail_of(mapped, "index")));
  } else if (const ViewNode* luns = list_of(tpg, NodeKind::luns)) {
    for (const ViewNode& lun : luns->children)
      connection.luns.push_back(seen(root, lun, detail_of(lun, "index")));
  }
  if (connection.initiator.empty()) connection.initiator = "YOUR-INITIATOR-NAME";
  return connection;
}

static void add_disks(const Connection& connection, Lines& lines) {
  for (const SeenLun& lun : connection.luns) {
    lines.push_back(fmt::format("# LUN {} ({}{}) is /dev/disk/by-path/ip-{}-iscsi-{}-lun-{}", lun.number,
                                lun.disk.substr(lun.disk.find('/', 1) + 1),
                                lun.read_only ? ", read-only" : "", connection.portal(), connection.target,
                                lun.number));
    if (!lun.wwid.empty()) lines.push_back(fmt::format("#   and /dev/disk/by-id/wwn-0x{}", lun.wwid));
  }
}

static Lines for_linux(const Connection& connection) {
  const std::string node =
      fmt::format("iscsiadm -m node -T {} -p {}", connection.target, connection.portal());
  Lines lines = {
      fmt::format("# as root, with open-iscsi, and InitiatorName={} in /etc/iscsi/initiatorname.iscsi",
                  connection.initiator),
      fmt::format("iscsiadm -m discovery -t sendtargets -p {}", connection.portal())};
  if (!connection.user.empty()) {
    lines.push_back(node + " -o update -n node.session.auth.authmethod -v CHAP");
    lines.push_back(fmt::format("{} -o update -n node.session.auth.username -v {}", node, connection.user));
    lines.emplace_back("read -rs SECRET  # type the secret");
    lines.push_back(node + " -o update -n node.session.auth.password -v \"$SECRET\"");
  }
  lines.push_back(node + " --login");
  add_disks(connection, lines);
  return lines;
}

static Lines for_windows(const Connection& connection) {
  Lines lines = {
      fmt::format("# in PowerShell as administrator; the initiator's name is {}", connection.initiator),
      "Start-Service msiscsi",
      fmt::format("New-IscsiTargetPortal -TargetPortalAddress {} -TargetPortalPortNumber {}",
                  connection.host(), connection.port())};
  std::string login =
      fmt::format("Connect-IscsiTarget -NodeAddress {} -IsPersistent $true", connection.target);
  if (!connection.user.empty())
    login += fmt::format(" -AuthenticationType ONEWAYCHAP -ChapUsername {} -ChapSecret (Read-Host 'secret')",
                         connection.user);
  lines.push_back(login);
  return lines;
}

static Lines for_esxi(const Connection& connection) {
  Lines lines = {
      fmt::format("# the adapter's name must be {}; vmhba64 stands for your software adapter",
                  connection.initiator),
      "esxcli iscsi software set --enabled=true",
      fmt::format("esxcli iscsi adapter discovery sendtarget add -A vmhba64 -a {}", connection.portal())};
  if (!connection.user.empty())
    lines.push_back(
        fmt::format("esxcli iscsi adapter auth chap set -A vmhba64 --direction=uni --level=required "
                    "--authname={} --secret  # asks for the secret",
                    connection.user));
  lines.emplace_back("esxcli storage core adapter rescan --adapter=vmhba64");
  return lines;
}

static Lines for_libvirt(const Connection& connection) {
  Lines lines = {"<pool type='iscsi-direct'>",
                 "  <name>lunet</name>",
                 "  <source>",
                 fmt::format("    <host name='{}' port='{}'/>", connection.host(), connection.port()),
                 fmt::format("    <device path='{}'/>", connection.target),
                 fmt::format("    <initiator><iqn name='{}'/></initiator>", connection.initiator)};
  if (!connection.user.empty()) {
    lines.push_back(fmt::format("    <auth type='chap' username='{}'>", connection.user));
    lines.emplace_back("      <secret usage='lunet'/>");
    lines.emplace_back("    </auth>");
  }
  lines.emplace_back("  </source>");
  lines.emplace_back("</pool>");
  return lines;
}

static Lines for_qemu(const Connection& connection) {
  Lines lines;
  std::string secret;
  std::string options =
      fmt::format("driver=iscsi,transport=tcp,portal={},target={},lun={},initiator-name={}",
                  connection.portal(), connection.target, connection.lun(), connection.initiator);
  if (!connection.user.empty()) {
    lines.emplace_back("# the file SECRET holds the secret, without a line end");
    secret = "--object secret,id=chap,file=SECRET ";
    options += fmt::format(",user={},password-secret=chap", connection.user);
  }
  const bool read_only = !connection.luns.empty() && connection.luns.front().read_only;
  lines.push_back(
      fmt::format("qemu-io {}{}-c 'read 0 4k' --image-opts {}", secret, read_only ? "-r " : "", options));
  lines.push_back(fmt::format("# of a machine: -drive file.driver=iscsi,{},format=raw",
                              "file." + options.substr(options.find("transport"))));
  return lines;
}

static Lines for_libiscsi(const Connection& connection) {
  Lines lines;
  if (!connection.user.empty()) {
    lines.push_back(fmt::format("export LIBISCSI_CHAP_USERNAME={}", connection.user));
    lines.emplace_back("read -rs LIBISCSI_CHAP_PASSWORD && export LIBISCSI_CHAP_PASSWORD  # type the secret");
  }
  lines.push_back(fmt::format("iscsi-ls -i {} -s iscsi://{}", connection.initiator, connection.portal()));
  lines.push_back(fmt::format("iscsi-inq -i {} iscsi://{}/{}/{}", connection.initiator, connection.portal(),
                              connection.target, connection.lun()));
  return lines;
}

static Lines for_k8s(const Connection& connection) {
  Lines lines = {"apiVersion: v1",
                 "kind: PersistentVolume",
                 "metadata:",
                 "  name: lunet",
                 "spec:",
                 "  capacity: {storage: 1Gi}  # as much as the disk has",
                 "  accessModes: [ReadWriteOnce]",
                 "  iscsi:",
                 fmt::format("    targetPortal: \"{}\"", connection.portal()),
                 fmt::format("    iqn: {}", connection.target),
                 fmt::format("    lun: {}", connection.lun()),
                 fmt::format("    initiatorName: {}", connection.initiator)};
  if (!connection.user.empty()) {
    lines.emplace_back("    chapAuthSession: true");
    lines.push_back(
        fmt::format("    secretRef: {{name: lunet-chap}}  # node.session.auth.username: {}, and "
                    "node.session.auth.password",
                    connection.user));
  }
  return lines;
}

using Writer = Lines (*)(const Connection&);
static constexpr std::array<std::pair<std::string_view, Writer>, 7> writers = {{{"linux", for_linux},
                                                                                {"windows", for_windows},
                                                                                {"esxi", for_esxi},
                                                                                {"libvirt", for_libvirt},
                                                                                {"qemu", for_qemu},
                                                                                {"k8s", for_k8s},
                                                                                {"libiscsi", for_libiscsi}}};

static std::vector<std::string> systems() {
  std::vector<std::string> names;
  for (const auto& [name, writer] : writers) names.emplace_back(name);
  return names;
}

Result<std::vector<std::string>> connect_lines(Session& session, const ConnectRequest& request) {
  for (const auto& [name, writer] : writers) {
    if (name == request.system) return writer(TRY(connection_of(session, request)));
  }
  std::string hint = did_you_mean(request.system, systems());
  if (hint.empty()) hint = "there are " + joined(systems());
  return Error{EINVAL, fmt::format("'{}' is no system that can be connected", request.system), hint};
}

static Result<Outcome> connect(const Invocation& call) {
  std::string target = call.arguments.text("target");
  if (target.find('/') != std::string::npos) target = TRY(follow_path(call.place, target)).target;
  Outcome outcome;
  outcome.lines = TRY(
      connect_lines(call.session, {target, call.arguments.text("initiator"), call.arguments.text("for")}));
  return outcome;
}

static std::vector<std::string> complete_target(const Wanted& wanted) {
  const auto fabric = follow_path({}, "/iscsi");
  auto names = fabric ? wanted.session.runtime.child_names(*fabric)
                      : Result<std::vector<std::string>>(std::vector<std::string>{});
  return names ? *std::move(names) : std::vector<std::string>{};
}

static std::vector<std::string> complete_system(const Wanted& /*wanted*/) {
  return systems();
}

std::vector<Command> connect_commands() {
  return {{.name = "connect",
           .kinds = {NodeKind::root},
           .parameters = {{.name = "target", .complete = complete_target},
                          {.name = "initiator", .required = false, .complete = complete_any_initiator},
                          {.name = "for",
                           .required = false,
                           .default_value = "linux",
                           .complete = complete_system,
                           .option = true}},
           .takes_options = true,
           .run = connect}};
}

}  // namespace lunet::shell
