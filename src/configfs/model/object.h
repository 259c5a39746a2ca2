// SPDX-License-Identifier: Apache-2.0
// The directories that stand for something, in memory. Their fixed sub-directories and files exist only in
// the table (schema.h); an object holds nothing but what differs from the defaults, so that 10 000 disks stay
// small.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lunet::configfs {

struct ObjectType;
struct Object;

using Children = std::map<std::string, std::unique_ptr<Object>, std::less<>>;

struct Object {
  const ObjectType* type = nullptr;
  Object* parent = nullptr;
  std::size_t container = 0;  ///< index into the parent's children
  bool fixed = false;         ///< came with the parent
  std::string name;
  std::string path;

  std::vector<std::pair<int, std::string>> values;  ///< by file; only values that were set
  std::vector<Children> children;                   ///< one map per ObjectType::containers

  std::string link_name;  ///< "" while there is no link
  Object* link_target = nullptr;
  std::vector<Object*> linked_from;  ///< whose links point here, oldest first

  // State without a file of its own; which member means what for which type:
  bool live = false;               ///< disk: enabled; mapped LUN: its LUN is reached; groups: have an id
  std::uint32_t index = 0;         ///< HBA, device, ACL or target index; LUN: relative port
  std::uint32_t plugin_index = 0;  ///< disk: number in its HBA; HBA: next such number
  std::uint32_t next_port = 1;     ///< disk: next relative port
  std::uint32_t next_group = 1;    ///< disk: next port group id
  std::uint64_t made_at = 0;       ///< hundredths of a second since boot
  Object* group = nullptr;         ///< disk: its LU group; LUN: its port group
  std::vector<Object*> members;    ///< of groups: disks or LUNs, oldest first
  std::map<std::string, std::string, std::less<>> settings;  ///< disk: from control strings

  [[nodiscard]] const std::string* stored(int file) const {
    for (const auto& [key, value] : values)
      if (key == file) return &value;
    return nullptr;
  }
  [[nodiscard]] std::string_view setting(std::string_view key) const {
    const auto found = settings.find(key);
    return found == settings.end() ? std::string_view() : std::string_view(found->second);
  }
};

}  // namespace lunet::configfs
