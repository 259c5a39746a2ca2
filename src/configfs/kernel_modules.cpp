// SPDX-License-Identifier: Apache-2.0
#include "configfs/kernel_modules.h"

#include <fmt/core.h>
#include <libkmod.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <memory>
#include <utility>

#include "base/late_library.h"
#include "configfs/path.h"

namespace lunet::configfs {
namespace {

/// What of libkmod is used. Most commands load no module, and it brings a whole cryptographic library.
struct Kmod {
  LateLibrary library{"libkmod.so.2"};
  LUNET_LATE(kmod_new);
  LUNET_LATE(kmod_unref);
  LUNET_LATE(kmod_set_log_fn);
  LUNET_LATE(kmod_module_new_from_name);
  LUNET_LATE(kmod_module_new_from_lookup);
  LUNET_LATE(kmod_module_get_module);
  LUNET_LATE(kmod_module_get_initstate);
  LUNET_LATE(kmod_module_probe_insert_module);
  LUNET_LATE(kmod_module_unref);
  LUNET_LATE(kmod_module_unref_list);
};

const Kmod& kmod() {
  static const Kmod loaded;
  return loaded;
}

struct Release {
  void operator()(kmod_ctx* context) const { kmod().kmod_unref(context); }
  void operator()(kmod_module* module) const { kmod().kmod_module_unref(module); }
  void operator()(kmod_list* list) const { kmod().kmod_module_unref_list(list); }
};
using Context = std::unique_ptr<kmod_ctx, Release>;
using Module = std::unique_ptr<kmod_module, Release>;
using List = std::unique_ptr<kmod_list, Release>;

constexpr std::string_view use_lunetd = "or use --runtime lunetd, which needs no module";

std::string kernel_release() {
  utsname names{};
  return ::uname(&names) == 0 ? names.release : "unknown";
}

Error not_installed(const std::string& name, const std::string& folder) {
  const std::string release = kernel_release();
  if (::access(folder.c_str(), F_OK) != 0) {
    return {ENOENT,
            fmt::format(
                "module {} cannot be loaded: no modules of the running kernel {} are installed ({} is not "
                "there)",
                name, release, folder),
            fmt::format(
                "install the package of this kernel's modules, or start the kernel that is installed; in a "
                "container load the module on the host; {}",
                use_lunetd)};
  }
  return {ENOENT, fmt::format("module {} is not installed: it is not in {}", name, folder),
          fmt::format(
              "install the kernel package that has it (Debian: linux-image-amd64, not the cloud kernel); {}",
              use_lunetd)};
}

Error forbidden(const std::string& name) {
  return {EPERM,
          fmt::format("module {} is not loaded: modprobe's configuration forbids it (blacklist)", name),
          fmt::format("see `modprobe --showconfig | grep {}`; `modprobe {}` by hand loads it all the same",
                      name, name)};
}

/// finit_module(2) and what libkmod adds to it.
Error refused(const std::string& name, int errnum) {
  Error error = system_error(errnum, fmt::format("loading module {}", name));
  switch (errnum) {
    case EPERM:
      error.hint = ::geteuid() == 0
                       ? "the kernel is locked down or this container may not load modules: load it on "
                         "the host, or use --runtime lunetd"
                       : "run lunet as root";
      break;
    case EKEYREJECTED:
    case ENOKEY:
      error.hint =
          "the kernel wants modules with a signature that it knows (Secure Boot): install the "
          "distribution's own kernel package";
      break;
    case ENOEXEC:
      error.hint = "it was built for another kernel: run `depmod -a`, or reinstall the package";
      break;
    case ENODEV: error.hint = "the hardware that it is for is not in this machine"; break;
    default: error.hint = fmt::format("see `dmesg`, and try `modprobe {}`", name); break;
  }
  return error;
}

Result<Context> open_context(const std::string& modules, const std::string& config) {
  TRY_OK(kmod().library.need("kernel modules cannot be loaded", fmt::format("libkmod2; {}", use_lunetd)));
  const std::array<const char*, 2> configs = {config.c_str(), nullptr};
  Context context(kmod().kmod_new(modules.empty() ? nullptr : modules.c_str(),
                                  config.empty() ? nullptr : configs.data()));
  if (!context) return system_error(errno == 0 ? ENOMEM : errno, "looking for kernel modules");
  // What libkmod has to say goes into our errors, not to the terminal.
  kmod().kmod_set_log_fn(
      context.get(), [](void*, int, const char*, int, const char*, const char*, va_list) {}, nullptr);
  return context;
}

bool is_there(kmod_ctx* context, const std::string& name) {
  kmod_module* found = nullptr;
  if (kmod().kmod_module_new_from_name(context, name.c_str(), &found) != 0) return false;
  const Module module(found);
  const int state = kmod().kmod_module_get_initstate(module.get());
  return state == KMOD_MODULE_BUILTIN || state == KMOD_MODULE_LIVE;
}

}  // namespace

Result<> KernelModules::load(const std::string& name) const {
  const Context context = TRY(open_context(places_.modules, places_.config));
  if (is_there(context.get(), name)) return {};
  const std::string folder = places_.modules.empty() ? "/lib/modules/" + kernel_release() : places_.modules;
  kmod_list* found = nullptr;
  const int looked_up = kmod().kmod_module_new_from_lookup(context.get(), name.c_str(), &found);
  const List list(found);
  if (looked_up != 0 || !list) return not_installed(name, folder);
  const Module module(kmod().kmod_module_get_module(list.get()));
  const int result = kmod().kmod_module_probe_insert_module(module.get(), KMOD_PROBE_APPLY_BLACKLIST_ALL,
                                                            nullptr, nullptr, nullptr, nullptr);
  if (result == 0 || result == -EEXIST) return {};
  if (result > 0) return forbidden(name);
  if (result == -ENOENT) return not_installed(name, folder);
  return refused(name, -result);
}

std::string backend_module(std::string_view path) {
  static constexpr std::array<std::pair<std::string_view, const char*>, 4> modules{
      {{"core/fileio_", "target_core_file"},
       {"core/iblock_", "target_core_iblock"},
       {"core/pscsi_", "target_core_pscsi"},
       {"core/user_", "target_core_user"}}};
  for (const auto& [begin, module] : modules) {
    if (path.starts_with(begin) && path.find('/', begin.size()) == std::string_view::npos) return module;
  }
  return {};
}

}  // namespace lunet::configfs
