// SPDX-License-Identifier: Apache-2.0
#include "programs/lunet_runtime.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "base/fd.h"
#include "configfs/fuse/mount.h"
#include "configfs/kernel_tree.h"
#include "configfs/remote_tree.h"
#include "programs/kernel_target.h"
#include "programs/lunet_start.h"
#include "programs/places.h"

namespace lunet::programs {

using service::RuntimeKind;

// A request may wait until I/O in flight has ended.
constexpr int request_timeout_ms = 60000;

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

static Result<std::unique_ptr<configfs::Tree>> open_kernel() {
  TRY_OK(load_kernel_target());
  return std::unique_ptr<configfs::Tree>(std::make_unique<configfs::KernelTree>());
}

Result<configfs::Tree*> LunetRuntime::tree() {
  if (tree_ == nullptr) {
    const RuntimeKind wanted = TRY(kind());
    tree_ = wanted == RuntimeKind::kernel ? TRY(open_kernel()) : TRY(connect_lunetd());
  }
  return tree_.get();
}

static bool nobody_listens(const Error& error) {
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

Result<service::Service*> LunetRuntime::service() {
  if (service_ == nullptr) {
    configfs::Tree* live = TRY(tree());
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
    service::Context context{live, opened, runtime, options_.command, {}};
    context.notice = [this](const std::string& text) {
      options_.notice ? options_.notice(text) : notices_.push_back(text);
    };
    service_ = service::make_service(context);
  }
  return service_.get();
}

Result<service::ViewNode> LunetRuntime::view() {
  configfs::Tree* live = TRY(tree());
  return service::read_view(*live);
}

Result<> LunetRuntime::mount(const std::string& directory, const std::function<void()>& mounted) {
  configfs::Tree* live = TRY(tree());
  const auto mount = TRY(configfs::make_mount(*live, directory));
  mounted();
  std::fflush(stdout);
  return mount->serve();
}

Result<std::vector<store::Generation>> LunetRuntime::history(std::size_t limit) {
  // Looking must not make a store.
  if (::access(options_.state_dir.c_str(), F_OK) != 0) return std::vector<store::Generation>{};
  store::Store* opened = TRY(store());
  return opened->history(limit);
}

}  // namespace lunet::programs
