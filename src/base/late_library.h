// SPDX-License-Identifier: Apache-2.0
// A shared library that few commands need, loaded by the first that does: with what it needs itself it can
// double the time in which a program starts. dlopen(3).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace lunet {

/// Stays loaded. Functions are asked for with the types of the library's own header, which is not linked
/// with.
class LateLibrary {
 public:
  /// `soname` with its version ("libkmod.so.2").
  explicit LateLibrary(const char* soname);

  /// Null, and missing() says why: the library or the function is not there.
  template <class Function>
  [[nodiscard]] Function* function(const char* name) {
    return reinterpret_cast<Function*>(symbol(name));
  }
  /// The first thing that was not there, as the loader says it; "" when all was.
  [[nodiscard]] const std::string& missing() const { return missing_; }
  /// ELIBACC when something was not there: "<what cannot be done>: <missing>", and the package to install.
  [[nodiscard]] Result<> need(std::string_view what_cannot_be_done, std::string_view package) const;

 private:
  void* symbol(const char* name);

  void* handle_;
  std::string missing_;
};

/// A member NAME: the library's function NAME, of the member `library` before it. Null: missing.
// NOLINTNEXTLINE(bugprone-macro-parentheses): it declares the name
#define LUNET_LATE(NAME) decltype(&::NAME) NAME = library.function<decltype(::NAME)>(#NAME)

}  // namespace lunet
