// SPDX-License-Identifier: Apache-2.0
// A service that notes what it was asked for, a console that keeps what was said: for the tests of this
// folder.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "shell/command.h"
#include "shell/fake_configurations.h"
#include "shell/fake_tasks.h"
#include "shell/nodes.h"
#include "shell/shell.h"

namespace lunet::shell {

/// Notes each call as "verb argument ...". Fails with `failure` when that is set.
class FakeService : public service::Service {
 public:
  std::vector<std::string> calls;
  std::optional<Error> failure;
  service::Report report{{"done"}, {}, {}};
  std::vector<service::GroupValue> values;
  service::Comparison comparison;

  Result<service::Report> create_fileio(const service::FileioOptions& options) override;
  Result<service::Report> create_block(const service::BlockOptions& options) override;
  Result<service::Report> create_ramdisk(const service::RamdiskOptions& options) override;
  using Service::delete_disk;
  Result<service::Report> delete_disk(std::string_view plugin, std::string_view name,
                                      service::EmptyHba hba) override;
  Result<service::Report> create_target(std::string_view wwn, const service::TpgOptions& options) override;
  Result<service::Report> delete_target(std::string_view wwn, std::string_view fabric) override;
  Result<service::Report> create_tpg(std::string_view target, std::optional<std::uint16_t> tag,
                                     const service::TpgOptions& options) override;
  Result<service::Report> delete_tpg(const service::TpgRef& tpg) override;
  Result<service::Report> enable_tpg(const service::TpgRef& tpg, bool enable) override;
  Result<service::Report> create_lun(const service::TpgRef& tpg, const service::LunOptions& options) override;
  Result<service::Report> delete_lun(const service::TpgRef& tpg, std::uint16_t lun) override;
  Result<service::Report> create_acl(const service::TpgRef& tpg, std::string_view wwn, bool add) override;
  Result<service::Report> delete_acl(const service::TpgRef& tpg, std::string_view wwn) override;
  Result<service::Report> create_mapped_lun(const service::TpgRef& tpg, std::string_view acl,
                                            const service::MappedLunOptions& options) override;
  Result<service::Report> delete_mapped_lun(const service::TpgRef& tpg, std::string_view acl,
                                            std::uint16_t mapped_lun) override;
  Result<service::Report> create_portal(const service::TpgRef& tpg, std::string_view ip,
                                        std::uint16_t port) override;
  Result<service::Report> delete_portal(const service::TpgRef& tpg, std::string_view ip,
                                        std::uint16_t port) override;
  Result<std::vector<service::GroupValue>> get_group(const service::GroupRef& group) override;
  Result<service::Report> set_group(const service::GroupRef& group,
                                    const std::vector<std::pair<std::string, std::string>>& pairs) override;
  Result<service::Report> restore(const service::Scope& scope) override;
  Result<service::Report> adopt(const service::Scope& scope) override;
  Result<service::Comparison> compare(const service::Scope& scope) override;
  Result<std::vector<store::Generation>> history(std::size_t limit) override;

  std::string asked;  ///< what get_group was last called for

 private:
  Result<service::Report> note(std::string call);
};

class FakeRuntime : public Runtime {
 public:
  FakeService fake;
  FakeConfigurations whole;
  service::ViewNode tree;
  std::vector<store::Generation> generations;
  int views = 0;
  std::vector<std::string> said;
  [[nodiscard]] std::vector<std::string> notices() const override;

  Result<service::Service*> service() override;
  Result<service::Configurations*> configurations() override;
  FakeTasks work;
  Result<service::Tasks*> tasks() override;
  Result<service::Configurations*> recorded() override;
  Result<> start_waiter() override;
  int waiters = 0;
  Result<service::Report> forget_secrets() override;
  int forgotten = 0;
  MigrationQuestion migration;
  std::string migrated;  ///< where to, and what was agreed to
  Result<MigrationQuestion> plan_migration(std::optional<service::RuntimeKind> /*to*/) override;
  Result<service::Report> migrate(service::RuntimeKind to,
                                  const std::optional<std::vector<std::string>>& agreed) override;
  using Runtime::child_names;
  using Runtime::view;
  service::ViewNode by_hba;  ///< the tree in the legacy hierarchy
  Result<service::ViewNode> view(service::Hierarchy hierarchy) override;
  Result<service::ViewNode> target_view(std::string_view fabric, const std::string& target) override;
  [[nodiscard]] const service::ViewNode& tree_in(service::Hierarchy hierarchy) const;
  std::vector<service::UserHandler> handlers;
  std::vector<service::UserHandler> user_handlers() override;
  std::map<std::string, std::string> ids;  ///< of disks, by their path in the legacy hierarchy
  Result<std::string> disk_on_hba(const Place& place) override;
  Result<std::vector<store::Generation>> history(std::size_t limit) override;
  std::string announced;
  void announce(const std::string& command) override;
  Result<std::vector<std::string>> child_names(const Place& place, service::Hierarchy hierarchy) override;
  Result<std::vector<std::string>> disk_paths(service::Hierarchy hierarchy) override;
  Result<std::vector<service::ExportedDisk>> exported_disks(const Place& place,
                                                            service::Hierarchy hierarchy) override;
  std::vector<std::string> told;  ///< the supervisor
  void tell_supervisor(const std::string& state) override;
  Facts known;
  Result<Facts> facts() override;
  std::string mounted_at;
  Result<> mount(const std::string& directory, const std::function<void()>& mounted) override;
};

class FakeConsole : public Console {
 public:
  std::string out, err;
  int columns = 76;
  std::optional<bool> answer;  ///< to every question
  std::string question;
  std::string secret = "typed secret";

  void write(std::string_view text) override { out += text; }
  void write_error(std::string_view text) override { err += text; }
  std::vector<std::string> passing;  ///< lines of progress
  void progress(std::string_view text) override { passing.emplace_back(text); }
  [[nodiscard]] int width() const override { return columns; }
  [[nodiscard]] bool colours() const override { return false; }
  std::vector<std::string> input;  ///< lines to read
  std::optional<std::string> read_line() override {
    if (input.empty()) return std::nullopt;
    std::string line = input.front();
    input.erase(input.begin());
    return line;
  }
  std::optional<bool> confirm(std::string_view text) override {
    question = text;
    return answer;
  }
  Result<std::string> read_secret(std::string_view /*prompt*/) override { return secret; }
};

/// A shell with all of it faked.
struct Lab {
  FakeRuntime runtime;
  FakeConsole console;
  Session session{runtime, console};

  /// Runs words separated by blanks: each its own token.
  ExitStatus run(std::string_view words);
  ExitStatus run_words(const std::vector<std::string>& words) { return shell::run(words, session); }
};

/// The node at a canonical path of a tree; must be there.
service::ViewNode& node_at(service::ViewNode& root, std::string_view path);
service::ViewNode made(service::NodeKind kind, std::string name, std::string summary,
                       std::vector<service::ViewNode> children = {},
                       service::Health health = service::Health::none);
service::ViewNode sample_backstores();
service::ViewNode sample_iscsi();
/// The same disk in the legacy hierarchy, and an HBA without any.
service::ViewNode sample_hbas();
/// The tree of the sample in features 3.10: one file disk, one target, one ACL.
service::ViewNode sample_tree();

}  // namespace lunet::shell
