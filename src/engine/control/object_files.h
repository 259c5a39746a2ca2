// SPDX-License-Identifier: Apache-2.0
// What the builders of the snapshot read from the tree.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"
#include "configfs/model/effects.h"

namespace lunet::control {

/// Reads the files of one object, which it finds once. Until the tree changes; an object that is not there
/// has empty files.
class ObjectFiles {
 public:
  ObjectFiles(const configfs::ModelView& view, std::string_view path)
      : view_(view), object_(view.object(path)) {}
  [[nodiscard]] std::string text(std::string_view file) const {
    return object_ == nullptr ? std::string() : view_.value(*object_, file);
  }
  [[nodiscard]] std::uint32_t number(std::string_view file, std::uint32_t otherwise) const {
    const auto value = parse_unsigned(text(file));
    return value ? static_cast<std::uint32_t>(std::min<std::uint64_t>(*value, UINT32_MAX)) : otherwise;
  }
  [[nodiscard]] bool flag(std::string_view file) const { return text(file) == "1"; }
  [[nodiscard]] bool yes(std::string_view file) const { return text(file) == "Yes"; }
  /// "" for the word that stands for no credential.
  [[nodiscard]] std::string credential(std::string_view file) const {
    const std::string value = text(file);
    return value == "NULL" ? std::string() : value;
  }

 private:
  const configfs::ModelView& view_;
  const configfs::Object* object_;
};

}  // namespace lunet::control
