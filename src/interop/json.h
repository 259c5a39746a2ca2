// SPDX-License-Identifier: Apache-2.0
// JSON as values: what a file of another program may hold, and text as Python's json module prints it. Knows
// nothing of targets. The only user of nlohmann-json in this folder is json.cpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace lunet::interop {

class Json;
using JsonMember = std::pair<std::string, Json>;
using JsonObject = std::vector<JsonMember>;  ///< no key twice
using JsonArray = std::vector<Json>;

class Json {
 public:
  using Value = std::variant<std::nullptr_t, bool, std::int64_t, std::uint64_t, double, std::string,
                             JsonArray, JsonObject>;

  Json() = default;
  Json(Value value) : value_(std::move(value)) {}  // NOLINT: implicit by design

  /// Null when it is of another type. Whole numbers are int64_t when they fit.
  template <class T>
  [[nodiscard]] const T* as() const {
    return std::get_if<T>(&value_);
  }
  template <class T>
  [[nodiscard]] T* as() {
    return std::get_if<T>(&value_);
  }
  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::nullptr_t>(value_); }
  /// Of an object; null when it has no such member or is none.
  [[nodiscard]] const Json* find(std::string_view key) const;
  friend bool operator==(const Json&, const Json&) = default;

 private:
  Value value_;
};

/// "text", "a whole number": for messages.
std::string_view type_name(const Json& value);

constexpr std::size_t json_depth_limit = 32;

/// One JSON text, UTF-8, with or without a byte order mark. EINVAL names the place: "NAME:LINE:COLUMN: ..."
/// for mistakes of the grammar, "NAME: targets[0].tpgs[1]: ..." for a key that is there twice, for numbers
/// that no computer has and for more than json_depth_limit levels.
Result<Json> parse_json(std::string_view text, std::string_view name);

/// Two blanks a level, keys sorted, all but ASCII escaped, a line end: json.dumps(sort_keys=True, indent=2)
/// of Python. Text in it must be UTF-8.
std::string print_json(const Json& value);
/// The same without blanks and line ends.
std::string print_compact(const Json& value);
/// Other bytes have no place in JSON.
bool is_utf8(std::string_view text);

}  // namespace lunet::interop
