// SPDX-License-Identifier: Apache-2.0
// The verbs of service/tasks.h for the tests of this folder: they note what they were asked for.
#pragma once

#include <fmt/core.h>

#include <optional>
#include <string>
#include <vector>

#include "service/tasks.h"

namespace lunet::shell {

/// Notes each call as "verb argument ...". Fails with `failure` when that is set.
class FakeTasks : public service::Tasks {
 public:
  std::vector<std::string> calls;
  std::optional<Error> failure;
  service::Report report{{"done"}, {}, {}};
  std::vector<service::LoginSession> open;
  std::vector<service::LunCounters> luns;
  std::vector<service::TpgSessions> tpgs;

  Result<service::Report> create_pscsi(const service::PscsiOptions& options) override {
    return note(fmt::format("create_pscsi {} {}", options.name, options.device));
  }
  Result<service::Report> create_user(const service::UserOptions& options) override {
    return note(fmt::format("create_user {} {} {}/{} wwn={} max={} control={}", options.name,
                            options.size_bytes, options.handler, options.config, options.wwn,
                            options.max_sectors.value_or(0), options.control));
  }
  Result<service::Report> change_medium(const service::UserOptions& options) override {
    return note(fmt::format("change_medium {} {} {}/{}", options.name, options.size_bytes, options.handler,
                            options.config));
  }
  Result<service::Report> create_hba(std::string_view plugin) override {
    return note(fmt::format("create_hba {}", plugin));
  }
  Result<service::Report> delete_hba(std::string_view plugin, unsigned number) override {
    return note(fmt::format("delete_hba {} {}", plugin, number));
  }
  Result<service::Report> create_port_group(const service::DiskRef& disk, std::string_view name,
                                            std::uint16_t tag) override {
    return note(fmt::format("create_port_group {}/{} {} {}", disk.plugin, disk.disk, name, tag));
  }
  Result<service::Report> delete_port_group(const service::DiskRef& disk, std::string_view name) override {
    return note(fmt::format("delete_port_group {}/{} {}", disk.plugin, disk.disk, name));
  }
  Result<service::Report> tag_acl(const service::TpgRef& tpg, std::string_view name,
                                  std::string_view tag) override {
    return note(fmt::format("tag_acl {}:{} {} {}", tpg.target, tpg.tag, name, tag));
  }
  Result<service::Report> untag_acl(const service::TpgRef& tpg, std::string_view name) override {
    return note(fmt::format("untag_acl {}:{} {}", tpg.target, tpg.tag, name));
  }
  Result<service::Report> set_transport(const service::PortalRef& portal, service::Transport transport,
                                        bool on) override {
    const bool iser = transport == service::Transport::iser;
    return note(
        fmt::format("set_transport {}:{} {} {}", portal.ip, portal.port, iser ? "iser" : "offload", on));
  }
  Result<service::Report> resize(const service::DiskRef& disk,
                                 const service::ResizeOptions& options) override {
    return note(fmt::format("resize {}/{} {}{}", disk.plugin, disk.disk,
                            options.size_bytes ? std::to_string(*options.size_bytes) : "again",
                            options.shrink ? " shrink" : ""));
  }
  Result<service::Report> share(const service::ShareOptions& options) override {
    return note("share " + name(options));
  }
  Result<service::Report> unshare(const service::ShareOptions& options) override {
    return note("unshare " + name(options));
  }
  Result<std::vector<service::LoginSession>> sessions() override {
    if (failure) return *failure;
    return open;
  }
  Result<service::Counters> counters() override {
    if (failure) return *failure;
    return service::Counters{open, luns, tpgs};
  }
  std::vector<service::TargetAccess> accesses;
  Result<std::vector<service::TargetAccess>> access(std::string_view initiator,
                                                    std::string_view address) override {
    if (failure) return *failure;
    calls.push_back(fmt::format("access {} {}", initiator, address));
    return accesses;
  }
  std::vector<service::Finding> findings;
  Result<std::vector<service::Finding>> examine() override {
    if (failure) return *failure;
    return findings;
  }
  service::RuntimeKind kind = service::RuntimeKind::lunetd;
  [[nodiscard]] service::RuntimeKind runtime() const override { return kind; }
  Result<service::Report> kick(const service::LoginSession& session) override {
    return note(fmt::format("kick {} {}", session.sid, session.initiator));
  }

 private:
  static std::string name(const service::ShareOptions& options) {
    std::string text = options.path.empty() ? options.disk.plugin + "/" + options.disk.disk : options.path;
    for (const std::string& each : options.initiators) text += " " + each;
    if (options.size_bytes) text += fmt::format(" size={}", *options.size_bytes);
    if (!options.target.empty()) text += " target=" + options.target;
    if (!options.ip.empty() || options.port != 3260)
      text += fmt::format(" at {}:{}", options.ip, options.port);
    if (options.read_only) text += " ro";
    if (!options.userid.empty()) text += fmt::format(" as {} {}", options.userid, options.password);
    return text;
  }
  Result<service::Report> note(std::string call) {
    if (failure) return *failure;
    calls.push_back(std::move(call));
    return report;
  }
};

}  // namespace lunet::shell
