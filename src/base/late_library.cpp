// SPDX-License-Identifier: Apache-2.0
#include "base/late_library.h"

#include <dlfcn.h>
#include <fmt/core.h>

#include <cerrno>

namespace lunet {

LateLibrary::LateLibrary(const char* soname) : handle_(::dlopen(soname, RTLD_NOW | RTLD_LOCAL)) {
  if (handle_ == nullptr) missing_ = ::dlerror();
}

Result<> LateLibrary::need(std::string_view what_cannot_be_done, std::string_view package) const {
  if (missing_.empty()) return {};
  return Error{ELIBACC, fmt::format("{}: {}", what_cannot_be_done, missing_),
               fmt::format("install the package {}", package)};
}

void* LateLibrary::symbol(const char* name) {
  if (handle_ == nullptr) return nullptr;
  void* found = ::dlsym(handle_, name);
  if (found == nullptr && missing_.empty()) missing_ = ::dlerror();
  return found;
}

}  // namespace lunet
