// SPDX-License-Identifier: Apache-2.0
// Asymmetric logical unit access (SPC-4 5.15): the target port groups of one logical unit and their states.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

namespace lunet::scsi {

struct Port;

enum class AccessState : std::uint8_t {
  optimized = 0x0,
  nonoptimized = 0x1,
  standby = 0x2,
  unavailable = 0x3,
  lba_dependent = 0x4,
  offline = 0xE,
  transitioning = 0xF,
};

/// Which states besides the active ones a command runs in.
enum class Reachable : std::uint8_t {
  active,      ///< none
  standby,     ///< standby too
  unavailable  ///< everywhere but, for commands that change it, during a transition
};

/// What last changed a state (SPC-4 table 308).
enum class AccessStatus : std::uint8_t { none = 0, by_command = 1, by_target = 2 };

struct PortGroup {
  std::uint16_t id = 0;
  AccessState state = AccessState::optimized;
  AccessStatus status = AccessStatus::none;
  std::uint8_t supported =
      0xCF;  ///< byte 1 of the descriptor: T_SUP, O_SUP, LBD_SUP, U_SUP, S_SUP, AN_SUP, AO_SUP
  bool preferred = false;
  bool by_target = true;   ///< implicit management
  bool by_command = true;  ///< SET TARGET PORT GROUPS
  std::uint32_t nonoptimized_delay_ms = 100;
  std::uint32_t transition_delay_ms = 0;
  std::uint8_t implicit_transition_s = 0;
  std::vector<std::uint16_t> ports;  ///< relative port identifiers, ascending

  /// SET TARGET PORT GROUPS may ask for it.
  [[nodiscard]] bool supports(AccessState wanted) const;
};

/// Thread-safe.
class PortGroups {
 public:
  PortGroups();
  /// The groups as configured. One that was there before keeps its state and status.
  void configure(std::vector<PortGroup> groups);
  [[nodiscard]] std::vector<PortGroup> groups() const;
  [[nodiscard]] std::optional<PortGroup> find(std::uint16_t id) const;
  void set(std::uint16_t id, AccessState state, AccessStatus status);

  /// The state a command that comes through `port` meets. Fast while every group is optimized.
  [[nodiscard]] AccessState state_at(const Port& port) const;
  /// How long a command through `port` is held back.
  [[nodiscard]] std::uint32_t delay_ms(const Port& port) const;

 private:
  void note();

  std::atomic<bool> uneven_ = false;  ///< a group is not optimized
  mutable std::mutex mutex_;
  std::vector<PortGroup> groups_;  ///< guarded by mutex_; ascending by id, never empty
};

/// The additional sense code of 2/04xx when a command may not run in `state`; 0 when it may.
std::uint16_t access_error(AccessState state, Reachable reachable);

}  // namespace lunet::scsi
