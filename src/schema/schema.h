// SPDX-License-Identifier: Apache-2.0
// The schema: kinds (kind.h) from policy texts, the shipped ones and an administrator's. Knows no
// configuration; config/ asks it about each object and value.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "language/pattern.h"
#include "schema/kind.h"

namespace lunet::schema {

struct PolicyText {
  std::string_view name;  ///< for messages: "iscsi.lio"
  std::string_view text;
};
/// share/policy/*.lio, as compiled into the program.
std::span<const PolicyText> shipped_policy();

class Schema {
 public:
  /// Adds what the texts say to what there is. Rules of the same place replace earlier ones. On an error,
  /// which shows every mistake of the first faulty text, the schema is as before.
  Result<> add(std::span<const PolicyText> texts);
  /// Adds all *.lio of the folder, by name. A folder that is not there is an empty one.
  Result<> add_folder(const std::string& folder);

  /// The parent of storage and fabric objects.
  [[nodiscard]] const Kind& root() const { return root_; }
  /// The kind of the object at the path. Null when no such object may exist; identifiers need not be valid.
  [[nodiscard]] const Kind* find(language::PathView path) const;

  /// The identifier in its normal form ("ib_srpt" is "srpt"), or why there is no such object in `parent`.
  [[nodiscard]] static Result<std::string> check_identifier(const Kind& parent, std::uint8_t object_class,
                                                            std::string_view identifier);
  /// The value in its normal form. Whether what it refers to exists is not looked at.
  [[nodiscard]] Result<std::string> check_value(const Attribute& attribute, std::string_view text) const;

 private:
  Kind root_;
};

/// The schema of the shipped policy.
Result<Schema> shipped_schema();
/// With the administrator's own files on this machine, in policy_folder: what programs use.
inline constexpr const char* policy_folder = "/etc/lunet/policy";
Result<Schema> installed_schema();

/// The path of the object that the attribute's value names, for an attribute of the object at `path`; views
/// into `path` and `value`. Empty when the attribute refers to nothing.
std::vector<language::PathStep> referred(const Attribute& attribute, language::PathView path,
                                         std::string_view value);

}  // namespace lunet::schema
