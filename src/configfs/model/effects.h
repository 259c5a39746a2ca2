// SPDX-License-Identifier: Apache-2.0
// What happens besides the tree when the tree changes. The model (model.h) knows LIO's rules; an Effects
// implementation makes them real (engine/control: opens files, listens, publishes) or does nothing
// (MemoryTree).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace lunet::configfs {

/// The kinds of directory that stand for an object.
enum class ObjectKind : std::uint8_t {
  none,            ///< a group directory (attrib, lun, acls, ...), not an object
  hba,             ///< core/PLUGIN_N
  disk,            ///< core/PLUGIN_N/NAME
  alua_group,      ///< core/PLUGIN_N/NAME/alua/GROUP
  fabric,          ///< iscsi
  discovery_auth,  ///< iscsi/discovery_auth
  target,          ///< iscsi/WWN
  tpg,             ///< iscsi/WWN/tpgt_N
  lun,             ///< .../lun/lun_N
  acl,             ///< .../acls/WWN
  mapped_lun,      ///< .../acls/WWN/lun_N
  portal,          ///< .../np/ADDRESS:PORT
};

enum class ChangeKind : std::uint8_t { made, removed, linked, unlinked, written };

/// One change of the tree that passed the model's rules: what was asked for. What comes with it has no Change
/// of its own (default_tg_pt_gp of a new disk, discovery_auth of a fabric, product_id changed by
/// emulate_model_alias, AuthMethod by authentication or enable); the view shows it.
struct Change {
  ChangeKind kind = ChangeKind::written;
  ObjectKind object_kind = ObjectKind::none;  ///< of the object the change belongs to
  std::string object;  ///< path of that object's directory (made, removed: the directory itself)
  std::string
      file;  ///< written: the file relative to `object` ("enable", "attrib/block_size"); links: link name
  std::string value;      ///< written: the value as the rules normalised it; links: path of the link's target
  std::string old_value;  ///< written: the value before
};

struct Object;

/// The tree as Effects may look at it: state after the changes made so far.
class ModelView {
 public:
  virtual ~ModelView() = default;
  /// Value of a file as it would be read, without line end ("T10 VPD Unit Serial Number: x", "NULL"); "" for
  /// a file that does not exist. State and counters are those of an idle object: Effects::read is not asked.
  [[nodiscard]] virtual std::string value(std::string_view path) const = 0;
  /// The object of which that is the directory, for who reads many of its files; null when there is none.
  /// Until the tree changes.
  [[nodiscard]] virtual const Object* object(std::string_view path) const = 0;
  /// The same as value(), of a file below the object ("attrib/block_size").
  [[nodiscard]] virtual std::string value(const Object& object, std::string_view file) const = 0;
  [[nodiscard]] virtual bool exists(std::string_view path) const = 0;
  /// Names of the child directories of `path` that are objects or groups, sorted naturally.
  [[nodiscard]] virtual std::vector<std::string> directories(std::string_view path) const = 0;
  /// Target path of the one link in directory `path` (a LUN or mapped LUN); "" when there is none, and for a
  /// mapped LUN whose LUN lost its disk after it was linked: LIO does not map it again before it is linked
  /// anew.
  [[nodiscard]] virtual std::string link_target(std::string_view path) const = 0;
  /// A setting from a disk's control strings ("fd_dev_name", "fd_dev_size", "rd_pages", "fd_buffered_io",
  /// ...);
  /// "" when it was not given.
  [[nodiscard]] virtual std::string control_setting(std::string_view disk_path,
                                                    std::string_view key) const = 0;
};

/// What only the opened device knows.
struct DeviceFacts {
  std::vector<std::pair<std::string, std::string>> values;   ///< by file ("attrib/hw_block_size")
  std::map<std::string, std::string, std::less<>> settings;  ///< for the texts of `info`: name, major, minor
};

/// Something that a published batch took away is still in use.
struct Unsettled {
  std::size_t change = 0;  ///< index of the change that cannot be completed
  Error error;
};

/// Called by the model, always from one thread at a time, but for read(). Order for a batch: apply() for each
/// change as it passes the rules, then either publish(), settle() and settled(), or undo() for each applied
/// change in reverse order. When settle() fails: undo() for each change, then withdraw().
class Effects {
 public:
  virtual ~Effects() = default;
  /// Prepares the change; an error (its errnum is what the caller sees) refuses it. `view` shows the tree
  /// with the change made. Nothing is visible to initiators before publish().
  virtual Result<> apply(const Change& change, const ModelView& view) = 0;
  /// Asked when a disk was enabled: becomes part of the model with the change, and goes with it.
  virtual DeviceFacts device_facts(const Change& /*change*/) { return {}; }
  /// Takes back a change that apply() accepted. `view` shows the tree without it again.
  virtual void undo(const Change& change, const ModelView& view) = 0;
  /// All operations of the batch succeeded: makes them visible at once. Does not wait, may not fail.
  virtual void publish(std::span<const Change> changes, const ModelView& view) = 0;
  /// Waits until nothing uses what the published batch took away, within a deadline, and frees it. Meanwhile
  /// the tree can be read (by other threads, which see the batch as done), not changed. An answer means that
  /// the deadline passed and nothing was freed.
  virtual std::optional<Unsettled> settle(std::span<const Change> /*changes*/) { return std::nullopt; }
  /// It settled: what had to wait for that. May not fail.
  virtual void settled(std::span<const Change> /*changes*/, const ModelView& /*view*/) {}
  /// The batch that did not settle was undone: makes the state before it visible again.
  virtual void withdraw(std::span<const Change> /*changes*/, const ModelView& /*view*/) {}
  /// A batch has failed and is undone. True: apply() refused a change because it had no answer yet, and
  /// waited for it here; the batch is tried again. Meanwhile the tree can be read, not changed.
  virtual bool wait_to_retry() { return false; }
  /// Content of a `state` or `counter` file that only the engine knows (info, dynamic_sessions,
  /// statistics/..., np/X/port). `file` is relative to the object. A missing line end is added. Nothing: the
  /// model answers as LIO does for an idle object. From any thread, one at a time; only settle() may run
  /// beside it.
  virtual std::optional<std::string> read(ObjectKind kind, std::string_view object, std::string_view file,
                                          const ModelView& view) = 0;
};

}  // namespace lunet::configfs
