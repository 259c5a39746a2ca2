// SPDX-License-Identifier: Apache-2.0
// The runtime that lunet talks to: chosen, connected to and, for lunetd, started when it is first needed.
#pragma once

#include <unistd.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "configfs/tree.h"
#include "programs/interruptible_tree.h"
#include "programs/tcmu_bus.h"
#include "service/configurations.h"
#include "service/mortal.h"
#include "service/service.h"
#include "service/tasks.h"
#include "shell/command.h"
#include "store/store.h"

namespace lunet::programs {

struct RuntimeOptions {
  std::optional<service::RuntimeKind>
      kind;  ///< nothing: the recorded one, else what the machine has (ruling 6)
  std::string state_dir;
  std::string socket_path;
  bool may_start = true;
  std::string command;                                  ///< for the history
  std::function<void(const std::string&)> notice = {};  ///< what the user should know at once
  // As in service::Context.
  bool ensure = false;
  bool dry_run = false;
  std::vector<std::string> exports = {};
  service::TellProgress progress = {};
};

/// A request may wait until I/O in flight has ended.
inline constexpr int request_timeout_ms = 60000;
/// Whether connecting to lunetd failed because there is none.
bool nobody_listens(const Error& error);

class LunetRuntime : public shell::Runtime {
 public:
  explicit LunetRuntime(RuntimeOptions options) : options_(std::move(options)) {}

  Result<service::Service*> service() override;
  Result<service::Configurations*> configurations() override;
  Result<service::Tasks*> tasks() override;
  Result<service::Configurations*> recorded() override;
  Result<> start_waiter() override;
  Result<service::Report> forget_secrets() override;
  // lunet_migrate.cpp
  Result<shell::MigrationQuestion> plan_migration(std::optional<service::RuntimeKind> to) override;
  Result<service::Report> migrate(service::RuntimeKind to,
                                  const std::optional<std::vector<std::string>>& agreed) override;
  using Runtime::child_names;
  using Runtime::view;
  Result<service::ViewNode> view(service::Hierarchy hierarchy) override;
  Result<service::ViewNode> target_view(std::string_view fabric, const std::string& target) override;
  Result<std::vector<store::Generation>> history(std::size_t limit) override;
  Result<> mount(const std::string& directory, const std::function<void()>& mounted) override;
  Result<std::vector<std::string>> child_names(const shell::Place& place,
                                               service::Hierarchy hierarchy) override;
  Result<std::vector<std::string>> disk_paths(service::Hierarchy hierarchy) override;
  Result<std::vector<service::ExportedDisk>> exported_disks(const shell::Place& place,
                                                            service::Hierarchy hierarchy) override;
  Result<std::string> disk_on_hba(const shell::Place& place) override;
  std::vector<service::UserHandler> user_handlers() override;
  void announce(const std::string& command) override;
  Result<shell::Facts> facts() override;
  void tell_supervisor(const std::string& state) override;
  [[nodiscard]] std::vector<std::string> notices() const override { return notices_; }

 private:
  Result<store::Store*> store();
  Result<configfs::Tree*> tree();
  Result<> connect();
  struct BothRuntimes;
  Result<service::RuntimeKind> recorded_kind();
  Result<> reach_old(service::RuntimeKind kind, BothRuntimes& both);
  Result<> reach_both(service::RuntimeKind from, service::RuntimeKind to, BothRuntimes& both);
  void say(const std::string& text);
  Result<service::RuntimeKind> kind();
  Result<std::unique_ptr<configfs::Tree>> connect_lunetd();
  Result<std::unique_ptr<configfs::Tree>> start_and_connect();

  RuntimeOptions options_;
  std::vector<std::string> notices_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<configfs::Tree> tree_;
  std::unique_ptr<InterruptibleTree> interruptible_tree_;
  service::Life life_{[] { ::_exit(137); }};  ///< ends only in tests
  std::unique_ptr<service::MortalTree> mortal_tree_;
  std::unique_ptr<service::MortalStore> mortal_store_;
  TcmuBus handlers_;
  std::unique_ptr<service::Service> service_;
  std::unique_ptr<service::Configurations> configurations_;
  std::unique_ptr<service::Tasks> tasks_;
  std::unique_ptr<service::Configurations> recorded_;
};

}  // namespace lunet::programs
