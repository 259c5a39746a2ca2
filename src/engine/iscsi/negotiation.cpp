// SPDX-License-Identifier: Apache-2.0
#include "engine/iscsi/negotiation.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "base/text.h"
#include "engine/iscsi/pdu.h"

namespace lunet::iscsi {

namespace {

enum class Kind : std::uint8_t {
  list,    ///< the first of the offered values that we take
  method,  ///< AuthMethod
  either,  ///< boolean OR
  both,    ///< boolean AND
  minimum,
  maximum,
  segment,    ///< MaxRecvDataSegmentLength: each side declares its own
  declared,   ///< read elsewhere, no answer
  always_no,  ///< markers, which RFC 7143 took away
  refused,    ///< known, but not the initiator's to say, or not here
};

constexpr std::uint8_t in_security = 1;
constexpr std::uint8_t in_operational = 2;
constexpr std::uint8_t in_full_feature = 4;
constexpr std::uint8_t in_login = in_security | in_operational;

/// Outstanding R2Ts each cost memory; more than this brings nothing.
constexpr std::uint32_t r2t_max = 64;

std::uint8_t bit_of(Negotiation::Phase phase) {
  return static_cast<std::uint8_t>(1 << static_cast<int>(phase));
}

/// An answer to something else, not an offer.
bool is_answer(std::string_view value) {
  return value == "NotUnderstood" || value == "Irrelevant" || value == "Reject";
}

const char* yes_no(bool value) {
  return value ? "Yes" : "No";
}
const char* digest_name(bool value) {
  return value ? "CRC32C" : "None";
}

/// Is `name` one of the values of a comma-separated list?
bool lists(std::string_view list, std::string_view name) {
  const auto values = split(list, ',');
  return std::any_of(values.begin(), values.end(),
                     [&](std::string_view value) { return trim(value) == name; });
}

}  // namespace

struct Negotiation::Rule {
  std::string_view key;
  Kind kind;
  std::uint8_t phases;
  bool of_normal_sessions = false;  ///< "Irrelevant" when SessionType=Discovery
  std::uint32_t Negotiated::* number = nullptr;
  std::uint32_t low = 0;
  std::uint32_t high = 0;
  bool Negotiated::* yes = nullptr;
};

/// In the order of evaluation: FirstBurstLength depends on what InitialR2T, ImmediateData and MaxBurstLength
/// became.
std::span<const Negotiation::Rule> Negotiation::rules() {
  using N = Negotiated;
  constexpr std::uint32_t seconds_max = 3600;
  static const Rule table[] = {
      {.key = "InitiatorName", .kind = Kind::declared, .phases = in_login},
      {.key = "InitiatorAlias", .kind = Kind::declared, .phases = in_login | in_full_feature},
      {.key = "TargetName", .kind = Kind::declared, .phases = in_login},
      {.key = "SessionType", .kind = Kind::declared, .phases = in_login},
      {.key = "AuthMethod", .kind = Kind::method, .phases = in_security},
      // Chap takes these out of the security stage.
      {.key = "CHAP_A", .kind = Kind::refused, .phases = in_security},
      {.key = "CHAP_I", .kind = Kind::refused, .phases = in_security},
      {.key = "CHAP_C", .kind = Kind::refused, .phases = in_security},
      {.key = "CHAP_N", .kind = Kind::refused, .phases = in_security},
      {.key = "CHAP_R", .kind = Kind::refused, .phases = in_security},
      {.key = "HeaderDigest", .kind = Kind::list, .phases = in_operational, .yes = &N::header_digest},
      {.key = "DataDigest", .kind = Kind::list, .phases = in_operational, .yes = &N::data_digest},
      {"MaxConnections", Kind::minimum, in_operational, true, &N::max_connections, 1, 65535},
      {.key = "InitialR2T",
       .kind = Kind::either,
       .phases = in_operational,
       .of_normal_sessions = true,
       .yes = &N::initial_r2t},
      {.key = "ImmediateData",
       .kind = Kind::both,
       .phases = in_operational,
       .of_normal_sessions = true,
       .yes = &N::immediate_data},
      {.key = "MaxRecvDataSegmentLength",
       .kind = Kind::segment,
       .phases = in_operational | in_full_feature,
       .low = 512,
       .high = segment_bytes_limit},
      {"MaxBurstLength", Kind::minimum, in_operational, true, &N::max_burst_bytes, 512, segment_bytes_limit},
      {"FirstBurstLength", Kind::minimum, in_operational, true, &N::first_burst_bytes, 512,
       segment_bytes_limit},
      {"MaxOutstandingR2T", Kind::minimum, in_operational, true, &N::max_outstanding_r2t, 1, 65535},
      {"DefaultTime2Wait", Kind::maximum, in_operational, false, &N::time2wait_s, 0, seconds_max},
      {"DefaultTime2Retain", Kind::minimum, in_operational, false, &N::time2retain_s, 0, seconds_max},
      {.key = "DataPDUInOrder",
       .kind = Kind::either,
       .phases = in_operational,
       .of_normal_sessions = true,
       .yes = &N::data_pdu_in_order},
      {.key = "DataSequenceInOrder",
       .kind = Kind::either,
       .phases = in_operational,
       .of_normal_sessions = true,
       .yes = &N::data_sequence_in_order},
      {"ErrorRecoveryLevel", Kind::minimum, in_operational, false, &N::error_recovery_level, 0, 2},
      {.key = "TaskReporting", .kind = Kind::list, .phases = in_operational, .of_normal_sessions = true},
      {"iSCSIProtocolLevel", Kind::minimum, in_operational, true, &N::protocol_level, 0, 31},
      {.key = "IFMarker", .kind = Kind::always_no, .phases = in_operational},
      {.key = "OFMarker", .kind = Kind::always_no, .phases = in_operational},
      {.key = "IFMarkInt", .kind = Kind::refused, .phases = in_operational},
      {.key = "OFMarkInt", .kind = Kind::refused, .phases = in_operational},
      {.key = "TargetAlias", .kind = Kind::refused, .phases = in_login | in_full_feature},
      {.key = "TargetAddress", .kind = Kind::refused, .phases = in_login | in_full_feature},
      {.key = "TargetPortalGroupTag", .kind = Kind::refused, .phases = in_login | in_full_feature},
      {.key = "SendTargets", .kind = Kind::refused, .phases = in_login | in_full_feature},
  };
  static_assert(std::size(table) <= rules_max);
  return table;
}

void Negotiation::begin(const NodeParameters& parameters, bool discovery,
                        const AuthenticationPolicy& authentication) {
  const auto segment = [](std::uint32_t bytes) { return std::clamp(bytes, 512u, segment_bytes_limit); };
  parameters_ = parameters;
  authentication_ = authentication;
  discovery_ = discovery;
  ours_.initial_r2t = parameters.initial_r2t;
  ours_.immediate_data = parameters.immediate_data;
  ours_.receive_segment_bytes = segment(parameters.max_recv_data_segment_length);
  ours_.max_burst_bytes = segment(parameters.max_burst_length);
  ours_.first_burst_bytes = segment(parameters.first_burst_length);
  ours_.max_outstanding_r2t = std::clamp(parameters.max_outstanding_r2t, 1u, r2t_max);
  ours_.time2wait_s = parameters.default_time2wait;
  ours_.time2retain_s = parameters.default_time2retain;
  // What this version can do, whatever the node allows: one connection a session, no recovery within it, data
  // in order. The rules of these keys let either side insist on that.
  ours_.max_connections = 1;
  ours_.error_recovery_level = 0;
  ours_.protocol_level = 1;
  ours_.data_pdu_in_order = true;
  ours_.data_sequence_in_order = true;
  declare_segment(peer_segment_bytes_);
}

void Negotiation::declare_segment(std::uint32_t bytes) {
  peer_segment_bytes_ = bytes;
  values_.send_segment_bytes = std::clamp(parameters_.max_xmit_data_segment_length, 512u, bytes);
}

Result<> Negotiation::answer(Phase phase, std::span<const TextPair> pairs, std::string& out) {
  std::vector<std::string> answers(pairs.size());
  std::vector<bool> known(pairs.size());
  const auto table = rules();
  for (std::size_t index = 0; index < table.size(); index++) {
    for (std::size_t pair = 0; pair < pairs.size(); pair++) {
      if (pairs[pair].key != table[index].key) continue;
      known[pair] = true;
      if (!is_answer(pairs[pair].value)) answers[pair] = TRY(consider(phase, index, pairs[pair].value));
    }
  }
  for (std::size_t pair = 0; pair < pairs.size(); pair++) {
    if (!known[pair] && !is_answer(pairs[pair].value)) answers[pair] = "NotUnderstood";
    if (!answers[pair].empty()) append_pair(out, pairs[pair].key, answers[pair]);
  }
  return Ok{};
}

/// The answer to a known key; "" where none is due.
Result<std::string> Negotiation::consider(Phase phase, std::size_t index, std::string_view value) {
  const Rule& rule = rules()[index];
  if (value.size() > value_bytes_max) {
    return Error{EPROTO, fmt::format("{} has a value of more than {} bytes", rule.key, value_bytes_max), {}};
  }
  const bool allowed = (rule.phases & bit_of(phase)) != 0;
  if (phase == Phase::full_feature) return allowed ? apply(rule, value) : std::string("Reject");
  if (!allowed) return Error{EPROTO, fmt::format("{} in the wrong stage of the login", rule.key), {}};
  if (rule.kind == Kind::declared) return std::string();
  if (seen_.test(index)) return Error{EPROTO, fmt::format("{} was negotiated twice", rule.key), {}};
  seen_.set(index);
  return apply(rule, value);
}

Result<std::string> Negotiation::apply(const Rule& rule, std::string_view value) {
  if (rule.of_normal_sessions && discovery_) return std::string("Irrelevant");
  switch (rule.kind) {
    case Kind::list: return choose(rule, value);
    case Kind::method: return choose_method(value);
    case Kind::either:
    case Kind::both: return decide_flag(rule, value);
    case Kind::minimum:
    case Kind::maximum:
    case Kind::segment: return decide_number(rule, value);
    case Kind::declared: return std::string();
    case Kind::always_no: return std::string("No");
    case Kind::refused: return std::string("Reject");
  }
  return std::string("Reject");
}

/// Without need no proof: an initiator that offers both and has an old secret still gets in where all may.
Result<std::string> Negotiation::choose_method(std::string_view offer) {
  const AuthenticationPolicy& policy = authentication_;
  const bool chap = policy.chap && lists(offer, "CHAP");
  if (!policy.required && lists(offer, "None")) {
    values_.auth_method = "None";
  } else if (chap && (policy.initiator.complete() || policy.unchecked())) {
    values_.auth_method = "CHAP";
  } else if (chap) {
    return Error{EACCES, "no user name and secret are set for this initiator", {}};
  } else {
    const char* wanted = !policy.required ? "None" : policy.chap ? "CHAP" : "none that there is";
    return Error{
        EACCES, fmt::format("the initiator does not offer the AuthMethod of this target: {}", wanted), {}};
  }
  return values_.auth_method;
}

std::string Negotiation::choose(const Rule& rule, std::string_view offer) {
  std::string_view accepted;
  if (rule.key == "HeaderDigest") accepted = parameters_.header_digest;
  if (rule.key == "DataDigest") accepted = parameters_.data_digest;
  if (rule.key == "TaskReporting") accepted = "RFC3720,ResponseFence";
  for (const std::string_view value : split(offer, ',')) {
    if (!lists(accepted, value)) continue;
    if (rule.yes != nullptr) values_.*rule.yes = value == "CRC32C";
    if (rule.key == "TaskReporting") values_.task_reporting = value;
    return std::string(value);
  }
  return "Reject";
}

std::string Negotiation::decide_flag(const Rule& rule, std::string_view value) {
  const std::optional<bool> offer = parse_yes_no(value);
  if (!offer) return "Reject";
  const bool own = ours_.*rule.yes;
  values_.*rule.yes = rule.kind == Kind::either ? *offer || own : *offer && own;
  return yes_no(values_.*rule.yes);
}

std::string Negotiation::decide_number(const Rule& rule, std::string_view value) {
  const std::optional<std::uint64_t> offer = parse_number(value);
  if (!offer || *offer < rule.low || *offer > rule.high) return "Reject";
  const auto number = static_cast<std::uint32_t>(*offer);
  if (rule.kind == Kind::segment) {
    declare_segment(number);
    return {};
  }
  const bool first_burst = rule.number == &Negotiated::first_burst_bytes;
  if (first_burst && values_.initial_r2t && !values_.immediate_data) return "Irrelevant";
  const std::uint32_t own = ours_.*rule.number;
  std::uint32_t& result = values_.*rule.number;
  result = rule.kind == Kind::minimum ? std::min(number, own) : std::max(number, own);
  if (first_burst) result = std::min(result, values_.max_burst_bytes);
  values_.first_burst_bytes = std::min(values_.first_burst_bytes, values_.max_burst_bytes);
  return fmt::format("{}", result);
}

void Negotiation::declare(std::string& out) {
  if (declared_) return;
  declared_ = true;
  values_.receive_segment_bytes = ours_.receive_segment_bytes;
  append_pair(out, "MaxRecvDataSegmentLength", fmt::format("{}", values_.receive_segment_bytes));
}

Result<> Negotiation::acceptable() const {
  if (!lists(parameters_.header_digest, digest_name(values_.header_digest))) {
    return Error{EPROTO, "the initiator did not agree to a header digest, which the target requires", {}};
  }
  if (!lists(parameters_.data_digest, digest_name(values_.data_digest))) {
    return Error{EPROTO, "the initiator did not agree to a data digest, which the target requires", {}};
  }
  return Ok{};
}

std::string Negotiated::text() const {
  std::string text;
  const auto line = [&](std::string_view key, const auto& value) {
    text += fmt::format("{}={}\n", key, value);
  };
  line("HeaderDigest", digest_name(header_digest));
  line("DataDigest", digest_name(data_digest));
  line("MaxConnections", max_connections);
  line("InitialR2T", yes_no(initial_r2t));
  line("ImmediateData", yes_no(immediate_data));
  line("MaxRecvDataSegmentLength", receive_segment_bytes);
  line("MaxXmitDataSegmentLength", send_segment_bytes);
  line("MaxBurstLength", max_burst_bytes);
  line("FirstBurstLength", first_burst_bytes);
  line("MaxOutstandingR2T", max_outstanding_r2t);
  line("DefaultTime2Wait", time2wait_s);
  line("DefaultTime2Retain", time2retain_s);
  line("DataPDUInOrder", yes_no(data_pdu_in_order));
  line("DataSequenceInOrder", yes_no(data_sequence_in_order));
  line("ErrorRecoveryLevel", error_recovery_level);
  line("TaskReporting", task_reporting);
  line("iSCSIProtocolLevel", protocol_level);
  return text;
}

}  // namespace lunet::iscsi
