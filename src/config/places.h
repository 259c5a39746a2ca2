// SPDX-License-Identifier: Apache-2.0
// Where in a text its objects and values stand, so that what is found wrong later, in the configuration, can
// be shown in the text.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "config/node.h"
#include "language/syntax.h"
#include "schema/schema.h"

namespace lunet::config {

class Places {
 public:
  struct Place {
    std::uint32_t name = 0;   ///< of the class, the group or the attribute
    std::uint32_t value = 0;  ///< of the identifier or the value
  };
  /// `level`: the object in which the text stands.
  Places(std::string name, std::string text, const schema::Schema& schema, const Path& level = {});

  /// The last statement that says it, in whichever spelling.
  [[nodiscard]] std::optional<Place> find(const Node& node) const;
  [[nodiscard]] const language::Source& source() const { return *syntax_.source; }

 private:
  void add(const std::vector<language::Statement>& statements, Path& path, const std::string& group);
  void note(const Node& node, const language::Statement& statement);

  const schema::Schema& schema_;
  language::Syntax syntax_;
  std::unordered_map<std::string, Place> places_;
};

}  // namespace lunet::config
