// SPDX-License-Identifier: Apache-2.0
// The table (rules.h) arranged for look-up: for each type and variant its files, directories and defaults.
#pragma once

#include <map>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "configfs/model/rules.h"
#include "configfs/tree.h"

namespace lunet::configfs {

struct FileType {
  const FileRule* rule = nullptr;
  std::string_view name;     ///< last part of the path
  std::string_view initial;  ///< default of this variant and flavour
  FileClass file_class = FileClass::config;
  bool secret = false;
};

/// What a path inside an object is.
struct Inside {
  EntryKind kind = EntryKind::directory;
  int index = 0;  ///< into ObjectType::dirs or files
};

struct DirType {
  std::string_view path;
  std::string_view name;
  std::vector<Inside> entries;  ///< fixed ones, sorted by name
  int container = -1;           ///< index into ObjectType::containers
  int mkdir_errnum = EPERM;
};

struct ObjectType {
  const TypeRule* rule = nullptr;
  std::string_view variant;
  std::vector<FileType> files;
  std::vector<DirType> dirs;  ///< [0] is the object's own directory
  struct Container {
    const ChildRule* rule = nullptr;
    int dir = 0;
  };
  std::vector<Container> containers;
  std::unordered_map<std::string_view, Inside> inside;  ///< by path relative to the object

  /// The file's index; it must exist.
  [[nodiscard]] int file(std::string_view path) const;
};

class Schema {
 public:
  explicit Schema(Flavour flavour) : flavour_(flavour) {}
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;

  [[nodiscard]] Flavour flavour() const { return flavour_; }
  /// Built at first use. `variant` is a plugin or a fabric and must outlive the schema (the table's names
  /// do).
  const ObjectType& type(TypeId id, std::string_view variant) const;

 private:
  [[nodiscard]] ObjectType build(TypeId id, std::string_view variant) const;

  Flavour flavour_;
  mutable std::map<std::pair<TypeId, std::string_view>, ObjectType> types_;
};

}  // namespace lunet::configfs
