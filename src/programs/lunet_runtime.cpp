// SPDX-License-Identifier: Apache-2.0
#include "programs/lunet_runtime.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/fd.h"
#include "configfs/fuse/mount.h"
#include "configfs/remote_tree.h"
#include "programs/detached.h"
#include "programs/kernel_target.h"
#include "programs/late_systemd.h"
#include "programs/lunet_start.h"
#include "programs/places.h"
#include "service/forget.h"
#include "service/hbas.h"
#include "service/index_lock.h"
#include "shell/interrupt.h"

namespace lunet::programs {

using service::RuntimeKind;

Result<store::Store*> LunetRuntime::store() {
  if (store_ == nullptr) {
    TRY_OK(make_private_folder(options_.state_dir));
    store_ = TRY(store::open(options_.state_dir));
  }
  return store_.get();
}

Result<RuntimeKind> LunetRuntime::kind() {
  if (!options_.kind) {
    store::Store* opened = TRY(store());
    const store::Store::Head head = TRY(opened->head());
    if (head.runtime == "kernel" || (head.runtime.empty() && kernel_target_is_usable())) {
      options_.kind = RuntimeKind::kernel;
    } else {
      options_.kind = RuntimeKind::lunetd;
    }
  }
  return *options_.kind;
}

Result<configfs::Tree*> LunetRuntime::tree() {
  if (tree_ == nullptr) {
    const RuntimeKind wanted = TRY(kind());
    tree_ =
        wanted == RuntimeKind::kernel ? TRY(open_kernel_target(options_.state_dir)) : TRY(connect_lunetd());
  }
  return tree_.get();
}

bool nobody_listens(const Error& error) {
  return error.errnum == ENOENT || error.errnum == ECONNREFUSED || error.errnum == ENOTDIR;
}

Result<std::unique_ptr<configfs::Tree>> LunetRuntime::connect_lunetd() {
  auto connected = configfs::connect_remote(options_.socket_path, request_timeout_ms);
  if (connected || !nobody_listens(connected.error())) return connected;
  if (!options_.may_start) {
    return Error{ECONNREFUSED, fmt::format("no lunetd answers at {}", options_.socket_path),
                 "leave out --no-start, or start it: lunetd --state-dir DIR --socket PATH"};
  }
  return start_and_connect();
}

static std::string folder_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

Result<std::unique_ptr<configfs::Tree>> LunetRuntime::start_and_connect() {
  TRY_OK(make_private_folder(options_.state_dir));
  // A socket elsewhere is in a folder that somebody else cares for, such as /tmp.
  if (options_.socket_path == default_places().socket_path)
    TRY_OK(make_private_folder(folder_of(options_.socket_path)));
  // Two that find nobody at the same time: the second waits here and then finds what the first has started.
  const std::string lock_path = options_.state_dir + "/start.lock";
  const Fd lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock || ::flock(lock.get(), LOCK_EX) != 0) return system_error(errno, lock_path);
  auto connected = configfs::connect_remote(options_.socket_path, request_timeout_ms);
  if (connected || !nobody_listens(connected.error())) return connected;
  const pid_t pid = TRY(start_lunetd({lunetd_program(), options_.state_dir, options_.socket_path}));
  notices_.push_back(fmt::format("lunetd started (pid {}, state {})", pid, options_.state_dir));
  return configfs::connect_remote(options_.socket_path, request_timeout_ms);
}

void LunetRuntime::announce(const std::string& command) {
  options_.command = command;
  service_.reset();
  configurations_.reset();
  tasks_.reset();
  notices_.clear();
}

static service::NodeAddress address_of(const shell::Place& place, service::Hierarchy hierarchy) {
  return {place.kind, place.plugin, place.disk, place.fabric, place.target,
          place.tag,  place.acl,    place.hba,  hierarchy,    place.handler};
}

Result<std::vector<std::string>> LunetRuntime::child_names(const shell::Place& place,
                                                           service::Hierarchy hierarchy) {
  configfs::Tree* live = TRY(tree());
  auto names = TRY(service::child_names(*live, address_of(place, hierarchy)));
  if (place.kind == service::NodeKind::backstores && hierarchy == service::Hierarchy::plugins) {
    for (const service::UserHandler& handler : user_handlers()) {
      std::string name = "user:" + handler.name;
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    }
  }
  return names;
}

// Only the kernel's target has disks in user space.
std::vector<service::UserHandler> LunetRuntime::user_handlers() {
  const auto runtime = kind();
  if (!runtime || *runtime != RuntimeKind::kernel) return {};
  auto handlers = handlers_.list();
  return handlers ? *std::move(handlers) : std::vector<service::UserHandler>{};
}

Result<std::vector<std::string>> LunetRuntime::disk_paths(service::Hierarchy hierarchy) {
  configfs::Tree* live = TRY(tree());
  return service::disk_paths(*live, hierarchy);
}

Result<std::vector<service::ExportedDisk>> LunetRuntime::exported_disks(const shell::Place& place,
                                                                        service::Hierarchy hierarchy) {
  configfs::Tree* live = TRY(tree());
  return service::exported_disks(*live, address_of(place, hierarchy));
}

Result<std::string> LunetRuntime::disk_on_hba(const shell::Place& place) {
  configfs::Tree* live = TRY(tree());
  config::Tree known;
  auto store = recorded();
  if (!store && store.error().errnum != ENOENT) return std::move(store).error();
  if (store) known = TRY((*store)->tree_of({}));
  return service::disk_on_hba(*live, known, place.plugin, place.hba.value_or(0), place.disk);
}

Result<> LunetRuntime::connect() {
  if (service_ != nullptr) return {};
  configfs::Tree* live = TRY(tree());
  interruptible_tree_ = std::make_unique<InterruptibleTree>(*live, shell::interrupted);
  live = interruptible_tree_.get();
  store::Store* opened = TRY(store());
  const RuntimeKind runtime = TRY(kind());
  // docs/transactions.md, "For tests".
  if (const char* moment = std::getenv("LUNET_TEST_EXIT_AT")) {
    life_.end_at(std::strtoul(moment, nullptr, 10));
    mortal_tree_ = std::make_unique<service::MortalTree>(*live, life_);
    mortal_store_ = std::make_unique<service::MortalStore>(*opened, life_);
    live = mortal_tree_.get();
    opened = mortal_store_.get();
  }
  service::Context context;
  context.live = live;
  context.store = opened;
  context.runtime = runtime;
  context.command = options_.command;
  context.ensure = options_.ensure;
  context.dry_run = options_.dry_run;
  context.exports = options_.exports;
  context.progress = options_.progress;
  context.interrupted = shell::interrupted;
  if (runtime == RuntimeKind::kernel) {
    context.index_lock = service::rtslib_lock_file;
    context.handlers = &handlers_;
  }
  context.notice = [this](const std::string& text) { say(text); };
  configurations_ = service::make_configurations(context);
  tasks_ = service::make_tasks(context);
  service_ = service::make_service(context);
  // Whoever finds that its time has passed takes it back first (ruling 16).
  if (const auto sentence = configurations_->expire(); !sentence) {
    say(fmt::format("{}. {}", sentence.error().message, sentence.error().hint));
  } else if (*sentence) {
    say(**sentence);
  }
  return {};
}

void LunetRuntime::say(const std::string& text) {
  options_.notice ? options_.notice(text) : notices_.push_back(text);
}

Result<service::Service*> LunetRuntime::service() {
  TRY_OK(connect());
  return service_.get();
}

Result<service::Configurations*> LunetRuntime::configurations() {
  TRY_OK(connect());
  return configurations_.get();
}

Result<service::Tasks*> LunetRuntime::tasks() {
  TRY_OK(connect());
  return tasks_.get();
}

Result<service::Configurations*> LunetRuntime::recorded() {
  if (recorded_ == nullptr) {
    // Looking must not make a store.
    if (::access(options_.state_dir.c_str(), F_OK) != 0)
      return Error{ENOENT, fmt::format("nothing is recorded: there is no store in {}", options_.state_dir),
                   "--state-dir names another folder"};
    service::Context context;
    context.store = TRY(store());
    recorded_ = service::make_configurations(context);
  }
  return recorded_.get();
}

Result<> LunetRuntime::start_waiter() {
  const RuntimeKind runtime = TRY(kind());
  return start_detached(
      "/proc/self/exe",
      {"--no-start", "--yes", "--runtime", runtime == RuntimeKind::kernel ? "kernel" : "lunetd",
       "--state-dir", options_.state_dir, "--socket", options_.socket_path, "confirm", "--wait"});
}

Result<service::Report> LunetRuntime::forget_secrets() {
  TRY_OK(recorded());
  store::Store* opened = TRY(store());
  return service::forget_secrets(*opened, options_.state_dir, options_.command);
}

Result<service::ViewNode> LunetRuntime::view(service::Hierarchy hierarchy) {
  TRY_OK(connect());
  configfs::Tree* live = TRY(tree());
  service::ViewNode root = TRY(service::read_view(*live, service::device_bytes_from_sysfs, hierarchy));
  service::add_handlers(root, user_handlers());
  return root;
}

Result<service::ViewNode> LunetRuntime::target_view(std::string_view fabric, const std::string& target) {
  TRY_OK(connect());
  return service::read_target_view(*TRY(tree()), fabric, target);
}

Result<> LunetRuntime::mount(const std::string& directory, const std::function<void()>& mounted) {
  configfs::Tree* live = TRY(tree());
  const auto mount = TRY(configfs::make_mount(*live, directory));
  mounted();
  std::fflush(stdout);
  return mount->serve();
}

Result<shell::Facts> LunetRuntime::facts() {
  if (::access(options_.state_dir.c_str(), F_OK) != 0) {
    return Error{
        ENOENT, fmt::format("there is no store at {}: nothing was ever changed", options_.state_dir), {}};
  }
  store::Store* opened = TRY(store());
  const store::Store::Head head = TRY(opened->head());
  return shell::Facts{head.tree, options_.state_dir, options_.socket_path, head.runtime};
}

void LunetRuntime::tell_supervisor(const std::string& state) {
  if (std::getenv("NOTIFY_SOCKET") == nullptr || systemd().sd_notify == nullptr) return;
  systemd().sd_notify(0, state.c_str());
}

Result<std::vector<store::Generation>> LunetRuntime::history(std::size_t limit) {
  // Looking must not make a store.
  if (::access(options_.state_dir.c_str(), F_OK) != 0) return std::vector<store::Generation>{};
  store::Store* opened = TRY(store());
  return opened->history(limit);
}

}  // namespace lunet::programs
