// SPDX-License-Identifier: Apache-2.0
#include "interop/writer.h"

#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/byte_size.h"
#include "base/text.h"
#include "interop/kinds.h"

namespace lunet::interop {
namespace {

std::optional<Json> json_of(Type type, std::string_view value) {
  switch (type) {
    case Type::text: return Json(std::string(value));
    case Type::flag:
      if (const auto flag = parse_bool(value)) return Json(*flag);
      return std::nullopt;
    case Type::number:
      if (const auto number = parse_unsigned(value)) return number_or_text(std::to_string(*number));
      return std::nullopt;
    case Type::size: break;
  }
  if (const auto size = parse_byte_size(value)) return number_or_text(std::to_string(*size));
  return std::nullopt;
}

std::string_view type_words(Type type) {
  switch (type) {
    case Type::flag: return "yes or no";
    case Type::number: return "a number";
    case Type::size: return "a size";
    case Type::text: break;
  }
  return "text";
}

/// Which dictionaries rtslib-fb 2.1.75 sets again.
bool is_restored(Kind kind, std::string_view group) {
  if (group == "parameter") return kind == Kind::tpg;
  return kind == Kind::storage_object || kind == Kind::tpg || kind == Kind::node_acl;
}

}  // namespace

Json number_or_text(std::string_view text) {
  if (const auto number = parse_signed(text); number && std::to_string(*number) == text) return Json(*number);
  if (const auto large = parse_unsigned(text); large && std::to_string(*large) == text) return Json(*large);
  return Json(std::string(text));
}

void set_member(JsonObject& object, std::string_view key, Json value) {
  const auto same =
      std::find_if(object.begin(), object.end(), [&](const auto& each) { return each.first == key; });
  if (same == object.end()) {
    object.emplace_back(key, std::move(value));
  } else {
    same->second = std::move(value);
  }
}

void Writer::lose(const config::Path& path, std::string_view sentence) {
  losses.push_back(fmt::format("{}: {}", config::path_text(path), sentence));
}

bool Writer::is_text(const config::Path& path, std::string_view what, std::string_view value) {
  if (is_utf8(value)) return true;
  lose(path, fmt::format("{} is not UTF-8, JSON cannot hold it; it is left out", what));
  return false;
}

void Writer::check_secret(const Field& field, const config::Path& path, std::string_view value) {
  if (field.group != "auth" && field.group != "discovery_auth") return;
  if (value == "NULL" || value.size() > 255) {
    lose(path, fmt::format("rtslib-fb refuses this {}: it is longer than 255 bytes, or NULL", field.name));
  } else if (trim(value) != value) {
    lose(path, fmt::format("rtslib-fb cuts the blanks at the ends of {}", field.name));
  }
}

void Writer::field(JsonObject& json, const Field& field, const config::Path& path, std::string_view value) {
  if (!is_text(path, field.name, value)) return;
  auto converted = json_of(field.type, value);
  if (!converted)
    return lose(path, fmt::format("{} is not {}; it is left out", field.name, type_words(field.type)));
  check_secret(field, path, value);
  if (field.ignored) lose(path, fmt::format("rtslib-fb does not restore {}", field.name));
  set_member(json, field.key, *std::move(converted));
}

void Writer::dictionary(JsonObject& json, Kind kind, const config::Path& path, const std::string& group,
                        const config::Attributes& values) {
  const schema::Kind* object = kind_of(schema_, path);
  JsonObject dictionary;
  for (const auto& [name, value] : values) {
    if (!is_text(path, fmt::format("{} {}", group, name), value)) continue;
    if (const Field* known = field_of_name(kind, path.front().id, group, name)) {
      field(json, *known, path, value);
      continue;
    }
    const schema::Attribute* attribute = object == nullptr ? nullptr : object->attribute(group, name);
    const std::string text = attribute == nullptr ? value : schema::runtime_text(*attribute, group, value);
    dictionary.emplace_back(name, group == "attribute" ? number_or_text(text) : Json(text));
  }
  if (dictionary.empty()) return;
  if (!is_restored(kind, group)) lose(path, fmt::format("rtslib-fb does not restore {}s here", group));
  set_member(json, group + "s", Json(std::move(dictionary)));
}

void Writer::unknown(JsonObject& json, const config::Path& path, const config::Attributes& values) {
  for (const auto& [key, text] : values) {
    auto value = parse_json(text, key);
    const bool taken =
        std::any_of(json.begin(), json.end(), [&](const auto& each) { return each.first == key; });
    if (!value || taken) {
      lose(path, fmt::format("saveconfig {} is {}; it is left out", key, taken ? "a known key" : "not JSON"));
    } else {
      set_member(json, key, *std::move(value));
    }
  }
}

void Writer::group(JsonObject& json, Kind kind, const config::Path& path, const std::string& name,
                   const config::Attributes& values) {
  if (name == "attribute" || (name == "parameter" && kind != Kind::storage_object))
    return dictionary(json, kind, path, name, values);
  for (const auto& [value_name, value] : values) {
    if (const Field* known = field_of_name(kind, path.front().id, name, value_name)) {
      field(json, *known, path, value);
    } else {
      lose(path, fmt::format("{} {} has no place in saveconfig.json; it is left out", name, value_name));
    }
  }
}

void Writer::members(JsonObject& json, Kind kind, std::initializer_list<std::string_view> structure,
                     const config::Path& path, const config::Object& object) {
  const auto is_structure = [&](std::string_view name) {
    return std::find(structure.begin(), structure.end(), name) != structure.end();
  };
  for (const auto& [name, values] : object.groups) {
    if (name != "saveconfig" && !is_structure(name)) group(json, kind, path, name, values);
  }
  for (const auto& [name, value] : object.attributes) {
    if (is_structure(name)) continue;
    if (const Field* known = field_of_name(kind, path.front().id, "", name)) {
      field(json, *known, path, value);
    } else {
      lose(path, fmt::format("{} has no place in saveconfig.json; it is left out", name));
    }
  }
  if (const auto kept = object.groups.find("saveconfig"); kept != object.groups.end())
    unknown(json, path, kept->second);
}

}  // namespace lunet::interop
