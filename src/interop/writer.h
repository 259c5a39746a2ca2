// SPDX-License-Identifier: Apache-2.0
// From values of the configuration to JSON values, with everything named that gets lost. Knows the tables
// (fields.h), not how the objects stand in each other: that is save.cpp.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "config/tree.h"
#include "interop/fields.h"
#include "interop/json.h"
#include "schema/schema.h"

namespace lunet::interop {

/// A number when the text is what a number prints as, else the text.
Json number_or_text(std::string_view text);
/// Replaces a member that is there.
void set_member(JsonObject& object, std::string_view key, Json value);

class Writer {
 public:
  explicit Writer(const schema::Schema& schema) : schema_(schema) {}

  [[nodiscard]] const schema::Schema& schema() const { return schema_; }
  void lose(const config::Path& path, std::string_view sentence);
  /// Attributes and groups of one object but the attributes and groups in `structure`.
  void members(JsonObject& json, Kind kind, std::initializer_list<std::string_view> structure,
               const config::Path& path, const config::Object& object);
  /// False, and the loss noted, when JSON cannot hold it.
  bool is_text(const config::Path& path, std::string_view what, std::string_view value);

  std::vector<std::string> losses;

 private:
  void field(JsonObject& json, const Field& field, const config::Path& path, std::string_view value);
  void group(JsonObject& json, Kind kind, const config::Path& path, const std::string& name,
             const config::Attributes& values);
  void dictionary(JsonObject& json, Kind kind, const config::Path& path, const std::string& group,
                  const config::Attributes& values);
  void unknown(JsonObject& json, const config::Path& path, const config::Attributes& values);
  void check_secret(const Field& field, const config::Path& path, std::string_view value);

  const schema::Schema& schema_;
};

}  // namespace lunet::interop
