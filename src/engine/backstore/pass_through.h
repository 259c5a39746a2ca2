// SPDX-License-Identifier: Apache-2.0
// SCSI devices of this machine that are given commands as they are (SG_IO): what a command and its answer
// are, and how such a device is opened. Whether a command may pass is the caller's to decide.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "engine/backstore/backstore.h"
#include "engine/reactor/reactor.h"

namespace lunet::backstore {

/// One command. Owned by the caller until passed().
class ScsiRequest {
 public:
  enum class Direction : std::uint8_t { none, in, out };
  virtual ~ScsiRequest() = default;
  /// 0: the device answered; -errno: it did not, -EINVAL when the command is too long for it. Exactly once,
  /// on the submitting thread.
  virtual void passed(int result) = 0;

  std::array<std::uint8_t, 32> cdb{};
  std::uint8_t cdb_bytes = 0;
  Direction direction = Direction::none;
  MutableBytes data;  ///< valid until passed()
  // The answer.
  std::uint8_t status = 0;
  std::array<std::uint8_t, 96> sense{};
  std::uint8_t sense_bytes = 0;
  std::uint32_t residual = 0;  ///< bytes of `data` that did not move
};

/// Thread-safe, as a Backstore.
class PassThrough {
 public:
  virtual ~PassThrough() = default;
  virtual void pass(reactor::Reactor& reactor, ScsiRequest& request) = 0;
};

/// Host, channel, target and LUN: what the kernel calls a device.
struct ScsiAddress {
  std::uint32_t host = 0;
  std::uint32_t channel = 0;
  std::uint32_t target = 0;
  std::uint64_t lun = 0;

  [[nodiscard]] std::string text() const;
};

/// What a device says of itself, and its nodes in /dev ("": none).
struct ScsiDevice {
  std::uint8_t type = 0;  ///< peripheral device type
  std::string vendor;
  std::string model;
  std::string revision;
  std::uint32_t queue_depth = 0;
  std::string block;    ///< of a disk or a CD-ROM
  std::string tape;     ///< that does not rewind
  std::string generic;  ///< sg
};
/// ENODEV: there is no such device.
Result<ScsiDevice> find_scsi_device(const ScsiAddress& address);

/// Takes the device for itself: O_EXCL on a block device, the one use that a tape has. EBUSY names the
/// holder. Its pass_through() is not null; reads and writes by submit() fail.
Result<std::unique_ptr<Backstore>> open_scsi(const ScsiAddress& address);

/// Bytes of the CDB by the opcode's group (SPC-4 4.2.5.1), at most 32.
std::uint8_t cdb_length(const std::array<std::uint8_t, 32>& cdb);

}  // namespace lunet::backstore
