// SPDX-License-Identifier: Apache-2.0
// What a user has chosen (features 1.7): the group `global` of every node. One line NAME=VALUE each in the
// file `preferences`; a preference that is not in it has its default.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lunet::shell {

enum class PreferenceType : unsigned char { number, text, boolean, log_level, color, color_or_none };

struct Preference {
  std::string_view name;
  PreferenceType type;
  std::string_view default_value;
  std::string_view description;
};

std::span<const Preference> preference_table();
/// "number", "string", "bool", "loglevel", "color", "colordefault".
std::string_view type_name(PreferenceType type);
/// What may be written, when that is a list.
std::vector<std::string> values_of(PreferenceType type);

class Preferences {
 public:
  /// `folder` "": defaults, and changes that last as long as this.
  explicit Preferences(std::string folder = {}) : folder_(std::move(folder)) {}

  /// Of an unknown name: "".
  [[nodiscard]] std::string value(std::string_view name) const;
  [[nodiscard]] bool flag(std::string_view name) const;
  [[nodiscard]] int number(std::string_view name) const;
  /// Checks all values, then writes all. An empty value is the default again. EINVAL, ENOENT.
  Result<> set(const std::vector<std::pair<std::string, std::string>>& values);

  [[nodiscard]] const std::string& folder() const { return folder_; }

 private:
  [[nodiscard]] std::string file() const { return folder_.empty() ? "" : folder_ + "/preferences"; }

  std::string folder_;
  mutable std::optional<std::vector<std::string>> lines_;  ///< of the file; read when first needed
};

/// The value as it is kept. EINVAL: not of the type.
Result<std::string> checked_preference(const Preference& preference, std::string_view value);
/// ENOENT names a near one.
Result<const Preference*> find_preference(std::string_view name);

}  // namespace lunet::shell
