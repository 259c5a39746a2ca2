// SPDX-License-Identifier: Apache-2.0
// The form of the table of LIO's rules. A new plugin, fabric or attribute is a row in rules_core.cpp or
// rules_fabric.cpp; only what a row cannot say is a function (hooks.h). Neighbours: schema.h arranges the
// rows for look-up, model_tree.cpp obeys them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "configfs/model/effects.h"
#include "configfs/model/model.h"

namespace lunet::configfs {

struct Object;
class Transaction;
class Model;

/// The kinds of directory that have rules of their own; finer than ObjectKind.
enum class TypeId : std::uint8_t {
  root,
  lu_group,  ///< core/alua/lu_gps/GROUP
  hba,
  disk,
  alua_group,
  fabric,
  discovery_auth,
  target,
  tpg,
  lun,
  acl,
  mapped_lun,
  portal,
};

/// Which texts a file takes, and in which form they are kept.
struct Accept {
  enum class Form : std::uint8_t {
    any,     ///< as it is, without the last line end; at most `high` bytes
    flag,    ///< what the kernel's kstrtobool takes; kept as 0 or 1
    number,  ///< decimal, 0x.. or 0..; between low and high; kept in decimal
    words,   ///< one of the words
    list,    ///< words joined by commas
  };
  Form form = Form::any;
  std::int64_t low = 0;
  std::int64_t high = 4095;
  std::string_view words;  ///< separated by blanks
};
constexpr Accept any_text(std::int64_t bytes_max) {
  return {Accept::Form::any, 0, bytes_max, {}};
}
constexpr Accept flag() {
  return {Accept::Form::flag, 0, 1, {}};
}
constexpr Accept number(std::int64_t low, std::int64_t high) {
  return {Accept::Form::number, low, high, {}};
}
constexpr Accept one_of(std::string_view words) {
  return {Accept::Form::words, 0, 0, words};
}
constexpr Accept list_of(std::string_view words) {
  return {Accept::Form::list, 0, 0, words};
}
constexpr std::int64_t u32_max = 0xffffffff;

/// The text as it is kept, or EINVAL, or ERANGE for a number that does not fit into 64 bits.
Result<std::string> normalise(const Accept& accept, std::string_view text);

enum FileFlag : std::uint16_t {
  unexported = 1,     ///< may not be written while a LUN exports the disk
  on_enable = 2,      ///< reads 0 before the disk is enabled; enabling sets the default again
  bare = 4,           ///< read without line end
  blank_unset = 8,    ///< empty until written
  transient = 16,     ///< a written value is not kept
  needs_link = 32,    ///< ENODEV while the LUN (mapped LUN) exports (maps) nothing
  constant = 64,      ///< accepts what `accept` says, but keeps its default
  lunetd_only = 128,  ///< not in the kernel's tree
};

/// What a hook of a file gets to know.
struct FileContext {
  const Model& model;
  const Object& object;
  int file;
};
/// The content as it is read, line end included.
using Show = Result<std::string> (*)(const FileContext& context);
/// Order rules beyond the flags, and changes elsewhere. The value to keep, or why not.
using Store = Result<std::string> (*)(Transaction& transaction, Object& object, const std::string& value);

struct FileRule {
  std::string_view path;  ///< relative to the object's directory
  std::uint16_t mode = 0;
  std::string_view initial = {};
  Accept accept = {};
  std::uint16_t flags = 0;
  Store store = nullptr;
  Show show = nullptr;
  std::string_view only = {};  ///< the variants (fabric or plugin) that have the file; "" is all of them
};

/// A directory that comes and goes with its object. Those that hold files need no row.
struct DirRule {
  std::string_view path;
  int mkdir_errnum = EPERM;  ///< why nothing can be made in it, unless a ChildRule says what can
  std::string_view only = {};
};

/// The variant of the child ("fileio", "iscsi", ...), or why there can be none of that name.
using CheckName = Result<std::string_view> (*)(const Model& model, const Object& parent,
                                               std::string_view name);

/// What can be made with mkdir in a directory; one row a directory.
struct ChildRule {
  std::string_view dir;  ///< relative to the object's directory
  TypeId child = TypeId::root;
  CheckName check = nullptr;
  std::string_view fixed = {};       ///< a child of that name comes with the object and cannot be removed
  TypeId fixed_type = TypeId::root;  ///< of that child; root: as `child`
};

/// The one link a LUN or a mapped LUN can have.
struct LinkRule {
  TypeId to = TypeId::root;
  Result<> (*check)(const Model& model, const Object& object, const Object& target) = nullptr;
  void (*linked)(Transaction& transaction, Object& object) = nullptr;     ///< object.link_target is set
  void (*unlinking)(Transaction& transaction, Object& object) = nullptr;  ///< object.link_target is still set
};

struct TypeRule {
  TypeId id = TypeId::root;
  ObjectKind kind = ObjectKind::none;
  std::span<const FileRule> files;
  std::span<const DirRule> dirs;
  std::span<const ChildRule> children;
  LinkRule link = {};
  void (*made)(Transaction& transaction, Object& object) = nullptr;
  void (*removing)(Transaction& transaction, Object& object) = nullptr;
};

/// A default that differs from FileRule::initial: of one plugin or fabric, or of lunetd.
struct DefaultRule {
  TypeId id = TypeId::root;
  std::string_view variant;  ///< "" is all of them
  std::string_view path;
  std::string_view initial;
  bool lunetd_only = false;
};

std::span<const TypeRule> core_rules();
std::span<const TypeRule> fabric_rules();
/// Later rows win.
std::span<const DefaultRule> default_rules();

/// A storage plugin: what its rows in the table cannot say.
struct PluginRule {
  std::string_view name;
  std::string_view product;          ///< INQUIRY product identification
  std::string_view settings;         ///< keys of its control strings, separated by blanks
  std::string_view required;         ///< the settings without which a disk cannot be enabled
  bool can_unmap = false;            ///< whatever the device; else as its max_unmap_block_desc_count says
  bool write_cache_settable = true;  ///< emulate_write_cache may be set to 1
  bool in_lunetd = true;
  std::string (*info)(const Object& disk) = nullptr;  ///< the plugin's lines of `info`
  std::string_view attributes = {};  ///< the files of attrib/ that it has; "": all that name no plugin
};
/// Null when there is no such plugin in this flavour.
const PluginRule* find_plugin(Flavour flavour, std::string_view name);
/// Whether disks of the plugin have the file attrib/NAME.
bool has_attribute(std::string_view plugin, std::string_view name);

/// A fabric module.
struct FabricRule {
  std::string_view name;          ///< of its directory
  std::string_view shown_name;    ///< in statistics and member lists
  std::string_view wwn_prefixes;  ///< of its targets' names, separated by blanks; "" is any
  int instance = 0;               ///< what statistics give as its index
  int protocol = 0;               ///< SPC protocol identifier
  bool in_lunetd = false;
};
const FabricRule* find_fabric(Flavour flavour, std::string_view name);

/// A refusal; the tree adds verb and path.
inline Error refuse(int errnum, std::string_view reason) {
  return {errnum, std::string(reason), {}};
}

}  // namespace lunet::configfs
