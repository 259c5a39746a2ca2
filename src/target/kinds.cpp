// SPDX-License-Identifier: Apache-2.0
#include "target/kinds.h"

#include <algorithm>

#include "base/check.h"
#include "config/kinds.h"

namespace lunet::target {
namespace {

using config::ObjectClass;

constexpr std::uint8_t class_number(ObjectClass object_class) {
  return static_cast<std::uint8_t>(object_class);
}

const schema::Kind* fabric_kind(std::string_view fabric) {
  return shipped_schema().root().child(class_number(ObjectClass::fabric), fabric);
}

std::string_view notation_of(std::string_view fabric) {
  const schema::Kind* kind = fabric_kind(fabric);
  return kind == nullptr ? std::string_view() : kind->fact("notation");
}

bool is_hex(std::string_view text, std::size_t digits) {
  return text.size() == digits && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

constexpr std::size_t naa_digits = 16;
constexpr std::size_t ib_digits = 32;

}  // namespace

const schema::Schema& shipped_schema() {
  static const schema::Schema schema = [] {
    auto shipped = schema::shipped_schema();
    CHECK(shipped);
    return *std::move(shipped);
  }();
  return schema;
}

const schema::Kind* kind_of(const config::Path& path) {
  const schema::Kind* kind = &shipped_schema().root();
  for (const config::ObjectKey& key : path) kind = config::kind_of(kind, key);
  return kind;
}

schema::Runtime runtime_of(const configfs::Tree& live) {
  return live.transactional() ? schema::Runtime::lunetd : schema::Runtime::kernel;
}

std::string_view fabric_directory(std::string_view fabric) {
  const schema::Kind* kind = fabric_kind(fabric);
  const std::string_view directory = kind == nullptr ? std::string_view() : kind->fact("directory");
  return directory.empty() ? fabric : directory;
}

std::string_view fabric_of_directory(std::string_view directory) {
  for (const schema::Kind& kind : shipped_schema().root().children) {
    if (kind.object_class == class_number(ObjectClass::fabric) && kind.fact("directory") == directory)
      return kind.names.front();
  }
  return {};
}

bool is_flat(std::string_view fabric) {
  const schema::Kind* kind = fabric_kind(fabric);
  const schema::Kind* target =
      kind == nullptr ? nullptr : kind->child(class_number(ObjectClass::target), "t");
  return target != nullptr && target->child(class_number(ObjectClass::tpgt), "1") == nullptr;
}

bool is_portal_group(const config::Path& path) {
  if (path.empty()) return false;
  return path.back().object_class == ObjectClass::tpgt ||
         (path.back().object_class == ObjectClass::target && is_flat(path[0].id));
}

config::Path portal_group_of(const config::Path& path) {
  if (path.size() < 2 || path[0].object_class != ObjectClass::fabric) return {};
  const std::size_t size = is_flat(path[0].id) ? 2 : 3;
  if (path.size() < size) return {};
  return {path.begin(), path.begin() + static_cast<std::ptrdiff_t>(size)};
}

std::string wwn_directory(std::string_view fabric, std::string_view wwn) {
  const std::string_view notation = notation_of(fabric);
  if (notation == "colons" && wwn.starts_with("naa.") && is_hex(wwn.substr(4), naa_digits)) {
    std::string pairs;
    for (std::size_t i = 4; i < wwn.size(); i += 2) {
      if (!pairs.empty()) pairs += ':';
      pairs += wwn.substr(i, 2);
    }
    return pairs;
  }
  if (notation == "hex" && wwn.starts_with("ib.") && is_hex(wwn.substr(3), ib_digits))
    return "0x" + std::string(wwn.substr(3));
  if (notation == "bare" && wwn.starts_with("eui.")) return std::string(wwn.substr(4));
  return std::string(wwn);
}

std::string wwn_of_directory(std::string_view fabric, std::string_view directory) {
  const std::string_view notation = notation_of(fabric);
  std::string digits(directory);
  std::erase(digits, ':');
  constexpr std::size_t with_colons = naa_digits + naa_digits / 2 - 1;
  if (notation == "colons" && directory.size() == with_colons && is_hex(digits, naa_digits))
    return "naa." + digits;
  if (notation == "hex" && directory.starts_with("0x") && is_hex(directory.substr(2), ib_digits))
    return "ib." + std::string(directory.substr(2));
  if (notation == "bare" && is_hex(directory, naa_digits)) return "eui." + digits;
  return std::string(directory);
}

}  // namespace lunet::target
