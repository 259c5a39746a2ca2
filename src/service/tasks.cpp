// SPDX-License-Identifier: Apache-2.0
#include "service/tasks.h"

#include "base/check.h"
#include "service/hbas.h"
#include "service/port_groups.h"
#include "service/tags.h"
#include "service/task_verbs.h"

namespace lunet::service {
namespace {

class StoreTasks : public Tasks {
 public:
  explicit StoreTasks(const Context& context) : editor_(context) {
    CHECK(context.live != nullptr && context.store != nullptr);
  }

  Result<Report> create_pscsi(const PscsiOptions& options) override {
    return service::create_pscsi(editor_, options);
  }
  Result<Report> create_user(const UserOptions& options) override {
    return service::create_user(editor_, options);
  }
  Result<Report> change_medium(const UserOptions& options) override {
    return service::change_medium(editor_, options);
  }
  Result<Report> create_hba(std::string_view plugin) override { return service::create_hba(editor_, plugin); }
  Result<Report> delete_hba(std::string_view plugin, unsigned number) override {
    return service::delete_hba(editor_, plugin, number);
  }
  Result<Report> create_port_group(const DiskRef& disk, std::string_view name, std::uint16_t tag) override {
    return service::create_port_group(editor_, disk_path_of(disk.plugin, disk.disk), name, tag);
  }
  Result<Report> delete_port_group(const DiskRef& disk, std::string_view name) override {
    return service::delete_port_group(editor_, disk_path_of(disk.plugin, disk.disk), name);
  }
  Result<Report> tag_acl(const TpgRef& tpg, std::string_view name, std::string_view tag) override {
    return service::tag_acl(editor_, tpg, name, tag);
  }
  Result<Report> untag_acl(const TpgRef& tpg, std::string_view name) override {
    return service::untag_acl(editor_, tpg, name);
  }
  Result<Report> set_transport(const PortalRef& portal, Transport transport, bool on) override {
    return service::set_transport(editor_, portal, transport, on);
  }
  Result<Report> resize(const DiskRef& disk, const ResizeOptions& options) override {
    return service::resize(editor_, disk, options);
  }
  Result<Report> share(const ShareOptions& options) override { return service::share(editor_, options); }
  Result<Report> unshare(const ShareOptions& options) override { return service::unshare(editor_, options); }
  Result<std::vector<LoginSession>> sessions() override { return read_sessions(editor_.live()); }
  Result<Counters> counters() override { return read_counters(editor_.live(), editor_.runtime()); }
  Result<std::vector<TargetAccess>> access(std::string_view initiator, std::string_view address) override {
    return explain_access(editor_.live(), initiator, address);
  }
  Result<std::vector<Finding>> examine() override {
    const Comparison comparison = TRY(compare(editor_, Scope{}));
    return service::examine(editor_.live(), comparison, editor_.handlers());
  }
  [[nodiscard]] RuntimeKind runtime() const override { return editor_.runtime(); }
  Result<Report> kick(const LoginSession& session) override { return service::kick(editor_, session); }

 private:
  Editor editor_;
};

}  // namespace

std::unique_ptr<Tasks> make_tasks(const Context& context) {
  return std::make_unique<StoreTasks>(context);
}

}  // namespace lunet::service
