// SPDX-License-Identifier: Apache-2.0
// Both runtimes of the store at once, for `lunet migrate`.
#include <fmt/core.h>
#include <unistd.h>

#include <cstdlib>

#include "configfs/model/memory_tree.h"
#include "configfs/remote_tree.h"
#include "programs/kernel_target.h"
#include "programs/lunet_runtime.h"
#include "programs/store_lunetd.h"
#include "service/index_lock.h"
#include "service/migrate.h"

namespace lunet::programs {

using service::RuntimeKind;

/// What a migration works on; in the order in which they stand on each other.
struct LunetRuntime::BothRuntimes {
  std::unique_ptr<configfs::Tree> old_tree;
  std::unique_ptr<configfs::Tree> new_tree;
  std::unique_ptr<service::MortalTree> mortal_old;
  std::unique_ptr<service::MortalTree> mortal_new;
  std::unique_ptr<service::MortalStore> mortal_store;
  service::MigrationSides sides;
  std::string absence;  ///< why the old one is not asked; "" when it is
};

Result<RuntimeKind> LunetRuntime::recorded_kind() {
  // Looking must not make a store.
  const bool is_there = ::access(options_.state_dir.c_str(), F_OK) == 0;
  std::string recorded;
  if (is_there) {
    store::Store* opened = TRY(store());
    recorded = TRY(opened->head()).runtime;
  }
  if (recorded.empty()) {
    return Error{
        ENOENT,
        fmt::format("there is nothing to migrate: no runtime is recorded in {} yet", options_.state_dir),
        "--runtime kernel or --runtime lunetd with the first change chooses one"};
  }
  return recorded == "kernel" ? RuntimeKind::kernel : RuntimeKind::lunetd;
}

/// The old runtime's tree, or that it does not run. An error: it may run, and cannot be asked.
Result<> LunetRuntime::reach_old(RuntimeKind kind, BothRuntimes& both) {
  if (kind == RuntimeKind::kernel) {
    if (kernel_target_may_run()) {
      auto opened = open_kernel_target(options_.state_dir);
      if (!opened) return std::move(opened).error().during("looking at what the kernel's target serves");
      both.old_tree = *std::move(opened);
      return {};
    }
    both.absence = "The kernel's target is not loaded: it serves nothing, and has nothing to give up.";
    both.old_tree = configfs::make_memory_tree(configfs::Flavour::kernel);
  } else {
    auto connected = configfs::connect_remote(options_.socket_path, request_timeout_ms);
    if (connected) {
      TRY_OK(check_lunetd_of_store(options_.state_dir, options_.socket_path));
      both.old_tree = *std::move(connected);
      return {};
    }
    if (!nobody_listens(connected.error())) return std::move(connected).error();
    if (const pid_t pid = lunetd_of(options_.state_dir); pid != 0) {
      return Error{EBUSY,
                   fmt::format("lunetd (pid {}) serves this store, and does not answer at {}", pid,
                               options_.socket_path),
                   "give --socket the socket that it listens at, or stop it"};
    }
    both.absence = fmt::format(
        "No lunetd runs with the state folder {}: nothing has to be given up. One that was started without "
        "it, at another socket, is not looked for.",
        options_.state_dir);
    both.old_tree = configfs::make_memory_tree(configfs::Flavour::lunetd);
  }
  both.sides.from_runs = false;
  return {};
}

Result<> LunetRuntime::reach_both(RuntimeKind from, RuntimeKind to, BothRuntimes& both) {
  TRY_OK(reach_old(from, both));
  service::Context& context = both.sides.from;
  context.live = both.old_tree.get();
  context.store = TRY(store());
  context.runtime = from;
  context.command = options_.command;
  context.exports = options_.exports;
  context.progress = options_.progress;
  context.notice = [this](const std::string& text) { say(text); };
  // One of the two is the kernel's, whose HBA numbers others take as well.
  if (to == RuntimeKind::kernel || both.sides.from_runs) context.index_lock = service::rtslib_lock_file;
  // docs/transactions.md, "For tests".
  const char* moment = std::getenv("LUNET_TEST_EXIT_AT");
  if (moment != nullptr) {
    life_.end_at(std::strtoul(moment, nullptr, 10));
    both.mortal_old = std::make_unique<service::MortalTree>(*context.live, life_);
    both.mortal_store = std::make_unique<service::MortalStore>(*context.store, life_);
    context.live = both.mortal_old.get();
    context.store = both.mortal_store.get();
  }
  both.sides.to = to;
  both.sides.reach = [this, to, mortal = moment != nullptr, &both]() -> Result<configfs::Tree*> {
    both.new_tree =
        to == RuntimeKind::kernel ? TRY(open_kernel_target(options_.state_dir)) : TRY(connect_lunetd());
    // A lunetd that systemd starts only now answers when it has looked into the store.
    TRY(both.new_tree->list(""));
    if (to == RuntimeKind::lunetd) TRY_OK(check_lunetd_of_store(options_.state_dir, options_.socket_path));
    if (!mortal) return both.new_tree.get();
    both.mortal_new = std::make_unique<service::MortalTree>(*both.new_tree, life_);
    return both.mortal_new.get();
  };
  return {};
}

Result<shell::MigrationQuestion> LunetRuntime::plan_migration(std::optional<RuntimeKind> to) {
  shell::MigrationQuestion question;
  question.from = TRY(recorded_kind());
  question.to = to.value_or(question.from == RuntimeKind::kernel ? RuntimeKind::lunetd : RuntimeKind::kernel);
  question.dry_run = options_.dry_run;
  if (question.from == question.to) return question;
  BothRuntimes both;
  TRY_OK(reach_both(question.from, question.to, both));
  if (!both.absence.empty()) say(both.absence);
  question.plan = TRY(service::plan_migration(both.sides));
  return question;
}

Result<service::Report> LunetRuntime::migrate(RuntimeKind to,
                                              const std::optional<std::vector<std::string>>& agreed) {
  BothRuntimes both;
  const RuntimeKind from = TRY(recorded_kind());
  TRY_OK(reach_both(from, to, both));
  service::Report report = TRY(service::migrate(both.sides, agreed));
  if (to == RuntimeKind::kernel && both.sides.from_runs)
    report.lines.emplace_back("lunetd runs on without it; stop it when nothing else needs it.");
  // What was connected is the old one. Notices stay: they are of this command.
  service_.reset();
  configurations_.reset();
  tasks_.reset();
  interruptible_tree_.reset();
  mortal_tree_.reset();
  mortal_store_.reset();
  tree_.reset();
  options_.kind = to;
  return report;
}

}  // namespace lunet::programs
