// SPDX-License-Identifier: Apache-2.0
// The tree in memory and how paths lead into it. No locks, no rules: model_tree.cpp applies the table to it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "configfs/model/effects.h"
#include "configfs/model/object.h"
#include "configfs/model/schema.h"

namespace lunet::configfs {

/// Where a path leads.
struct Place {
  int errnum = 0;  ///< ENOENT or ENOTDIR, and nothing else is meant
  Object* object = nullptr;
  EntryKind kind = EntryKind::directory;  ///< link: the one link of `object`
  int index = 0;                          ///< into the object's type: dirs or files
};

/// Numbers that the kernel gives out once.
struct Counters {
  std::uint32_t hba = 1;  ///< 0 is the kernel's own, of its virtual LUN 0
  std::uint32_t device = 1;
  std::uint32_t target = 0;
  std::uint32_t acl = 1;
};

/// Names what the tree holds. Two texts that are equal say that nothing was changed in between; of another
/// tree, or after a start, it is another one.
class Revision {
 public:
  Revision();
  [[nodiscard]] std::string text() const;
  /// A change is made, or taken back.
  void advance() { ++number_; }

 private:
  std::string tree_;  ///< random
  std::uint64_t number_ = 0;
};

class Model : public ModelView {
 public:
  explicit Model(Flavour flavour);

  [[nodiscard]] const Schema& schema() const { return schema_; }
  [[nodiscard]] Flavour flavour() const { return schema_.flavour(); }
  [[nodiscard]] Object& root() { return root_; }
  [[nodiscard]] const Object& root() const { return root_; }

  /// Links inside the path are followed, a link at its end is not.
  [[nodiscard]] Place resolve(std::string_view path) const { return resolve(root_, path); }
  /// The same, for a path that begins at an object.
  [[nodiscard]] static Place resolve(const Object& start, std::string_view path);
  /// The object whose own directory that is, or null.
  [[nodiscard]] Object* object_at(std::string_view path) const;

  /// A new object with its fixed children, not yet in its parent's map.
  std::unique_ptr<Object> make(Object& parent, std::size_t container, std::string_view name,
                               const ObjectType& type) const;

  /// What the file holds: as stored, or its default; "" for files that are computed.
  [[nodiscard]] std::string_view stored_value(const Object& object, int file) const;
  [[nodiscard]] std::string_view stored_value(const Object& object, std::string_view file) const;
  /// The content as LIO would give it for an idle object, line end included.
  [[nodiscard]] Result<std::string> content(const Object& object, int file) const;

  /// The disks of that name, whatever their HBA. Kept by Transaction.
  [[nodiscard]] std::vector<const Object*> disks_named(std::string_view name) const;
  void note_disk(const Object& disk) { disks_.emplace(disk.name, &disk); }
  void forget_disk(const Object& disk);

  // ModelView: without asking Effects.
  [[nodiscard]] std::string value(std::string_view path) const override { return value(root_, path); }
  [[nodiscard]] const Object* object(std::string_view path) const override { return object_at(path); }
  [[nodiscard]] std::string value(const Object& object, std::string_view file) const override;
  [[nodiscard]] bool exists(std::string_view path) const override;
  [[nodiscard]] std::vector<std::string> directories(std::string_view path) const override;
  [[nodiscard]] std::string link_target(std::string_view path) const override;
  [[nodiscard]] std::string control_setting(std::string_view disk_path, std::string_view key) const override;

  Counters counters;
  Revision revision;

 private:
  Schema schema_;
  Object root_;
  std::unordered_multimap<std::string_view, const Object*> disks_;  ///< by name
};

// Helpers of the rules.
inline bool is_type(const Object& object, TypeId id) {
  return object.type->rule->id == id;
}
/// The nearest object of that type at or above; null when there is none.
const Object* ancestor(const Object& object, TypeId id);
Object* ancestor(Object& object, TypeId id);
/// The disk behind a disk, LUN or mapped LUN; null when there is none.
const Object* disk_of(const Object& object);
/// A LUN exports something, a mapped LUN reaches its LUN; others always.
bool is_linked(const Object& object);

}  // namespace lunet::configfs
