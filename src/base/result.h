// SPDX-License-Identifier: Apache-2.0
// Errors as values: Result<T> holds a T or an Error. The names are ours so that std::expected can
// take tl::expected's place. Not for mistakes in the user's text (language/diagnostic.h) nor for our own
// (check.h).
#pragma once

#include <cerrno>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <type_traits>
#include <utility>

namespace lunet {

/// What went wrong outside of us.
struct Error {
  int errnum = EIO;     ///< errno value that names the kind of failure, never 0
  std::string message;  ///< a sentence without full stop: the object, what was tried, why it failed
  std::string hint;     ///< what the user can do about it; may be empty

  /// Prefixes what the caller was doing: "enabling portal X: <message>".
  Error during(std::string_view activity) &&;
  /// Sets the hint unless one is there already.
  Error advise(std::string_view text) &&;
};

/// "<what>: <text of errnum>".
Error system_error(int errnum, std::string_view what);

struct Ok {};

template <class T = Ok>
class [[nodiscard]] Result {
 public:
  using Value = T;
  Result()
    requires std::is_same_v<T, Ok>
      : state_(Ok{}) {}
  Result(T value) : state_(std::move(value)) {}                      // NOLINT: implicit by design
  Result(Error error) : state_(tl::unexpected(std::move(error))) {}  // NOLINT: implicit by design

  explicit operator bool() const { return state_.has_value(); }
  T& operator*() & { return *state_; }
  const T& operator*() const& { return *state_; }
  T&& operator*() && { return std::move(*state_); }
  T* operator->() { return &*state_; }
  const T* operator->() const { return &*state_; }
  Error& error() & { return state_.error(); }
  const Error& error() const& { return state_.error(); }
  Error&& error() && { return std::move(state_.error()); }

 private:
  tl::expected<T, Error> state_;
};

}  // namespace lunet

// Yields the value of `expr`, or returns its error from the enclosing function. Do not nest.
#define TRY(expr)                            \
  __extension__({                            \
    auto try_result_ = (expr);               \
    if (!try_result_) [[unlikely]]           \
      return std::move(try_result_).error(); \
    std::move(*try_result_);                 \
  })

// As TRY, for results without a value or whose value is not wanted.
#define TRY_OK(expr)                         \
  do {                                       \
    auto try_result_ = (expr);               \
    if (!try_result_) [[unlikely]]           \
      return std::move(try_result_).error(); \
  } while (false)
