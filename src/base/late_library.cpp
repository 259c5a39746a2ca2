// SPDX-License-Identifier: Apache-2.0
#include "base/late_library.h"

#include <dlfcn.h>

namespace lunet {

LateLibrary::LateLibrary(const char* soname) : handle_(::dlopen(soname, RTLD_NOW | RTLD_LOCAL)) {
  if (handle_ == nullptr) missing_ = ::dlerror();
}

void* LateLibrary::symbol(const char* name) {
  if (handle_ == nullptr) return nullptr;
  void* found = ::dlsym(handle_, name);
  if (found == nullptr && missing_.empty()) missing_ = ::dlerror();
  return found;
}

}  // namespace lunet
