// SPDX-License-Identifier: Apache-2.0
// The checks, for validate.cpp only, and what they share.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/kinds.h"
#include "config/validate/validate.h"

namespace lunet::config {

/// One object as the checks see it.
struct Visited {
  const Path& path;
  const Object& object;
  const schema::Kind* kind;  ///< null: the schema does not know it
  bool is_new;               ///< it, or a value of it, is not in Question::before
};
using Visit = std::function<void(const Visited&)>;
/// All objects, parents first, in canonical order. `all`: also those that did not change; without it they are
/// not even read.
void for_each_object(const Question& question, bool all, const Visit& visit);

/// The value in its normal form, under any of its names; nothing when it is not set. An invalid value is
/// taken as it stands: that it is invalid is found elsewhere.
std::optional<std::string> value_of(const Question& question, const Visited& at, std::string_view group,
                                    std::string_view name);
/// The same, or the default.
std::string effective(const Question& question, const Visited& at, std::string_view group,
                      std::string_view name);
/// The name under which it is set: for the finding's node.
std::string set_name(const Visited& at, std::string_view group, std::string_view name);

using Findings = std::vector<Finding>;
void check_schema(const Question& question, Findings& findings);
void check_required(const Question& question, Findings& findings);
void check_references(const Question& question, Findings& findings);
void check_duplicates(const Question& question, Findings& findings);
void check_portals(const Question& question, Findings& findings);
void check_files(const Question& question, Findings& findings);
void check_addresses(const Question& question, Findings& findings);
void check_limits(const Question& question, Findings& findings);
void check_chap(const Question& question, Findings& findings);

}  // namespace lunet::config
