// SPDX-License-Identifier: Apache-2.0
#include "engine/scsi/aptpl.h"

#include <fmt/core.h>

#include <charconv>
#include <map>

#include "base/iscsi_name.h"
#include "base/text.h"

namespace lunet::scsi {
namespace {

constexpr std::string_view heading = "lunet-reservations 1 ";
constexpr std::string_view nothing = "No Registrations or Reservations";
constexpr std::string_view block_start = "PR_REG_START:";
constexpr std::string_view block_end = "PR_REG_END:";

/// FNV-1a: against torn and edited files, not against an attacker.
std::uint64_t checksum(std::string_view text) {
  std::uint64_t sum = 0xCBF29CE484222325;
  for (const char c : text) sum = (sum ^ static_cast<std::uint8_t>(c)) * 0x100000001B3;
  return sum;
}

std::string block(std::size_t number, const Registration& one, const ReservationState& state) {
  std::string text = fmt::format("{} {}\ninitiator_fabric=iSCSI\ninitiator_node={}\n", block_start, number,
                                 one.nexus.initiator);
  if (one.nexus.isid != 0) text += fmt::format("initiator_sid={:012x}\n", one.nexus.isid);
  text += fmt::format("sa_res_key={}\n", one.key);
  const bool holds = state.reservation && state.reservation->holder == one.nexus;
  text += fmt::format("res_holder={}\n", holds ? 1 : 0);
  if (holds)
    text += fmt::format("res_type={:02x}\nres_scope=00\n", static_cast<unsigned>(state.reservation->type));
  text += fmt::format("res_all_tg_pt={}\nmapped_lun={}\ntarget_fabric=iSCSI\ntarget_node={}\ntpgt={}\n",
                      one.all_target_ports ? 1 : 0, one.lun, one.nexus.target, one.nexus.portal_group);
  text += fmt::format("port_rtpi={}\ntarget_lun={}\n{} {}\n", one.relative_port, one.target_lun, block_end,
                      number);
  return text;
}

using Fields = std::map<std::string_view, std::string_view>;

std::optional<std::uint64_t> number(const Fields& fields, std::string_view key, std::uint64_t max,
                                    int base = 10) {
  const auto found = fields.find(key);
  if (found == fields.end()) return std::nullopt;
  std::string_view text = found->second;
  if (text.starts_with("0x")) {
    text.remove_prefix(2);
    base = 16;
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty() || error != std::errc() || end != text.data() + text.size() || value > max)
    return std::nullopt;
  return value;
}

bool add(const Fields& fields, ReservationState& state) {
  constexpr std::uint64_t isid_max = 0xFFFFFFFFFFFF;
  const auto key = number(fields, "sa_res_key", UINT64_MAX);
  const auto initiator = fields.find("initiator_node");
  const auto target = fields.find("target_node");
  if (!key || initiator == fields.end() || target == fields.end()) return false;
  Registration one;
  one.key = *key;
  one.nexus.initiator = fold_iscsi_name(initiator->second);
  one.nexus.target = std::string(target->second);
  one.nexus.isid = number(fields, "initiator_sid", isid_max, 16).value_or(0);
  one.nexus.portal_group = static_cast<std::uint16_t>(number(fields, "tpgt", 0xFFFF).value_or(1));
  one.relative_port = static_cast<std::uint16_t>(number(fields, "port_rtpi", 0xFFFF).value_or(1));
  one.lun = static_cast<std::uint16_t>(number(fields, "mapped_lun", 0xFFFF).value_or(0));
  one.target_lun = static_cast<std::uint16_t>(number(fields, "target_lun", 0xFFFF).value_or(0));
  one.all_target_ports = number(fields, "res_all_tg_pt", 1).value_or(0) == 1;
  if (state.find(one.nexus) != nullptr) return false;
  if (number(fields, "res_holder", 1).value_or(0) == 1) {
    const auto type =
        reservation_type(static_cast<std::uint8_t>(number(fields, "res_type", 15, 16).value_or(0)));
    if (!type || state.reservation) return false;
    state.reservation = Reservation{*type, one.nexus};
  }
  state.registrations.push_back(std::move(one));
  state.persists = true;
  return true;
}

bool add_line(std::string_view line, Fields& fields) {
  const auto equals = line.find('=');
  if (equals == std::string_view::npos) return false;
  return fields.emplace(trim(line.substr(0, equals)), trim(line.substr(equals + 1))).second;
}

bool add_blocks(std::string_view text, ReservationState& state) {
  Fields fields;
  bool inside = false;
  for (std::string_view line : split(text, '\n')) {
    line = trim(line.substr(0, line.find('\0')));
    if (line.empty() || line == nothing) continue;
    const bool starts = line.starts_with(block_start);
    if (starts || line.starts_with(block_end)) {
      if (starts == inside || (!starts && !add(fields, state))) return false;
      inside = starts;
      fields.clear();
    } else if (!inside || !add_line(line, fields)) {
      return false;
    }
  }
  return !inside;
}

}  // namespace

std::string aptpl_text(const ReservationState& state) {
  std::string blocks;
  for (std::size_t i = 0; i < state.registrations.size(); ++i)
    blocks += block(i, state.registrations[i], state);
  if (state.registrations.empty()) blocks = fmt::format("{}\n", nothing);
  const std::string generation = fmt::format("generation={}", state.generation);
  return fmt::format("{}{} checksum={:016x}\n{}", heading, generation, checksum(generation + "\n" + blocks),
                     blocks);
}

std::optional<ReservationState> parse_aptpl(std::string_view text) {
  ReservationState state;
  if (text.starts_with(heading)) {
    const std::string_view first = text.substr(0, text.find('\n'));
    const auto words = split(first.substr(heading.size()), ' ');
    Fields fields;
    if (words.size() != 2 || !add_line(words[0], fields) || !add_line(words[1], fields)) return std::nullopt;
    const auto generation = number(fields, "generation", UINT32_MAX);
    const auto sum = number(fields, "checksum", UINT64_MAX, 16);
    if (!generation || !sum || first.size() == text.size()) return std::nullopt;
    text.remove_prefix(first.size() + 1);
    if (checksum(fmt::format("generation={}\n{}", *generation, text)) != *sum) return std::nullopt;
    state.generation = static_cast<std::uint32_t>(*generation);
  } else if (!text.starts_with(block_start) && !text.starts_with(nothing)) {
    return std::nullopt;
  }
  if (!add_blocks(text, state)) return std::nullopt;
  return state;
}

bool parse_registration(std::string_view text, ReservationState& state) {
  Fields fields;
  for (std::string_view line : split(text, ',')) {
    line = trim(line);
    if (!line.empty() && !add_line(line, fields)) return false;
  }
  return add(fields, state);
}

}  // namespace lunet::scsi
