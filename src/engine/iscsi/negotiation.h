// SPDX-License-Identifier: Apache-2.0
// What two sides agree on: one rule for each key (RFC 7143 6.2, 13). Knows neither PDUs nor login stages'
// order.
#pragma once

#include <bitset>
#include <cstdint>
#include <span>
#include <string>

#include "base/result.h"
#include "engine/iscsi/host.h"
#include "engine/iscsi/text_keys.h"

namespace lunet::iscsi {

/// Values in force. They start as the RFC's defaults.
struct Negotiated {
  bool header_digest = false;
  bool data_digest = false;
  bool initial_r2t = true;
  bool immediate_data = true;
  bool data_pdu_in_order = true;
  bool data_sequence_in_order = true;
  std::uint32_t max_connections = 1;
  std::uint32_t send_segment_bytes = 8192;     ///< MaxRecvDataSegmentLength of the peer, within our own limit
  std::uint32_t receive_segment_bytes = 8192;  ///< ours, once declared
  std::uint32_t max_burst_bytes = 262144;
  std::uint32_t first_burst_bytes = 65536;
  std::uint32_t max_outstanding_r2t = 1;
  std::uint32_t time2wait_s = 2;
  std::uint32_t time2retain_s = 20;
  std::uint32_t error_recovery_level = 0;
  std::uint32_t protocol_level = 1;
  std::string task_reporting = "RFC3720";
  std::string auth_method;  ///< "" until negotiated

  /// One "Key=Value" line each.
  [[nodiscard]] std::string text() const;
};

class Negotiation {
 public:
  enum class Phase : std::uint8_t { security, operational, full_feature };

  /// What we offer. Until then everything is at its default.
  void begin(const NodeParameters& parameters, bool discovery, const AuthenticationPolicy& authentication);
  /// Appends our answers to `pairs`, in their order. EPROTO: the peer broke a rule, a login is to be refused.
  /// EACCES: it does not offer an authentication method that we take.
  Result<> answer(Phase phase, std::span<const TextPair> pairs, std::string& out);
  /// Appends what we declare in the operational stage, once.
  void declare(std::string& out);
  /// Before full feature phase: have digests been agreed where the node insists on them?
  [[nodiscard]] Result<> acceptable() const;

  [[nodiscard]] const Negotiated& values() const { return values_; }

 private:
  struct Rule;
  static std::span<const Rule> rules();
  static constexpr std::size_t rules_max = 40;

  Result<std::string> consider(Phase phase, std::size_t index, std::string_view value);
  Result<std::string> apply(const Rule& rule, std::string_view value);
  std::string choose(const Rule& rule, std::string_view offer);
  Result<std::string> choose_method(std::string_view offer);
  std::string decide_flag(const Rule& rule, std::string_view value);
  std::string decide_number(const Rule& rule, std::string_view value);
  void declare_segment(std::uint32_t bytes);

  NodeParameters parameters_;
  AuthenticationPolicy authentication_;
  Negotiated ours_;
  Negotiated values_;
  bool discovery_ = false;
  bool declared_ = false;
  std::uint32_t peer_segment_bytes_ = 8192;
  std::bitset<rules_max> seen_;
};

}  // namespace lunet::iscsi
