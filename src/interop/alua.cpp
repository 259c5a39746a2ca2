// SPDX-License-Identifier: Apache-2.0
#include "interop/alua.h"

#include <fmt/core.h>

#include <map>
#include <optional>

#include "base/text.h"
#include "interop/writer.h"
#include "language/word.h"

namespace lunet::interop {
namespace {

constexpr std::string_view prefix = "group_";

/// `group_16_name` as 16 and "name".
std::optional<std::pair<std::uint64_t, std::string_view>> parse_name(std::string_view name) {
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  const std::size_t end = name.find('_');
  if (end == std::string_view::npos) return std::nullopt;
  const auto id = parse_unsigned(name.substr(0, end));
  if (!id) return std::nullopt;
  return std::pair{*id, name.substr(end + 1)};
}

}  // namespace

static void load_group(Reader& reader, const Json& group, const std::string& where, const config::Path& path,
                       config::Attributes& values) {
  const auto* members = group.as<JsonObject>();
  if (members == nullptr) return reader.fail(where, "an object", group);
  const auto name = reader.required(group, "name", Type::text, where);
  const auto id = reader.required(group, "tg_pt_gp_id", Type::number, where);
  if (!name || !id) return;
  const std::string start = fmt::format("{}{}_", prefix, *id);
  if (!values.try_emplace(start + "name", *name).second) {
    reader.note(path, fmt::format("two ALUA groups have the number {}; '{}' is left out", *id, *name));
    return;
  }
  for (const auto& [key, value] : *members) {
    if (key == "name" || key == "tg_pt_gp_id" || value.is_null()) continue;
    const std::string place = member_path(where, key);
    if (!language::is_attribute_name(start + key)) {
      reader.note(path, fmt::format("a configuration has no place for the name \"{}\" of ALUA group '{}'; it "
                                    "is left out",
                                    key, *name));
    } else if (const auto* text = value.as<std::string>()) {
      values.insert_or_assign(start + key, *text);
    } else if (value.as<std::int64_t>() != nullptr || value.as<std::uint64_t>() != nullptr) {
      values.insert_or_assign(start + key, print_compact(value));
    } else if (const auto* flag = value.as<bool>()) {
      values.insert_or_assign(start + key, *flag ? "1" : "0");
    } else {
      reader.fail(place, "a whole number or text", value);
    }
  }
}

void load_alua(Reader& reader, const Json& disk, const std::string& where, const config::Path& path,
               config::Attributes& values) {
  const JsonArray& groups = reader.list(disk, "alua_tpgs", where);
  for (std::size_t i = 0; i < groups.size(); ++i) {
    load_group(reader, groups[i], element_path(where, "alua_tpgs", i), path, values);
  }
}

JsonArray save_alua(const config::Attributes& values, std::vector<std::string>& misfits) {
  std::map<std::uint64_t, JsonObject> groups;
  for (const auto& [name, value] : values) {
    const auto parsed = parse_name(name);
    if (!parsed || !values.contains(fmt::format("{}{}_name", prefix, parsed->first)) || !is_utf8(value)) {
      misfits.push_back(name);
      continue;
    }
    JsonObject& group = groups[parsed->first];
    if (group.empty()) group.emplace_back("tg_pt_gp_id", Json(static_cast<std::int64_t>(parsed->first)));
    const bool is_name = parsed->second == "name";
    group.emplace_back(parsed->second, is_name ? Json(std::string(value)) : number_or_text(value));
  }
  JsonArray list;
  for (auto& [id, group] : groups) list.emplace_back(std::move(group));
  return list;
}

}  // namespace lunet::interop
