// SPDX-License-Identifier: Apache-2.0
#include "programs/kernel_target.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

#include "configfs/kernel_tree.h"

namespace lunet::programs {

static std::string tree_root() {
  return std::string(configfs::KernelTree::default_root);
}

static bool is_there() {
  return ::faccessat(AT_FDCWD, tree_root().c_str(), F_OK, AT_EACCESS) == 0;
}
static bool is_writable() {
  return ::faccessat(AT_FDCWD, tree_root().c_str(), W_OK, AT_EACCESS) == 0;
}

// modprobe says on its standard error what nobody needs to hear: that there is no such module.
static void load_module(const char* name) {
  posix_spawn_file_actions_t quiet;
  ::posix_spawn_file_actions_init(&quiet);
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    ::posix_spawn_file_actions_addopen(&quiet, stream, "/dev/null", O_RDWR, 0);
  }
  std::string program = "modprobe";
  std::string module = name;
  char* arguments[] = {program.data(), module.data(), nullptr};
  pid_t child = -1;
  if (::posix_spawnp(&child, "modprobe", &quiet, nullptr, arguments, environ) == 0) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
  }
  ::posix_spawn_file_actions_destroy(&quiet);
}

static void try_to_load() {
  if (is_there() || ::geteuid() != 0) return;
  load_module("configfs");
  const std::string mount_point = tree_root().substr(0, tree_root().rfind('/'));
  // Mostly mounted already, which is EBUSY and fine.
  if (::mount("configfs", mount_point.c_str(), "configfs", 0, nullptr) != 0 && errno != EBUSY) return;
  load_module("target_core_mod");
}

bool kernel_target_is_usable() {
  try_to_load();
  return is_writable();
}

Result<> load_kernel_target() {
  try_to_load();
  if (is_writable()) return {};
  if (is_there()) {
    return Error{EACCES, fmt::format("the kernel's target tree {} is not yours to change", tree_root()),
                 "run lunet as root, or use --runtime lunetd"};
  }
  return Error{ENOENT, fmt::format("this machine has no kernel target: {} is not there", tree_root()),
               ::geteuid() == 0 ? "the module target_core_mod cannot be loaded here; use --runtime lunetd"
                                : "run lunet as root, which can load its module, or use --runtime lunetd"};
}

}  // namespace lunet::programs
