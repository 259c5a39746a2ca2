// SPDX-License-Identifier: Apache-2.0
// SCSI commands as a state machine over bytes (SAM-5, SPC-4, SBC-3): a command is begun, may ask for its
// data-out, may ask for I/O on the disk, and ends with status, sense and data-in. No sockets, files, threads
// or clocks in here: the data plane does what a Step asks for. Neighbours: unit.h (what a logical unit is),
// nexus.h (state of an I_T_L nexus).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "engine/scsi/effects.h"
#include "engine/scsi/nexus.h"
#include "engine/scsi/unit.h"

namespace lunet::scsi {

enum class Status : std::uint8_t {
  good = 0x00,
  check_condition = 0x02,
  busy = 0x08,
  reservation_conflict = 0x18,
  task_set_full = 0x28,
  aca_active = 0x30,
  task_aborted = 0x40,
};

struct Peer;

/// I/O on the disk that a command asks for. Ranges are inside the unit.
struct Io {
  enum class Kind : std::uint8_t { read, write, flush, unmap, fill, map };
  Kind kind = Kind::read;
  bool durable = false;        ///< FUA, or the unit has no write cache
  std::uint64_t offset = 0;    ///< bytes
  std::uint64_t length = 0;    ///< bytes
  Bytes pattern = {};          ///< fill: one logical block, inside Task::data
  bool into_room = false;      ///< read, write: Task::room() instead of the start of Task::data
  const Peer* peer = nullptr;  ///< of what Neighbours::find() found: on its disk; null: on the unit's own
  bool mapped = true;          ///< map, when done: whether there is storage behind the first `length` bytes
};

/// Blocks that nobody else may change until the command ends (COMPARE AND WRITE, ORWRITE).
struct LockedRange {
  std::uint64_t offset = 0;  ///< bytes
  std::uint64_t length = 0;  ///< bytes; 0: none
};

enum class Step : std::uint8_t {
  finish,        ///< status, sense, data_in() and transfer_bytes are final
  need_data,     ///< Task::data_wanted bytes of data-out are to be put into Task::data, then data_arrived()
  need_turn,     ///< to be the only command that changes what the unit's nexuses share, until it ends; then
                 ///< io_done()
  need_effects,  ///< Task::effects are to be had, then io_done(): 0, or -errno when `save` failed
  need_lock,     ///< Task::lock is to be granted, then io_done()
  need_pass,     ///< the command is to be passed to the device: data-out is in Task::data, data-in goes there
                 ///< (data_in_bytes, given by the data plane); then passed()
  need_io,  ///< Task::io is to be done, then io_done(). read: into Task::data (io.length bytes, given by the
            ///< data plane); write: from Task::data; map: io.length becomes that of the first run of blocks
            ///< that are alike
};

struct LogicalUnit;

/// What a command may have to know of the rest of the target.
class Surroundings {
 public:
  virtual ~Surroundings() = default;
  /// Every port that shows the unit.
  [[nodiscard]] virtual std::vector<Port> target_ports(const LogicalUnit& unit) const = 0;
  /// The initiator may log in at the port and sees the unit there.
  [[nodiscard]] virtual bool may_enter(const std::string& initiator, const Port& port) const = 0;
};

/// Another unit that the initiator sees in the session of a command, or the same one, for commands that copy.
struct Peer {
  virtual ~Peer() = default;
  const Unit* unit = nullptr;
  LogicalUnit* shared = nullptr;
  const NexusId* nexus = nullptr;
  const Port* port = nullptr;
  bool write_protected = false;
};

class Neighbours {
 public:
  virtual ~Neighbours() = default;
  /// The unit that has this NAA designator, among those that this session has at its LUNs. Null: there is
  /// none, or there are two. What was found stays, and stays open, until the task ends.
  virtual const Peer* find(Bytes naa) = 0;
};

struct Task;
using Continuation = Step (*)(Task&, int result);

/// Everything a command runs against; all pointers outlive the task.
struct Context {
  const Unit* unit = nullptr;                  ///< null: no logical unit at this LUN
  Nexus* nexus = nullptr;                      ///< null together with unit
  LogicalUnit* shared = nullptr;               ///< null together with unit
  const Surroundings* surroundings = nullptr;  ///< null together with unit
  Neighbours* neighbours = nullptr;            ///< null: nobody
  const Port* port = nullptr;                  ///< never null
  bool write_protected = false;                ///< by the mapped LUN or the LUN
  bool well_known = false;  ///< the REPORT LUNS well-known unit (LUN C1 01h); unit is null then
  /// For REPORT LUNS: the LUNs this initiator sees, ascending. Never null.
  const std::vector<std::uint16_t>* luns = nullptr;
};

/// One command. The transport fills the first block, calls begin() and follows the steps.
struct Task {
  // Set by the transport before begin().
  std::array<std::uint8_t, 32> cdb{};
  std::uint8_t cdb_bytes = 16;       ///< valid bytes in cdb (iSCSI: 16, or more with an AHS)
  std::uint32_t data_out_bytes = 0;  ///< the initiator is ready to send (EDTL of a write; 0: none)
  std::uint32_t data_in_bytes = 0;   ///< the initiator is ready to take (EDTL of a read; 0: none)
  Context context;

  // Set by the commands.
  Status status = Status::good;
  std::optional<Sense> sense;              ///< with check_condition
  std::vector<std::uint8_t> device_sense;  ///< instead, of a device: as it says
  std::uint64_t transfer_bytes = 0;        ///< what the command moves by itself; residual = EDTL - this
  std::vector<std::uint8_t>
      parameters;  ///< data-in of commands that read no disk; already cut to the allocation length
  std::uint32_t data_wanted = 0;  ///< with need_data: at most data_out_bytes
  std::uint32_t room_wanted = 0;  ///< with need_data: bytes of Task::room()
  Io io;                          ///< with need_io
  LockedRange lock;               ///< with need_lock
  Effects effects;                ///< with need_effects

  /// Buffer of the data plane: data-out that arrived, or room for what io reads. At least data_bytes() or
  /// io.length bytes when the step asks.
  MutableBytes data;
  /// Room behind the data-out for what is read to be compared with it.
  [[nodiscard]] MutableBytes room() const { return data.subspan(room_offset(), room_wanted); }
  /// Devices want buffers that begin with a page.
  [[nodiscard]] std::size_t room_offset() const { return (std::size_t{data_wanted} + 4095) / 4096 * 4096; }
  /// With need_data: what Task::data has to hold.
  [[nodiscard]] std::size_t data_bytes() const {
    return room_wanted == 0 ? data_wanted : room_offset() + room_wanted;
  }

  /// Of the command table; do not touch.
  Continuation next = nullptr;
  std::shared_ptr<void> kept;  ///< what a command worked out in an earlier step
  std::uint64_t scratch = 0;
  std::uint64_t scratch2 = 0;
  std::size_t passed_in_bytes = 0;  ///< data-in of a device, in Task::data

  /// After finish with good: the bytes for the initiator (parameters, or what io read), before cutting to
  /// data_in_bytes.
  [[nodiscard]] Bytes data_in() const;
};

/// First look: validity, unit attention, write protection, range. Always call exactly once.
Step begin(Task& task);
/// task.data holds task.data_wanted bytes of data-out.
Step data_arrived(Task& task);
/// The I/O asked for ended: 0 or -errno.
Step io_done(Task& task, int result);

/// What a device said to a command that was passed to it.
struct DeviceAnswer {
  int result = 0;  ///< -errno: it did not answer
  Status status = Status::good;
  Bytes sense = {};
  std::uint32_t residual = 0;
};
Step passed(Task& task, const DeviceAnswer& answer);

/// Sense data in fixed format, 18 bytes (descriptor format for units of more than 2^32-1 blocks), as the
/// transport sends it after its own length.
std::vector<std::uint8_t> encode_sense(const Sense& sense, bool descriptor_format);

}  // namespace lunet::scsi
