// SPDX-License-Identifier: Apache-2.0
// What the schema says of a setting, in words: what it takes, what a fresh object has, what a change costs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/tree.h"

namespace lunet::service {

struct SettingFacts {
  std::string where;  ///< "iscsi target tpgt": the objects that have it
  std::string group;  ///< "" for the object's own
  std::string name;
  std::string takes;           ///< "a whole number from 5 to 30"
  std::string kernel_default;  ///< "" for none
  std::string lunetd_default;
  std::string change;  ///< what changing it costs, a sentence
  std::string runtimes;
  std::string since;
  std::string description;
  bool secret = false;
};

/// Of every object that has it: "login_timeout", "tpg attribute login_timeout",
/// "iscsi.target.tpg.attrib.login_timeout". ENOENT names the nearest.
Result<std::vector<SettingFacts>> explain_setting(std::string_view query);
/// The sentence of one setting of one object; "" when the schema has none.
std::string describe_setting(const config::Path& object, std::string_view group, std::string_view name);

/// Makes a text of the language what the printer writes, comments kept; configuration stays the same.
/// EINVAL: all its mistakes, each with its place.
Result<std::string> format_text(std::string_view text, const std::string& name);

}  // namespace lunet::service
