// SPDX-License-Identifier: Apache-2.0
// What the shell knows of the settings in configuration groups: type and a sentence (features 3.8). A setting
// it does not know is text without a sentence.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace lunet::shell {

enum class SettingType : unsigned char { text, number, yes_no };

struct Setting {
  std::string_view name;
  SettingType type = SettingType::text;
  std::string_view description;
};

/// Never fails: unknown names are text.
Setting find_setting(std::string_view group, std::string_view name);
std::string_view type_name(SettingType type);
/// The value as the runtime wants it: numbers take true/yes/false/no as 1/0, yes_no takes them as Yes/No.
/// EINVAL: not of the type; an empty value is only text (features 1.4.1: no "None" is ever written).
Result<std::string> normalise(const Setting& setting, std::string_view value);
/// Whether the value must not be shown or typed where others can see it.
bool is_secret(std::string_view group, std::string_view name);
/// The other name of a credential: userid_mutual for mutual_userid and the other way round; "" for other
/// names.
std::string_view other_credential_name(std::string_view name);

}  // namespace lunet::shell
