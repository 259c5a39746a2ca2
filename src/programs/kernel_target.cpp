// SPDX-License-Identifier: Apache-2.0
#include "programs/kernel_target.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdlib>
#include <set>
#include <string>
#include <utility>

#include "base/text.h"
#include "configfs/fault_tree.h"
#include "configfs/kernel_modules.h"
#include "configfs/kernel_process.h"
#include "configfs/kernel_tree.h"
#include "programs/kernel_target_dbroot.h"
#include "schema/schema.h"

namespace lunet::programs {
namespace {

constexpr int patience_ms = 30000;
constexpr std::string_view stuck_folder = "/run/lunet/stuck";

std::string tree_root() {
  return std::string(configfs::KernelTree::default_root);
}

bool is_there() {
  return ::faccessat(AT_FDCWD, tree_root().c_str(), F_OK, AT_EACCESS) == 0;
}
bool is_writable() {
  return ::faccessat(AT_FDCWD, tree_root().c_str(), W_OK, AT_EACCESS) == 0;
}

Result<> mount_configfs() {
  const std::string mount_point = tree_root().substr(0, tree_root().rfind('/'));
  // Mostly mounted already, which is EBUSY and fine.
  if (::mount("configfs", mount_point.c_str(), "configfs", 0, nullptr) == 0 || errno == EBUSY) return {};
  Error error = system_error(errno, fmt::format("mounting configfs on {}", mount_point));
  error.hint = error.errnum == ENOENT ? "this kernel has no configfs; use --runtime lunetd"
                                      : "in a container mount it from the host, or use --runtime lunetd";
  return error;
}

Result<> try_to_load() {
  if (is_there() || ::geteuid() != 0) return {};
  const configfs::KernelModules modules;
  TRY_OK(modules.load("configfs"));
  TRY_OK(mount_configfs());
  TRY_OK(modules.load("target_core_mod"));
  return {};
}

/// Only the policy of that fabric is read: all of it takes longer than what the directory is made for.
std::string fabric_module(std::string_view directory) {
  const std::string fact = fmt::format("directory({})", directory);
  for (const schema::PolicyText& text : schema::shipped_policy()) {
    if (text.text.find(fact) == std::string_view::npos) continue;
    schema::Schema fabric;
    if (!fabric.add({&text, 1})) continue;
    for (const schema::Kind& kind : fabric.root().children) {
      if (kind.fact("directory") == directory) return std::string(kind.fact("module"));
    }
  }
  return {};
}

/// That the kernel must have before the directory can be made; "": none.
std::string needed_module(std::string_view path) {
  const bool is_of_fabric = path.find('/') == std::string_view::npos;
  return is_of_fabric ? fabric_module(path) : configfs::backend_module(path);
}

/// Before a directory is made that the kernel makes only with a module: of a fabric, of a back end. And
/// before a disk is made or planned: its reservations are in the folder that dbroot names then. And before an
/// ALUA state is to be kept there.
class Preparation {
 public:
  explicit Preparation(std::string state_dir) : state_dir_(std::move(state_dir)) {}

  Result<> operator()(std::string_view path) {
    const bool is_dbroot = path == "dbroot";
    if ((is_dbroot || path.starts_with("core/")) && !dbroot_settled_) {
      settle_dbroot(tree_root(), state_dir_);
      dbroot_settled_ = true;
    }
    if (is_dbroot) return {};
    if (path.ends_with("/alua_write_metadata") || path.ends_with("/alua_tg_pt_write_md")) {
      begin_to_keep_state(tree_root(), path);
      return {};
    }
    const std::string module = needed_module(path);
    if (module.empty() || is_still_there(module)) return {};
    TRY_OK(configfs::KernelModules().load(module));
    loaded_.insert(module);
    return {};
  }

 private:
  /// One look instead of libkmod's many: a restore asks for each disk.
  [[nodiscard]] bool is_still_there(const std::string& module) const {
    return loaded_.contains(module) && ::access(("/sys/module/" + module).c_str(), F_OK) == 0;
  }

  std::string state_dir_;
  bool dbroot_settled_ = false;  // it moves before the first disk only
  std::set<std::string> loaded_;
};

/// For tests: the n-th change fails (docs/transactions.md).
class FaultyTree : public configfs::FaultTree {
 public:
  FaultyTree(std::unique_ptr<configfs::Tree> inner, std::size_t change)
      : FaultTree(*inner), inner_(std::move(inner)) {
    fail_at(change, EIO);
  }

 private:
  std::unique_ptr<configfs::Tree> inner_;
};

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);  // NOLINT(concurrency-mt-unsafe): nobody sets variables
  return text == nullptr ? otherwise : parse_unsigned(text).value_or(otherwise);
}

}  // namespace

bool kernel_target_is_usable() {
  (void)try_to_load();  // why not is asked only when the kernel is wanted
  return is_writable();
}

bool kernel_target_may_run() {
  return is_there() || ::access("/sys/module/target_core_mod", F_OK) == 0;
}

Result<> load_kernel_target() {
  const Result<> loaded = try_to_load();
  if (is_writable()) return {};
  if (is_there()) {
    return Error{EACCES, fmt::format("the kernel's target tree {} is not yours to change", tree_root()),
                 "run lunet as root, or use --runtime lunetd"};
  }
  const std::string nothing = fmt::format("this machine has no kernel target: {} is not there", tree_root());
  if (!loaded) return Error(loaded.error()).during(nothing);
  return Error{ENOENT, nothing,
               ::geteuid() == 0
                   ? "the module target_core_mod made no tree; see `dmesg`, or use --runtime lunetd"
                   : "run lunet as root, which can load its module, or use --runtime lunetd"};
}

Result<std::unique_ptr<configfs::Tree>> open_kernel_target(const std::string& state_dir) {
  TRY_OK(load_kernel_target());
  const configfs::MakeTree make_tree = [state_dir](configfs::CallGuard* guard) {
    return std::make_unique<configfs::KernelTree>(tree_root(), guard, Preparation(state_dir));
  };
  configfs::KernelProcess::Options options;
  options.patience_ms = static_cast<int>(number_from("LUNET_KERNEL_PATIENCE_MS", patience_ms));
  if (::geteuid() == 0) options.stuck_folder = stuck_folder;
  auto process = std::make_unique<configfs::KernelProcess>(
      make_tree, std::make_unique<configfs::KernelTree>(tree_root()), options);
  static_cast<void>(process->start());  // the first call tries again, and says why not
  std::unique_ptr<configfs::Tree> tree = std::move(process);
  const std::uint64_t fault = number_from("LUNET_TEST_FAIL_AT", 0);
  if (fault > 0) tree = std::make_unique<FaultyTree>(std::move(tree), fault);
  return tree;
}

}  // namespace lunet::programs
