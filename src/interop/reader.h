// SPDX-License-Identifier: Apache-2.0
// From JSON values to values of the configuration, with every mistake collected. Knows the tables (fields.h),
// not how the objects stand in each other: that is load.cpp.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/tree.h"
#include "interop/fields.h"
#include "interop/json.h"

namespace lunet::interop {

/// An object in both worlds: its JSON path and its path in the configuration.
struct Spot {
  const std::string& where;
  const config::Path& path;
};

/// `where` of these functions is the JSON path of the object or list: "targets[0].tpgs[1]"; "" is the root.
class Reader {
 public:
  /// `name` of the file, for messages.
  explicit Reader(std::string_view name) : name_(name) {}

  void note(const config::Path& path, std::string_view sentence);
  void fail(const std::string& where, std::string_view expected, const Json& found);
  /// Empty lists and missing ones are the same; a mistake is noted for anything else than a list.
  const JsonArray& list(const Json& object, std::string_view key, const std::string& where);
  /// Nothing, and a mistake noted, when it is missing or of another type.
  std::optional<std::string> required(const Json& object, std::string_view key, Type type,
                                      const std::string& where);
  /// Null is the same as missing.
  std::optional<std::string> optional(const Json& object, std::string_view key, Type type,
                                      const std::string& where);
  /// All members but those of `structure`: known ones, attributes and parameters, and the others as they are.
  void members(const Json& json, Kind kind, std::initializer_list<std::string_view> structure,
               const Spot& spot, config::Object& object);

  /// All mistakes in one error; nothing when there was none.
  [[nodiscard]] std::optional<Error> mistakes() const;
  std::vector<std::string> notes;

 private:
  std::optional<std::string> value(const Json& json, Type type, const std::string& where);
  std::optional<std::string> number(const Json& json, const std::string& where);
  void dictionary(const Json& json, const std::string& where, const config::Path& path,
                  config::Attributes& values);
  void unknown(const std::string& key, const Json& json, const config::Path& path, config::Object& object);

  std::string name_;
  std::vector<std::string> mistakes_;
};

/// "targets[0].tpgs" from "targets[0]" and "tpgs".
std::string member_path(const std::string& where, std::string_view key);
std::string element_path(const std::string& where, std::string_view key, std::size_t index);

}  // namespace lunet::interop
