// SPDX-License-Identifier: Apache-2.0
#include "interop/reader.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/text.h"
#include "language/word.h"

namespace lunet::interop {

std::string member_path(const std::string& where, std::string_view key) {
  return where.empty() ? std::string(key) : fmt::format("{}.{}", where, key);
}

std::string element_path(const std::string& where, std::string_view key, std::size_t index) {
  return fmt::format("{}[{}]", member_path(where, key), index);
}

void Reader::note(const config::Path& path, std::string_view sentence) {
  notes.push_back(fmt::format("{}: {}", config::path_text(path), sentence));
}

void Reader::fail(const std::string& where, std::string_view expected, const Json& found) {
  const std::string place = where.empty() ? "" : where + ": ";
  mistakes_.push_back(fmt::format("{}: {}{} is expected, not {}", name_, place, expected, type_name(found)));
}

const JsonArray& Reader::list(const Json& object, std::string_view key, const std::string& where) {
  static const JsonArray none;
  const Json* value = object.find(key);
  if (value == nullptr || value->is_null()) return none;
  const auto* elements = value->as<JsonArray>();
  if (elements == nullptr) fail(member_path(where, key), "a list", *value);
  return elements == nullptr ? none : *elements;
}

std::optional<std::string> Reader::number(const Json& json, const std::string& where) {
  if (const auto* number = json.as<std::int64_t>(); number != nullptr && *number >= 0)
    return std::to_string(*number);
  if (const auto* large = json.as<std::uint64_t>()) return std::to_string(*large);
  if (const auto* text = json.as<std::string>()) {
    if (const auto digits = parse_unsigned(*text)) return std::to_string(*digits);
  }
  const bool negative = json.as<std::int64_t>() != nullptr;
  fail(where, negative ? "a number from 0 on" : "a whole number", json);
  return std::nullopt;
}

std::optional<std::string> Reader::value(const Json& json, Type type, const std::string& where) {
  switch (type) {
    case Type::text:
      if (const auto* text = json.as<std::string>()) return *text;
      fail(where, "text", json);
      return std::nullopt;
    case Type::number:
    case Type::size: return number(json, where);
    case Type::flag: break;
  }
  if (const auto* flag = json.as<bool>()) return *flag ? "yes" : "no";
  const auto* number = json.as<std::int64_t>();
  if (number != nullptr && (*number == 0 || *number == 1)) return *number == 1 ? "yes" : "no";
  fail(where, "true or false", json);
  return std::nullopt;
}

std::optional<std::string> Reader::optional(const Json& object, std::string_view key, Type type,
                                            const std::string& where) {
  const Json* found = object.find(key);
  if (found == nullptr || found->is_null()) return std::nullopt;
  return value(*found, type, member_path(where, key));
}

std::optional<std::string> Reader::required(const Json& object, std::string_view key, Type type,
                                            const std::string& where) {
  const Json* found = object.find(key);
  if (found == nullptr) {
    mistakes_.push_back(fmt::format("{}: {}: the key \"{}\" is missing", name_, where, key));
    return std::nullopt;
  }
  auto text = value(*found, type, member_path(where, key));
  if (text && text->empty()) {
    mistakes_.push_back(fmt::format("{}: {} is empty", name_, member_path(where, key)));
    return std::nullopt;
  }
  return text;
}

void Reader::dictionary(const Json& json, const std::string& where, const config::Path& path,
                        config::Attributes& values) {
  const auto* members = json.as<JsonObject>();
  if (members == nullptr) return fail(where, "an object", json);
  for (const auto& [key, each] : *members) {
    std::string text;
    if (const auto* string = each.as<std::string>()) {
      text = *string;
    } else if (const auto* flag = each.as<bool>()) {
      text = std::string(1, *flag ? '1' : '0');
    } else if (each.as<std::int64_t>() != nullptr || each.as<std::uint64_t>() != nullptr) {
      text = print_compact(each);
    } else {
      fail(member_path(where, key), "a whole number or text", each);
      continue;
    }
    if (language::is_attribute_name(key)) {
      values.insert_or_assign(key, std::move(text));
    } else {
      note(path, fmt::format("a configuration has no place for the name \"{}\" in {}; it is left out", key,
                             where.substr(where.rfind('.') + 1)));
    }
  }
}

void Reader::unknown(const std::string& key, const Json& json, const config::Path& path,
                     config::Object& object) {
  if (!language::is_attribute_name(key)) {
    note(path,
         fmt::format("the key \"{}\" is not known, and a configuration has no place for its name; it is "
                     "left out",
                     key));
    return;
  }
  object.groups["saveconfig"].insert_or_assign(key, print_compact(json));
  note(path,
       fmt::format("the key \"{}\" is not known; it is kept for files, and nothing is done with it", key));
}

void Reader::members(const Json& json, Kind kind, std::initializer_list<std::string_view> structure,
                     const Spot& spot, config::Object& object) {
  const auto* members = json.as<JsonObject>();
  if (members == nullptr) return;
  const std::string_view plugin = spot.path.front().id;
  for (const auto& [key, each] : *members) {
    if (std::find(structure.begin(), structure.end(), key) != structure.end()) continue;
    const std::string place = member_path(spot.where, key);
    if (key == "attributes") {
      dictionary(each, place, spot.path, object.groups["attribute"]);
    } else if (key == "parameters" && kind != Kind::storage_object) {
      dictionary(each, place, spot.path, object.groups["parameter"]);
    } else if (const Field* field = field_of_key(kind, plugin, key)) {
      if (each.is_null()) continue;
      auto text = value(each, field->type, place);
      if (!text) continue;
      config::Attributes& values =
          field->group.empty() ? object.attributes : object.groups[std::string(field->group)];
      values.insert_or_assign(std::string(field->name), *std::move(text));
    } else {
      unknown(key, each, spot.path, object);
    }
  }
  std::erase_if(object.groups, [](const auto& group) { return group.second.empty(); });
}

std::optional<Error> Reader::mistakes() const {
  if (mistakes_.empty()) return std::nullopt;
  constexpr std::size_t shown = 20;
  std::string text = mistakes_.front();
  for (std::size_t i = 1; i < std::min(shown, mistakes_.size()); ++i) text += "\n" + mistakes_[i];
  if (mistakes_.size() > shown) text += fmt::format("\nand {} more mistakes", mistakes_.size() - shown);
  return Error{EINVAL, std::move(text), "nothing was taken from the file"};
}

}  // namespace lunet::interop
