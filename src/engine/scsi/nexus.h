// SPDX-License-Identifier: Apache-2.0
// State of one I_T_L nexus: its names, pending unit attentions (SAM-5 5.14). Lives on the thread of its
// session.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/scsi/nexus_id.h"

namespace lunet::scsi {

enum class SenseKey : std::uint8_t {
  no_sense = 0x0,
  recovered_error = 0x1,
  not_ready = 0x2,
  medium_error = 0x3,
  hardware_error = 0x4,
  illegal_request = 0x5,
  unit_attention = 0x6,
  data_protect = 0x7,
  copy_aborted = 0xA,
  aborted_command = 0xB,
  miscompare = 0xE,
};

struct Sense {
  SenseKey key = SenseKey::no_sense;
  std::uint16_t code = 0;                                   ///< ASC << 8 | ASCQ, e.g. 0x2400
  std::optional<std::uint64_t> information = std::nullopt;  ///< INFORMATION field, with the VALID bit
  std::optional<std::uint16_t> cdb_byte = std::nullopt;  ///< field pointer: the byte of the CDB that is wrong
};

// Unit attention codes (ASC << 8 | ASCQ).
inline constexpr std::uint16_t ua_power_on =
    0x2900;  ///< power on, reset, or bus device reset occurred: iscsi-ls retries no other
inline constexpr std::uint16_t ua_device_reset = 0x2903;  ///< bus device reset function occurred (LUN RESET)
inline constexpr std::uint16_t ua_nexus_loss = 0x2907;    ///< I_T nexus loss occurred
inline constexpr std::uint16_t ua_mode_parameters_changed = 0x2A01;
inline constexpr std::uint16_t ua_reservations_preempted = 0x2A03;
inline constexpr std::uint16_t ua_reservations_released = 0x2A04;
inline constexpr std::uint16_t ua_registrations_preempted = 0x2A05;
inline constexpr std::uint16_t ua_access_state_changed = 0x2A06;
inline constexpr std::uint16_t ua_capacity_changed = 0x2A09;
inline constexpr std::uint16_t ua_commands_cleared = 0x2F00;  ///< by another initiator (CLEAR TASK SET)
inline constexpr std::uint16_t ua_inquiry_changed = 0x3F03;
inline constexpr std::uint16_t ua_luns_changed = 0x3F0E;  ///< reported LUNs data has changed

class Nexus {
 public:
  Nexus() = default;
  explicit Nexus(NexusId id) : id_(std::move(id)) {}
  /// What reservations know it by.
  [[nodiscard]] const NexusId& id() const { return id_; }
  /// Queues a unit attention; duplicates are merged, 29h sorts before everything else.
  void raise(std::uint16_t code);
  [[nodiscard]] bool pending() const { return !queue_.empty(); }
  /// The next one, which stays.
  [[nodiscard]] std::optional<std::uint16_t> next() const;
  /// Takes the next one.
  std::optional<std::uint16_t> take();

 private:
  NexusId id_;
  std::vector<std::uint16_t> queue_;
};

}  // namespace lunet::scsi
