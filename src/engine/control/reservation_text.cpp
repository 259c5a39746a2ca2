// SPDX-License-Identifier: Apache-2.0
#include "engine/control/reservation_text.h"

#include <fmt/core.h>

#include "engine/scsi/aptpl.h"

namespace lunet::control {

namespace {

std::string port_of(const scsi::NexusId& nexus) {
  return nexus.isid == 0 ? nexus.initiator : fmt::format("{},i,0x{:012x}", nexus.initiator, nexus.isid);
}

std::string_view type_name(scsi::ReservationType type) {
  using enum scsi::ReservationType;
  switch (type) {
    case write_exclusive: return "Write Exclusive Access";
    case exclusive_access: return "Exclusive Access";
    case write_exclusive_registrants_only: return "Write Exclusive Access, Registrants Only";
    case exclusive_access_registrants_only: return "Exclusive Access, Registrants Only";
    case write_exclusive_all_registrants: return "Write Exclusive Access, All Registrants";
    case exclusive_access_all_registrants: return "Exclusive Access, All Registrants";
  }
  return "Unknown SPC-3 PR Type";
}

std::string registrations(const scsi::ReservationState& state) {
  std::string text = "SPC-3 PR Registrations:\n";
  for (const auto& one : state.registrations) {
    text += fmt::format("iSCSI Node: {} Key: 0x{:016x} PRgen: 0x{:08x}\n", port_of(one.nexus), one.key,
                        state.generation);
  }
  return state.registrations.empty() ? text + "None\n" : text;
}

std::string holder_port(const scsi::Registration& holder) {
  return fmt::format(
      "SPC-3 Reservation: iSCSI Target Node Endpoint: {}\n"
      "SPC-3 Reservation: Relative Port Identifier Tag: {} iSCSI Portal Group Tag: {} iSCSI Logical Unit: "
      "{}\n",
      holder.nexus.target, holder.relative_port, holder.nexus.portal_group, holder.target_lun);
}

// The files that are about the reservation itself; nothing without one.
std::optional<std::string> of_holder(const scsi::ReservationState& state, std::string_view file) {
  if (!state.reservation) return std::nullopt;
  const scsi::Registration* holder = state.find(state.reservation->holder);
  if (holder == nullptr) return std::nullopt;
  if (file == "pr/res_holder")
    return fmt::format("SPC-3 Reservation: iSCSI Initiator: {}\n", port_of(holder->nexus));
  if (file == "pr/res_pr_holder_tg_port") return holder_port(*holder);
  if (file == "pr/res_pr_type")
    return fmt::format("SPC-3 Reservation Type: {}\n", type_name(state.reservation->type));
  if (file == "pr/res_pr_all_tgt_pts") {
    return fmt::format("SPC-3 Reservation: {} registration\n",
                       holder->all_target_ports ? "All Target Ports" : "Single Target Port");
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> reservation_file(const scsi::Reservations& reservations, std::string_view file) {
  if (!file.starts_with("pr/")) return std::nullopt;
  const auto reserved_by = reservations.reserved_by();
  if (reserved_by && file == "pr/res_type") return "SPC2_RESERVATIONS\n";
  if (reserved_by && file == "pr/res_holder") {
    return fmt::format("SPC-2 Reservation: iSCSI Initiator: {}\n", reserved_by->initiator);
  }
  const scsi::ReservationState state = reservations.state();
  if (file == "pr/res_pr_generation") return fmt::format("0x{:08x}\n", state.generation);
  if (file == "pr/res_pr_registered_i_pts") return registrations(state);
  if (file == "pr/res_aptpl_active") {
    return fmt::format("APTPL Bit Status: {}\n", state.persists ? "Activated" : "Disabled");
  }
  return of_holder(state, file);
}

Result<> add_registration(const std::string& disk_path, std::string_view text,
                          scsi::Reservations& reservations) {
  scsi::ReservationState state = reservations.state();
  if (!scsi::parse_registration(text, state)) {
    return Error{EINVAL, fmt::format("{}: this is no registration, or there is one of that nexus", disk_path),
                 "initiator_node=, sa_res_key=, target_node=, tpgt= ... as in LIO's aptpl files"};
  }
  reservations.replace(std::move(state));
  return {};
}

std::optional<std::string> port_group_file(const scsi::PortGroup& group, std::string_view file) {
  if (file == "alua_access_state") return fmt::format("{}\n", static_cast<unsigned>(group.state));
  if (file != "alua_access_status") return std::nullopt;
  switch (group.status) {
    case scsi::AccessStatus::none: return "None\n";
    case scsi::AccessStatus::by_command: return "Altered by Explicit STPG\n";
    case scsi::AccessStatus::by_target: return "Altered by Implicit ALUA\n";
  }
  return std::nullopt;
}

scsi::AccessStatus access_status_of(std::string_view text) {
  if (text == "1" || text == "Altered by Explicit STPG") return scsi::AccessStatus::by_command;
  if (text == "2" || text == "Altered by Implicit ALUA") return scsi::AccessStatus::by_target;
  return scsi::AccessStatus::none;
}

}  // namespace lunet::control
